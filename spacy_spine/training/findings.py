"""What a pipeline found in one report beside what is annotated, and the counts of many reports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc

from ..anatomy import Regions
from ..corpus.report import AnnotatedReport
from ..pipeline import annotations
from .confidence import ConfidenceCounts, Scores
from .errors_found import location_errors, segment_errors, severity_errors
from .matching import Place
from .metrics import MENTION, Gold, LocationCounts, SegmentCounts, SeverityCounts, severity_pair

# Labels of one segment: gold and predicted, None where it is not annotated or was missed.
Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class Findings:
    """What was found in one report, as plain data, beside what is annotated.

    locations (list[Place]): Found.
    segments (Mapping): Found segments with their predicted labels.
    scores (Mapping): Their probabilities.
    gold (Gold): Annotated segments with mention and labels.
    texts (Mapping[str, str]): What was read of each segment found.
    """

    report: AnnotatedReport = field(repr=False)
    locations: list[Place]
    segments: Gold
    scores: Scores
    gold: Gold
    texts: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, doc: Doc, report: AnnotatedReport, regions: Regions) -> "Findings":
        """Read a Doc's findings of some regions."""
        wanted = set(regions.motion_segments)
        locations: list[Place] = []
        for ent in doc.ents:
            names = ent._.motion_segments
            # One that stands for another region's segments is none of ours; one that stands for nothing is wrong.
            if ent.label_ == annotations.LOCATION and (not names or wanted.intersection(names)):
                locations.append((ent.start_char, ent.end_char, tuple(name for name in names if name in wanted)))
        segments = [segment for segment in doc._.segments if segment.name in wanted]
        return cls(
            report=report,
            locations=locations,
            segments={one.name: {name: s.label for name, s in one.severities.items()} for one in segments},
            scores={one.name: {name: s.scores for name, s in one.severities.items()} for one in segments},
            gold={name: {MENTION: one.mention, **one.labels} for name, one in report.segments.items()},
            texts={one.name: one.text for one in segments},
        )

    def pairs(self, regions: Regions, graded: set[str]) -> dict[str, tuple[Pair, ...]]:
        """How the segments count, the pairs that the severities' macro F1 is made of.

        regions (Regions): What is counted.
        graded (set[str]): Pathologies that the pipeline grades.
        RETURNS (dict): Pairs of each task, cranial to caudal, without segments that do not count. A task is a
            pathology, "stenosis", or "lumbar.stenosis" where there are several regions.
        """
        found: dict[str, tuple[Pair, ...]] = {}
        for region in regions:
            for name in (one.name for one in region.pathologies if one.name in graded):
                pairs = (
                    severity_pair(self.gold.get(segment), self.segments.get(segment), name)
                    for segment in region.motion_segments
                )
                found[task_name(regions, region.name, name)] = tuple(one for one in pairs if one != (None, None))
        return found

    def errors(self, pathologies: Iterable[str], with_text: bool) -> Iterator[dict[str, Any]]:
        """Everything that was not found as annotated."""
        gold = [(one.start, one.end, one.motion_segments) for one in self.report.locations]
        yield from location_errors(self.report, gold, self.locations, with_text)
        yield from segment_errors(self.report, self.gold, self.segments, self.texts, with_text)
        yield from severity_errors(self.report, self.gold, self.segments, self.texts, pathologies, with_text)


class RegionCounts:
    """Counts of some regions.

    regions (Regions): What is counted.
    graded (set[str]): Pathologies that the pipeline grades.
    """

    def __init__(self, regions: Regions, graded: set[str]) -> None:
        self.wanted = set(regions.motion_segments)
        self.several = len(regions) > 1
        self.locations, self.segments = LocationCounts(), SegmentCounts()
        labels = {p.name: p.labels for p in regions.pathologies if p.name in graded}
        self.severities, self.confidence = SeverityCounts(labels), ConfidenceCounts(labels)

    def add(self, one: Findings) -> None:
        """Add one report."""
        gold = {name: labels for name, labels in one.gold.items() if name in self.wanted}
        found = {name: labels for name, labels in one.segments.items() if name in self.wanted}
        annotated = [(place.start, place.end, place.motion_segments) for place in one.report.locations]
        self.locations.add(self._places(annotated), self._places(one.locations))
        self.segments.add(gold, found)
        self.severities.add(gold, found)
        self.confidence.add(gold, {name: scores for name, scores in one.scores.items() if name in self.wanted})

    def scores(self) -> dict[str, Any]:
        """locations, segments, severities."""
        confidence = self.confidence.scores()
        return {
            "locations": self.locations.scores(),
            "segments": self.segments.scores(),
            "severities": {name: one | confidence[name] for name, one in self.severities.scores().items()},
        }

    def _places(self, places: Iterable[Place]) -> Iterator[Place]:
        for start, end, names in places:
            own = tuple(name for name in names if name in self.wanted)
            if own or not names:
                yield start, end, own


def task_name(regions: Regions, region: str, pathology: str) -> str:
    """How a pathology of a region is called: "stenosis", or "lumbar.stenosis" where there are several regions."""
    return f"{region}.{pathology}" if len(regions) > 1 else pathology
