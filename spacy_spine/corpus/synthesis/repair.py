"""Edits less those after which the rules misread a level or place a sentence otherwise."""

from collections.abc import Collection, Sequence

from ...mentions import find_mentions
from ..report import AnnotatedReport, regions_named
from .draft import Draft, Edit
from .layout import Passage, lay_out, segments_at

# Characters around what is wrong; each round looks further.
REACHES = (12, 60, 240)
Span = tuple[int, int]


def repaired(report: AnnotatedReport, edits: Sequence[Edit], free: Collection[int] = ()) -> AnnotatedReport:
    """A report with as many of some edits as the rules stand.

    report (AnnotatedReport): The report.
    edits (Sequence[Edit]): Edits that do not overlap.
    free (Collection[int]): Starts of locations that need not be read afterwards; read otherwise they may not be.
    RETURNS (AnnotatedReport): Every location that was read is read, nothing else is, and all sentences belong to the
        same segments as before.
    """
    before, kept = lay_out(report), list(edits)
    for reach in (*REACHES, 0):
        draft = Draft(report, kept)
        after = draft.finish()
        wrong = [*_misread(report, draft, after, free), *_misplaced(before, draft, after)]
        if not wrong:
            return after
        kept = [one for one in kept if not any(a - reach <= one.end and one.start <= b + reach for a, b in wrong)]
    return report


def _misread(report: AnnotatedReport, draft: Draft, after: AnnotatedReport, free: Collection[int]) -> list[Span]:
    """Where levels are no longer read, or others are."""
    regions = regions_named(report.region)
    old, new = find_mentions(report.text, regions), find_mentions(after.text, regions)
    read_before = {(one.start, one.end, one.motion_segments) for one in old}
    read_now = {(one.start, one.end, one.motion_segments) for one in new}
    wrong: list[Span] = []
    known: set[Span] = set()
    for one in report.locations:
        start, end = draft.moved(one.start), draft.moved_end(one.end)
        over = [mention for mention in new if mention.start < end and start < mention.end]
        known |= {(mention.start, mention.end) for mention in over}
        if one.start in free:
            good = all(mention.motion_segments == one.motion_segments for mention in over)
        else:
            good = (start, end, one.motion_segments) in read_now
            good = good or (one.start, one.end, one.motion_segments) not in read_before
        if not good:
            wrong.append((one.start, one.end))
    for mention in new:
        if (mention.start, mention.end) not in known:
            span = draft.back(mention.start), draft.back(mention.end)
            if not any(one.start <= span[1] and span[0] <= one.end for one in old):
                wrong.append(span)
    return wrong


def _misplaced(before: Sequence[Passage], draft: Draft, after: AnnotatedReport) -> list[Span]:
    passages = lay_out(after)
    return [
        (one.start, one.end) for one in before if segments_at(passages, draft.moved_end(one.end) - 1) != set(one.placed)
    ]
