"""Which labels a corpus under construction still lacks."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ..report import AnnotatedReport, SegmentLabels
from .recipes import Recipe

# How sharply reports with wanted labels are preferred; more of it repeats few reports too often.
SHARPNESS = 6
REPETITION = 1.5
FLOOR = 1e-6


class Wanted:
    """Keeps count of labels.

    reports (Sequence[AnnotatedReport]): The originals.
    recipe (Recipe): For the shares.
    segments (int): How many segments the corpus is to have.
    """

    def __init__(self, reports: Sequence[AnnotatedReport], recipe: Recipe, segments: int) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.used: Counter[str] = Counter()
        for report in reports:
            self.add(report)
        graded = Counter[str]()
        for (pathology, _), count in self.counts.items():
            graded[pathology] += count
        present = sum(len(report.segments) for report in reports) or 1
        # A pathology that only one of several regions grades has as many labels as that region has segments.
        self.goals = {
            key: share * graded[key[0]] * segments / present for key, share in recipe.shares(self.counts).items()
        }

    def add(self, report: AnnotatedReport) -> None:
        """Count a report."""
        for one in report.segments.values():
            self.counts.update(one.labels.items())

    def use(self, source: AnnotatedReport) -> None:
        """Note that a report was worked on: others come first then."""
        self.used[source.id] += 1

    def worth(self, name: str, labels: SegmentLabels) -> float:
        """How much the labels of a segment are wanted, from 0 to 1: the mean of what is missing of each."""
        found = [self._missing(key) for key in labels.labels.items()]
        return sum(found) / len(found) if found else 0.0

    def weights(self, reports: Iterable[AnnotatedReport]) -> list[float]:
        """How often each report should be the next one to be worked on."""
        return [self._weight(report) for report in reports]

    def _weight(self, report: AnnotatedReport) -> float:
        worths = [self.worth(name, one) for name, one in report.segments.items()]
        worth = (sum(worths) / len(worths)) ** SHARPNESS if worths else 0.0
        return (FLOOR + worth) / (1 + self.used[report.id]) ** REPETITION

    def _missing(self, key: tuple[str, str]) -> float:
        goal = self.goals.get(key, 0.0)
        return max(0.0, 1 - self.counts[key] / goal) if goal else 0.0
