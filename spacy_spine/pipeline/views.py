"""Read-only views of the findings, made from a Doc's plain data on access."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from spacy.tokens import Doc, Span


@dataclass(frozen=True)
class Severity:
    """How severe one pathology is at one motion segment.

    scores (Mapping[str, float]): Probability of each label, least severe first; they sum to 1.
    rule (str): Name of the rule that gave the label; empty where a model did, or nothing is said.
    evidence (tuple[Span, ...]): The words that the rule read, in the order of the text.
    """

    scores: Mapping[str, float]
    rule: str = ""
    evidence: tuple[Span, ...] = field(default=(), repr=False)

    @property
    def label(self) -> str:
        """The most probable label."""
        return max(self.scores, key=self.scores.__getitem__)

    @property
    def confidence(self) -> float:
        """Probability of the label."""
        return max(self.scores.values())


@dataclass(frozen=True)
class Segment:
    """One motion segment that the report speaks of.

    name (str): e.g. "L4-L5".
    region (str): e.g. "lumbar".
    spans (tuple[Span, ...]): The sentences about it, in the order of the text.
    text (str): What the classifier reads.
    severities (Mapping[str, Severity]): By pathology; empty where no classifier has run.
    """

    name: str
    region: str
    spans: tuple[Span, ...] = field(repr=False)
    text: str = field(repr=False)
    severities: Mapping[str, Severity]


def segments_of(doc: Doc, stored: Mapping[str, Any], spans_key: str) -> tuple[Segment, ...]:
    """Views of a Doc's motion segments.

    doc (Doc): The Doc.
    stored (Mapping): Its plain data.
    spans_key (str): The span group that holds one span per sentence and segment.
    RETURNS (tuple[Segment, ...]): Cranial to caudal.
    """
    spans: dict[str, list[Span]] = {}
    for span in doc.spans.get(spans_key, ()):
        spans.setdefault(span.label_, []).append(span)
    texts, severities = stored.get("texts", {}), stored.get("severities", {})
    evidence = stored.get("evidence", {})
    return tuple(
        Segment(
            name=name,
            region=region,
            spans=tuple(spans.get(name, ())),
            text=texts[name] if name in texts else " ".join(span.text for span in spans.get(name, ())),
            severities=MappingProxyType(
                {
                    task: _severity(doc, scores, evidence.get(name, {}).get(task, {}))
                    for task, scores in severities.get(name, {}).items()
                }
            ),
        )
        for name, region in stored.get("regions", {}).items()
    )


def _severity(doc: Doc, scores: Mapping[str, float], evidence: Mapping[str, Any]) -> Severity:
    severity = Severity(MappingProxyType(dict(scores)))
    if evidence.get("label") != severity.label:
        return severity  # rules spoke of another label than a later pipe
    words = (doc.char_span(start, end, alignment_mode="expand") for start, end in evidence["spans"])
    return Severity(severity.scores, evidence["rule"], tuple(span for span in words if span is not None))
