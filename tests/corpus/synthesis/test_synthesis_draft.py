"""Edits of a report: the locations go along, whatever changes around and inside of them."""

import pytest
from annotated import reports
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.corpus import AnnotatedReport, Location
from spacy_spine.corpus.synthesis.draft import Draft, Edit

QUICK = settings(deadline=None, max_examples=60)
REPORT = AnnotatedReport("r", "At L4-5 a bulge. L5-S1 normal.", "lumbar", "A", ())


def located(*spans: tuple[int, int, str]) -> AnnotatedReport:
    locations = tuple(Location(start, end, (name,)) for start, end, name in spans)
    return AnnotatedReport("r", REPORT.text, "lumbar", "A", locations)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Edits between the locations of a report."""
    report = draw(reports())
    edits, at = [], 0
    for start, end in [*((one.start, one.end) for one in report.locations), (len(report.text), len(report.text))]:
        if draw(st.booleans()):
            first = draw(st.integers(at, start))
            edits.append(Edit(first, draw(st.integers(first, start)), draw(st.text("ab -\n", max_size=4))))
        at = end
    return Draft(report, edits)


@given(drafts())
@QUICK
def test_locations_keep_their_text_and_meaning(draft: Draft) -> None:
    after = draft.finish()
    assert len(after.locations) == len(draft.report.locations)
    for old, new in zip(draft.report.locations, after.locations, strict=True):
        assert after.text[new.start : new.end] == draft.report.text[old.start : old.end]
        assert new.motion_segments == old.motion_segments


@given(drafts())
@QUICK
def test_what_no_edit_touches_is_found_again(draft: Draft) -> None:
    after = draft.finish()
    for at, sign in enumerate(draft.report.text):
        if not any(edit.start <= at < edit.end for edit in draft.edits):
            assert after.text[draft.moved(at)] == sign
            assert draft.back(draft.moved(at)) == at


def test_an_edit_inside_of_a_location_changes_its_end() -> None:
    after = Draft(located((3, 7, "L4-L5")), [Edit(5, 6, " -\n")]).finish()
    assert after.text[slice(after.locations[0].start, after.locations[0].end)] == "L4 -\n5"


def test_an_edit_of_a_whole_location_may_change_its_meaning() -> None:
    after = Draft(located((3, 7, "L4-L5")), [Edit(3, 7, "L3/4", names=("L3-L4",))]).finish()
    assert after.locations == (Location(3, 7, ("L3-L4",)),)


def test_text_at_the_edges_of_a_location_is_no_part_of_it() -> None:
    after = Draft(located((3, 7, "L4-L5")), [Edit(3, 3, "the "), Edit(7, 7, " level")]).finish()
    assert after.text.startswith("At the L4-5 level a")
    assert after.locations == (Location(7, 11, ("L4-L5",)),)


def test_a_passage_brings_its_own_locations() -> None:
    passage = Edit(17, 30, "And L3-4.", locations=(Location(4, 8, ("L3-L4",)),))
    after = Draft(located((3, 7, "L4-L5"), (17, 22, "L5-S1")), [Edit(0, 0, "So: "), passage]).finish()
    assert [after.text[one.start : one.end] for one in after.locations] == ["L4-5", "L3-4"]


def test_edits_that_overlap_or_cut_a_location_are_refused() -> None:
    report = located((3, 7, "L4-L5"))
    with pytest.raises(ValueError, match="overlap"):
        Draft(report, [Edit(8, 12, ""), Edit(10, 14, "")])
    with pytest.raises(ValueError, match="reaches out"):
        Draft(report, [Edit(5, 9, "")]).finish()
    with pytest.raises(ValueError, match="in two"):
        Draft(report, [Edit(5, 9, "", locations=())]).finish()
