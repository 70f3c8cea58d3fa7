"""Pipelines of tiny severity models, and reports, for the tests of gradients."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy
import torch

from spacy_spine.analysis.networks import SeverityModel, models_of
from spacy_spine.analysis.samples import Sample
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.corpus.jsonl import write_jsonl

LUMBAR, CERVICAL, BOTH = ({"@spine_regions": f"spacy_spine.{name}.v1"} for name in ("lumbar", "cervical", "both"))
TEXTS = [
    "severe canal stenosis at this level",
    "normal",
    "moderate disc bulge compressing the root , no stenosis and mild narrowing of the other level",
    "large extrusion",
    "this level is normal with small protrusion",
    "the nerve root is normal in this level and no disc extrusion",
]


def only(region: Mapping[str, Any], *pathologies: str) -> dict[str, Any]:
    return {"@spine_regions": "spacy_spine.only.v1", "region": dict(region), "pathologies": list(pathologies)}


def pipeline(encoder: str, pipes: Mapping[str, Mapping[str, Any]], groups: Mapping[str, Any] = LUMBAR) -> Any:
    """A pipeline of severity classifiers with their regions, with pretrained weights and fresh heads."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("segment_grouper", config={"region": dict(groups)})
    architecture = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": encoder, "precision": "fp32"}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for name, region in pipes.items():
            config = {"region": dict(region), "model": architecture}
            nlp.add_pipe("severity_classifier", name=name, config=config).model.initialize()
    return nlp


def models(encoder: str, *regions: Mapping[str, Any], groups: Mapping[str, Any] = BOTH) -> list[SeverityModel]:
    """One severity model a region."""
    return models_of(pipeline(encoder, {f"severity_{i}": region for i, region in enumerate(regions)}, groups), "test")


def samples(gold: Sequence[Mapping[str, str]], texts: Sequence[str] = TEXTS, readers: int = 1) -> list[Sample]:
    """Segments that all models read in the same words."""
    return [Sample(dict.fromkeys(range(readers), text), own) for text, own in zip(texts, gold, strict=False)]


LUMBAR_LABELS = [
    ("severe", "none_mild", "abnormal"),
    ("none_mild", "none_mild", "normal"),
    ("none_mild", "moderate", "abnormal"),
    ("moderate", "severe", "normal"),
]


def lumbar_gold() -> list[dict[str, str]]:
    """Labels of six segments; some are missing."""
    gold = [dict(zip(("stenosis", "disc", "nerve"), one, strict=True)) for one in LUMBAR_LABELS]
    return [*gold, {"disc": "moderate"}, {"nerve": "normal", "stenosis": "none_mild"}]


def write_reports(path: Path, count: int, region: str = "lumbar") -> Path:
    """A corpus of short reports of two segments each."""
    upper, lower = ("L4-L5", "L5-S1") if region == "lumbar" else ("C4-C5", "C5-C6")
    first = {"stenosis": "severe", "disc": "moderate", "nerve": "abnormal", "cord": "abnormal", "foraminal": "normal"}
    second = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal", "cord": "normal", "foraminal": "normal"}
    wanted = ("stenosis", "disc", "nerve") if region == "lumbar" else ("stenosis", "disc", "cord", "foraminal")
    reports = []
    for number in range(count):
        finding = TEXTS[number % len(TEXTS)]
        text = f"{upper}: severe canal stenosis, {finding}.\n{lower}: normal."
        places = [Location(text.index(name), text.index(name) + len(name), (name,)) for name in (upper, lower)]
        labels = {
            upper: SegmentLabels("explicit", {name: first[name] for name in wanted}),
            lower: SegmentLabels("explicit", {name: second[name] for name in wanted}),
        }
        reports.append(AnnotatedReport(f"{region}-{number}", text, region, locations=tuple(places), segments=labels))
    write_jsonl(path, reports)
    return path
