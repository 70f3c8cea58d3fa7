"""Which segments each rule gives a sentence, on plain data without spaCy."""

import pytest
from grouping_cases import CASES, THORACIC, by, collective, continuation, explicit, group, item, last, parse, reference
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine import Regions, get_regions
from spacy_spine.errors import ConfigError
from spacy_spine.pipeline.grouping import Sentence, get_rules, group_sentences, grouping_rules
from spacy_spine.pipeline.segment_grouper import DEFAULT_RULES


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_last_sentence(text: str, expected: dict[str, str]) -> None:
    assert last(text) == expected


def test_a_finding_heading_goes_to_the_segments_below_it() -> None:
    placed = group("STENOSIS:¦L4-5 severe.¦L3-4 mild.\nTECHNIQUE:¦Sagittal T2.")
    assert placed[0] == by("heading", "L3-L4", "L4-L5")
    assert placed[3] == {}


def test_any_disc_herniation_is_not_any_level() -> None:
    assert last("L4-5 is narrow without any disc herniation.") == by("explicit", "L4-L5")
    assert last("L4-5: tight, moderate throughout that segment.") == by("explicit", "L4-L5")
    assert set(last("L4-5 is narrow, no stenosis at any other disc.")) > {"L4-L5"}


def test_a_question_goes_to_the_segments_of_its_answer() -> None:
    placed = group("Is there stenosis?¦Severe at L4-5.\nIs there a fracture?¦No.\n\nL3-4 bulges.")
    assert placed[0] == by("heading", "L4-L5")
    assert placed[2] == placed[3] == {}


def test_a_sentence_is_read_with_the_one_that_says_where_it_holds() -> None:
    assert group("The canal is narrow.¦It is narrowest at L4-5.")[0] == by("antecedent", "L4-L5")


def test_a_topic_goes_to_the_levels_that_only_grade_it() -> None:
    placed = group(
        "Foramina are the problem.¦On the right it is severe at L4-5.¦On the left it is mild at L5-S1.¦L2-3 bulges."
    )
    assert placed[0] == by("antecedent", "L4-L5", "L5-S1")


def test_a_number_of_levels_is_those_to_come() -> None:
    placed = group("The canal is narrow at two levels.¦L2-3, severe.¦L3-4, moderate.¦L5-S1 is normal.")
    assert placed[0] == by("antecedent", "L2-L3", "L3-L4")


@pytest.mark.parametrize("heading", ["Foramina:", "Neuroforamina:", "Spinal canal.", "CANAL  FORAMINA R/L  ROOTS"])
def test_a_heading_of_a_topic_goes_to_the_levels_of_its_paragraph(heading: str) -> None:
    joint = "\n" if heading.isupper() or "FORAMINA" in heading else "¦"
    placed = group(f"{heading}{joint}Wide at L3-4.¦Severe at L4-5.\n\nIMPRESSION:\nL5-S1 bulge.")
    assert placed[0] == by("heading", "L3-L4", "L4-L5")


def test_a_page_line_interrupts_nothing() -> None:
    placed = group("L4-5: Moderate\nPage 2 of 3\ncanal stenosis.")
    assert placed == [explicit("L4-L5"), {}, item("L4-L5")]


@pytest.mark.parametrize(
    "text", ["Re-\nmaining discs are normal.", "No stenosis at any\nother level.", "REMAINING DISCS NORMAL"]
)
def test_broken_lines_and_capitals_say_the_same(text: str) -> None:
    regions = get_regions("lumbar")
    placed = group_sentences(
        [*parse("L4-5 bulges.", regions), Sentence(text, region="lumbar")], regions, get_rules(DEFAULT_RULES)
    )
    assert placed[1] == collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")


@given(st.text(alphabet="aİß-\n Ⅷ"))
def test_patterns_read_every_character_at_its_place(text: str) -> None:
    assert len(Sentence(text).head) == len(text)


def test_regions_never_mix() -> None:
    placed = group(
        "CERVICAL SPINE\nC5-6: bulge.¦Other cervical levels normal.\n"
        "LUMBAR SPINE\nThe canal is narrow.\nL4-5: bulge.¦Other levels normal.",
        "both",
    )
    assert placed[2] == collective("C2-C3", "C3-C4", "C4-C5", "C6-C7", "C7-T1")
    assert placed[4] == {}
    assert placed[6] == collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")


def test_both_regions_at_once() -> None:
    placed = group("C5-6: bulge.\nL4-5: bulge.¦Rest of both spines normal.", "both")
    assert placed[2] == collective("C2-C3", "C3-C4", "C4-C5", "C6-C7", "C7-T1", "L1-L2", "L2-L3", "L3-L4", "L5-S1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NECK\nNo bulge at any level in the neck.", collective(*get_regions("cervical").motion_segments)),
        ("C5-6 bulge.\nL4-5 bulge.¦All other C levels clear.", collective("C2-C3", "C3-C4", "C4-C5", "C6-C7", "C7-T1")),
        ("C5-6 bulge.\nL4-5 bulge.¦Nothing else in the neck.", collective("C2-C3", "C3-C4", "C4-C5", "C6-C7", "C7-T1")),
        ("C5-6 is compressed.\nLUMBAR SPINE\nAt this level the canal is narrow.", {}),
        ("C5-6 is compressed.\nLUMBAR SPINE\nThe former is severe.", {}),
        ("IMPRESSION:¦Herniations at C5-6 and L4-5.¦The former is severe.", reference("C5-C6")),
        ("IMPRESSION:¦Herniations at C5-6 and L4-5.¦The latter is severe.", reference("L4-L5")),
        ("IMPRESSION:\n1. C5-6 cord compression.\n2. L4-5 stenosis.\n3. It is severe.", {}),
    ],
)
def test_two_spines_in_one_report(text: str, expected: dict[str, str]) -> None:
    assert last(text, "both") == expected


def test_the_level_above_the_first_of_a_region_is_none_of_the_other() -> None:
    assert "C7-T1" not in last("L1-2 protrudes.¦The level above is normal.", "both")


def test_a_region_of_somebody_else() -> None:
    regions = Regions.of(THORACIC)
    assert group("T11-12: extrusion.¦It compresses the cord.¦The level below is normal.", regions) == [
        explicit("T11-T12"),
        item("T11-T12"),
        reference("T12-L1"),
    ]
    assert len(last("T7-8: bulge.¦Other thoracic levels normal.", regions)) == 11


SENTENCES = st.lists(
    st.sampled_from(
        [case.replace("\n", " ").split("¦")[-1] for case, _ in CASES]
        + ["FINDINGS:", "\n", "\n\n", "C5-6 bulges.", "The latter.", "- L4-5"]
    ),
    max_size=8,
).map("¦".join)


@given(SENTENCES, st.sampled_from(["lumbar", "cervical", "both"]))
@settings(deadline=None, max_examples=150)
def test_properties(text: str, region: str) -> None:
    regions = get_regions(region)
    sentences = parse(text, regions)
    placed = group_sentences(sentences, regions, get_rules(DEFAULT_RULES))
    assert len(placed) == len(sentences)
    for sentence, here in zip(sentences, placed, strict=True):
        assert set(sentence.named) <= set(here) <= set(regions.motion_segments)
        assert {name for name, rule in here.items() if rule == "explicit"} == set(sentence.named)
    assert placed == group_sentences(sentences, regions, get_rules(DEFAULT_RULES))


@given(SENTENCES, SENTENCES)
@settings(deadline=None, max_examples=60)
def test_what_follows_changes_no_carry_over(first: str, second: str) -> None:
    """Only collective statements look ahead, for the levels that are named."""
    regions, rules = get_regions("lumbar"), get_rules(DEFAULT_RULES[:2] + DEFAULT_RULES[3:])
    whole = group_sentences(parse(first + "\n\nImpression:\n" + second, regions), regions, rules)
    alone = group_sentences(parse(first + "\n\nImpression:", regions), regions, rules)
    assert whole[: len(alone) - 1] == alone[:-1]


def test_rules_are_tried_in_the_order_given() -> None:
    regions = get_regions("lumbar")
    sentences = parse("L4-5: Bulge.¦It narrows the canal.", regions)
    swapped = get_rules(["spacy_spine.explicit.v1", "spacy_spine.continuation.v1", "spacy_spine.item.v1"])
    assert group_sentences(sentences, regions, swapped)[1] == continuation("L4-L5")
    assert group_sentences(sentences, regions, get_rules(["spacy_spine.explicit.v1"]))[1] == {}


def test_a_plugin_adds_a_rule() -> None:
    @grouping_rules.register("acme.everything.v1")
    def everything(sentence, focus, placed):
        return focus.regions.motion_segments if not placed else ()

    rules = get_rules([*DEFAULT_RULES, "acme.everything.v1"])
    placed = group_sentences(parse("The patient is tall.", get_regions("lumbar")), get_regions("lumbar"), rules)
    assert placed == [by("everything", *get_regions("lumbar").motion_segments)]


@pytest.mark.parametrize("names", [[], ["spacy_spine.nonsense.v1"]])
def test_an_unknown_rule_is_an_error_that_names_the_known_ones(names: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"spacy_spine\.explicit\.v1"):
        get_rules(names)
