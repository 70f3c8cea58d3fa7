"""Prodigy's JSONL (`prodigy db-out`, `db-in`): spans for locations, choices for the labels of segments.

    {"text": …, "spans": [{"start": 10, "end": 14, "label": "LOCATION"}], "answer": "accept",
     "options": [{"id": "L4-L5.disc=moderate", "text": "L4-L5 disc: moderate"}, …],
     "accept": ["L4-L5.mention=explicit", "L4-L5.disc=moderate", …],
     "meta": {"id": …, "region": "lumbar", "practice": …, "motion_segments": {"10:14": ["L4-L5"]}}}

A task of a `blocks` interface with `ner_manual` and `choice` (`choice_style: multiple`). `meta.motion_segments` says
what each span stands for; a span that is not in it is read from its text. `meta.segments` may hold the labels as in
our own format, which `accept` then overrides. Spans with other labels are left alone.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import CorpusError
from .imports import (
    LOCATION,
    LeftOut,
    about_of,
    choices_made,
    choices_of,
    location_of,
    region_of,
    report_of,
)
from .lines import Line, read_objects, write_lines
from .report import AnnotatedReport, regions_named, segments_from

ACCEPTED = "accept"


def read_prodigy(path: Path | str, region: str | None = None) -> Iterator[AnnotatedReport | LeftOut]:
    """The accepted tasks of a Prodigy file.

    path (Path): JSONL as `prodigy db-out` writes it.
    region (str): Region of tasks that do not name one.
    YIELDS (AnnotatedReport | LeftOut): One a task; rejected and ignored ones are left out.
    RAISES (CorpusError): With file, line and reason, at the first that cannot be read.
    """
    for line in read_objects(Path(path)):
        answer = line.data.get("answer", ACCEPTED)
        if answer != ACCEPTED:
            yield LeftOut(line.where, f"answer '{answer}'")
            continue
        try:
            yield _report(line, region)
        except CorpusError as error:
            raise CorpusError(f"{line.where}: {error}.") from error


def write_prodigy(path: Path | str, reports: Iterable[AnnotatedReport]) -> None:
    """Write reports as accepted tasks, ready for `prodigy db-in` or to be annotated further.

    path (Path): The file.
    reports (Iterable[AnnotatedReport]): The reports.
    """
    from .docs import blank_pipeline

    nlp = blank_pipeline()
    write_lines(Path(path), (_task(report, nlp.make_doc(report.text)) for report in reports))


def _task(report: AnnotatedReport, doc: Any) -> dict[str, Any]:
    spans = []
    for one in report.locations:
        span: dict[str, Any] = {"start": one.start, "end": one.end}
        tokens = doc.char_span(one.start, one.end)
        if tokens is not None:
            span |= {"token_start": tokens.start, "token_end": tokens.end - 1}  # Prodigy counts the last one in
        spans.append(span | {"label": LOCATION})
    names = {f"{one.start}:{one.end}": list(one.motion_segments) for one in report.locations}
    options = choices_of(regions_named(report.region))
    return {
        "text": report.text,
        "tokens": [
            {"text": token.text, "start": token.idx, "end": token.idx + len(token), "id": token.i}
            | {"ws": bool(token.whitespace_)}
            for token in doc
        ],
        "spans": spans,
        "options": [{"id": f"{name}={label}", "text": f"{name.replace('.', ' ')}: {label}"} for name, label in options],
        "accept": [f"{name}={label}" for name, label in choices_made(report.segments)],
        "meta": about_of(report) | {"motion_segments": names},
        "_view_id": "blocks",
        "answer": ACCEPTED,
    }


def _report(line: Line, region: str | None) -> AnnotatedReport:
    task, meta = line.data, line.data.get("meta", {})
    text, spans, accepted = task.get("text"), task.get("spans", []), task.get("accept", [])
    if not isinstance(text, str):
        raise CorpusError("no 'text'")
    if not (isinstance(meta, dict) and isinstance(spans, list) and isinstance(accepted, list)):
        raise CorpusError("'meta' must be an object, 'spans' and 'accept' lists")
    region, names = region_of(meta, region), meta.get("motion_segments", {})
    locations = [
        location_of(text, start, end, names.get(f"{start}:{end}"), region)
        for start, end in ((span.get("start"), span.get("end")) for span in spans if span.get("label") == LOCATION)
    ]
    chosen = [_choice(option) for option in accepted]
    asked = {question for question, _ in chosen}
    stated = choices_made(segments_from(meta.get("segments", {})))
    return report_of(
        text,
        meta,
        locations=locations,
        choices=[*(choice for choice in stated if choice[0] not in asked), *chosen],
        region=region,
        id=str(task.get("_input_hash", f"{line.path.stem}-{line.number}")),
    )


def _choice(option: Any) -> tuple[str, str]:
    question, equals, answer = str(option).partition("=")
    if not equals:
        raise CorpusError(f"choice '{option}' is not SEGMENT.PATHOLOGY=LABEL, e.g. L4-L5.disc=moderate")
    return question, answer
