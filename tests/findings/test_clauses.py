"""What of a sentence may concern a segment."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine import get_regions
from spacy_spine.findings import clauses
from spacy_spine.mentions import find_mentions

BOTH = get_regions("both")


def said(sentence: str, segment: str) -> str:
    parts = clauses(sentence, find_mentions(sentence, BOTH), segment)
    return " … ".join(sentence[start:end].strip(" ,;.") for start, end in parts)


@pytest.mark.parametrize(
    ("sentence", "segment", "expected"),
    [
        ("Severe stenosis at L4-5 and mild bulge at L3-4.", "L4-L5", "Severe stenosis at L4-5"),
        ("Severe stenosis at L4-5 and mild bulge at L3-4.", "L3-L4", "and mild bulge at L3-4"),
        ("L3-4 bulging, L4-5 extrusion, L5-S1 protrusion.", "L4-L5", "L4-5 extrusion"),
        # What is said once goes on, without the other level's grade.
        ("Canal is moderately narrowed at C5-6, mildly at C4-5.", "C4-C5", "Canal is … narrowed at … , mildly at C4-5"),
        ("Exit foramina: mild at C4/5, severe at C5/6", "C5-C6", "Exit foramina: … , severe at C5/6"),
        ("Large L3-4 and small L4-5 protrusion.", "L3-L4", "Large L3-4 and … protrusion"),
        # What goes on about a level stays with it.
        (
            "Broad bulge at L1/2, and extrusion at L4/5 with displacement of the root.",
            "L4-L5",
            "and extrusion at L4/5 with displacement of the root",
        ),
        # "Respectively", and as many values as levels.
        (
            "L3-4 and L4-5: mild and severe stenosis respectively.",
            "L4-L5",
            "L3-4 and L4-5: … and severe stenosis respectively",
        ),
        ("Canal AP L1-2, L2-3, L3-4: 15, 14, 9 mm.", "L2-L3", "Canal AP L1-2, L2-3, L3-4: … , 14,"),
        # The others, and exceptions.
        ("C5/6 mild stenosis; the rest are normal.", "C5-C6", "C5/6 mild stenosis"),
        ("C5/6 mild stenosis; the rest are normal.", "C3-C4", "the rest are normal"),
        (
            "The remaining discs bulge except for L4-5, where a large extrusion lies.",
            "L2-L3",
            "The remaining discs bulge",
        ),
        # Words that point back to one of several.
        ("Protrusions at L3-4 and L4-5, the latter displacing the root.", "L3-L4", "Protrusions at L3-4 and L4-5"),
        # A level of no region that is read.
        ("Large extrusion at T8-9, small bulge at L4-5.", "L4-L5", "small bulge at L4-5"),
    ],
)
def test_each_level_gets_what_is_said_of_it(sentence: str, segment: str, expected: str) -> None:
    got = said(sentence, segment).replace(" … , ", " … ").split(" … ")
    wanted = expected.replace(" … , ", " … ").split(" … ")
    assert [part.strip(" ,;.") for part in got] == [part.strip(" ,;.") for part in wanted]


@pytest.mark.parametrize("sentence", ["Severe stenosis at L4-5.", "No level is named here.", "L3-4 and L4-5 bulge."])
def test_a_sentence_about_one_thing_is_kept_whole(sentence: str) -> None:
    assert clauses(sentence, find_mentions(sentence, BOTH), "L4-L5") == [(0, len(sentence))]


WORDS = st.sampled_from(
    [
        "L3-4",
        "L4-5",
        "L5-S1",
        "and",
        ",",
        ";",
        "severe",
        "stenosis",
        "the rest",
        "former",
        "with",
        "8 mm",
        "except",
        "(",
        ":",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), st.sampled_from(["L3-L4", "L4-L5", "L1-L2"]))
def test_parts_lie_in_the_sentence_in_order_and_hold_the_segments_name(sentence: str, segment: str) -> None:
    mentions = find_mentions(sentence, BOTH)
    parts = clauses(sentence, mentions, segment)
    assert parts
    ends = [0]
    for start, end in parts:
        assert ends[-1] <= start < end <= len(sentence)
        ends.append(end)
    for mention in mentions:
        if segment in mention.motion_segments:
            assert any(start < mention.end and mention.start < end for start, end in parts)


def test_names_of_other_segments_alone_do_not_come_back_with_what_is_inherited() -> None:
    sentence = "Moderate canal stenosis at L3-4, severe at L4-5."
    found = clauses(sentence, find_mentions(sentence, BOTH), "L4-L5")
    assert "L3-4" not in "".join(sentence[start:end] for start, end in found)
