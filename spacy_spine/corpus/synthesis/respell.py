"""The operation `respell`: mentions in other spellings that the normalizer reads."""

import random

from ...mentions import find_mentions
from ..report import AnnotatedReport, regions_named
from .draft import Draft, Edit
from .layout import lay_out, misread, still_placed
from .pool import Pool
from .spelling import draw_form, other_spelling

# Most writers keep to one form; some take any.
ONE_FORM = 0.6


def respell(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """Spell mentions in other ways, all in one or each in any.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    pool (Pool): Not needed.
    RETURNS (AnnotatedReport | None): With mentions that stand for the same segments and are read as such where they
        stand; None where no mention can be spelt otherwise.
    """
    forms = {kind: draw_form(rng, kind) for kind in ("single", "range")}
    one_form = rng.random() < ONE_FORM
    regions, edits = regions_named(report.region), []
    for location in report.locations:
        mention = report.text[location.start : location.end]
        owners = {regions.region_of(name) for name in location.motion_segments}
        region = owners.pop()
        kind = "single" if len(location.motion_segments) == 1 else "range"
        form = forms[kind] if one_form else draw_form(rng, kind)
        if region is None or owners:
            continue
        spelt = other_spelling(mention, location.motion_segments, region, form)
        if spelt and spelt != mention:
            shouting = report.text.isupper()
            edits.append(Edit(location.start, location.end, spelt.upper() if shouting else spelt))
    edits = _read_in_place(report, edits)
    if not edits:
        return None
    draft = Draft(report, edits)
    after = draft.finish()
    if misread(after) > misread(report) or not still_placed(lay_out(report), draft, after):
        return None
    return after


def _read_in_place(report: AnnotatedReport, edits: list[Edit]) -> list[Edit]:
    """Those edits whose spelling is still read where it stands: a bare "4-5" is a mention only here and there."""
    draft = Draft(report, edits)
    after = draft.finish()
    read = {(one.start, one.end, one.motion_segments) for one in find_mentions(after.text, regions_named(after.region))}
    old = {one.start: one for one in report.locations}
    kept = []
    for edit in edits:
        one = old[edit.start]
        if (draft.moved(one.start), draft.moved_end(one.end), one.motion_segments) in read:
            kept.append(edit)
    return kept
