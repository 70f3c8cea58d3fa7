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
    ("Sequester at L.V-S.I. (2020). L.IV-V. bulges, L.III. root.", ["L.V-S.I.", "L.IV-V."]),
    ("In LIV-V a prolapse, the LV root is free.", ["LIV-V"]),
    ("1- L2/L3 sequester\n2- L3/L4, L4/L5 dry\n3- T12/L1 bulge", ["L2/L3", "L3/L4", "L4/L5"]),
    ("Canal: L2/L3-13, L3/L4-9.4, L5/S1-12 mm", ["L2/L3", "L3/L4", "L5/S1"]),
    ("L2/3 .. L5/S1 discs are listed", ["L2/3 .. L5/S1"]),
    ("Ok L1-2 ... L4-5 bulges. L4-5.. L5-S1 dry", ["L1-2", "L4-5", "L4-5", "L5-S1"]),
    ("Roots: L4-L5 = L5 left; L5-S1 = none", ["L4-L5", "L5-S1"]),
    ("Narrow from L3 down to the sacrum.", ["L3 down to the sacrum"]),
    ("All levels from L3-4 down.", ["L3-4 down"]),
    ("L3-4 down in the canal", ["L3-4"]),
    ("Discs dehydrated lower three, no slip", ["lower three"]),
    ("The lower two discs are dry. The upper three are spared.", ["The lower two discs", "The upper three"]),
    ("Through the discs in turn: the first two are pristine.", ["the first two"]),
    ("Bulges at L2-3 and L3-4 discs. The lower two are small.", ["L2-3", "L3-4"]),
    ("Old disc surgery 4/5 . Now ruptured disc 4/5 with a piece", ["4/5", "4/5"]),
    ("4/5 5mm prolapse. Above that discs dry, 3/4 and 2/3.", ["4/5", "3/4", "2/3"]),
    ("L4 and five: left protrusion", ["L4 and five"]),
    ("L@L2, L@L3 and L@L4 normal", ["L@L2", "L@L3", "L@L4"]),
    ("The lumbosacral disc is dry.", ["lumbosacral disc"]),
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
    "Grade IV-V degeneration, Modic I-II, stage III-IV.",
    "The LIV and LV roots, SI joints.",
    "Disc surgery 4/5/2019. Surgery 4/5.",
    "Disc degeneration 4/5. EHL power 4/5, quads 3/4 and 2/3.",
    "Recess 2/3, foramen 1/2. Grade 4/5.",
    "Disc 4/5 mm; bulge 4-5 mm; bulge 3-4 in number.",
    "Back pain for 3/12 and 4/5 days, image 3/4 and 4/5.",
    "A root reaches to the sacrum from L4.",
    "The upper three ribs. The lower two are short.",
    "Lumbosacral disc disease.",
    "Schmorl's nodes T11 to L3. Nodes L1 L2 L3.",
    "Interspinous oedema between L3 and L4 spinous processes.",
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


def test_a_measure_that_looks_like_a_vertebra_does_not_change_the_region() -> None:
    text = "mri lumbar\n4/5 bulge\nmri neck\n3/4 canal 11. 6/7 prolapse"
    mentions = find_mentions(text, "both")
    assert [m.motion_segments for m in mentions] == [("L4-L5",), ("C3-C4",), ("C6-C7",)]


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
