"""The floor on the authored reports: mentions align with tokens, and grouping finds the annotated segments."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy

import spacy_spine.pipeline.spine_sentencizer
import spacy_spine.pipeline.tokenizer  # noqa: F401
from spacy_spine import get_regions
from spacy_spine.pipeline import annotations
from spacy_spine.pipeline.segment_grouper import SegmentGrouper

CORPORA = Path(__file__).parents[3] / "assets" / "corpora"
TEST_PART = ("0", "1", "2")


def annotated(region: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Text and annotation of the reports that are not in the test part."""
    for path in sorted(CORPORA.glob(f"{region}*.gold.jsonl")):
        texts_path = path.with_name(path.name.replace(".gold.", ".texts."))
        texts = {row["id"]: row["text"] for row in map(json.loads, texts_path.read_text(encoding="utf8").splitlines())}
        for row in map(json.loads, path.read_text(encoding="utf8").splitlines()):
            if hashlib.sha1(row["practice"].encode()).hexdigest()[0] not in TEST_PART:
                yield texts[row["id"]], row


@pytest.mark.parametrize("region", ["lumbar", "cervical"])
def test_segments_are_found_from_annotated_locations(region: str) -> None:
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    nlp.add_pipe("spine_sentencizer")
    groupers = {name: SegmentGrouper(region=get_regions(name)) for name in ("lumbar", "cervical", "both")}
    aligned = mentions = right = found = gold = 0
    for text, row in annotated(region):
        doc = nlp(text)
        spans = [(doc.char_span(a, b, annotations.LOCATION), names) for a, b, names in row["locations"]]
        mentions += len(spans)
        kept = {span: names for span, names in spans if span is not None}
        aligned += len(kept)
        doc.ents = list(kept)
        annotations.write(doc, "locations", {annotations.location_key(span): names for span, names in kept.items()})
        names = {segment.name for segment in groupers[row["region"]](doc)._.segments}
        # A level that is only named, with nothing said of what is graded, counts neither way.
        wanted = {name for name, labels in row["segments"].items() if labels["mention"] != "other"}
        names -= row["segments"].keys() - wanted
        right, found, gold = right + len(names & wanted), found + len(names), gold + len(wanted)
    assert mentions > 1000
    assert aligned / mentions >= 0.999
    assert right / found >= 0.99
    assert right / gold >= 0.99
