"""The rule matcher over running text."""

import pytest

from spacy_spine.mentions import find_mentions, region_at

FOUND = [
    ("The L3/L4, L4/L5 & L5/S1 discs.", ["L3/L4", "L4/L5", "L5/S1"]),
    ("L1-2 through L4-5: normal.", ["L1-2 through L4-5"]),
    ("Protrusions at L3-4 and 4-5 are as before.", ["L3-4", "4-5"]),
    ("Findings\n4-5: bulge\n5-1: protrusion", ["4-5", "5-1"]),
    ("The conus ends at L1-2.", ["L1-2"]),
    ("Slip of L4 on L5 with stenosis", ["L4 on L5"]),
    ("The L5 disc is narrow.", ["L5 disc"]),
    ("At L4-5 a large bulge", ["L4-5"]),
    ("L4-5 5 mm protrusion, L5-S1 - 3 mm", ["L4-5", "L5-S1"]),
    ("Disc disease of the lower two levels and at L1-2.", ["the lower two levels", "L1-2"]),
    ("L4, L5: herniation. L5, S1: normal.", ["L4, L5", "L5, S1"]),
    ("From L3-4 downwards there is fat.", ["L3-4 downwards"]),
    ("atL4/5 and toL5/S1", ["L4/5", "L5/S1"]),
    ("| L4-5 | 9.5 | C |\n| L5-S1 | 14.2 | A |", ["L4-5", "L5-S1"]),
    ("one-two is good. Two-three bulges. Five-one is normal.", ["one-two", "Two-three", "Five-one"]),
]

NOT_FOUND = [
    "Haemangioma in L2.",
    "The left L5 nerve root is compressed.",
    "The L4 and L5 roots are displaced.",
    "A 4-5 mm protrusion.",
    "Series 4, image 5-6.",
    "Seen on 4/5/2020 and 3-4-21.",
    "T12-L1 is normal.",
    "Sagittal T1, T2 and STIR.",
    "Schmorl's nodes in L1, L2 and L3 bodies.",
    "Over 4-5 weeks; aged 45.",
    "Conus at L1. Tarlov cysts at S2 and S3.",
    "L2 and L3 vertebral bodies",
    "Grade 1-2 slip",
    "L4-5-9 and L5-L6",
    "",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_found(text: str, expected: list[str]) -> None:
    assert [text[mention.start : mention.end] for mention in find_mentions(text, "lumbar")] == expected


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    assert find_mentions(text, "lumbar") == []


def test_both_regions_by_heading() -> None:
    text = "CERVICAL SPINE\n3-4: bulge\nC7-T1: normal\nLUMBAR SPINE\n3-4: bulge\n5-1: normal"
    mentions = find_mentions(text, "both")
    assert [m.motion_segments for m in mentions] == [("C3-C4",), ("C7-T1",), ("L3-L4",), ("L5-S1",)]


def test_both_regions_without_any_context_stay_silent() -> None:
    assert find_mentions("4-5: bulge\nlower two levels normal", "both") == []


def test_region_at() -> None:
    text = "MRI CERVICAL AND LUMBAR SPINE\nAll well.\nCervical: normal.\nLumbar:\nnormal, as C5-6 was. 6-7 too."

    def name(place: str) -> str | None:
        region = region_at(text, text.index(place), "both")
        return region.name if region else None

    assert name("All well") is None
    assert name("normal.") == "cervical"
    assert name("normal, as") == "lumbar"
    assert name("6-7") == "cervical"
    assert region_at("nothing", 0, "lumbar") is not None
