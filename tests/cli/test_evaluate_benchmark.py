"""`spacy-spine evaluate-benchmark` and `spacy-spine corpus join`, on a benchmark made here."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels, read_reports
from spacy_spine.corpus.benchmarks import stand_off
from spacy_spine.corpus.lines import write_lines

Spine = Callable[..., Any]
# The toy finds segments written as "L4-L5" and grades all of them worst in a sentence with "severe".
TEXTS = ["L4-L5 has a severe SECRET.", "L5-S1 is normal."]
WORST = {"stenosis": "severe", "disc": "severe", "nerve": "abnormal"}
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
REPORTS = [
    AnnotatedReport(
        "acme-1", TEXTS[0], "lumbar", "", (Location(0, 5, ("L4-L5",)),), {"L4-L5": SegmentLabels("explicit", WORST)}
    ),
    AnnotatedReport(
        "acme-2", TEXTS[1], "lumbar", "", (Location(0, 5, ("L5-S1",)),), {"L5-S1": SegmentLabels("explicit", LOWEST)}
    ),
]


@pytest.fixture
def acme(tmp_path: Path) -> tuple[Path, Path]:
    """A manifest and its dataset."""
    book = Workbook()
    for row in (("id", "note"), *enumerate(TEXTS, start=1), (3, "SECRET of nobody's concern")):
        book.active.append(row)
    dataset = tmp_path / "notes.xlsx"
    book.save(dataset)
    write_lines(tmp_path / "acme.gold.jsonl", stand_off(REPORTS))
    about = {"title": "Notes", "authors": "A. Author", "doi": "10.1/acme", "licence": "CC BY 4.0", "file": "n.xlsx"}
    about |= {"sha256": hashlib.sha256(dataset.read_bytes()).hexdigest(), "sheet": "Sheet", "id_column": "id"}
    about |= {"text_column": "note", "id_prefix": "acme-", "id_digits": 1}
    data = {"name": "acme", "title": "Acme", "region": "lumbar", "gold": "acme.gold.jsonl", "dataset": about}
    (tmp_path / "acme.json").write_text(json.dumps(data))
    return tmp_path / "acme.json", dataset


def test_a_pipeline(spine: Spine, toy_model: Path, acme: tuple[Path, Path], tmp_path: Path) -> None:
    output, markdown, errors = tmp_path / "m" / "m.json", tmp_path / "m" / "m.md", tmp_path / "m" / "e.jsonl"
    paths = ["--output", output, "--markdown", markdown, "--errors", errors]
    result = spine("evaluate-benchmark", *acme, "--model", toy_model, *paths)
    assert result.exit_code == 0
    figures = json.loads(output.read_text())
    assert figures["pipeline"] == {"name": "en_toy_spine", "version": "1.2.3"}
    assert (figures["benchmark"], figures["reports"], figures["regions"]) == ("acme", 2, ["lumbar"])
    assert figures["scores"]["all"]["severities"]["disc"]["macro_f1"] == 1
    assert markdown.read_text() in result.stdout
    assert "A. Author, Notes, doi 10.1/acme, CC BY 4.0" in result.stderr
    assert "SECRET" not in result.output + output.read_text() + markdown.read_text() + errors.read_text()


def test_a_system_outside_spacy(spine: Spine, toy_model: Path, acme: tuple[Path, Path], tmp_path: Path) -> None:
    """Joined, read by `extract`, and measured from the file: the figures of the pipeline itself."""
    assert spine("corpus", "join", *acme, tmp_path / "joined.texts.jsonl").exit_code == 0
    found = tmp_path / "found.jsonl"
    assert spine("extract", tmp_path / "joined.texts.jsonl", found, "--model", toy_model).exit_code == 0
    tables = [
        spine("evaluate-benchmark", *acme, *option).stdout for option in (["--model", toy_model], ["--findings", found])
    ]
    assert tables[0] == tables[1] != ""


def test_findings_without_locations(spine: Spine, acme: tuple[Path, Path], tmp_path: Path) -> None:
    found, output = tmp_path / "found.jsonl", tmp_path / "m.json"
    segments = [{"segment": "L4-L5", "severities": WORST}], [{"segment": "L5-S1", "severities": LOWEST}]
    write_lines(found, [{"id": f"acme-{i}", "segments": one} for i, one in enumerate(segments, start=1)])
    assert spine("evaluate-benchmark", *acme, "--findings", found, "--output", output).exit_code == 0
    figures = json.loads(output.read_text())
    assert figures["findings"] == "found.jsonl"
    assert figures["scores"]["all"]["locations"]["overlap"]["f1"] is None
    assert figures["scores"]["all"]["segments"]["f1"] == 1


def test_the_joined_corpus_is_the_annotated_one(spine: Spine, acme: tuple[Path, Path], tmp_path: Path) -> None:
    result = spine("corpus", "join", *acme, tmp_path / "joined.jsonl")
    assert "2 reports of acme" in result.stdout
    assert list(read_reports(tmp_path / "joined.jsonl")) == REPORTS
    assert spine("corpus", "check", tmp_path / "joined.jsonl").exit_code == 0


@pytest.mark.parametrize("options", [[], ["--model", "x", "--findings", "x.jsonl"]])
def test_one_thing_is_measured(spine: Spine, acme: tuple[Path, Path], options: list[str]) -> None:
    result = spine("evaluate-benchmark", *acme, *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "either --model or --findings" in result.stderr


def test_another_file_is_one_sentence(spine: Spine, toy_model: Path, acme: tuple[Path, Path]) -> None:
    acme[1].write_bytes(acme[1].read_bytes() + b" ")
    result = spine("evaluate-benchmark", *acme, "--model", toy_model)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "expected SHA-256" in result.stderr
    assert result.stderr.count("\n") == 1


def test_joining_never_writes_over_the_benchmark(spine: Spine, acme: tuple[Path, Path], tmp_path: Path) -> None:
    before = (tmp_path / "acme.gold.jsonl").read_bytes()
    for name in ("acme.texts.jsonl", "acme.gold.jsonl", "acme.json", "notes.xlsx"):
        result = spine("corpus", "join", *acme, tmp_path / name)
        assert result.exit_code == 1
        assert "another name" in result.stderr
    assert (tmp_path / "acme.gold.jsonl").read_bytes() == before
