"""What an operation may know besides its report: the corpus that it comes from and what is wanted of it."""

from collections.abc import Callable, Sequence

from ..report import AnnotatedReport, SegmentLabels
from ..split import practice_of

# Name of a segment, its labels → how much more of their kind is wanted.
Worth = Callable[[str, SegmentLabels], float]


class Pool:
    """The reports that a corpus is built of.

    reports (Sequence[AnnotatedReport]): The originals.
    strength (float): Of the noise, from 0 to 1.
    worth (Worth): How much a segment with such labels is wanted; all alike if left out.
    """

    def __init__(
        self, reports: Sequence[AnnotatedReport], *, strength: float = 0.3, worth: Worth | None = None
    ) -> None:
        self.reports = reports
        self.strength = strength
        self.worth: Worth = worth or _alike
        self._practices: dict[str, list[AnnotatedReport]] = {}
        for report in reports:
            self._practices.setdefault(practice_of(report), []).append(report)

    def colleagues(self, report: AnnotatedReport) -> list[AnnotatedReport]:
        """The other originals of its practice and region: of one style, and never apart from it in a split."""
        own = self._practices.get(practice_of(report), [])
        return [one for one in own if one.region == report.region and one.text != report.text]


def _alike(name: str, labels: SegmentLabels) -> float:
    return 1.0
