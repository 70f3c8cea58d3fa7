"""The HTML report: it stands alone, holds everything, says what is missing, and escapes what it shows."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from synthetic_results import write_cell, write_grid

from spacy_spine.analysis.report.figures import figures_of
from spacy_spine.analysis.report.page import write_report
from spacy_spine.analysis.report.tables import apag_tables, cka_tables
from spacy_spine.analysis.results import read_folder
from spacy_spine.errors import CorpusError, ModelError

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """Tags of a page, checked to be closed where they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())

    def all(self, name: str) -> list[str]:
        return [value for _, attributes in self.attributes if (value := attributes.get(name)) is not None]


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("matplotlib")
    pytest.importorskip("scipy")
    return write_grid(tmp_path_factory.mktemp("toy") / "grid", regions=["lumbar"], seeds=2)


@pytest.fixture(scope="module")
def html(grid: Path) -> str:
    return write_report(grid, grid / "new" / "report.html", samples=50).read_text()


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_it_holds_every_figure_and_table(grid: Path, page: Page) -> None:
    results = read_folder(grid)
    figures = figures_of(results, samples=50)
    assert set(page.all("id")) >= {figure.name for figure in figures}
    text = " ".join(page.words)
    for figure in figures:
        assert figure.title in text
        assert figure.caption in text
    for table in [*cka_tables(results.similarities), *apag_tables(results.gradients)]:
        assert table.title in page.words
        for line in table.rows:
            assert set(line) - {""} <= set(page.words)
    for counterpart in ("Figures 2 and 6", "Figure 3", "Tables 2 and 6", "Tables 3 and 4"):
        assert counterpart in text


def test_it_stands_alone(html: str, page: Page) -> None:
    assert not [tag for tag, _ in page.attributes if tag in ("script", "link", "img", "iframe", "object")]
    assert not page.all("src")
    assert not re.search(r"@import|url\((?!#)", html)
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    inside = [href[1:] for href in [*page.all("href"), *page.all("xlink:href")] if href.startswith("#")]
    assert inside
    assert set(inside) <= set(ids)


def test_it_is_for_light_and_dark_and_for_phones(html: str, page: Page) -> None:
    light, dark = re.findall(r":root \{(.*?)\}", html, flags=re.DOTALL)
    names = [set(re.findall(r"(--[a-z0-9-]+):", one)) for one in (light, dark)]
    assert names[0] == names[1]
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", html)) <= names[0]
    assert "width=device-width, initial-scale=1" in page.all("content")
    # What is wide scrolls by itself, not the page.
    assert html.count("<table>") == len(re.findall(r'<div class="scroll"><table>', html))


def test_it_says_how_it_was_made(page: Page) -> None:
    for command in ("spacy-spine experiments table", "spacy-spine analyze report", "spacy-spine analyze grouping"):
        assert f"{command} results/grid" in page.words


def test_it_says_what_is_missing(tmp_path: Path) -> None:
    write_cell(tmp_path / "early", "lumbar", "all", 0)
    page = Page(write_report(tmp_path / "early", tmp_path / "r.html", samples=50).read_text())
    text = " ".join(page.words)
    assert "No CKA yet" in text
    assert "No cell holds gradients yet" in text
    assert not [tag for tag, _ in page.attributes if tag == "svg"]
    assert {"lumbar", "all", "tiny", "0.850"} <= set(page.words)


def test_what_the_results_say_is_escaped(tmp_path: Path) -> None:
    write_cell(tmp_path / "grid", "lumbar", "all", 0)
    (cell,) = (tmp_path / "grid" / "cells").iterdir()
    data = json.loads(cell.read_text())
    data["cell"]["encoder"] = "<script>alert(1)</script>"
    cell.write_text(json.dumps(data))
    html = write_report(tmp_path / "grid", tmp_path / "r.html", samples=50).read_text()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_what_it_needs_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cell(tmp_path / "grid", "lumbar", "all", 0)
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with pytest.raises(ModelError, match=r"pip install 'spacy-spine\[analysis\]'"):
        write_report(tmp_path / "grid", tmp_path / "r.html", samples=50)
    assert not (tmp_path / "r.html").exists()


def test_nothing_to_report(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no results"):
        write_report(tmp_path, tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []
