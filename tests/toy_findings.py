"""A pipeline that finds segments without a model, to test what comes after the pipes."""

import re

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from spacy_spine import get_regions
from spacy_spine.errors import ModelError
from spacy_spine.pipeline import annotations
from spacy_spine.pipeline.spine_quality_flagger import SpineQualityFlagger  # noqa: F401 (registers the factory)

REGIONS = get_regions("both")
CRASH, OWN_CRASH = "crash", "owncrash"


@Language.component("toy_findings", assigns=["doc._.segments"])
def toy_findings(doc: Doc) -> Doc:
    """Sentences that name a segment as "L4-L5" are about it; "severe" in one makes all its findings the worst."""
    if CRASH in doc.text.split():
        raise ValueError(f"cannot read: {doc.text}")
    if OWN_CRASH in doc.text.split():
        raise ModelError("the toy gave up.")
    ents, spans, others, locations = [], [], [], {}
    for sentence in doc.sents:
        matches = list(re.finditer(r"[CLT]\d-[CLTS]\d", sentence.text))
        names = [match.group() for match in matches if match.group() in REGIONS.motion_segments]
        for match in matches:
            start = sentence.start_char + match.start()
            ent = doc.char_span(start, start + len(match.group()), annotations.LOCATION, alignment_mode="expand")
            ents.append(ent)
            locations[annotations.location_key(ent)] = [name for name in names if name == match.group()]
        spans += [Span(doc, sentence.start, sentence.end, label=name) for name in dict.fromkeys(names)]
        others += [] if names else [sentence]
    doc.ents = filter_spans(ents)
    doc.spans[annotations.SEGMENT_SPANS], doc.spans[annotations.OTHER_SPANS] = spans, others
    found = [name for name in REGIONS.motion_segments if name in {span.label_ for span in spans}]
    severe = {span.label_ for span in spans if "severe" in span.text}
    annotations.write(doc, "locations", locations)
    annotations.write(doc, "regions", {name: REGIONS.region_of(name).name for name in found})
    annotations.write(doc, "grouped_by", {annotations.grouping_key(span): "explicit" for span in spans})
    annotations.write(doc, "severities", {name: _grades(name, name in severe) for name in found})
    return doc


def toy_pipeline() -> Language:
    """Blank English, sentences by rule, toy findings, and the quality flags of both regions."""
    nlp = spacy.blank("en")
    nlp.meta["name"], nlp.meta["version"] = "toy_spine", "1.2.3"
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("toy_findings")
    nlp.add_pipe("spine_quality_flagger", config={"region": {"@spine_regions": "spacy_spine.both.v1"}})
    return nlp


def _grades(name: str, severe: bool) -> dict[str, dict[str, float]]:
    grades = {}
    for pathology in REGIONS.region_of(name).pathologies:
        rest = 0.2 / (len(pathology.labels) - 1)
        best = pathology.labels[-1 if severe else 0]
        grades[pathology.name] = {label: 0.8 if label == best else rest for label in pathology.labels}
    return grades
