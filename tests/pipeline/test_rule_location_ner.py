"""Locations by rules, in a pipeline."""

import pickle
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import spacy_spine.pipeline.rule_location_ner  # noqa: F401
from spacy_spine import get_regions
from spacy_spine.pipeline.rule_location_ner import RuleLocationNer

TEXT = "L3-4, 4-5 and L5/S1 bulges; left L5 root.\nL1-2 through L3-4: normal, 4-5 mm."
EXPECTED = [
    ("L3-4", ("L3-L4",)),
    ("4-5", ("L4-L5",)),
    ("L5/S1", ("L5-S1",)),
    ("L1-2 through L3-4", ("L1-L2", "L2-L3", "L3-L4")),
]


def pipeline(region: str = "lumbar") -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("rule_location_ner", config={"region": {"@spine_regions": f"spacy_spine.{region}.v1"}})
    return nlp


def seen(doc: Doc) -> list[tuple[str, tuple[str, ...]]]:
    return [(ent.text, ent._.motion_segments) for ent in doc.ents if ent.label_ == "LOCATION"]


def test_finds_locations_and_what_they_stand_for() -> None:
    assert seen(pipeline()(TEXT)) == EXPECTED


def test_other_entities_stay_unless_overlapped() -> None:
    doc = spacy.blank("en")("Dr Smith : L4-5 bulge .")
    doc.ents = [Span(doc, 1, 2, label="PERSON"), Span(doc, 3, 5, label="CODE")]
    doc = RuleLocationNer(region=get_regions("lumbar"))(doc)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Smith", "PERSON"), ("L4-5", "LOCATION")]


def test_a_second_run_changes_nothing() -> None:
    pipe = RuleLocationNer(region=get_regions("both"))
    doc = pipe(spacy.blank("en")(TEXT))
    once = seen(doc)
    assert seen(pipe(doc)) == once


def test_mentions_in_one_token_are_told_together() -> None:
    nlp = spacy.blank("en")
    doc = Doc(nlp.vocab, words=["L3/4,L4/5", "bulges"])
    assert seen(RuleLocationNer(region=get_regions("lumbar"))(doc)) == [("L3/4,L4/5", ("L3-L4", "L4-L5"))]


def test_empty_doc() -> None:
    assert seen(pipeline()("")) == []
    assert list(pipeline().pipe([])) == []


def test_pipe_equals_call() -> None:
    nlp, texts = pipeline("both"), [TEXT, "", "CERVICAL\n5-6: bulge", "C5-G and L4-LS"]
    one_by_one = [seen(nlp(text)) for text in texts]
    assert [seen(doc) for doc in nlp.pipe(texts, batch_size=2)] == one_by_one
    assert [seen(doc) for doc in nlp.pipe(texts, batch_size=2, n_process=2)] == one_by_one
    assert one_by_one[2] == [("5-6", ("C5-C6",))]


def test_pipeline_survives_storing(tmp_path: Path) -> None:
    nlp = pipeline("both")
    expected = seen(nlp(TEXT))
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    pipe = again.get_pipe("rule_location_ner")
    assert isinstance(pipe, RuleLocationNer)
    assert pipe.regions == get_regions("both")
    assert seen(again(TEXT)) == expected
    assert seen(spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())(TEXT)) == expected
    assert seen(pickle.loads(pickle.dumps(nlp))(TEXT)) == expected
    doc = nlp(TEXT)
    assert seen(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == expected
