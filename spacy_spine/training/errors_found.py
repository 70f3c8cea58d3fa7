"""The list of errors of an evaluation: each by report, segment and pathology, with text only where it is asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..corpus.report import AnnotatedReport
from .matching import Place, match, overlapping
from .metrics import MENTION, OTHER, Gold, severity_pair

LOCATION_MISSED, LOCATION_INVENTED, LOCATION_MISREAD = "location_missed", "location_invented", "location_misread"
SEGMENT_MISSED, SEGMENT_INVENTED = "segment_missed", "segment_invented"
SEVERITY_WRONG = "severity_wrong"
CONTEXT = 60


def location_errors(
    report: AnnotatedReport, gold: Sequence[Place], found: Sequence[Place], with_text: bool
) -> Iterator[dict[str, Any]]:
    """Locations that were missed, invented, or stand for something else than annotated."""
    gold, found = sorted(gold, key=_span), sorted(found, key=_span)
    matched = match(overlapping(gold, found))
    for j, i in sorted(matched.items()):
        if set(gold[i][2]) != set(found[j][2]):
            yield _at(report, LOCATION_MISREAD, gold[i], gold[i][2], found[j][2], with_text)
    for i in sorted(set(range(len(gold))) - set(matched.values())):
        yield _at(report, LOCATION_MISSED, gold[i], gold[i][2], None, with_text)
    for j in sorted(set(range(len(found))) - set(matched)):
        yield _at(report, LOCATION_INVENTED, found[j], None, found[j][2], with_text)


def segment_errors(
    report: AnnotatedReport, gold: Gold, found: Gold, texts: Mapping[str, str], with_text: bool
) -> Iterator[dict[str, Any]]:
    """Segments that were missed or invented."""
    for segment, labels in gold.items():
        if segment not in found and labels[MENTION] != OTHER:
            yield _of(report, SEGMENT_MISSED, segment, texts, with_text, mention=labels[MENTION])
    for segment in found:
        if segment not in gold:
            yield _of(report, SEGMENT_INVENTED, segment, texts, with_text)


def severity_errors(
    report: AnnotatedReport,
    gold: Gold,
    found: Gold,
    texts: Mapping[str, str],
    pathologies: Iterable[str],
    with_text: bool,
) -> Iterator[dict[str, Any]]:
    """Segments that were found and graded otherwise than annotated."""
    for segment, labels in gold.items():
        for pathology in sorted(pathologies):
            right, given = severity_pair(labels, found.get(segment), pathology)
            if segment in found and right is not None and right != given:
                answer = {"pathology": pathology, "gold": right, "predicted": given}
                yield _of(report, SEVERITY_WRONG, segment, texts, with_text, mention=labels[MENTION], **answer)


def _of(
    report: AnnotatedReport, kind: str, segment: str, texts: Mapping[str, str], with_text: bool, **about: Any
) -> dict[str, Any]:
    text = texts.get(segment) or " … ".join(
        _around(report, one.start, one.end) for one in report.locations if segment in one.motion_segments
    )
    return _error(report, kind, segment=segment, **about) | ({"text": text} if with_text else {})


def _at(
    report: AnnotatedReport,
    kind: str,
    place: Place,
    gold: Sequence[str] | None,
    predicted: Sequence[str] | None,
    with_text: bool,
) -> dict[str, Any]:
    start, end, _ = place
    values = {"gold": _names(gold), "predicted": _names(predicted), "start": start, "end": end}
    return _error(report, kind, **values) | ({"text": _around(report, start, end)} if with_text else {})


def _error(report: AnnotatedReport, kind: str, **about: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("segment", "pathology", "gold", "predicted", "mention", "start", "end"))
    return {"id": report.id, "kind": kind, **empty, **about}


def _around(report: AnnotatedReport, start: int, end: int) -> str:
    return report.text[max(0, start - CONTEXT) : end + CONTEXT]


def _names(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else list(names)


def _span(place: Place) -> tuple[int, int]:
    return place[0], place[1]
