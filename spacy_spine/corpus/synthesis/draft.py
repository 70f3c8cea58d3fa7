"""A report under change: edits of its text, with the offsets of its locations moved along."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from ..report import AnnotatedReport, Location


@dataclass(frozen=True)
class Edit:
    """A stretch of the text and what takes its place.

    start, end (int): Characters of the text; the same for an insertion.
    text (str): The new text.
    locations (tuple[Location, ...] | None): Locations of the new text, by its own characters, in place of all those
        in the stretch. None: no location is touched, or the edit lies inside of one, which stays.
    names (tuple[str, ...]): What the location stands for afterwards that the edit covers; empty for what it stood for.
    """

    start: int
    end: int
    text: str
    locations: tuple[Location, ...] | None = None
    names: tuple[str, ...] = ()

    @property
    def growth(self) -> int:
        return len(self.text) - (self.end - self.start)


class Draft:
    """Edits of one report, applied all at once.

    report (AnnotatedReport): The report as it is.
    edits (Iterable[Edit]): In any order, by characters of the report as it is.
    RAISES (ValueError): Where edits overlap, or an edit cuts a location in two.
    """

    def __init__(self, report: AnnotatedReport, edits: Iterable[Edit] = ()) -> None:
        self.report = report
        self.edits = sorted(edits, key=lambda edit: (edit.start, edit.end))
        for before, after in zip(self.edits, self.edits[1:], strict=False):
            if after.start < before.end:
                raise ValueError(f"Edits at {before.start}:{before.end} and {after.start}:{after.end} overlap.")
        self._ends = [edit.end for edit in self.edits]
        self._starts = [edit.start for edit in self.edits]
        self._growth = [0, *accumulate(edit.growth for edit in self.edits)]

    def moved(self, offset: int) -> int:
        """Where a character of the report is afterwards; inside of an edit, the end of the new text."""
        return offset + self._growth[bisect_right(self._ends, offset)]

    def moved_end(self, offset: int) -> int:
        """The same for the end of a stretch: what is inserted there is no part of it."""
        return offset + self._growth[bisect_left(self._starts, offset)]

    def back(self, offset: int) -> int:
        """Where a character of the new text was before; inside of an edit, where the edit begins."""
        starts = [edit.start + growth for edit, growth in zip(self.edits, self._growth, strict=False)]
        number = bisect_right(starts, offset) - 1
        if number < 0:
            return offset
        inside = offset < starts[number] + len(self.edits[number].text)
        return self.edits[number].start if inside else offset - self._growth[number + 1]

    def finish(self, **changes: Any) -> AnnotatedReport:
        """The report with all edits.

        **changes: Other fields of the report.
        RETURNS (AnnotatedReport): A new report.
        RAISES (ValueError): Where an edit cuts a location in two.
        """
        parts, at = [], 0
        for edit in self.edits:
            parts += [self.report.text[at : edit.start], edit.text]
            at = edit.end
        text = "".join([*parts, self.report.text[at:]])
        return replace(self.report, text=text, locations=tuple(self._locations()), **changes)

    def _locations(self) -> list[Location]:
        found = []
        for edit, growth in zip(self.edits, self._growth, strict=False):
            if edit.locations is not None:
                start = edit.start + growth
                found += [Location(one.start + start, one.end + start, one.motion_segments) for one in edit.locations]
        for location in self.report.locations:
            touching = [edit for edit in self.edits if edit.start < location.end and edit.end > location.start]
            if any(edit.locations is not None for edit in touching):
                if not any(edit.start <= location.start and location.end <= edit.end for edit in touching):
                    raise ValueError(f"An edit cuts the location {location.start}:{location.end} in two.")
                continue
            if any(edit.start < location.start or location.end < edit.end for edit in touching):
                raise ValueError(f"An edit reaches out of the location {location.start}:{location.end}.")
            names = next((edit.names for edit in touching if edit.names), location.motion_segments)
            found.append(Location(self.moved(location.start), self.moved_end(location.end), names))
        return sorted(found, key=lambda one: (one.start, one.end))
