"""Operations that move whole reports or their items to other levels: `relevel` and `permute`."""

import random
from dataclasses import replace

from ...anatomy import Region
from ..report import INFERRED, AnnotatedReport, SegmentLabels, regions_named
from . import patterns as p
from .draft import Draft
from .layout import lay_out, misread, segments_at
from .pool import Pool
from .shift import shift_edits
from .spelling import moved_names


def relevel(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """Move all levels of a report up or down by the same number, with the vertebrae and roots named in it.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    pool (Pool): Not needed.
    RETURNS (AnnotatedReport | None): None where a level would leave the region, or the text says something that is
        only true of the levels as they are.
    """
    regions = [one for one in regions_named(report.region) if _named(report, one)]
    if not regions or p.LEVEL_DEPENDENT.search(report.text):
        return None
    region = rng.choice(regions)
    order = region.motion_segments
    places = [order.index(name) for name in _named(report, region)]
    steps = [n for n in range(-min(places), len(order) - max(places)) if n]
    rng.shuffle(steps)
    return next((moved for n in steps if (moved := _relevelled(report, region, n))), None)


def _relevelled(report: AnnotatedReport, region: Region, steps: int) -> AnnotatedReport | None:
    segments = _moved_segments(report, region, steps)
    edits = shift_edits(report, region, steps) if segments else None
    if segments is None or edits is None:
        return None
    draft = Draft(report, edits)
    moved = draft.finish(segments=segments)
    if misread(moved) > misread(report):
        return None
    after = lay_out(moved)
    whole = set(region.motion_segments)
    for one in lay_out(report):
        here = segments_at(after, draft.moved_end(one.end) - 1)
        own = whole & set(one.placed)
        named = {moved_names([name], steps, region)[:1] or ("",) for name in own if name in _named(report, region)}
        if {(name,) for name in here & whole if name in _named(moved, region)} != named:
            return None
        if here - whole != set(one.placed) - whole:
            return None
    return moved


def _moved_segments(report: AnnotatedReport, region: Region, steps: int) -> dict[str, SegmentLabels] | None:
    """The labels at their new levels. What only a collective statement covers are all the levels left."""
    own = {name: one for name, one in report.segments.items() if name in region.motion_segments}
    named = {name: one for name, one in own.items() if name in _named(report, region)}
    inferred = {name: one for name, one in own.items() if name not in named}
    moved = {moved_names([name], steps, region)[0]: one for name, one in named.items()}
    if inferred:
        complete = len(own) == len(region.motion_segments)
        kinds = {(one.mention, tuple(one.labels.items())) for one in inferred.values()}
        if not complete or len(kinds) > 1 or next(iter(kinds))[0] != INFERRED:
            return None
        rest = next(iter(inferred.values()))
        moved |= {name: replace(rest) for name in region.motion_segments if name not in moved}
    others = {name: one for name, one in report.segments.items() if name not in own}
    order = regions_named(report.region).motion_segments
    return {name: (moved | others)[name] for name in order if name in moved | others}


def _named(report: AnnotatedReport, region: Region) -> list[str]:
    found = {name for one in report.locations for name in one.motion_segments}
    return [name for name in region.motion_segments if name in found]
