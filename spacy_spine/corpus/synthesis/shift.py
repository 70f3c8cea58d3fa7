"""A report, or a stretch of one, at other levels: its mentions, and the vertebrae and roots named in it."""

import re

from ...anatomy import Region, Regions
from ...mentions.column import Column
from ..report import AnnotatedReport
from . import patterns as p
from .draft import Edit
from .spelling import moved_names, moved_spelling


def shift_edits(
    report: AnnotatedReport, region: Region, steps: int, *, manner: AnnotatedReport | None = None
) -> list[Edit] | None:
    """The edits that move all levels of a region in a report.

    report (AnnotatedReport): The report, or a stretch of one.
    region (Region): The region; mentions of others stay.
    steps (int): Levels; negative for up.
    manner (AnnotatedReport): Whose manner of writing decides where the mention alone does not; the report's if left
        out.
    RETURNS (list[Edit] | None): None where something cannot be moved: a level that would leave the region, a
        spelling that cannot be taken apart, a vertebra in damaged spelling.
    """
    edits: list[Edit] = []
    for location in report.locations:
        own = [name for name in location.motion_segments if name in region.motion_segments]
        if not own:
            continue
        if len(own) < len(location.motion_segments):
            return None
        mention = report.text[location.start : location.end]
        spelt = moved_spelling(manner or report, mention, own, steps, region)
        if spelt is None:
            return None
        edits.append(Edit(location.start, location.end, spelt, names=moved_names(own, steps, region)))
    vertebrae = _vertebra_edits(report, region, steps)
    return None if vertebrae is None else [*edits, *vertebrae]


def _vertebra_edits(report: AnnotatedReport, region: Region, steps: int) -> list[Edit] | None:
    """Edits of what names vertebrae or roots outside of the locations."""
    column, text, edits = Column.of(Regions.of(region)), report.text, []
    odd = {root[0] for root in p.ODD_ROOTS}
    taken = [(one.start, one.end) for one in report.locations]
    for match in p.DAMAGED.finditer(text):
        if not _inside(match.start(), taken):
            return None
    for match in _pattern(column).finditer(text):
        if _inside(match.start(), taken):
            continue
        written, number = match["letter"], int(match["number"])
        letter = column.letters[written.upper()]
        name = f"{letter}{number}"
        if name in p.ODD_ROOTS and any(vertebra[0] in odd for vertebra in region.vertebrae):
            return None
        if name not in region.vertebrae:
            continue
        if name in p.SEQUENCE_NAMES and _is_sequence(text, match):
            continue
        if p.JOINED.match(text, match.end()) or p.JOINED_BEFORE.search(text[max(0, match.start() - 4) : match.start()]):
            return None  # a level that nobody annotated
        place = column.positions[letter, number] + steps
        if not 0 <= place < len(column.vertebrae):
            return None
        moved, value = column.vertebrae[place]
        if moved != letter:
            if odd & {moved, letter} or written.upper() != letter:
                return None
            written = moved.lower() if written.islower() else moved
        edits.append(Edit(match.start(), match.end(), f"{written}{match['gap']}{value}"))
    return edits


def _is_sequence(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 12) : match.start()]
    return p.SEQUENCE.match(text, match.start()) is not None or p.SEQUENCE_BEFORE.search(before) is not None


def _inside(at: int, taken: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in taken)


def _pattern(column: Column) -> re.Pattern[str]:
    letters = "|".join(sorted(map(re.escape, column.letters), key=lambda name: (-len(name), name)))
    return re.compile(
        rf"(?<![A-Za-z0-9])(?P<letter>{letters})(?P<gap>\s?)(?P<number>\d{{1,2}})(?!\d|[.,]\d|\s?(?:mm|cm)\b)", re.I
    )
