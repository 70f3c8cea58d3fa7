"""Scorers that `spacy train` and `spacy evaluate` call, on the counts of `metrics`.

With a reader that leaves the locations to the pipeline (`spacy.Corpus.v1`, or ours by default) the figures are end to
end from raw text; with `gold_locations = true` they are those on gold locations.
"""

from collections.abc import Callable, Iterable
from typing import Any

from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry

from ..anatomy import Regions
from ..pipeline import annotations
from .metrics import Gold, LocationCounts, SegmentCounts, SeverityCounts

Scorer = Callable[..., dict[str, Any]]


@registry.scorers("spacy_spine.LocationScorer.v1")
def create_location_scorer() -> Scorer:
    """locations_p, locations_r, locations_f (sharing a character) and locations_exact_f (same characters)."""
    return score_locations


@registry.scorers("spacy_spine.SegmentScorer.v1")
def create_segment_scorer() -> Scorer:
    """segments_p, segments_r, segments_f of the motion segments found."""
    return score_segments


@registry.scorers("spacy_spine.SeverityScorer.v1")
def create_severity_scorer() -> Scorer:
    """Figures of every pathology P, missed and invented segments counted as errors, and on the segments found alone.

    P_macro_f, P_f_per_type (of each label), P_accuracy and P_kappa of the segments found, P_found_macro_f of them; and
    severity_macro_f, severity_accuracy and severity_kappa, their means over the pathologies.
    """
    return score_severities


def score_locations(examples: Iterable[Example], **_: Any) -> dict[str, Any]:
    counts = LocationCounts()
    for example in examples:
        counts.add(_places(example.reference), _places(example.predicted))
    overlap, spans = counts.overlap.scores(), counts.spans.scores()
    return {
        "locations_p": overlap["precision"],
        "locations_r": overlap["recall"],
        "locations_f": overlap["f1"],
        "locations_exact_f": spans["f1"],
    }


def score_segments(examples: Iterable[Example], *, regions: Regions, **_: Any) -> dict[str, Any]:
    counts = SegmentCounts()
    for example in examples:
        counts.add(_gold(example.reference, regions), [segment.name for segment in example.predicted._.segments])
    scores = counts.scores()
    return {"segments_p": scores["precision"], "segments_r": scores["recall"], "segments_f": scores["f1"]}


def score_severities(examples: Iterable[Example], *, regions: Regions, **_: Any) -> dict[str, Any]:
    labels = {pathology.name: pathology.labels for pathology in regions.pathologies}
    counts, found = SeverityCounts(labels), SeverityCounts(labels)
    for example in examples:
        gold = _gold(example.reference, regions)
        predicted = {
            segment.name: {name: severity.label for name, severity in segment.severities.items()}
            for segment in example.predicted._.segments
        }
        counts.add(gold, predicted)
        both = gold.keys() & predicted.keys()
        found.add({name: gold[name] for name in both}, {name: predicted[name] for name in both})
    scores: dict[str, Any] = {}
    matched = found.scores()
    for name, one in counts.scores().items():
        scores[f"{name}_macro_f"] = one["macro_f1"]
        scores[f"{name}_found_macro_f"] = matched[name]["macro_f1"]
        scores[f"{name}_accuracy"], scores[f"{name}_kappa"] = one["accuracy"], one["kappa"]
        scores[f"{name}_f_per_type"] = {
            label: {"p": row["precision"] or 0.0, "r": row["recall"] or 0.0, "f": row["f1"] or 0.0}
            for label, row in one["labels"].items()
        }
    means = {
        f"severity_{key}": _mean(scores[f"{name}_{key}"] for name in labels) for key in ("macro_f", "accuracy", "kappa")
    }
    return {**means, **scores}


def _places(doc: Doc) -> list[tuple[int, int, tuple[str, ...]]]:
    return [
        (ent.start_char, ent.end_char, ent._.motion_segments) for ent in doc.ents if ent.label_ == annotations.LOCATION
    ]


def _gold(doc: Doc, regions: Regions) -> Gold:
    known = set(regions.motion_segments)
    return {name: labels for name, labels in annotations.read(doc, "gold").items() if name in known}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
