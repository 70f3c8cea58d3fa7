"""What a corpus holds, as a table like the paper's Table 1."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..anatomy import Regions
from ..errors import AnatomyError
from .report import MENTIONS, AnnotatedReport, regions_named


@dataclass
class CorpusStats:
    """Counts of one corpus or one part of it.

    tokens (list[int]): Tokens of each report.
    labels (Counter): By (region, pathology, label).
    """

    reports: int = 0
    practices: set[str] = field(default_factory=set)
    locations: int = 0
    mentions: Counter[str] = field(default_factory=Counter)
    tokens: list[int] = field(default_factory=list)
    labels: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def segments(self) -> int:
        return sum(self.mentions.values())

    def rows(self) -> dict[str, str]:
        """What the upper part of the table shows."""
        mean = statistics.fmean(self.tokens) if self.tokens else 0.0
        deviation = statistics.stdev(self.tokens) if len(self.tokens) > 1 else 0.0
        return {
            "reports": str(self.reports),
            "practices": str(len(self.practices)),
            "tokens a report": f"{mean:.0f} ± {deviation:.0f}",
            "locations": str(self.locations),
            "motion segments": str(self.segments),
            **{f"- {mention}": str(self.mentions[mention]) for mention in MENTIONS},
        }

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        labels: dict[str, dict[str, dict[str, int]]] = {}
        for (region, pathology, label), count in sorted(self.labels.items()):
            labels.setdefault(region, {}).setdefault(pathology, {})[label] = count
        return {
            "reports": self.reports,
            "practices": len(self.practices),
            "tokens": sum(self.tokens),
            "tokens_per_report": statistics.fmean(self.tokens) if self.tokens else 0.0,
            "locations": self.locations,
            "segments": self.segments,
            "mentions": {mention: self.mentions[mention] for mention in MENTIONS},
            "labels": labels,
        }


def count_reports(reports: Iterable[AnnotatedReport]) -> CorpusStats:
    """Count a corpus.

    reports (Iterable[AnnotatedReport]): The corpus.
    RETURNS (CorpusStats): The counts. Tokens are those of our pipelines' tokenizer.
    """
    from .docs import blank_pipeline

    nlp = blank_pipeline()
    stats = CorpusStats()
    for report in reports:
        stats.reports += 1
        stats.practices |= {report.practice} - {""}
        stats.tokens.append(len(nlp.make_doc(report.text)))
        stats.locations += len(report.locations)
        regions = regions_of(report)
        for name, one in report.segments.items():
            stats.mentions[one.mention] += 1
            region = regions.region_of(name) if regions else None
            region_name = region.name if region else report.region
            stats.labels.update((region_name, pathology, label) for pathology, label in one.labels.items())
    return stats


def stats_table(columns: Mapping[str, CorpusStats]) -> str:
    """A Markdown table.

    columns (Mapping[str, CorpusStats]): One column each, e.g. train, dev, test.
    RETURNS (str): Rows of counts, then of each label with its share among the segments of the region.
    """
    upper = {name: stats.rows() for name, stats in columns.items()}
    rows = [[label, *(upper[name][label] for name in columns)] for label in CorpusStats().rows()]
    for region, pathology, label in _labels(columns.values()):
        cells = []
        for stats in columns.values():
            graded = sum(n for key, n in stats.labels.items() if key[:2] == (region, pathology))
            count = stats.labels[region, pathology, label]
            cells.append(f"{count} ({count / graded:.1%})" if graded else "0")
        rows.append([f"{region} {pathology}: {label}", *cells])
    head = ["", *columns]
    lines = [head, ["---", *("---:" for _ in columns)], *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def regions_of(report: AnnotatedReport) -> Regions | None:
    """The regions of a report, None where its region is of a plugin that is not installed."""
    try:
        return regions_named(report.region)
    except AnatomyError:
        return None


def _labels(columns: Iterable[CorpusStats]) -> list[tuple[str, str, str]]:
    """All labels, least severe first where the region is known."""
    found = {key for stats in columns for key in stats.labels}
    order: dict[tuple[str, str, str], int] = {}
    for region in dict.fromkeys(sorted(region for region, _, _ in found)):
        try:
            parts = regions_named(region)
        except AnatomyError:
            continue
        for pathology in parts.pathologies:
            for label in pathology.labels:
                order.setdefault((region, pathology.name, label), len(order))
    return sorted(found, key=lambda key: (key[0], order.get(key, len(order)), key))
