"""Reports in: every format, and what is set aside."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import catalogue
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.errors import RecordError
from spacy_spine.records import BadRecord, Fields, Report, ReportFormat, read_reports, report_readers

REPORTS = [Report("a", "L4-L5: normal."), Report("b/1", 'Two\nlines, "quoted"; and\tä \x00.'), Report("7", "")]
IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(str.strip)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)


def read(path: Path | str, **kwargs: Any) -> list[Report | BadRecord]:
    return list(read_reports(path, **kwargs))


def write_jsonl(path: Path, reports: list[Report]) -> Path:
    path.write_text("".join(json.dumps({"id": one.id, "text": one.text}) + "\n" for one in reports), encoding="utf-8")
    return path


def write_csv(path: Path, reports: list[Report], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, delimiter=delimiter)
        rows.writerow(["id", "other", "text"])
        rows.writerows([one.id, "x", one.text] for one in reports)
    return path


def write_parquet(path: Path, reports: list[Report]) -> Path:
    table = pyarrow.table({"text": [one.text for one in reports], "id": [one.id for one in reports]})
    pyarrow.parquet.write_table(table, path)
    return path


WRITERS = {"x.jsonl": write_jsonl, "x.csv": write_csv, "x.parquet": write_parquet}


@pytest.mark.parametrize("name", WRITERS)
def test_round_trip(name: str, tmp_path: Path) -> None:
    assert read(WRITERS[name](tmp_path / name, REPORTS)) == REPORTS


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=20, deadline=None)
@given(pairs=st.lists(st.tuples(IDS, TEXTS), min_size=1, max_size=5))
def test_any_report_is_read_as_it_is(name: str, pairs: list[tuple[str, str]], tmp_path_factory: Any) -> None:
    reports = [Report(key, text) for key, text in pairs]
    assert read(WRITERS[name](tmp_path_factory.mktemp("any") / name, reports)) == reports


@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=200), name=st.sampled_from(["x.txt", "x.jsonl", "x.csv", "x.parquet"]))
def test_any_bytes_give_records_or_one_error(content: bytes, name: str, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("bytes") / name
    path.write_bytes(content)
    try:
        records = read(path)
    except RecordError:
        return
    assert all(isinstance(record, Report | BadRecord) for record in records)


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_csv_separators(delimiter: str, tmp_path: Path) -> None:
    assert read(write_csv(tmp_path / "x.csv", REPORTS, delimiter)) == REPORTS


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv"])
def test_byte_order_mark(name: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path / name, REPORTS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path) == REPORTS


def test_named_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("nr,befund\n12,Normal.\n")
    assert read(path, fields=Fields("nr", "befund")) == [Report("12", "Normal.")]


def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "report 1.txt"
    path.write_bytes(b"\xef\xbb\xbfL4-5: \xc3\xa4\x00")
    assert read(path) == [Report("report 1", "L4-5: ä\x00")]


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text("B")
    (tmp_path / "sub" / "a.TXT").write_text("A")
    (tmp_path / "c.v2.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "README.md").write_text("no")
    assert read(tmp_path) == [Report("b", "B"), BadRecord("c.v2", "not UTF-8 text"), Report("sub/a", "A")]


def test_folder_without_texts(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"No \.txt files"):
        read(tmp_path)


BAD_LINES = [
    (b"{no json", "line 2", "not valid JSON"),
    (b"[1]", "line 2", "not a JSON object"),
    (b'{"id": "x\xff", "text": "t"}', "line 2", "not UTF-8 text"),
    (b'{"id": "x"}', "x", "no field 'text'"),
    (b'{"text": "t"}', "line 2", "no field 'id'"),
    (b'{"id": "  ", "text": "t"}', "line 2", "field 'id' is empty"),
    (b'{"id": null, "text": "t"}', "line 2", "field 'id' is missing, not a string or a whole number"),
    (b'{"id": true, "text": "t"}', "line 2", "field 'id' is of type bool, not a string or a whole number"),
    (b'{"id": "x", "text": 5}', "x", "field 'text' is of type int, not a string"),
    (b'{"id": "x", "text": "\\ud800"}', "x", "field 'text' is not valid Unicode"),
    (b"[" * 100_000, "line 2", "not valid JSON"),
]


@pytest.mark.parametrize(("line", "key", "reason"), BAD_LINES)
def test_bad_lines_stop_nothing(line: bytes, key: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = b'{"id": "%d", "text": "t"}\n'
    path.write_bytes(good % 1 + line + b"\n\n" + good % 4)
    assert read(path) == [Report("1", "t"), BadRecord(key, reason), Report("4", "t")]


def test_objects_without_the_field_before_one_that_has_it(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "a"}\n{"id": 2, "text": "t"}\n{"id": "c"}\n')
    assert read(path) == [BadRecord("a", "no field 'text'"), Report("2", "t"), BadRecord("c", "no field 'text'")]


def test_bad_rows_stop_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'id,text\n1,t\n2,\xff\n3\n,t\n5,"a" b\n6,t\n7,"never closed\n8,t\n')
    assert read(path) == [
        Report("1", "t"),
        BadRecord("2", "field 'text' is not valid Unicode"),
        BadRecord("line 4", "1 fields, the header has 2"),
        BadRecord("line 5", "field 'id' is empty"),
        BadRecord("line 6", "not valid CSV up to line 6, perhaps an unclosed quote"),
        Report("6", "t"),
        BadRecord("line 8", "not valid CSV up to line 9, perhaps an unclosed quote"),
    ]


def test_long_text_is_set_aside(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [Report("long", "x" * 1_000_001), Report("short", "x" * 1_000_000)])
    long, short = read(path, max_length=1_000_000)
    assert long == BadRecord("long", "text of 1000001 characters, the limit is 1000000")
    assert isinstance(short, Report)


@pytest.mark.parametrize("name", WRITERS)
def test_missing_column_is_one_error_that_names_those_there(name: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path / name, REPORTS)
    with pytest.raises(RecordError) as caught:
        read(path, fields=Fields("id", "report"))
    assert "No column 'report'" in str(caught.value)
    assert "text" in str(caught.value).split("Columns there:")[1]


def test_missing_header_shows_no_report_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("MRN12345-2,L4-L5: severe stenosis.,mild bulge with a small tear\n")
    with pytest.raises(RecordError) as caught:
        read(path)
    assert "stenosis" not in str(caught.value)
    assert "bulge" not in str(caught.value)


def test_parquet_of_other_types(tmp_path: Path) -> None:
    table = pyarrow.table({"id": [1, None, 3], "text": pyarrow.array([b"t", b"t", None])})
    pyarrow.parquet.write_table(table, tmp_path / "x.parquet")
    assert [record.id for record in read(tmp_path / "x.parquet")] == ["1", "row 2", "3"]
    assert all(isinstance(record, BadRecord) for record in read(tmp_path / "x.parquet"))


def test_damaged_parquet(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "x.parquet", REPORTS)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RecordError, match="not a Parquet file, or is damaged"):
        read(path)


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_parquet(tmp_path / "x.parquet", REPORTS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RecordError, match="Parquet needs pyarrow"):
        read(path)


STDIN = [
    (b'{"id": "a", "text": "t"}\n', None, [Report("a", "t")]),
    (b'\xef\xbb\xbf\n {"id": "a", "text": "t"}\nno', None, [Report("a", "t"), BadRecord("line 3", "not valid JSON")]),
    (b"L4-5:\n{normal}", None, [Report("stdin", "L4-5:\n{normal}")]),
    (b"", None, [Report("stdin", "")]),
    (b"{braces} normal", "text", [Report("stdin", "{braces} normal")]),
    (b"id,text\n1,t\n", "csv", [Report("1", "t")]),
    (b"id,text\n1,t\n", "spacy_spine.csv.v1", [Report("1", "t")]),
    (b"\xff", None, [BadRecord("stdin", "not UTF-8 text")]),
]


@pytest.mark.parametrize(("content", "format", "expected"), STDIN)
def test_standard_input(
    content: bytes, format: str | None, expected: list[Report | BadRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert read("-", format=format) == expected


def test_what_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="No such file"):
        read(tmp_path / "none.jsonl")
    (tmp_path / "x.dat").write_text("t")
    with pytest.raises(RecordError, match=r"known are \.csv, \.jsonl"):
        read(tmp_path / "x.dat")
    with pytest.raises(RecordError, match=r"Unknown format 'xml'\. Formats: csv, folder, jsonl, parquet, text"):
        read(tmp_path / "x.dat", format="xml")
    assert read(tmp_path / "x.dat", format="text") == [Report("x", "t")]


def test_a_plugin_adds_a_format(tmp_path: Path) -> None:
    name = "acme.lines.v1"

    @report_readers.register(name)
    def lines() -> ReportFormat:
        return ReportFormat(
            (".lines",), lambda source, fields: (Report(str(i), x) for i, x in enumerate(source.open()))
        )

    try:
        (tmp_path / "x.lines").write_text("one\ntwo")
        assert read(tmp_path / "x.lines") == [Report("0", "one\n"), Report("1", "two")]
        assert read(tmp_path / "x.lines", format="lines")[1] == Report("1", "two")
    finally:
        catalogue._remove((*report_readers.namespace, name))
