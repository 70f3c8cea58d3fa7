"""What was found in a report, as plain data."""

from collections.abc import Iterator, Mapping
from typing import Any

from spacy.tokens import Doc

from ..anatomy import Regions
from ..pipeline.annotations import LOCATION
from ..pipeline.views import Segment

DIGITS = 6
COLUMNS = ("id", "segment", "region", "pathology", "label", "confidence")
LAST_COLUMNS = ("sentences", "quality_flags")


def finding(doc: Doc, key: str, *, with_text: bool = True) -> dict[str, Any]:
    """The findings of one report; they hold nothing of the Doc and may outlive it.

    doc (Doc): A report that the pipeline has read.
    key (str): Its id.
    with_text (bool): Whether the sentences' text goes with their offsets.
    RETURNS (dict): id; quality_flags; segments, cranial to caudal, each with name, region, severities
        (pathology → label and scores) and sentences (offsets, text, the rule that placed it); locations as
        [start, end, [motion segments]], empty where a location is none of the pipeline's regions.
    """
    return {
        "id": key,
        "quality_flags": list(doc._.quality_flags),
        "segments": [_segment(segment, with_text) for segment in doc._.segments],
        "locations": [
            [ent.start_char, ent.end_char, list(ent._.motion_segments)] for ent in doc.ents if ent.label_ == LOCATION
        ],
    }


def labels_of(regions: Regions) -> tuple[str, ...]:
    """All labels that a pathology can have, each once.

    regions (Regions): The regions that a pipeline reads.
    RETURNS (tuple[str, ...]): What the writers of flat tables take.
    """
    return tuple(dict.fromkeys(label for pathology in regions.pathologies for label in pathology.labels))


def columns(labels: tuple[str, ...]) -> list[str]:
    """Names of the columns of a flat table.

    labels (tuple[str, ...]): All labels that a pathology can have.
    RETURNS (list[str]): One column a label for its score, among others.
    """
    return [*COLUMNS, *(f"score_{label}" for label in labels), *LAST_COLUMNS]


def rows(found: Mapping[str, Any], labels: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """A finding as rows of a flat table, one a motion segment and pathology.

    A report without segments gives one row, so that no report is missing from the table.

    found (Mapping): A finding.
    labels (tuple[str, ...]): All labels that a pathology can have.
    YIELDS (dict): Column → str, float or None. Sentences are "start:end start:end …".
    """
    empty = {**dict.fromkeys(columns(labels)), "id": found["id"], "quality_flags": " ".join(found["quality_flags"])}
    if not found["segments"]:
        yield empty
    for segment in found["segments"]:
        offsets = " ".join(f"{sentence['start']}:{sentence['end']}" for sentence in segment["sentences"])
        row = {**empty, "segment": segment["segment"], "region": segment["region"], "sentences": offsets}
        if not segment["severities"]:
            yield row
        for pathology, severity in segment["severities"].items():
            scores = severity["scores"]
            yield {
                **row,
                "pathology": pathology,
                "label": severity["label"],
                "confidence": scores[severity["label"]],
                **{f"score_{label}": score for label, score in scores.items()},
            }


def _segment(segment: Segment, with_text: bool) -> dict[str, Any]:
    return {
        "segment": segment.name,
        "region": segment.region,
        "severities": {
            pathology: {
                "label": severity.label,
                "scores": {label: round(float(score), DIGITS) for label, score in severity.scores.items()},
            }
            for pathology, severity in segment.severities.items()
        },
        "sentences": [
            {
                "start": span.start_char,
                "end": span.end_char,
                **({"text": span.text} if with_text else {}),
                "grouped_by": span._.grouped_by,
            }
            for span in segment.spans
        ],
    }
