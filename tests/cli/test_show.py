"""`spacy-spine show`: a table, a page."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("L4-L5: severe <b>stenosis</b>.")
    (tmp_path / "in" / "b.txt").write_text("Nothing.")
    return tmp_path / "in"


def test_table(spine: Callable[..., Any], toy_model: Path, reports: Path) -> None:
    result = spine("show", reports, "-m", toy_model)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["report", "segment", "stenosis", "disc", "nerve", "flags"]
    assert lines[1][:6] == ["a", "L4-L5", "severe", "0.80", "severe", "0.80"]
    assert lines[2][0] == "b"


def test_page(spine: Callable[..., Any], toy_model: Path, reports: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = spine("show", reports / "a.txt", "-o", page, "-m", toy_model)
    assert (result.exit_code, result.stdout) == (0, f"Page of report 'a': {page}\n")
    assert "&lt;b&gt;stenosis&lt;/b&gt;" in page.read_text(encoding="utf-8")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_page_of_one_of_several(spine: Callable[..., Any], toy_model: Path, reports: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = spine("show", reports, "-o", page, "-m", toy_model, "--table")
    assert result.stdout.splitlines()[0].startswith("report ")
    assert result.stdout.splitlines()[-1] == f"Page of report 'a' (of 2; --report ID shows another): {page}"
    result = spine("show", reports, "-o", page, "-m", toy_model, "--report", "b")
    assert result.stdout == f"Page of report 'b': {page}\n"
    assert "No motion segments found." in page.read_text(encoding="utf-8")
    result = spine("show", reports, "-o", page, "-m", toy_model, "--report", "z")
    assert (result.exit_code, result.stderr) == (1, "Error: No report has the id 'z'.\n")


def test_standard_input(spine: Callable[..., Any], toy_model: Path) -> None:
    assert "L5-S1" in spine("show", "-", "-m", toy_model, input="L5-S1: severe.").stdout


def test_what_is_no_report(spine: Callable[..., Any], toy_model: Path, reports: Path) -> None:
    (reports / "c.txt").write_bytes(b"\xff")
    result = spine("show", reports, "-m", toy_model)
    assert result.exit_code == 3
    assert result.stderr == "Set aside: c: not UTF-8 text\n"
    assert len(result.stdout.splitlines()) == 3


def test_samples_can_be_shown(spine: Callable[..., Any], toy_model: Path) -> None:
    result = spine("show", SAMPLES, "-m", toy_model)
    assert result.exit_code == 0
    shown = {line.split()[0] for line in result.stdout.splitlines()[1:] if not line.startswith(" ")}
    assert shown == {path.stem for path in SAMPLES.glob("*.txt")}
