"""Findings of a file measured as a pipeline is."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.vocab import Vocab

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.corpus.lines import Line
from spacy_spine.errors import CorpusError
from spacy_spine.training.evaluation import Evaluation, evaluate
from spacy_spine.training.replay import Replay, to_doc

LUMBAR = get_regions("lumbar")
TEXT = "L4-5: SECRET extrusion. L5/S1 is normal."
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
REPORT = AnnotatedReport(
    id="r1",
    text=TEXT,
    region="lumbar",
    locations=(Location(0, 4, ("L4-L5",)), Location(24, 29, ("L5-S1",))),
    segments={
        "L4-L5": SegmentLabels("explicit", LOWEST | {"disc": "severe"}),
        "L5-S1": SegmentLabels("explicit", LOWEST),
    },
)


def line(**changes: Any) -> dict[str, Any]:
    """What a system found that has read the report rightly."""
    segments = [{"segment": name, "severities": dict(one.labels)} for name, one in REPORT.segments.items()]
    locations = [[one.start, one.end, list(one.motion_segments)] for one in REPORT.locations]
    return {"id": "r1", "segments": segments, "locations": locations} | changes


def measured(path: Path, *lines: dict[str, Any]) -> Evaluation:
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    replay = Replay(path, [REPORT], LUMBAR)
    return evaluate(cast(Language, replay), [REPORT], regions=LUMBAR, progress=False)


def test_all_that_is_right_is_counted_right(tmp_path: Path) -> None:
    found = measured(tmp_path / "f.jsonl", line(), {"id": "another report", "segments": "not looked at"})
    scores = found.scores["all"]
    assert scores["locations"]["resolved"]["f1"] == scores["segments"]["f1"] == 1
    assert all(one["macro_f1"] == 1 for one in scores["severities"].values())
    assert found.errors == ()


def test_missed_and_invented_segments_are_errors(tmp_path: Path) -> None:
    found = measured(
        tmp_path / "f.jsonl",
        line(segments=[{"segment": "L1-L2", "severities": {"disc": {"label": "severe"}}}], locations=[]),
    )
    assert found.scores["all"]["segments"]["f1"] == 0
    assert found.scores["all"]["severities"]["disc"]["missed"] == 2
    assert found.scores["all"]["severities"]["disc"]["invented"] == 1
    assert found.scores["all"]["locations"]["overlap"]["fn"] == 2


def test_other_regions_do_not_count(tmp_path: Path) -> None:
    neck = {"segment": "C5-C6", "region": "cervical", "severities": {"cord": {"label": "no such"}}}
    found = measured(tmp_path / "f.jsonl", line(segments=[*line()["segments"], neck]))
    assert found.scores["all"]["segments"]["f1"] == 1


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))), max_size=4))
@settings(deadline=None, max_examples=60)
def test_locations_keep_their_characters(edges: list[tuple[int, int]]) -> None:
    places = sorted({(min(pair), max(pair)) for pair in edges if pair[0] != pair[1]})
    apart = [place for i, place in enumerate(places) if all(place[0] >= end for _, end in places[:i])]
    data = line(locations=[[start, end, ["L4-L5"]] for start, end in apart])
    doc = to_doc(Line(Path("f"), 1, data), TEXT, LUMBAR, Vocab())
    assert doc.text == TEXT
    assert [(ent.start_char, ent.end_char) for ent in doc.ents] == apart
    assert all(ent._.motion_segments == ("L4-L5",) for ent in doc.ents)


def test_scores_that_are_equal_after_rounding_keep_the_label() -> None:
    scores = {"none_mild": 0.333334, "moderate": 0.333333, "severe": 0.333333}
    severities = {"disc": {"label": "severe", "scores": scores}}
    data = line(segments=[{"segment": "L4-L5", "severities": severities}])
    (segment,) = to_doc(Line(Path("f"), 1, data), TEXT, LUMBAR, Vocab())._.segments
    assert segment.severities["disc"].label == "severe"
    assert set(segment.severities["disc"].scores) == set(scores)


def severity(**given: Any) -> dict[str, Any]:
    return {"segments": [{"segment": "L4-L5", "severities": {"disc": given}}]}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"segments": None}, "'segments' is not a list"),
        ({"segments": [{"segment": "L4/5 SECRET"}]}, "segment 1 is none of L1-L2, L2-L3"),
        ({"segments": [{"segment": "L4-L5"}, {"segment": "L4-L5"}]}, "segment 2 has no name, or one that stands"),
        (severity(label="SECRET"), "disc of L4-L5 is none of none_mild, moderate, severe"),
        (severity(label="severe", scores={"severe": 1.0}), "the scores of disc of L4-L5 are not one number for each"),
        (
            severity(label="severe", scores={"none_mild": 0.9, "moderate": 0.05, "severe": 0.05}),
            "the label of disc of L4-L5 is not the most probable one",
        ),
        ({"locations": [[0, 4, ["L4-L5"]], [5, 999, ["L4-L5"]]]}, "location 2 is not [start, end, [segment, …]]"),
        ({"locations": "SECRET"}, "location 1 is not"),
    ],
)
def test_a_line_that_cannot_be_measured(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(CorpusError) as caught:
        measured(tmp_path / "f.jsonl", line(**changes))
    assert reason in str(caught.value)
    assert f"{tmp_path / 'f.jsonl'}:1: r1" in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_every_report_needs_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"has no line for 1 of 1 reports, e\.g\. r1\."):
        measured(tmp_path / "f.jsonl", line(id="r2"))
    with pytest.raises(CorpusError, match=r"f\.jsonl:2: report r1 stands there twice"):
        measured(tmp_path / "f.jsonl", line(), line())
