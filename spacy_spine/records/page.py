"""One report as a page that stands alone: text, locations, sentences by segment, severities."""

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from spacy import displacy
from spacy.tokens import Doc, Span

from .findings import finding
from .severity import level

TEMPLATE = "page.html.jinja"
LOCATION_COLOUR = "#d9d9d9"
# Qualitative colours that stay apart in print; used again where a report has more segments.
COLOURS = ("#8dd3c7", "#fdb462", "#80b1d3", "#b3de69", "#bc80bd", "#c9b18b", "#ffd92f", "#a6cee3", "#fccde5")
# displaCy's own templates with less room between lines, and plain weight where only a sentence is marked.
MARKUP = {
    "span": '<span class="word" style="height: {total_height}px;">{text}{span_slices}{span_starts}</span> ',
    "slice": '<span class="slice" style="background: {bg}; top: {top_offset}px;"></span>',
    "start": '<span class="slice start" style="background: {bg}; top: {top_offset}px;">'
    '<span class="tag" style="background: {bg};">{label}{kb_link}</span></span>',
}
GEOMETRY = {"top_offset": 26, "top_offset_step": 14, "span_label_offset": 14}


def render_page(doc: Doc, title: str) -> str:
    """A self-contained HTML page of one report.

    doc (Doc): A report that the pipeline has read.
    title (str): Heading of the page, e.g. the report's id.
    RETURNS (str): The page; everything that comes from the report is escaped.
    """
    found = finding(doc, title)
    names = [segment["segment"] for segment in found["segments"]]
    regions: dict[str, list[dict[str, Any]]] = {}
    for segment in found["segments"]:
        regions.setdefault(segment["region"], []).append(segment)
    return _template().render(
        title=title,
        found=found,
        regions=regions,
        colours=_colours(names),
        level=level,
        lines=list(_lines(doc, _colours(names))),
        others=[span.text for span in doc.spans.get("no_motion_segment", ())],
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("spacy_spine.records"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE)


def _colours(names: list[str]) -> dict[str, str]:
    return {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}


def _lines(doc: Doc, colours: dict[str, str]) -> Iterator[str]:
    """The text line by line, in displaCy's markup of overlapping spans."""
    marks = [*_locations(doc), *_sentences(doc)]
    by_label = {escape(name): colour for name, colour in colours.items()}
    by_label.update({mark["label"]: LOCATION_COLOUR for mark in marks if mark["is_location"]})
    options = {**GEOMETRY, "template": MARKUP, "colors": by_label}
    for line in re.finditer(r"[^\n]*\n?", doc.text):
        words = list(re.finditer(r"\S+", line.group()))
        if not words:
            yield ""
            continue
        tokens = [(line.start() + word.start(), line.start() + word.end()) for word in words]
        spans = [span for mark in marks if (span := _in_line(mark, tokens)) is not None]
        manual = {"text": "", "tokens": [word.group() for word in words], "spans": spans}
        yield displacy.render(manual, style="span", manual=True, jupyter=False, options=options)


def _locations(doc: Doc) -> Iterator[dict[str, Any]]:
    for ent in doc.ents:
        segments = ent._.motion_segments
        yield _mark(ent, ", ".join(segments) if len(segments) < 3 else f"{segments[0]} to {segments[-1]}", True)


def _sentences(doc: Doc) -> Iterator[dict[str, Any]]:
    for span in doc.spans.get("motion_segments", ()):
        yield _mark(span, span.label_, False)


def _mark(span: Span, label: str, is_location: bool) -> dict[str, Any]:
    # displaCy escapes words, not labels.
    shown = f"\N{BLACK RIGHT-POINTING SMALL TRIANGLE} {label}" if is_location else label
    return {"start": span.start_char, "end": span.end_char, "label": escape(shown), "is_location": is_location}


def _in_line(mark: dict[str, Any], tokens: list[tuple[int, int]]) -> dict[str, Any] | None:
    inside = [i for i, (start, end) in enumerate(tokens) if start < mark["end"] and mark["start"] < end]
    if not inside:
        return None
    return {"start_token": inside[0], "end_token": inside[-1] + 1, "label": mark["label"]}
