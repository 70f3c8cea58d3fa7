"""`spacy-spine extract`: what a nightly run relies on."""

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_findings import CRASH

TEXTS = {"a": "L4-L5: severe.", "b": "Nothing.", "c": "C5-C6 normal."}


def write_jsonl(path: Path, texts: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items()))
    return path


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_good_run(spine: Callable[..., Any], toy_model: Path, tmp_path: Path) -> None:
    source, target = write_jsonl(tmp_path / "in.jsonl", TEXTS), tmp_path / "out.jsonl"
    result = spine("extract", source, target, "--model", toy_model)
    assert result.exit_code == 0
    assert [found["id"] for found in read_jsonl(target)] == ["a", "b", "c"]
    assert read_jsonl(target)[0]["segments"][0]["severities"]["disc"]["label"] == "severe"
    assert "3 read, 2 graded, 1 without segments, 3 flagged, 0 failed; " in result.stderr
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_some_fail(spine: Callable[..., Any], toy_model: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", {**TEXTS, "d": f"L4-L5 {CRASH} secret", "e": "L1-L2.", "": "x"})
    with source.open("a") as stream:
        stream.write('secret\n{"id": "f"}\n{"id": "g", "text": "' + "secret " * 150_000 + '"}\n')
    target = tmp_path / "out.csv"
    result = spine("extract", source, target, "--model", toy_model, "--batch-size", 2)
    assert result.exit_code == 3
    with target.open(newline="") as stream:
        assert list(dict.fromkeys(row["id"] for row in csv.DictReader(stream))) == ["a", "b", "c", "e"]
    assert read_jsonl(tmp_path / "out.errors.jsonl") == [
        {"id": "d", "reason": "ValueError in the pipeline"},
        {"id": "line 6", "reason": "field 'id' is empty"},
        {"id": "line 7", "reason": "not valid JSON"},
        {"id": "f", "reason": "no field 'text'"},
        {"id": "g", "reason": "text of 1050000 characters, the limit is 1000000"},
    ]
    assert "9 read, 3 graded, 1 without segments, 4 flagged, 5 failed; " in result.stderr
    assert "secret" not in result.output + (tmp_path / "out.errors.jsonl").read_text()
    assert stat.S_IMODE((tmp_path / "out.errors.jsonl").stat().st_mode) == 0o600


def test_errors_of_an_earlier_run_are_gone(spine: Callable[..., Any], toy_model: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", TEXTS)
    errors = tmp_path / "out.errors.jsonl"
    errors.write_text("older")
    assert spine("extract", source, tmp_path / "out.jsonl", "-m", toy_model).exit_code == 0
    assert not errors.exists()
    assert spine("extract", source, tmp_path / "out.jsonl", "-m", toy_model, "--errors", errors).exit_code == 0
    assert errors.read_text() == ""


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_worker_processes_give_the_same(
    name: str, spine: Callable[..., Any], toy_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TOKENIZERS_PARALLELISM"):
        monkeypatch.setenv(variable, "1")
    source = write_jsonl(tmp_path / "in.jsonl", {str(i): "L4-L5: severe." for i in range(10)})
    one, two = tmp_path / f"1{name}", tmp_path / f"2{name}"
    assert spine("extract", source, one, "-m", toy_model).exit_code == 0
    assert spine("extract", source, two, "-m", toy_model, "--n-process", 2, "--batch-size", 2).exit_code == 0
    assert one.read_bytes() == two.read_bytes()


def test_no_text(spine: Callable[..., Any], toy_model: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", {"a": "L4-L5: severe secret."})
    spine("extract", source, tmp_path / "out.jsonl", "-m", toy_model, "--no-text")
    assert "secret" not in (tmp_path / "out.jsonl").read_text()
    spine("extract", source, tmp_path / "out.jsonl", "-m", toy_model)
    assert "secret" in (tmp_path / "out.jsonl").read_text()


def test_through_pipes(spine: Callable[..., Any], toy_model: Path) -> None:
    result = spine("extract", "-", "-", "-m", toy_model, input='{"nr": 1, "report": "L4-L5."}\n{"nr": 2}\n')
    assert result.exit_code == 1
    assert "No column 'id' and 'text' in standard input. Columns there: nr, report." in result.stderr
    arguments = ("extract", "-", "-", "-m", toy_model, "--id-column", "nr", "--text-column", "report")
    result = spine(*arguments, input='{"nr": 1, "report": "L4-L5."}\n{"nr": 2}\n')
    assert result.exit_code == 3
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1"]
    assert "use --errors FILE" in result.stderr


def test_folder_and_text(spine: Callable[..., Any], toy_model: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for key, text in TEXTS.items():
        (tmp_path / "in" / f"{key}.txt").write_text(text)
    (tmp_path / "in" / "bytes.txt").write_bytes(bytes(range(128, 256)))
    (tmp_path / "in" / "empty.txt").write_text("")
    assert spine("extract", tmp_path / "in", tmp_path / "out.jsonl", "-m", toy_model).exit_code == 3
    found = read_jsonl(tmp_path / "out.jsonl")
    assert [one["id"] for one in found] == ["a", "b", "c", "empty"]
    assert found[-1]["quality_flags"] == ["no_text", "no_segments"]
    assert spine("extract", tmp_path / "in" / "a.txt", "-", "-m", toy_model).exit_code == 0


FAILURES = [
    (["none.jsonl", "out.jsonl"], "No such file or folder: '"),
    (["in.jsonl", "none/out.jsonl"], "No such file or directory."),
    (["in.jsonl", "out.xml"], "known are .csv, .jsonl"),
    (["in.jsonl", "out.jsonl", "--format", "xml"], "Unknown format 'xml'. Formats: csv, jsonl, parquet."),
    (["in.jsonl", "out.jsonl", "--text-column", "report"], "No column 'report' in '"),
    (["in.jsonl", "in.jsonl"], "must be different files"),
    (["in.jsonl", "out.jsonl", "--errors", "out.jsonl"], "must be different files"),
]


@pytest.mark.parametrize(("arguments", "message"), FAILURES)
def test_what_fails_leaves_no_file(
    arguments: list[str],
    message: str,
    spine: Callable[..., Any],
    toy_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "in.jsonl", TEXTS)
    before = (tmp_path / "in.jsonl").read_text()
    result = spine("extract", *arguments, "-m", toy_model)
    assert result.exit_code == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert message in last
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]
    assert (tmp_path / "in.jsonl").read_text() == before
