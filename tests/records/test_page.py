"""What people read: the page and the table."""

import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from toy_findings import toy_pipeline

from spacy_spine.records import finding, findings_table, print_findings, render_page
from spacy_spine.records.severity import level

TEXT = "FINDINGS:\nL4-L5: severe stenosis,\nas before. L5-S1 and L1-L2 normal. T9-T8 odd.\n\nNothing else."


class Page(HTMLParser):
    """Text and elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] != "style":
            self.words += data.split()


@pytest.fixture(scope="module")
def nlp() -> Language:
    return toy_pipeline()


def test_page_shows_everything(nlp: Language) -> None:
    page = render_page(nlp(TEXT), "report 7")
    seen = Page(page)
    text = " ".join(seen.words)
    assert "<title>report 7</title>" in page
    for part in ("missing:L2-L3", "stenosis", "disc", "nerve", "severe 0.80", "explicit", "L4-L5", "▸ L5-S1"):
        assert part in text
    assert len([1 for tag, attrs in seen.elements if tag == "td" and attrs["class"] == "high"]) == 3
    assert len([1 for tag, attrs in seen.elements if tag == "td" and attrs["class"] == "low"]) == 6
    assert text.count("No motion segment") == 1


def test_page_stands_alone(nlp: Language) -> None:
    page = render_page(nlp(TEXT), "x")
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(", page)


def test_page_of_a_report_without_segments(nlp: Language) -> None:
    assert "No motion segments found." in render_page(nlp("Normal."), "x")
    assert "no_text" in render_page(nlp(""), "x")


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(
        st.sampled_from(
            ["<script>", "</div>", "&", '"', "'", "{{ x }}", "{0}", "{% x %}", "L4-L5", " ", "\n", "severe"]
        )
    ),
    title=st.sampled_from(
        ["<b>", "a & b", "{{ title }}", '"'],
    ),
)
def test_page_escapes_everything(nlp: Language, pieces: list[str], title: str) -> None:
    text = "".join(pieces)
    page = render_page(nlp(text), title)
    seen = Page(page)
    assert not {"script", "b"} & {tag for tag, _ in seen.elements}
    assert page.count("<div") == page.count("</div>")
    words = iter(seen.words)  # every word of the report is on the page, in order
    joined = "".join(words)
    for word in text.split():
        assert word in joined


@settings(max_examples=50, deadline=None)
@given(labels=st.lists(st.text(min_size=1), min_size=2, max_size=6, unique=True))
def test_level_goes_from_low_to_high(labels: list[str]) -> None:
    levels = [level(label, labels) for label in labels]
    assert levels == ["low", *["middle"] * (len(labels) - 2), "high"]


def test_table(nlp: Language) -> None:
    table = findings_table([finding(nlp("C5-C6 and L4-L5: severe."), "a"), finding(nlp(""), "b")])
    assert table[0] == ["report", "segment", "stenosis", "disc", "cord", "foraminal", "nerve", "flags"]
    assert table[1][:5] == ["a", "C5-C6", "severe 0.80", "severe 0.80", "abnormal 0.80"]
    assert table[1][7].startswith("missing:C2-C3, ")
    assert table[2] == ["", "L4-L5", "severe 0.80", "severe 0.80", "-", "-", "abnormal 0.80", ""]
    assert table[3] == ["b", "-", "-", "-", "-", "-", "-", "no_text, no_segments"]
    assert findings_table([]) == [["report", "segment", "flags"]]


def test_table_is_plain_where_no_one_looks(nlp: Language) -> None:
    file = io.StringIO()
    print_findings([finding(nlp("L4-L5"), "a")], file)
    header, row = file.getvalue().splitlines()
    assert file.getvalue().isascii()
    assert header.index("disc") == row.index("none_mild", row.index("none_mild") + 1)


def test_table_has_colours_in_a_terminal(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("NO_COLOR", raising=False)
    file = Terminal()
    print_findings([finding(nlp("L4-L5 severe. L5-S1"), "[bold]a")], file)
    assert "\x1b[1;31msevere 0.80" in file.getvalue()
    assert "\x1b[32mnone_mild 0.80" in file.getvalue()
    assert "[bold]a" in file.getvalue()
