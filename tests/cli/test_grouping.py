"""`spacy-spine grouping`: sentences and groups of annotated reports."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Spine = Callable[..., Any]
LOWEST = {"mention": "explicit", "stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
TEXT = "L4-5: SECRET bulge. Others are normal."


def row(id: str, practice: str) -> dict[str, Any]:
    about = {"id": id, "text": TEXT, "region": "lumbar", "practice": practice}
    return {**about, "locations": [[0, 4, ["L4-L5"]]], "segments": {"L4-L5": LOWEST}}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(row(id, id.upper())) + "\n" for id in "ab"))
    return path


def test_figures_tables_and_errors(spine: Spine, data: Path, tmp_path: Path) -> None:
    output, markdown, errors = (tmp_path / "out" / name for name in ("m.json", "m.md", "e.jsonl"))
    result = spine("grouping", data, "--output", output, "--markdown", markdown, "--errors", errors)
    assert result.exit_code == 0
    figures = json.loads(output.read_text())
    assert figures["reports"] == 2
    assert figures["rules"]["collective"] == {"pairs": 8, "contradicted": 8}
    assert markdown.read_text() in result.stdout
    rows = [json.loads(line) for line in errors.read_text().splitlines()]
    assert {(one["kind"], one["rule"]) for one in rows} == {("pair_contradicted", "collective")}
    assert "SECRET" not in result.output + errors.read_text()


def test_text_where_asked_for(spine: Spine, data: Path, tmp_path: Path) -> None:
    spine("grouping", data, "--errors", tmp_path / "e.jsonl", "--show-text")
    assert json.loads((tmp_path / "e.jsonl").read_text().splitlines()[0])["text"] == "Others are normal."


def test_practices_that_are_left_out(spine: Spine, data: Path, tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text("A\n")
    assert "1 reports" in spine("grouping", data, "--leave-out", tmp_path / "test.txt").stdout
    result = spine("grouping", data, "--leave-out", tmp_path / "missing.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Cannot read" in result.stderr


def test_a_pipeline_of_ones_own(spine: Spine, data: Path, toy_model: Path, tmp_path: Path) -> None:
    """The toy reads "L4-L5" alone and groups nothing here."""
    spine("grouping", data, "--model", toy_model, "--output", tmp_path / "m.json")
    assert json.loads((tmp_path / "m.json").read_text())["segments"]["fn"] == 2


def test_another_region_is_one_sentence(spine: Spine, data: Path) -> None:
    result = spine("grouping", data, "--region", "cervical")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No report is annotated for region cervical." in result.stderr
