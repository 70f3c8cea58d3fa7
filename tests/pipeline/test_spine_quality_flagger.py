"""The flags that tell a reader what not to rely on."""

import pickle
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_spine import Pathology, Region, get_regions
from spacy_spine.errors import ConfigError
from spacy_spine.pipeline import annotations
from spacy_spine.pipeline.spine_quality_flagger import SpineQualityFlagger

SURE = {"none_mild": 0.9, "moderate": 0.08, "severe": 0.02}
UNSURE = {"none_mild": 0.4, "moderate": 0.35, "severe": 0.25}


@Language.component("test_flagged_findings", assigns=["doc._.segments"])
def findings(doc: Doc) -> Doc:
    """Each word that is a lumbar segment becomes one; a "?" after it makes its disc uncertain."""
    words = doc.text.split()
    names = [word.rstrip("?") for word in words if word.rstrip("?") in get_regions("both").motion_segments]
    annotations.write(doc, "regions", {name: get_regions("both").region_of(name).name for name in names})
    annotations.write(doc, "severities", {name: {"disc": UNSURE if f"{name}?" in words else SURE} for name in names})
    return doc


@pytest.fixture
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("test_flagged_findings")
    nlp.add_pipe("spine_quality_flagger")
    return nlp


def doc_with(**parts: Any) -> Doc:
    doc = spacy.blank("en")("L4-5 and more")
    for name, value in parts.items():
        annotations.write(doc, name, value)
    return doc


LUMBAR = ("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")
CERVICAL = ("C2-C3", "C3-C4", "C4-C5", "C5-C6", "C6-C7", "C7-T1")


def flags(region: str = "lumbar", min_confidence: float = 0.6, **parts: Any) -> tuple[str, ...]:
    pipe = SpineQualityFlagger(region=get_regions(region), min_confidence=min_confidence)
    return pipe(doc_with(**parts))._.quality_flags


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_empty_report(nlp: Language, text: str) -> None:
    assert nlp(text)._.quality_flags == ("no_text", "no_segments")


def test_no_segments(nlp: Language) -> None:
    assert nlp("Normal study.")._.quality_flags == ("no_segments",)


def test_complete_report_has_no_flag(nlp: Language) -> None:
    assert nlp(" ".join(LUMBAR))._.quality_flags == ()


def test_missing_segments_of_a_region_spoken_of() -> None:
    found = dict.fromkeys(LUMBAR[2:], "lumbar")
    assert flags("lumbar", regions=found) == ("missing:L1-L2", "missing:L2-L3")
    assert flags("both", regions=found) == ("missing:L1-L2", "missing:L2-L3")
    both = {**dict.fromkeys(CERVICAL[:5], "cervical"), **dict.fromkeys(LUMBAR, "lumbar")}
    assert flags("both", regions=both) == ("missing:C7-T1",)


def test_a_region_of_a_plugin() -> None:
    vertebrae = (*(f"T{i}" for i in range(1, 13)), "L1")
    pathology = Pathology("fracture", ("absent", "old", "recent"))
    pipe = SpineQualityFlagger(region=Region("thoracic", vertebrae, (pathology,)))
    found = dict.fromkeys(pipe.regions.motion_segments[1:], "thoracic")
    scores = {"T12-L1": {"fracture": {"absent": 0.3, "old": 0.5, "recent": 0.2}}}
    doc = pipe(doc_with(regions=found, severities=scores))
    assert doc._.quality_flags == ("missing:T1-T2", "low_confidence:T12-L1.fracture")


def test_too_long() -> None:
    found = dict.fromkeys(LUMBAR, "lumbar")
    assert flags(regions=found, truncated=["L5-S1", "L2-L3"]) == ("too_long:L2-L3", "too_long:L5-S1")


@pytest.mark.parametrize(("least", "flagged"), [(0.0, False), (0.4, False), (0.41, True), (1.0, True)])
def test_low_confidence_is_below_the_threshold(least: float, flagged: bool) -> None:
    found = dict.fromkeys(LUMBAR, "lumbar")
    result = flags(min_confidence=least, regions=found, severities={"L4-L5": {"disc": UNSURE}})
    assert result == (("low_confidence:L4-L5.disc",) if flagged else ())


def test_the_default_threshold() -> None:
    found = dict.fromkeys(LUMBAR, "lumbar")
    pipe = SpineQualityFlagger(region=get_regions("lumbar"))
    for confidence, expected in ((0.69, ("low_confidence:L4-L5.disc",)), (0.7, ())):
        severities = {"L4-L5": {"disc": {"none_mild": confidence, "moderate": 1 - confidence, "severe": 0.0}}}
        assert pipe(doc_with(regions=found, severities=severities))._.quality_flags == expected


def test_order_of_flags() -> None:
    severities = {"L4-L5": {"stenosis": UNSURE, "disc": UNSURE}, "L5-S1": {"disc": SURE}}
    found = dict.fromkeys(LUMBAR[1:], "lumbar")
    assert flags(regions=found, truncated=["L5-S1"], severities=severities) == (
        "missing:L1-L2",
        "too_long:L5-S1",
        "low_confidence:L4-L5.stenosis",
        "low_confidence:L4-L5.disc",
    )


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_impossible_threshold_is_an_error(value: float) -> None:
    with pytest.raises(ConfigError, match="min_confidence"):
        spacy.blank("en").add_pipe("spine_quality_flagger", config={"min_confidence": value})


def test_flags_survive_storing(nlp: Language) -> None:
    doc = nlp("L4-L5? L5-S1")
    expected = ("missing:L1-L2", "missing:L2-L3", "missing:L3-L4", "low_confidence:L4-L5.disc")
    assert doc._.quality_flags == expected
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.quality_flags == expected
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    assert next(DocBin().from_bytes(stored).get_docs(nlp.vocab))._.quality_flags == expected
    assert pickle.loads(pickle.dumps(doc))._.quality_flags == expected


def test_pipe_equals_call(nlp: Language) -> None:
    texts = ["L4-L5? L5-S1", "", "C2-C3", " ".join(LUMBAR), "none"]
    one_by_one = [nlp(text)._.quality_flags for text in texts]
    assert [doc._.quality_flags for doc in nlp.pipe(texts, batch_size=2)] == one_by_one
    assert [doc._.quality_flags for doc in nlp.pipe(texts, batch_size=2, n_process=2)] == one_by_one
    assert list(nlp.pipe([])) == []


def test_pipeline_survives_storing(nlp: Language, tmp_path: Any) -> None:
    nlp.remove_pipe("spine_quality_flagger")
    config = {"region": {"@spine_regions": "spacy_spine.both.v1"}, "min_confidence": 0.3}
    nlp.add_pipe("spine_quality_flagger", config=config)
    text = "L4-L5? C2-C3"
    expected = nlp(text)._.quality_flags
    assert "missing:C7-T1" in expected
    assert "low_confidence:L4-L5.disc" not in expected
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert again.get_pipe("spine_quality_flagger").min_confidence == 0.3
    assert again(text)._.quality_flags == expected
    assert spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())(text)._.quality_flags == expected
    assert pickle.loads(pickle.dumps(nlp))(text)._.quality_flags == expected
