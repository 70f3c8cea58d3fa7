"""Operations on the items of list-style reports: `recombine`, `permute`, `shuffle` and `drop`."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...pipeline.sentences.patterns import LINE_MARKER
from ..report import AnnotatedReport, Location, SegmentLabels, regions_named
from .draft import Draft, Edit
from .items import Item, find_items
from .layout import Passage, lay_out, misread, still_placed
from .pool import Pool
from .shift import shift_edits

LINE_BREAKS = ("\r\n", "\n", "\r")


@dataclass(frozen=True)
class Filling:
    """What is to stand in the lines of an item: another item, here or in another report.

    slot (Item): The item whose lines are replaced.
    source (AnnotatedReport): Where the new one comes from.
    item (Item): The new one.
    name (str): The segment that it is to be about.
    lines (bool): Whether lines elsewhere are replaced as well.
    """

    slot: Item
    source: AnnotatedReport
    item: Item
    name: str
    lines: bool = True


def recombine(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """Put what other reports of the practice say of a level in the place of what this one says of it or another.

    report (AnnotatedReport): A list-style report.
    rng (Random): Source of chance.
    pool (Pool): For the other reports, and for what is wanted most.
    RETURNS (AnnotatedReport | None): None where no item of this or of the others stands by itself.
    """
    original = report
    slots = find_items(report, lay_out(report))
    if not slots:
        return None
    donors = [(one, item) for one in pool.colleagues(report) for item in find_items(one, lay_out(one))]
    rng.shuffle(slots)
    for slot in slots[: rng.randint(1, len(slots))]:
        fitting = [pair for pair in donors if len(pair[1].mentions) == len(slot.mentions)]
        if not fitting:
            continue
        worths = [pool.worth(item.name, one.segments[item.name]) ** 2 + 1e-6 for one, item in fitting]
        source, item = rng.choices(fitting, worths)[0]
        donors.remove((source, item))
        passages = lay_out(report)
        here = next((one for one in find_items(report, passages) if one.name == slot.name), None)
        if here is not None and len(here.mentions) == len(item.mentions):
            report = _fill(report, passages, [Filling(here, source, item, slot.name)]) or report
    return report if report is not original else None


def permute(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """Let the items of a report change their levels: what was said of L3-L4 is said of L5-S1.

    report (AnnotatedReport): A list-style report.
    rng (Random): Source of chance.
    pool (Pool): Not needed.
    RETURNS (AnnotatedReport | None): None where fewer than two items stand by themselves.
    """
    passages = lay_out(report)
    items = find_items(report, passages)
    count = len(rng.choice(items).mentions) if items else 0
    items = [item for item in items if len(item.mentions) == count]
    rng.shuffle(items)
    chosen = items[: rng.randint(2, len(items))] if len(items) > 1 else []
    fillings = [Filling(a, report, b, a.name) for a, b in zip(chosen, [*chosen[1:], *chosen[:1]], strict=True)]
    return _fill(report, passages, fillings) if fillings else None


def shuffle(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """List the items of a report in another order.

    report (AnnotatedReport): A list-style report.
    rng (Random): Source of chance.
    pool (Pool): Not needed.
    RETURNS (AnnotatedReport | None): None where fewer than two items stand by themselves.
    """
    passages = lay_out(report)
    slots = find_items(report, passages)
    order = list(slots)
    rng.shuffle(order)
    pairs = [(slot, item) for slot, item in zip(slots, order, strict=True) if slot is not item]
    fillings = [Filling(slot, report, item, item.name, lines=False) for slot, item in pairs]
    return _fill(report, passages, fillings) if fillings else None


def drop(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """Leave out an item, and with it all that is known of its level.

    report (AnnotatedReport): A list-style report.
    rng (Random): Source of chance.
    pool (Pool): For what is wanted least.
    RETURNS (AnnotatedReport | None): None where no item stands by itself, or a collective statement would cover the
        level that is no longer named.
    """
    passages = lay_out(report)
    if len(report.segments) < 2 or any("collective" in one.placed.values() for one in passages):
        return None
    items = find_items(report, passages)
    if not items:
        return None
    # Weights are steep: what is least wanted goes, and what is wanted hardly ever.
    item = rng.choices(items, [1 / (pool.worth(one.name, report.segments[one.name]) + 0.05) ** 2 for one in items])[0]
    edits = []
    for start, end in ((item.start, item.end), *item.mentions):
        if _is_whole_section(passages, start, end):
            return None
        tail = next((sign for sign in LINE_BREAKS if report.text.startswith(sign, end)), "")
        edits.append(Edit(start, end + len(tail), "", locations=()))
    draft = Draft(report, edits)
    after = draft.finish(segments={name: one for name, one in report.segments.items() if name != item.name})
    if misread(after) > misread(report) or not still_placed(passages, draft, after):
        return None
    return after


def _fill(report: AnnotatedReport, passages: Sequence[Passage], fillings: Sequence[Filling]) -> AnnotatedReport | None:
    edits: list[Edit] = []
    labels: dict[str, SegmentLabels] = dict(report.segments)
    for filling in fillings:
        spans = [((filling.slot.start, filling.slot.end), (filling.item.start, filling.item.end))]
        if filling.lines:
            spans += zip(filling.slot.mentions, filling.item.mentions, strict=True)
        for old, new in spans:
            edit = _edit(report, old, filling, new)
            if edit is None:
                return None
            edits.append(edit)
        labels[filling.name] = filling.source.segments[filling.item.name]
    draft = Draft(report, edits)
    after = draft.finish(segments=labels)
    if after.text == report.text or misread(after) > misread(report):
        return None
    if not still_placed(list(passages), draft, after):
        return None
    return after if _about(after, draft, fillings) else None


def _edit(report: AnnotatedReport, old: tuple[int, int], filling: Filling, new: tuple[int, int]) -> Edit | None:
    """The lines of the new item at their level, behind the bullet or number of the old ones."""
    region = regions_named(report.region).region_of(filling.name)
    if region is None or filling.item.name not in region.motion_segments:
        return None
    fragment = _fragment(filling.source, *new)
    steps = region.motion_segments.index(filling.name) - region.motion_segments.index(filling.item.name)
    edits = shift_edits(fragment, region, steps, manner=filling.source) if steps else []
    if edits is None:
        return None
    here, there = LINE_MARKER.match(report.text[slice(*old)]), LINE_MARKER.match(fragment.text)
    if (here is None) != (there is None):
        return None
    if here and there:
        edits.append(Edit(0, there.end(), here[0]))
    moved = Draft(fragment, edits).finish()
    return Edit(*old, moved.text, locations=moved.locations)


def _fragment(report: AnnotatedReport, start: int, end: int) -> AnnotatedReport:
    """A stretch of a report as a report, with the locations in it."""
    inside = [one for one in report.locations if start <= one.start and one.end <= end]
    locations = tuple(Location(one.start - start, one.end - start, one.motion_segments) for one in inside)
    return replace(report, text=report.text[start:end], locations=locations)


def _about(after: AnnotatedReport, draft: Draft, fillings: Sequence[Filling]) -> bool:
    """Whether the new lines are about their segments and no others."""
    passages = lay_out(after)
    for filling in fillings:
        spans = [(filling.slot.start, filling.slot.end), *(filling.slot.mentions if filling.lines else ())]
        for start, end in spans:
            inside = [one for one in passages if draft.moved_end(start) <= one.start < draft.moved_end(end)]
            if not inside or any(set(one.placed) != {filling.name} for one in inside):
                return False
    return True


def _is_whole_section(passages: Sequence[Passage], start: int, end: int) -> bool:
    """Whether lines are all that stands under a heading."""
    before = [one for one in passages if one.end <= start]
    after = [one for one in passages if one.start >= end]
    return bool(before) and before[-1].sentence.heading and (not after or after[0].sentence.heading)
