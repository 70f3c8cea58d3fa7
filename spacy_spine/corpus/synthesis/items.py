"""Items of list-style reports: what a report says of one level, where it says it in lines of its own."""

from dataclasses import dataclass

from ..report import INFERRED, AnnotatedReport
from . import patterns as p
from .layout import Passage

ITEM_RULES = frozenset({"explicit", "item", "continuation"})


@dataclass(frozen=True)
class Item:
    """All that a report says of one segment.

    name (str): The segment.
    start, end (int): Characters of the lines that describe it.
    mentions (tuple[tuple[int, int], ...]): Characters of the lines elsewhere that are about it alone.
    """

    name: str
    start: int
    end: int
    mentions: tuple[tuple[int, int], ...] = ()


def find_items(report: AnnotatedReport, passages: list[Passage]) -> list[Item]:
    """The items of a report that stand by themselves.

    report (AnnotatedReport): The report.
    passages (list[Passage]): Its layout.
    RETURNS (list[Item]): In the order of the text. A segment of which anything is said in a sentence about others
        too, or that a collective statement covers, has none.
    """
    found = [_item(report, passages, name) for name in report.segments]
    return sorted((one for one in found if one), key=lambda one: one.start)


def _item(report: AnnotatedReport, passages: list[Passage], name: str) -> Item | None:
    if report.segments[name].mention == INFERRED:
        return None
    own = [number for number, one in enumerate(passages) if name in one.placed]
    if not own or any(set(passages[number].placed) != {name} for number in own):
        return None
    if any(passages[number].placed[name] not in ITEM_RULES for number in own):
        return None
    runs: list[list[int]] = []
    for number in own:
        if runs and number == runs[-1][-1] + 1 and not passages[number].sentence.opens:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [_lines(report.text, passages, run) for run in runs]
    opening = passages[runs[0][0]].sentence
    if not opening.opens or any(span is None for span in spans):
        return None
    whole = [span for span in spans if span]
    if any(p.CROSS_REFERENCE.search(report.text, *span) for span in whole):
        return None
    return Item(name, *whole[0], mentions=tuple(whole[1:]))


def _lines(text: str, passages: list[Passage], run: list[int]) -> tuple[int, int] | None:
    """The characters of sentences that fill whole lines, None where others stand in these lines."""
    first, last = passages[run[0]], passages[run[-1]]
    after = passages[run[-1] + 1] if run[-1] + 1 < len(passages) else None
    if not first.sentence.begins_line or (after and not after.sentence.begins_line):
        return None
    start = max(text.rfind(sign, 0, first.start) for sign in "\n\r") + 1
    return start, last.end
