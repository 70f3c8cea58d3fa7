"""One table of mentions and what they stand for, over the regions that exist and one that a plugin would add."""

from pathlib import Path

import pytest
from mention_regions import REGIONS

from spacy_spine import get_regions
from spacy_spine.errors import AnatomyError
from spacy_spine.mentions import normalize


def read_table() -> list[tuple[str, str, tuple[str, ...]]]:
    lines = (Path(__file__).parent / "mentions.tsv").read_text(encoding="utf8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(_unescape(mention), region, tuple(segments.split())) for mention, region, segments in rows]


def _unescape(mention: str) -> str:
    return "\\".join(part.replace("\\n", "\n").replace("\\t", "\t") for part in mention.split("\\\\"))


TABLE = read_table()


@pytest.mark.parametrize(("mention", "region", "expected"), TABLE)
def test_mention_stands_for(mention: str, region: str, expected: tuple[str, ...]) -> None:
    assert normalize(mention, REGIONS[region]) == expected


def test_table_is_large_and_says_nothing_twice() -> None:
    asked = [(mention, region) for mention, region, _ in TABLE]
    assert len(asked) == len(set(asked)) >= 400
    assert sum(not expected for _, _, expected in TABLE) >= 60


def test_region_by_name_region_or_regions() -> None:
    lumbar = get_regions("lumbar")
    assert normalize("L45", "lumbar") == normalize("L45", lumbar) == normalize("L45", lumbar.parts[0]) == ("L4-L5",)
    with pytest.raises(AnatomyError, match="Unknown region"):
        normalize("L45", "pelvic")


def test_a_text_far_too_long_is_no_mention() -> None:
    assert normalize("L4-5 " * 1000, "lumbar") == ()
    assert normalize("L1-2, L2-3, L3-4, L4-5 and L5-S1, " * 20, "lumbar") == get_regions("lumbar").motion_segments
