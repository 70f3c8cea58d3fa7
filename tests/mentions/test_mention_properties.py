"""What holds for any text, generated."""

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mention_regions import REGIONS
from mention_spelling import FORMS, ROMAN, ROMAN_FORMS, SEPARATORS, spell, spell_roman

from spacy_spine import get_regions
from spacy_spine.mentions import find_mentions, normalize

FRAGMENTS = [
    *"LCTSDlIi|1!2345678@$-–/\\ .,;:\n_&()",
    *(
        "L4",
        "L5",
        "S1",
        "C7",
        "T1",
        "T12",
        "L4-5",
        "4-5",
        "C5/6",
        "L3-4",
        "two ",
        "five ",
        "see ",
        "for ",
        "LWK ",
        " mm",
    ),
    *(
        " to ",
        " and ",
        " on ",
        " through ",
        "lower three levels",
        " disc",
        " downwards",
        "L.IV-V.",
        "CV-VI",
        " IV-V",
        " .. ",
        " down to the sacrum",
        "upper three ",
        "lumbosacral junction",
        "roots",
    ),
]
names = st.sampled_from(sorted(REGIONS))
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))
quick = settings(deadline=None, max_examples=150)


@quick
@given(texts, names)
def test_any_text_gives_segments_of_the_region_in_order(text: str, name: str) -> None:
    known = REGIONS[name].motion_segments
    found = normalize(text, REGIONS[name])
    assert list(found) == [segment for segment in known if segment in found]


@quick
@given(texts, names)
def test_reading_its_own_output_changes_nothing(text: str, name: str) -> None:
    found = normalize(text, REGIONS[name])
    assert normalize(", ".join(found), REGIONS[name]) == found
    assert all(normalize(segment, REGIONS[name]) == (segment,) for segment in found)


@quick
@given(st.lists(texts, max_size=4).map(". ".join), names)
def test_mentions_lie_in_the_text_in_order_and_name_something(text: str, name: str) -> None:
    mentions = find_mentions(text, REGIONS[name])
    ends = [0, *(mention.end for mention in mentions)]
    for mention, before in zip(mentions, ends, strict=False):
        assert before <= mention.start < mention.end <= len(text)
        assert mention.motion_segments
        assert set(mention.motion_segments) <= set(REGIONS[name].motion_segments)


@quick
@given(st.data(), st.sampled_from(FORMS), st.sampled_from(SEPARATORS), names)
def test_every_segment_is_read_in_every_form(data: st.DataObject, form: str, separator: str, name: str) -> None:
    segment = data.draw(st.sampled_from(REGIONS[name].motion_segments))
    assert normalize(spell(segment, form, separator), REGIONS[name]) == (segment,)


@quick
@given(st.data(), st.sampled_from(("-", "/", " to ", " through ", "–", " down to ")), names)
def test_a_range_of_vertebrae_is_what_lies_between(data: st.DataObject, tie: str, name: str) -> None:
    region = data.draw(st.sampled_from(REGIONS[name].parts))
    upper, lower = sorted(data.draw(st.sets(st.integers(0, len(region.vertebrae) - 1), min_size=2, max_size=2)))
    top, bottom = region.vertebrae[upper], region.vertebrae[lower]
    assert normalize(f"{top}{tie}{bottom}", REGIONS[name]) == region.between(top, bottom)


@quick
@given(st.lists(st.sampled_from(get_regions("lumbar").motion_segments), min_size=1, max_size=6), st.data())
def test_a_list_is_the_union_of_its_items(segments: list[str], data: st.DataObject) -> None:
    forms = [form for form in FORMS if form not in ("list", "words", "range", "pair", "spaced")]
    spelt = [spell(segment, data.draw(st.sampled_from(forms))) for segment in segments]
    expected = tuple(name for name in get_regions("lumbar").motion_segments if name in segments)
    assert normalize(", ".join(spelt), "lumbar") == expected
    mentions = find_mentions(f"Bulges at {', '.join(spelt)}.", "lumbar")
    assert [mention.motion_segments for mention in mentions] == [(segment,) for segment in segments]


@quick
@given(st.data(), st.sampled_from(FORMS), st.sampled_from([("lumbar", "cervical"), ("cervical", "lumbar")]))
def test_other_regions_are_none_of_its_business(data: st.DataObject, form: str, pair: tuple[str, str]) -> None:
    own, other = pair
    segment = data.draw(st.sampled_from(REGIONS[other].motion_segments))
    assert normalize(spell(segment, form), REGIONS[own]) == ()


romans = st.sampled_from(ROMAN_FORMS), st.sampled_from(("-", "–", "/", " - ")), names


@quick
@given(st.data(), *romans)
def test_every_segment_is_read_in_roman_numerals(data: st.DataObject, form: str, separator: str, name: str) -> None:
    segment = data.draw(st.sampled_from(REGIONS[name].motion_segments))
    spelt = spell_roman(segment, form, separator)
    assert normalize(spelt, REGIONS[name]) == (segment,)
    text = f"Protrusion at {spelt} with contact."
    assert [(text[m.start : m.end], m.motion_segments) for m in find_mentions(text, REGIONS[name])] == [
        (spelt, (segment,))
    ]


@quick
@given(
    st.sampled_from(("Grade ", "stage ", "Modic ", "Pfirrmann type ", "cranial nerves ", "leads ", "", "(")),
    st.sampled_from(ROMAN[1:]),
    st.sampled_from(ROMAN[1:]),
    st.sampled_from(("-", "–", "/", " - ")),
    names,
)
def test_roman_numerals_without_a_letter_are_no_level(head: str, a: str, b: str, separator: str, name: str) -> None:
    text = f"{head}{a}{separator}{b} degeneration."
    assert find_mentions(text, REGIONS[name]) == []
    assert normalize(text, REGIONS[name]) == ()


@quick
@given(st.data(), st.integers(1, 12), st.sampled_from(("- ", "-", ") ", ". ", " - ")))
def test_the_number_of_a_list_item_is_no_vertebra(data: st.DataObject, number: int, sign: str) -> None:
    segment = data.draw(st.sampled_from(get_regions("lumbar").motion_segments))
    spelt = spell(segment, data.draw(st.sampled_from(("full", "short"))), "/")
    text = f"MRI\n{number}{sign}{spelt} bulge"
    assert [(text[m.start : m.end], m.motion_segments) for m in find_mentions(text, "lumbar")] == [(spelt, (segment,))]


@quick
@given(st.data(), st.decimals(1, 25, places=1), names)
def test_a_measure_after_a_level_is_no_part_of_it(data: st.DataObject, measure: Decimal, name: str) -> None:
    segment = data.draw(st.sampled_from(REGIONS[name].motion_segments))
    spelt = spell(segment, "full", "/")
    text = f"Canal {spelt}-{measure}, narrow."
    assert [(text[m.start : m.end], m.motion_segments) for m in find_mentions(text, REGIONS[name])] == [
        (spelt, (segment,))
    ]


NASTY = [
    "L4-",
    "L4 ",
    "L4, ",
    " ",
    "|",
    "L4L5",
    "1 ",
    "L4-5 and ",
    "lumbar ",
    "to ",
    "!|@",
    "L4-\n",
    "lower three ",
    "L.IV-V., ",
    "IV-V. and ",
    "..",
    "discs 4/5, ",
    "a",
]


@pytest.mark.parametrize("piece", NASTY)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    assert normalize(piece * 300_000, "both") == ()
    short, long = (_seconds(piece * (size // len(piece))) for size in (20_000, 80_000))
    # Quadratic would be sixteen times; the constant covers what a busy machine adds.
    assert long < 9 * short + 0.3


def _seconds(text: str) -> float:
    start = time.process_time()
    find_mentions(text, "both")
    return time.process_time() - start
