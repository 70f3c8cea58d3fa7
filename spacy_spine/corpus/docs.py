"""Annotated reports as spaCy Docs, and files of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.util import filter_spans, get_lang_class
from spacy.vocab import Vocab

from ..errors import CorpusError
from ..pipeline import annotations
from ..pipeline.tokenizer import make_tokenizer
from .report import MENTION, AnnotatedReport, Location, segments_from

REPORT = "report"
ATTRIBUTES = ("ORTH", "ENT_IOB", "ENT_TYPE")


def to_doc(report: AnnotatedReport, nlp: Language) -> Doc:
    """A report as a gold Doc.

    report (AnnotatedReport): The report.
    nlp (Language): The pipeline, for its tokenizer.
    RETURNS (Doc): With locations in `doc.ents`, widened to whole tokens, and in its stored data what they stand for
        ("locations"), the labels of the segments ("gold") and what identifies the report ("report").
    RAISES (CorpusError): Where a location lies outside the text.
    """
    doc = nlp.make_doc(report.text)
    set_locations(doc, report)
    gold = {name: {MENTION: one.mention, **one.labels} for name, one in report.segments.items()}
    annotations.write(doc, "gold", gold)
    about: dict[str, Any] = {"id": report.id, "practice": report.practice, "region": report.region}
    if report.meta:
        about["meta"] = dict(report.meta)
    if _locations(doc) != report.locations:
        # Tokens cut elsewhere than the annotator, or locations overlap: the Doc's ents are not the whole truth.
        about["locations"] = [[one.start, one.end, list(one.motion_segments)] for one in report.locations]
        about["tokens"] = [[one.start, one.end, list(one.motion_segments)] for one in _locations(doc)]
    annotations.write(doc, REPORT, about)
    return doc


def from_doc(doc: Doc) -> AnnotatedReport:
    """The report that a gold Doc was made of, with what has been changed in its ents since.

    doc (Doc): What `to_doc` makes.
    RETURNS (AnnotatedReport): The report.
    RAISES (CorpusError): Where the Doc is not of an annotated report.
    """
    about = annotations.read(doc, REPORT)
    if not about:
        raise CorpusError("a Doc is not of an annotated report; `spacy-spine corpus convert` makes such files")
    locations = _locations(doc)
    if "locations" in about and locations == _from_rows(about["tokens"]):
        locations = _from_rows(about["locations"])
    return AnnotatedReport(
        id=about["id"],
        text=doc.text,
        region=about["region"],
        practice=about["practice"],
        locations=locations,
        segments=segments_from(annotations.read(doc, "gold")),
        meta=about.get("meta", {}),
    )


def set_locations(doc: Doc, report: AnnotatedReport) -> None:
    """Set the gold locations of a report on a Doc of its text.

    doc (Doc): The Doc.
    report (AnnotatedReport): The report.
    RAISES (CorpusError): Where a location lies outside the text.
    """
    spans: dict[Span, tuple[str, ...]] = {}
    for one in report.locations:
        if not 0 <= one.start < one.end <= len(report.text):
            raise CorpusError(f"{report.id}: location {one.start}:{one.end} is not in the text.")
        span = doc.char_span(one.start, one.end, label=annotations.LOCATION, alignment_mode="expand")
        if span is not None:
            spans[span] = (*spans.get(span, ()), *one.motion_segments)
    doc.ents = filter_spans(spans)
    kept = {annotations.location_key(ent): list(dict.fromkeys(spans[ent])) for ent in doc.ents}
    annotations.write(doc, "locations", kept)


def blank_pipeline() -> Language:
    """English with the tokenizer of our pipelines and no pipes."""
    nlp = get_lang_class("en")()
    nlp.tokenizer = make_tokenizer(nlp)
    return nlp


def write_docbin(path: Path | str, reports: Iterable[AnnotatedReport], nlp: Language | None = None) -> None:
    """Write reports as a file that spaCy's own commands read too.

    path (Path): A .spacy file.
    reports (Iterable[AnnotatedReport]): The reports.
    nlp (Language): For its tokenizer; that of our pipelines if left out.
    """
    nlp = nlp or blank_pipeline()
    docs = DocBin(ATTRIBUTES, store_user_data=True, docs=[to_doc(report, nlp) for report in reports])
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    docs.to_disk(path)


def read_docbin(path: Path | str, vocab: Vocab | None = None) -> Iterator[AnnotatedReport]:
    """The reports of a .spacy file.

    path (Path): The file.
    vocab (Vocab): Where its strings go.
    YIELDS (AnnotatedReport): In its order.
    RAISES (CorpusError): Where it is no such file, or holds anything else.
    """
    try:
        docs = DocBin().from_disk(path)
    except OSError as error:
        raise CorpusError(f"Cannot read '{path}': {error.strerror}.") from error
    except Exception as error:  # zlib, msgpack and numpy each have their own
        raise CorpusError(f"'{path}' is not a .spacy file, or is damaged ({type(error).__name__}).") from error
    for number, doc in enumerate(docs.get_docs(vocab or Vocab()), start=1):
        try:
            yield from_doc(doc)
        except CorpusError as error:
            raise CorpusError(f"{path}: Doc {number}: {error}.") from error


def _locations(doc: Doc) -> tuple[Location, ...]:
    return tuple(
        Location(ent.start_char, ent.end_char, ent._.motion_segments)
        for ent in doc.ents
        if ent.label_ == annotations.LOCATION
    )


def _from_rows(rows: Iterable[list]) -> tuple[Location, ...]:
    return tuple(Location(start, end, tuple(names)) for start, end, names in rows)
