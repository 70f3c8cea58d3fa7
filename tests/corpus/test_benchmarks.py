"""Benchmarks: stand-off annotations joined to a dataset of somebody else."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import catalogue
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport
from spacy_spine.corpus.benchmarks import Benchmark, get_benchmark, join, spine_benchmarks, stand_off
from spacy_spine.corpus.lines import write_lines
from spacy_spine.errors import CorpusError

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "assets" / "benchmarks").glob("*.json"))
ID, TEXT = "Case", "Report text"
TEXTS = {7: "L4-5: a SECRET bulge.", 12: "All discs are normal.", 30: "Never annotated."}
ROWS = [(number, f"  {text}\n") for number, text in TEXTS.items()]


def workbook(path: Path, rows: list[tuple[Any, ...]] = ROWS, head: tuple[str, ...] = (ID, TEXT)) -> Path:
    book = Workbook()
    book.active.title = "Notes"
    for row in (head, *rows):
        book.active.append(row)
    book.save(path)
    return path


def report(number: int, text: str) -> AnnotatedReport:
    return AnnotatedReport(id=f"acme-{number:04d}", text=text, region="lumbar")


def manifest(folder: Path, file: Path, reports: list[AnnotatedReport], **changes: Any) -> Path:
    dataset = {
        "title": "Notes",
        "authors": "A. Author",
        "doi": "10.1/acme",
        "licence": "CC BY 4.0",
        "file": "Notes.xlsx",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "sheet": "Notes",
        "id_column": ID,
        "text_column": TEXT,
        "id_prefix": "acme-",
        "id_digits": 4,
    }
    write_lines(folder / "gold.jsonl", stand_off(reports))
    data = {"name": "acme", "title": "Acme", "region": "lumbar", "gold": "gold.jsonl", "dataset": dataset | changes}
    path = folder / "acme.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


REPORTS = [report(number, TEXTS[number]) for number in (12, 7)]


def joined(folder: Path, rows: list[tuple[Any, ...]] = ROWS, **changes: Any) -> list[AnnotatedReport]:
    file = workbook(folder / "notes.xlsx", rows)
    return join(get_benchmark(manifest(folder, file, REPORTS, **changes)), file)


def test_annotated_rows_get_their_texts_and_no_other_row_is_kept(tmp_path: Path) -> None:
    assert joined(tmp_path) == REPORTS


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1), max_size=4))
@settings(deadline=None, max_examples=15)
def test_join_is_the_way_back_from_stand_off(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("benchmark")
    reports = [report(number, text) for number, text in enumerate(texts)]
    file = workbook(folder / "notes.xlsx", [(number, text) for number, text in enumerate(texts)])
    path = manifest(folder, file, reports)
    assert join(get_benchmark(path), file) == reports
    assert not any("text" in json.loads(line) for line in (folder / "gold.jsonl").read_text().splitlines())


def test_ids_as_excel_writes_them(tmp_path: Path) -> None:
    assert joined(tmp_path, [(7.0, TEXTS[7]), (" 12 ", TEXTS[12]), (None, None), ("x", 5)]) == REPORTS


@pytest.mark.parametrize(
    ("rows", "changes", "reason"),
    [
        (ROWS, {"sha256": "0" * 64}, f"expected SHA-256 {'0' * 64}, found "),
        (ROWS[1:], {}, "holds no report acme-0007, which"),
        ([*ROWS, ROWS[0]], {}, "holds report acme-0007 twice"),
        ([(7, TEXTS[7] + "!"), *ROWS[1:]], {}, "expected 21 characters, found 22."),
        ([(7, TEXTS[7].upper()), *ROWS[1:]], {}, "expected 21 characters, found 21 others."),
        ([(7, None), *ROWS[1:]], {}, "expected 21 characters, found 0."),
        (ROWS, {"sheet": "Sheet1"}, "has no sheet 'Sheet1'; there are Notes."),
        (ROWS, {"text_column": "Findings"}, "has no column 'Findings' in its first row."),
    ],
)
def test_another_dataset_is_an_error_without_its_text(
    tmp_path: Path, rows: list[tuple[Any, ...]], changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        joined(tmp_path, rows, **changes)
    assert reason in str(caught.value)
    assert "secret" not in str(caught.value).lower()


def test_a_wrong_file_is_told_where_the_right_one_is(tmp_path: Path) -> None:
    file = workbook(tmp_path / "notes.xlsx")
    one = get_benchmark(manifest(tmp_path, file, REPORTS))
    with pytest.raises(CorpusError, match=r"Get 'Notes.xlsx' of https://doi.org/10.1/acme"):
        join(one, tmp_path / "missing.xlsx")
    with pytest.raises(CorpusError, match=r"Get 'Notes.xlsx' of https://doi.org/10.1/acme"):
        join(one, workbook(tmp_path / "other.xlsx", ROWS[:1]))


def test_what_is_no_workbook(tmp_path: Path) -> None:
    file = tmp_path / "notes.xlsx"
    file.write_text("Case,Report text")
    with pytest.raises(CorpusError, match=r"is not an .xlsx workbook"):
        join(get_benchmark(manifest(tmp_path, file, REPORTS)), file)


def test_without_openpyxl_the_error_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path / "notes.xlsx")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(CorpusError, match=r'pip install "spacy-spine\[benchmarks\]"'):
        join(get_benchmark(manifest(tmp_path, file, REPORTS)), file)


def test_a_plugin_registers_a_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = manifest(tmp_path, workbook(tmp_path / "notes.xlsx"), REPORTS)
    key = (*spine_benchmarks.namespace, "plugin.thoracic_notes.v1")
    monkeypatch.setitem(catalogue.REGISTRY, key, lambda: path)
    assert get_benchmark("thoracic_notes") == get_benchmark("plugin.thoracic_notes.v1") == get_benchmark(path)
    with pytest.raises(CorpusError, match=r"Registered: plugin\.thoracic_notes\.v1"):
        get_benchmark("no_such")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "it is no JSON object"),
        ('{"name": "x"}', "has no 'title', or not as str"),
        (
            '{"name": "x", "title": "x", "region": "x", "gold": "x", "dataset": 1}',
            "has no 'dataset', or not as mapping",
        ),
        ('{"name": "x", "title": "x", "region": "x", "gold": "x", "dataset": {}}', "has no 'dataset.title'"),
    ],
)
def test_a_broken_manifest(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(CorpusError, match=reason):
        get_benchmark(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_is_annotated_right_and_holds_no_text(path: Path) -> None:
    one: Benchmark = get_benchmark(path)
    assert set(get_regions(one.region).names) <= set(get_regions("both").names)
    lines = [json.loads(line) for line in one.gold.read_text(encoding="utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) > 100
    for line in lines:
        assert set(line) == {"id", "region", "locations", "segments", "text_length", "text_sha256"}
        assert set(line["segments"]) <= set(get_regions(line["region"]).motion_segments)
        assert len(line["text_sha256"]) == 64
        assert all(0 <= start < end <= line["text_length"] for start, end, _ in line["locations"])
        assert all(line["id"].startswith(one.dataset.id_prefix) for line in lines)


def test_something_ships() -> None:
    assert [path.stem for path in SHIPPED] == ["mendeley-lumbar-notes"]
