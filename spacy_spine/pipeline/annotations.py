"""What the pipes leave on a Doc: plain data in `doc.user_data`, read through extension attributes.

One dict under one key holds everything that is not a span group, so that a Doc survives `to_bytes`, DocBin, pickle
and `nlp.pipe(n_process=2)`:

    {"locations": {"10:14": ["L4-L5"]},                  characters of an entity → motion segments
     "regions": {"L4-L5": "lumbar", …},                  the segments found, cranial to caudal
     "grouped_by": {"0:52:L4-L5": "explicit", …},        characters and segment of a span → rule that placed it
     "texts": {"L4-L5": "…"},                            what the classifier read
     "severities": {"L4-L5": {"disc": {"none_mild": 0.9, …}}},
     "evidence": {"L4-L5": {"disc": {"label": "moderate", "rule": "protrusion_grade", "spans": [[3, 13]]}}},    by rules
     "quality_flags": ["no_segments"],
     "gold": {"L4-L5": {"mention": "explicit", "disc": "moderate", …}}}    annotated reports only
"""

from collections.abc import Iterable
from typing import Any

from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from .views import Segment, segments_of

KEY = "spacy_spine"
LOCATION = "LOCATION"
SEGMENT_SPANS = "motion_segments"
OTHER_SPANS = "no_motion_segment"


def read(doc: Doc, name: str) -> Any:
    """One part of the stored data, or an empty dict where no pipe has written it."""
    return doc.user_data.get(KEY, {}).get(name, {})


def write(doc: Doc, name: str, value: Any) -> None:
    """Store one part, as plain dicts, lists, strings and numbers."""
    doc.user_data.setdefault(KEY, {})[name] = value


def clear(doc: Doc, *names: str) -> None:
    """Forget parts of the stored data, such as grades of segments that are grouped anew."""
    for name in names:
        doc.user_data.get(KEY, {}).pop(name, None)


def set_locations(doc: Doc, offsets: Iterable[tuple[int, int]]) -> list[Span]:
    """Make locations of a Doc's entities. Entities with other labels stay unless a location overlaps them.

    doc (Doc): The Doc.
    offsets (Iterable[tuple[int, int]]): Characters of each location; widened to whole tokens, the longer of two that
        then overlap is kept.
    RETURNS (list[Span]): The locations, in order.
    """
    spans = [doc.char_span(start, end, label=LOCATION, alignment_mode="expand") for start, end in offsets]
    locations = filter_spans([span for span in spans if span is not None])
    taken = {token.i for span in locations for token in span}
    others = [ent for ent in doc.ents if ent.label_ != LOCATION and not taken.intersection(range(ent.start, ent.end))]
    doc.set_ents([*others, *locations])
    return locations


def location_key(span: Span) -> str:
    return f"{span.start_char}:{span.end_char}"


def grouping_key(span: Span) -> str:
    return f"{span.start_char}:{span.end_char}:{span.label_}"


def _motion_segments(span: Span) -> tuple[str, ...]:
    return tuple(read(span.doc, "locations").get(location_key(span), ()))


def _grouped_by(span: Span) -> str | None:
    return read(span.doc, "grouped_by").get(grouping_key(span))


def _quality_flags(doc: Doc) -> tuple[str, ...]:
    return tuple(read(doc, "quality_flags"))


def _segments(doc: Doc) -> tuple[Segment, ...]:
    return segments_of(doc, doc.user_data.get(KEY, {}), SEGMENT_SPANS)


# Set at import: spaCy imports every factory before it makes or reads a Doc, in worker processes too.
Doc.set_extension("segments", getter=_segments, force=True)
Doc.set_extension("quality_flags", getter=_quality_flags, force=True)
Span.set_extension("motion_segments", getter=_motion_segments, force=True)
Span.set_extension("grouped_by", getter=_grouped_by, force=True)
