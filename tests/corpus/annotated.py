"""Annotated reports, made by hypothesis and by hand."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels

# What JSON, tokenizers and line-wise files stumble over.
TEXT = st.text(st.sampled_from("aL45-/., \n\r\t\u2028\u00e9\u0301😀'\"\\:<&\u00a0"), max_size=12)
MENTION = st.text(st.sampled_from("CLS1457-/@😀"), min_size=1, max_size=6)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@st.composite
def reports(draw: st.DrawFn, region: str | None = None) -> AnnotatedReport:
    """Any annotated report that `corpus check` finds no error in, but for labels that are left out."""
    region = region or draw(st.sampled_from(["lumbar", "cervical", "both"]))
    regions = get_regions(region)
    order = regions.motion_segments
    text, locations, named = draw(TEXT), [], set()
    for _ in range(draw(st.integers(0, 4))):
        mention = draw(MENTION)
        first = draw(st.integers(0, len(order) - 1))
        names = order[first : first + draw(st.integers(1, 3))]
        locations.append(Location(len(text), len(text) + len(mention), names))
        named |= set(names)
        text += mention + draw(TEXT)
    segments = {}
    for name in order:
        if name in named or draw(st.booleans()):
            mention = draw(st.sampled_from(["explicit", "other"])) if name in named else "inferred"
            labels = {}
            for pathology in regions.region_of(name).pathologies:
                label = pathology.lowest if mention == "other" else draw(st.sampled_from(pathology.labels))
                if draw(st.integers(0, 9)):
                    labels[pathology.name] = label
            segments[name] = SegmentLabels(mention, labels)
    meta = draw(st.dictionaries(st.sampled_from(["source", "license"]), st.text("ab😀"), max_size=2))
    return AnnotatedReport(draw(NAMES), text, region, draw(st.just("") | NAMES), tuple(locations), segments, meta)


def corpora(**settings: Any) -> st.SearchStrategy[list[AnnotatedReport]]:
    return st.lists(reports(**settings), max_size=4, unique_by=lambda one: one.id)


def labels(mention: str = "explicit", **given: str) -> dict[str, str]:
    """Labels of a lumbar segment as our JSONL has them; the lowest where none is given."""
    return {"mention": mention, "stenosis": "none_mild", "disc": "none_mild", "nerve": "normal", **given}


def row(id: str = "r1", **changes: Any) -> dict[str, Any]:
    """A valid combined line; a change to None takes the key away."""
    data = {
        "id": id,
        "text": "L4-5: large extrusion. The remaining levels are normal.",
        "region": "lumbar",
        "practice": "A",
        "locations": [[0, 4, ["L4-L5"]]],
        "segments": {"L4-L5": labels(disc="severe"), "L5-S1": labels("inferred")},
    }
    return {key: value for key, value in (data | changes).items() if value is not None}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path
