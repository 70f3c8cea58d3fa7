"""What a pipeline finds in annotated reports, compared with what is annotated.

Findings are read through the public interface alone (`doc.ents`, `ent._.motion_segments`, `doc._.segments`), so that
any pipeline can be measured, one without a severity component too.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ..anatomy import Regions
from ..corpus.docs import set_locations
from ..corpus.report import AnnotatedReport, keep_regions
from ..errors import CorpusError, ModelError
from .findings import Findings, Pair, RegionCounts

# A pipe that assigns one of these finds locations; gold ones take its place.
LOCATION_ATTRIBUTES = {"doc.ents", "span._.motion_segments"}
ALL = "all"


@dataclass(frozen=True)
class Evaluation:
    """Figures of one pass over annotated reports.

    reports (int): Reports measured.
    regions (tuple[str, ...]): Regions measured; gold of others does not count.
    gold_locations (bool): Whether the pipeline was given the gold locations.
    scores (Mapping): By "all" and, where there are several, region: locations, segments, severities, see `metrics` and
        `confidence`.
    not_graded (tuple[str, ...]): Pathologies of the regions that the pipeline never grades; no figures of them.
    errors (tuple[dict, ...]): Each with id, kind, segment, pathology, gold, predicted, mention, start, end, and text
        where it was asked for.
    outcomes (tuple): Each report's id with the pairs of gold and predicted label of its segments by task, see
        `Findings.pairs`.
    """

    reports: int
    regions: tuple[str, ...]
    gold_locations: bool
    scores: Mapping[str, Any]
    not_graded: tuple[str, ...] = ()
    errors: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    outcomes: tuple[tuple[str, Mapping[str, tuple[Pair, ...]]], ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain data, without errors and outcomes."""
        return {
            "reports": self.reports,
            "regions": list(self.regions),
            "gold_locations": self.gold_locations,
            "not_graded": list(self.not_graded),
            "scores": self.scores,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Evaluation":
        """The figures that `to_dict` made plain data of.

        RAISES (CorpusError): Where it is anything else.
        """
        try:
            if not all({"locations", "segments", "severities"} <= set(one) for one in data["scores"].values()):
                raise KeyError("scores")
            return cls(
                reports=data["reports"],
                regions=tuple(data["regions"]),
                gold_locations=data["gold_locations"],
                scores=data["scores"],
                not_graded=tuple(data["not_graded"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise CorpusError("These are not the figures of `spacy-spine evaluate`.") from error


def evaluate(
    nlp: Language,
    reports: Iterable[AnnotatedReport],
    *,
    regions: Regions,
    gold_locations: bool = False,
    progress: bool = True,
    batch_size: int | None = None,
    with_text: bool = False,
) -> Evaluation:
    """Run a pipeline over annotated reports and compare.

    nlp (Language): The pipeline.
    reports (Iterable[AnnotatedReport]): The reports; those with nothing of the regions are left out.
    regions (Regions): What is measured.
    gold_locations (bool): Give the pipeline the gold locations instead of those that it finds.
    progress (bool): Show a progress bar.
    batch_size (int): Reports at once; the pipeline's own if left out.
    with_text (bool): Whether errors hold text of the reports.
    RETURNS (Evaluation): The figures.
    RAISES (CorpusError): Where there is no report to measure, or one has a label that its pathology does not.
    RAISES (ModelError): Where gold locations are wanted and no pipe of the pipeline finds locations.
    """
    kept = [one for report in reports if (one := keep_regions(report, regions))]
    if not kept:
        raise CorpusError(f"No report is annotated for region {' and '.join(regions.names)}.")
    for report in kept:
        _check_labels(report, regions)
    pairs = _run(nlp, kept, gold_locations=gold_locations, progress=progress, batch_size=batch_size)
    findings = [Findings.of(doc, report, regions) for doc, report in pairs]
    graded = _graded(findings, regions)
    counts = {ALL: RegionCounts(regions, graded)}
    if len(regions) > 1:
        counts |= {region.name: RegionCounts(Regions.of(region), graded) for region in regions}
    for found in findings:
        for count in counts.values():
            count.add(found)
    return Evaluation(
        reports=len(kept),
        regions=regions.names,
        gold_locations=gold_locations,
        scores={name: count.scores() for name, count in counts.items()},
        not_graded=tuple(p.name for p in regions.pathologies if p.name not in graded),
        errors=tuple(error for found in findings for error in found.errors(graded, with_text)),
        outcomes=tuple((found.report.id, found.pairs(regions, graded)) for found in findings),
    )


def location_pipes(nlp: Language) -> list[str]:
    """The pipes of a pipeline that find or resolve locations, by what they declare to assign."""
    return [name for name in nlp.pipe_names if LOCATION_ATTRIBUTES & set(nlp.get_pipe_meta(name).assigns)]


def _run(
    nlp: Language,
    reports: list[AnnotatedReport],
    *,
    gold_locations: bool,
    progress: bool,
    batch_size: int | None,
) -> Iterator[tuple[Doc, AnnotatedReport]]:
    from tqdm import tqdm

    finders = location_pipes(nlp) if gold_locations else []
    if gold_locations and not finders:
        raise ModelError(
            "No pipe of the pipeline declares that it assigns doc.ents, so gold locations cannot be given."
        )

    def inputs() -> Iterator[tuple[str | Doc, AnnotatedReport]]:
        for report in reports:
            if not gold_locations:
                yield report.text, report
                continue
            doc = nlp.make_doc(report.text)
            set_locations(doc, report)
            yield doc, report

    with nlp.select_pipes(disable=finders) if finders else nullcontext():
        stream: Any = nlp.pipe(inputs(), as_tuples=True, batch_size=batch_size)
        title = "gold locations" if gold_locations else "end to end"
        yield from tqdm(stream, total=len(reports), desc=title, unit=" reports", disable=not progress, mininterval=0.5)


def _graded(findings: list[Findings], regions: Regions) -> set[str]:
    """Pathologies that were ever graded. Where no segment was found at all, every one counts as missed."""
    labels = [one for finding in findings for one in finding.segments.values()]
    names = {pathology.name for pathology in regions.pathologies}
    return names.intersection(name for one in labels for name in one) if labels else names


def _check_labels(report: AnnotatedReport, regions: Regions) -> None:
    known = {pathology.name: pathology.labels for pathology in regions.pathologies}
    for segment, one in report.segments.items():
        for pathology, label in one.labels.items():
            if pathology in known and label not in known[pathology]:
                raise CorpusError(
                    f"{report.id}: {segment}.{pathology}: unknown label '{label}'; "
                    f"there are {', '.join(known[pathology])}."
                )
