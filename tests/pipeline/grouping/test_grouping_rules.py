"""Which segments each rule gives a sentence, on plain data without spaCy."""

import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine import Region, Regions, get_regions
from spacy_spine.anatomy import LUMBAR
from spacy_spine.errors import ConfigError
from spacy_spine.pipeline.grouping import Location, Sentence, get_rules, group_sentences, grouping_rules
from spacy_spine.pipeline.segment_grouper import DEFAULT_RULES

LEVEL = re.compile(r"([LCT])(\d{1,2})-([LCTS])?(\d{1,2})")
THORACIC = Region(
    "thoracic", (*(f"T{i}" for i in range(1, 13)), "L1"), LUMBAR.pathologies, headings=("thoracic", "dorsal")
)


def parse(text: str, regions: Regions) -> list[Sentence]:
    """A report with "¦" between sentences; "L4-5" and "L5-S1" are locations."""
    found, region = [], None
    for line_number, line in enumerate(text.split("\n")):
        for number, part in enumerate(line.split("¦")):
            content = part.strip()
            if not content:
                continue
            locations = []
            for match in LEVEL.finditer(content):
                name = f"{match[1]}{match[2]}-{match[3] or match[1]}{match[4]}"
                if name in regions.motion_segments:
                    locations.append(Location(match.start(), match.end(), (name,)))
                    region = regions.region_of(name).name
            for part_region in regions:
                if any(heading in content.lower() for heading in part_region.headings):
                    region = part_region.name
            begins = number == 0
            blank = begins and (line_number == 0 or not text.split("\n")[line_number - 1].strip())
            indent = len(part) - len(part.lstrip()) if begins else 0
            ends = number == line.count("¦")
            found.append(
                Sentence(
                    content,
                    tuple(locations),
                    begins,
                    blank,
                    ends,
                    indent,
                    region if len(regions) > 1 else regions.names[0],
                )
            )
    return found


def group(text: str, region: str | Regions = "lumbar") -> list[dict[str, str]]:
    regions = get_regions(region) if isinstance(region, str) else region
    return group_sentences(parse(text, regions), regions, get_rules(DEFAULT_RULES))


def last(text: str, region: str | Regions = "lumbar") -> dict[str, str]:
    return group(text, region)[-1]


def by(rule: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, rule)


explicit, reference, collective = partial(by, "explicit"), partial(by, "reference"), partial(by, "collective")
item, continuation = partial(by, "item"), partial(by, "continuation")

CASES = [
    # explicit
    ("Protrusions at L3-4 and L5-S1.", explicit("L3-L4", "L5-S1")),
    ("Spondylolisthesis at L4-5.", explicit("L4-L5")),
    ("HISTORY: prior L4-5 surgery.", explicit("L4-L5")),
    # item
    ("L4-5: Bulge.¦No stenosis.", item("L4-L5")),
    ("L3-4, L4-5: Bulges.¦The canal is patent.", item("L3-L4", "L4-L5")),
    ("L4-5: Extrusion.\nThe root is compressed.", item("L4-L5")),
    ("- L4-5\n  - severe stenosis", item("L4-L5")),
    ("L4-5:\nDisc: bulge.¦Canal: patent.", item("L4-L5")),
    ("L3-4, L4-5:\nBulges, larger at L4-5, compressing the sac.", item("L3-L4") | explicit("L4-L5")),
    ("- L4-5 bulge\n- disc desiccation", {}),
    ("L4-5: Bulge.\n\nSevere stenosis.", {}),
    ("L4-5: Bulge.\nIMPRESSION:¦Severe stenosis.", {}),
    ("L4-5: Bulge.\nAdequate spinal canal.", {}),
    # continuation
    ("There is an extrusion at L4-5.¦It compresses the left root.", continuation("L4-L5")),
    ("There is an extrusion at L4-5.¦The marrow is normal.¦Severe stenosis.", {}),
    ("There is an extrusion at L4-5.¦The conus is normal.", {}),
    ("There is an extrusion at L4-5.¦No fracture.¦At this level the canal is narrow.", continuation("L4-L5")),
    ("There is an extrusion at L4-5.\n\nThe foramina at the same level are patent.", continuation("L4-L5")),
    ("The conus ends at L1-2.¦The canal is wide.", {}),
    ("Extrusion at L4-5, larger than at L3-4.¦It displaces the root.", continuation("L4-L5")),
    ("Degeneration at L4-5.¦Multilevel spondylosis.", {}),
    ("T12-L1: disc bulge.¦The canal is narrow.", {}),
    ("L4-5 extrusion.\nT12-L1 is normal.¦The canal is narrow.", {}),
    # headings
    ("History:¦Fusion at L4-5.¦Severe leg pain and stenosis.", {}),
    # references
    ("Protrusions at L3-4 and L4-5.¦The former is large.", reference("L3-L4")),
    ("Protrusions at L3-4 and L4-5.¦The latter is large.", reference("L4-L5")),
    ("Discs bulge at L4-5 and L2-3.¦Stenosis is severe at the lower of the two.", reference("L4-L5")),
    ("Discs bulge at L4-5 and L2-3.¦Stenosis is severe at the upper of the two.", reference("L2-L3")),
    ("Extrusions at L3-4 and L4-5, the latter large.", explicit("L3-L4", "L4-L5")),
    ("L2-3 normal.¦L3-4 bulges.¦L4-5 protrudes.¦Both levels are narrow.", reference("L3-L4", "L4-L5")),
    ("L2-3 normal.¦L3-4 bulges.¦L4-5 protrudes.¦Neither narrows the canal.", reference("L3-L4", "L4-L5")),
    ("Bulges at L2-3, L3-4 and L4-5.¦The canal is narrow at all three.", reference("L2-L3", "L3-L4", "L4-L5")),
    ("An extrusion at L4-5.¦The level above has a bulge.", reference("L3-L4")),
    ("An extrusion at L4-5.¦One level down there is a bulge.", reference("L5-S1")),
    ("An extrusion at L5-S1.¦The next two levels up have bulges.", reference("L3-L4", "L4-L5")),
    ("An extrusion at L4-5.¦The level above, L3-4, has a bulge.", explicit("L3-L4")),
    ("An extrusion at L5-S1.¦The level below is normal.", continuation("L5-S1")),
    # collective
    ("Extrusion at L4-5.¦The remaining levels are unremarkable.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("Extrusion at L4-5.¦No disc herniation at any other level.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("Extrusion at L4-5.¦The rest of the discs are normal.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("Extrusion at L4-5.¦Elsewhere the discs are preserved.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    # No level is named that these could be the others of: the report speaks of a region that is not read.
    ("The other levels look normal.", {}),
    ("The canal is patent at all levels.", collective("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")),
    ("The foramina are patent throughout.", collective("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")),
    ("L3-4, L4-5 and L5-S1 bulge.¦The other two discs are normal.", collective("L1-L2", "L2-L3")),
    ("L3-4 and all the way up: normal.", explicit("L3-L4") | collective("L1-L2", "L2-L3")),
    ("Severe stenosis at L3-4, none elsewhere.", explicit("L3-L4") | collective("L1-L2", "L2-L3", "L4-L5", "L5-S1")),
    ("All discs except L5-S1 are normal.", explicit("L5-S1") | collective("L1-L2", "L2-L3", "L3-L4", "L4-L5")),
    ("Bulges at every level from L3-4 to L5-S1.", explicit("L3-L4", "L5-S1")),
    ("Vertebral body height is preserved throughout.", {}),
    ("No fracture elsewhere.", {}),
    ("Nearly all discs are dehydrated.", {}),
    ("Multilevel spondylosis.", {}),
    ("No cord compression.", {}),
    ("MRI LUMBAR SPINE\nTHORACIC SPINE:\nThe remaining discs are normal.", {}),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_last_sentence(text: str, expected: dict[str, str]) -> None:
    assert last(text) == expected


def test_a_finding_heading_goes_to_the_segments_below_it() -> None:
    placed = group("STENOSIS:¦L4-5 severe.¦L3-4 mild.\nTECHNIQUE:¦Sagittal T2.")
    assert placed[0] == by("heading", "L3-L4", "L4-L5")
    assert placed[3] == {}


def test_a_question_goes_to_the_segments_of_its_answer() -> None:
    placed = group("Is there stenosis?¦Severe at L4-5.\nIs there a fracture?¦No.\n\nL3-4 bulges.")
    assert placed[0] == by("heading", "L4-L5")
    assert placed[2] == placed[3] == {}


def test_a_sentence_is_read_with_the_one_that_says_where_it_holds() -> None:
    assert group("The canal is narrow.¦It is narrowest at L4-5.")[0] == by("antecedent", "L4-L5")


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
