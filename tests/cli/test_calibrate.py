"""`spacy-spine calibrate`: temperatures are fitted, saved with the model, and shown."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

Spine = Callable[..., Any]
LABELS = {"mention": "explicit", "stenosis": "severe", "disc": "none_mild", "nerve": "abnormal"}


@pytest.fixture(scope="module")
def untrained(tiny_encoder: str) -> Language:
    nlp = spacy.blank("en")
    region = {"region": {"@spine_regions": "spacy_spine.lumbar.v1"}}
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("rule_location_ner", config=region)
    nlp.add_pipe("segment_grouper", config=region)
    architecture = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": tiny_encoder, "precision": "fp32"}
    pipe: Any = nlp.add_pipe("severity_classifier", config={**region, "model": architecture})
    pipe.model.initialize()
    return nlp


@pytest.fixture
def model(untrained: Language, tmp_path: Path) -> Path:
    untrained.to_disk(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    report = {
        "id": "a",
        "text": "L4-5: severe SECRET.",
        "region": "lumbar",
        "locations": [[0, 4, ["L4-L5"]]],
        "segments": {"L4-L5": LABELS},
    }
    path = tmp_path / "dev.jsonl"
    path.write_text(json.dumps(report) + "\n")
    return path


def temperatures(model: Path) -> dict[str, float]:
    return spacy.load(model).get_pipe("severity_classifier").temperatures


def test_the_model_holds_its_temperatures(spine: Spine, model: Path, reports: Path, tmp_path: Path) -> None:
    assert "temperatures none, not calibrated" in spine("info", model).stdout
    markdown = tmp_path / "new" / "t.md"
    result = spine("calibrate", model, reports, "--markdown", markdown)
    assert result.exit_code == 0
    assert result.stdout == markdown.read_text()
    found = temperatures(model)
    assert set(found) == {"stenosis", "disc", "nerve"}
    assert all(value != 1 for value in found.values())
    shown = ", ".join(f"{name} {value:.2f}" for name, value in found.items())
    assert f"temperatures {shown}" in spine("info", model).stdout
    assert "SECRET" not in result.output


def test_another_folder_leaves_the_model_as_it_is(spine: Spine, model: Path, reports: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in model.rglob("*") if path.is_file()}
    assert spine("calibrate", model, reports, "--output", tmp_path / "calibrated").exit_code == 0
    assert {path: path.read_bytes() for path in model.rglob("*") if path.is_file()} == before
    assert temperatures(tmp_path / "calibrated") != temperatures(model)
    weights = "severity_classifier/model"
    assert (tmp_path / "calibrated" / weights).read_bytes() == (model / weights).read_bytes()


def test_what_cannot_be_calibrated_is_one_sentence(
    spine: Spine, model: Path, reports: Path, toy_model: Path, tmp_path: Path
) -> None:
    neck = tmp_path / "neck.jsonl"
    neck.write_text(reports.read_text().replace("lumbar", "cervical").replace("L4-L5", "C4-C5"))
    for arguments, reason in (
        ((model, neck), "No report has a labelled motion segment of region lumbar."),
        ((toy_model, reports), "this pipeline has none"),
        ((model, tmp_path / "none.jsonl"), "No file"),
    ):
        result = spine("calibrate", *arguments)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert reason in result.stderr
    assert set(temperatures(model).values()) == {1.0}
