"""What a careless or hostile user gives: one clear line or a flag, and the rest of the batch is done."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = {"id": "good", "text": "L4-5: severe stenosis. L5-S1: normal."}


def spine(*args: str, stdin: bytes = b"") -> tuple[int, str, str]:
    command = [sys.executable, "-m", "spacy_spine", *args]
    result = subprocess.run(command, input=stdin, capture_output=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def errors(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if line.startswith("Error: ")]


def test_bad_reports_are_set_aside_and_the_rest_is_done(pipeline: Path, tmp_path: Path):
    reports = tmp_path / "reports.jsonl"
    lines = [
        json.dumps(GOOD).encode(),
        b"this is no JSON",
        json.dumps({"id": "empty", "text": ""}).encode(),
        json.dumps({"id": "word", "text": "a" * 1_000_000}).encode(),
        json.dumps({"id": "long", "text": "a" * 1_000_001}).encode(),
        b'{"id": "binary", "text": "\xff\xfe\x00\x9c"}',
        json.dumps({"id": "no text"}).encode(),
        json.dumps({**GOOD, "id": "last"}).encode(),
    ]
    reports.write_bytes(b"\n".join(lines))
    code, _, stderr = spine("extract", str(reports), str(tmp_path / "out.jsonl"), "--model", str(pipeline))
    assert code == 3
    assert "Traceback" not in stderr
    found = {row["id"]: row for row in map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())}
    assert list(found) == ["good", "empty", "word", "last"]
    assert found["empty"]["quality_flags"] == ["no_text", "no_segments"]
    assert found["word"]["quality_flags"] == ["no_segments"]
    assert found["good"]["segments"] == found["last"]["segments"]
    aside = [json.loads(line) for line in (tmp_path / "out.errors.jsonl").read_text().splitlines()]
    assert len(aside) == 4
    assert all(row["reason"] for row in aside)
    assert "this is no JSON" not in json.dumps(aside), "no text of a report in an error"


def test_a_missing_column_names_those_that_are_there(pipeline: Path, tmp_path: Path):
    table = tmp_path / "reports.csv"
    table.write_text("key,body\n1,L4-5 normal\n")
    code, _, stderr = spine("extract", str(table), str(tmp_path / "out.csv"), "--model", str(pipeline))
    assert code == 1
    (line,) = errors(stderr)
    assert "key" in line
    assert "body" in line
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("broken", ["severity_classifier/model", "location_ner/model", "config.cfg", "meta.json"])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_a_truncated_model_folder_is_one_clear_line(pipeline: Path, tmp_path: Path, broken: str, how: str):
    shutil.copytree(pipeline, tmp_path / "model")
    file = tmp_path / "model" / broken
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    code, _, stderr = spine("info", str(tmp_path / "model"))
    assert code == 1
    assert len(errors(stderr)) == 1
    assert "Traceback" not in stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("spacy_spine.lumbar.v1", "spacy_spine.sacral.v1", "spacy_spine.sacral.v1"),
        ("spacy_spine.lumbar.v1", "spacy_spine.cervical.v1", "trained for pathologies"),
    ],
)
def test_a_config_of_an_unknown_or_another_region_is_one_clear_line(pipeline, tmp_path, old, new, message):
    shutil.copytree(pipeline, tmp_path / "model")
    config = tmp_path / "model" / "config.cfg"
    config.write_text(config.read_text().replace(old, new))
    code, _, stderr = spine("info", str(tmp_path / "model"))
    assert code == 1
    (line,) = errors(stderr)
    assert message in line
    assert "Traceback" not in stderr


def test_an_unknown_region_on_the_command_line(pipeline):
    code, _, stderr = spine("normalize", "L4-5", "--region", "sacral")
    assert code == 1
    assert "Unknown region 'sacral'" in errors(stderr)[0]


def test_a_model_that_is_not_there():
    code, _, stderr = spine("show", "-", "--model", "en_spine_nowhere", stdin=b"L4-5 normal")
    assert code == 1
    assert "en_spine_nowhere" in errors(stderr)[0]
