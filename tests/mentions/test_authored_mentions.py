"""The floor on the authored reports: what every mention of them must at least be read as."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from spacy_spine import get_regions
from spacy_spine.mentions import find_mentions, normalize

CORPORA = Path(__file__).parents[2] / "assets" / "corpora"
TEST_PART = ("0", "1", "2")
Location = tuple[int, int, tuple[str, ...]]


def annotated(region: str) -> Iterator[tuple[str, str, list[Location]]]:
    """Text, region and locations of the reports that are not in the test part."""
    for path in sorted(CORPORA.glob(f"{region}*.gold.jsonl")):
        texts_path = path.with_name(path.name.replace(".gold.", ".texts."))
        texts = {row["id"]: row["text"] for row in map(json.loads, texts_path.read_text(encoding="utf8").splitlines())}
        for row in map(json.loads, path.read_text(encoding="utf8").splitlines()):
            if hashlib.sha1(row["practice"].encode()).hexdigest()[0] not in TEST_PART:
                yield texts[row["id"]], row["region"], [(a, b, tuple(names)) for a, b, names in row["locations"]]


@pytest.mark.parametrize("region", ["lumbar", "cervical"])
def test_authored_mentions_are_read_as_annotated(region: str) -> None:
    right = total = 0
    for text, _, locations in annotated(region):
        for start, end, names in locations:
            own = next(r for r in get_regions("both") if names[0] in r.motion_segments)
            right += normalize(text[start:end], own) == names
            total += 1
    assert total > 1000
    assert right / total >= 0.99


@pytest.mark.parametrize("region", ["lumbar", "cervical"])
def test_authored_mentions_are_found(region: str) -> None:
    hits = predicted = expected = 0
    for text, spoken, locations in annotated(region):
        found = {(m.start, m.end, m.motion_segments) for m in find_mentions(text, spoken)}
        predicted, expected = predicted + len(found), expected + len(locations)
        hits += sum(any(a < end and start < b and n == names for a, b, n in found) for start, end, names in locations)
    assert expected > 1000
    assert 2 * hits / (predicted + expected) >= 0.98
