"""Findings out: every format, whole files only, for their owner only."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from toy_findings import REGIONS, toy_pipeline

from spacy_spine.errors import RecordError
from spacy_spine.records import finding, labels_of, open_findings, rows

LABELS = labels_of(REGIONS)
TEXTS = {"a": "L4-L5: severe. Then L5-S1 and L4-L5. T9-T8 too.", "b": "Nothing.", "c": "C5-C6 normal."}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return toy_pipeline()


@pytest.fixture(scope="module")
def findings(nlp: Language) -> list[dict[str, Any]]:
    return [finding(nlp(text), key) for key, text in TEXTS.items()]


def write(path: Path, findings: list[dict[str, Any]], **kwargs: Any) -> Path:
    with open_findings(path, LABELS, **kwargs) as writer:
        for one in findings:
            writer.write(one)
    return path


def test_labels() -> None:
    assert LABELS == ("none_mild", "moderate", "severe", "normal", "abnormal")


def test_finding(findings: list[dict[str, Any]]) -> None:
    first = findings[0]
    assert first["id"] == "a"
    assert [segment["segment"] for segment in first["segments"]] == ["L4-L5", "L5-S1"]
    assert first["segments"][0]["severities"]["disc"] == {
        "label": "severe",
        "scores": {"none_mild": 0.1, "moderate": 0.1, "severe": 0.8},
    }
    sentences = first["segments"][0]["sentences"]
    assert [sentence["text"] for sentence in sentences] == ["L4-L5: severe.", "Then L5-S1 and L4-L5."]
    assert [TEXTS["a"][s["start"] : s["end"]] for s in sentences] == [s["text"] for s in sentences]
    assert {sentence["grouped_by"] for sentence in sentences} == {"explicit"}
    assert [(TEXTS["a"][start:end], segments) for start, end, segments in first["locations"]] == [
        ("L4-L5", ["L4-L5"]),
        ("L5-S1", ["L5-S1"]),
        ("L4-L5", ["L4-L5"]),
        ("T9-T8", []),
    ]
    assert findings[1] == {"id": "b", "quality_flags": ["no_segments"], "segments": [], "locations": []}


def test_finding_without_text(nlp: Language) -> None:
    found = finding(nlp(TEXTS["a"]), "a", with_text=False)
    assert "severe." not in json.dumps(found)
    assert found["segments"][0]["sentences"][0] == {"start": 0, "end": 14, "grouped_by": "explicit"}


def test_rows(findings: list[dict[str, Any]]) -> None:
    table = list(rows(findings[0], LABELS))
    assert [(row["segment"], row["pathology"], row["label"]) for row in table][:3] == [
        ("L4-L5", "stenosis", "severe"),
        ("L4-L5", "disc", "severe"),
        ("L4-L5", "nerve", "abnormal"),
    ]
    assert table[2]["confidence"] == table[2]["score_abnormal"] == 0.8
    assert table[2]["score_severe"] is None
    assert table[0]["sentences"] == "0:14 15:36"
    (empty,) = rows(findings[1], LABELS)
    assert (empty["id"], empty["segment"], empty["quality_flags"]) == ("b", None, "no_segments")


def test_jsonl(findings: list[dict[str, Any]], tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", findings)
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == findings


def test_flat_formats_hold_the_same(findings: list[dict[str, Any]], tmp_path: Path) -> None:
    expected = [row for one in findings for row in rows(one, LABELS)]
    assert pyarrow.parquet.read_table(write(tmp_path / "x.parquet", findings)).to_pylist() == expected
    with write(tmp_path / "x.csv", findings).open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert read == [{key: "" if value is None else str(value) for key, value in row.items()} for row in expected]
    assert {row["id"] for row in read} == set(TEXTS)


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet"])
def test_no_findings_make_an_empty_file(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, [])
    if name == "x.parquet":
        assert pyarrow.parquet.read_table(path).num_rows == 0
    else:
        assert len(path.read_text().splitlines()) == (name == "x.csv")


def test_parquet_row_groups(findings: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spacy_spine.records.write_parquet.ROW_GROUP", 7)
    file = pyarrow.parquet.ParquetFile(write(tmp_path / "x.parquet", findings * 4))
    assert file.metadata.num_row_groups > 2
    assert file.read().to_pylist() == [row for one in findings * 4 for row in rows(one, LABELS)]


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet"])
def test_a_failure_leaves_what_was_there(name: str, findings: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("older")

    def fail() -> None:
        with open_findings(path, LABELS) as writer:
            writer.write(findings[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet"])
def test_only_the_owner_may_read(name: str, findings: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / name
    path.touch(mode=0o644)
    assert stat.S_IMODE(write(path, findings).stat().st_mode) == 0o600


def test_what_cannot_be_written(tmp_path: Path) -> None:
    for path, message in [
        (tmp_path / "none" / "x.jsonl", "No such file or directory"),
        (tmp_path, "does not tell its format"),
        (tmp_path / "x.xml", r"known are \.csv, \.jsonl"),
    ]:
        with pytest.raises(RecordError, match=message), open_findings(path, LABELS):
            pass
    with pytest.raises(RecordError, match="is not a file"), open_findings(tmp_path, LABELS, format="csv"):
        pass


@pytest.mark.parametrize("format", [None, "csv"])
def test_standard_output(format: str | None, findings: list[dict[str, Any]], capfdbinary: Any) -> None:
    with open_findings("-", LABELS, format=format) as writer:
        writer.write(findings[0])
    print("still open")
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[-1] == "still open"
    assert len(lines) == (2 if format is None else 8)


PIECES = ["L4-L5", "C5-C6", " ", "severe", ". ", "\n", "x", "ä", "T1-T2"]


@settings(max_examples=30, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=20))
def test_findings_are_plain_data(nlp: Language, pieces: list[str]) -> None:
    found = finding(nlp("".join(pieces)), "x")
    assert json.loads(json.dumps(found)) == found
    assert {row["id"] for row in rows(found, LABELS)} == {"x"}
