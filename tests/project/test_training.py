"""What a research group does: train from the shipped configs, evaluate with spaCy's own command."""

import json

import pytest
import spacy
from commands import run


def test_two_trainings_with_one_seed_are_the_same(short, tiny_encoder, tmp_path):
    for name in ("a", "b"):
        options = [*short, "--vars.encoder", tiny_encoder, "--training.max_steps", "2"]
        run("-m", "spacy", "train", "configs/severity.cfg", "--output", str(tmp_path / name), *options)
    first, second = ((tmp_path / n / "model-last/severity_classifier/model").read_bytes() for n in ("a", "b"))
    assert first == second


def test_spacy_evaluate_gives_our_figures(pipeline, corpus, tmp_path):
    gold = tmp_path / "test.spacy"
    run("-m", "spacy_spine", "corpus", "convert", str(corpus / "test.jsonl"), str(gold))
    run("-m", "spacy", "evaluate", str(pipeline), str(gold), "--output", str(tmp_path / "metrics.json"))
    figures = json.loads((tmp_path / "metrics.json").read_text())
    expected = {"locations_p", "locations_r", "locations_f", "segments_f", "severity_macro_f"}
    expected |= {f"{p}_{kind}" for p in ("disc", "stenosis", "nerve") for kind in ("macro_f", "f_per_type")}
    assert expected <= figures.keys()
    assert set(figures["disc_f_per_type"]) == {"none_mild", "moderate", "severe"}


def test_our_evaluation_agrees_with_spacys(pipeline, corpus, tmp_path):
    gold = tmp_path / "test.spacy"
    run("-m", "spacy_spine", "corpus", "convert", str(corpus / "test.jsonl"), str(gold))
    run("-m", "spacy", "evaluate", str(pipeline), str(gold), "--output", str(tmp_path / "spacy.json"))
    test = str(corpus / "test.jsonl")
    run("-m", "spacy_spine", "evaluate", str(pipeline), test, "--output", str(tmp_path / "ours.json"))
    theirs = json.loads((tmp_path / "spacy.json").read_text())
    scores = json.loads((tmp_path / "ours.json").read_text())["end_to_end"]["scores"]["all"]
    assert scores["locations"]["overlap"]["f1"] == pytest.approx(theirs["locations_f"], abs=1e-3)
    assert scores["segments"]["f1"] == pytest.approx(theirs["segments_f"], abs=1e-3)
    for name in ("disc", "stenosis", "nerve"):
        assert scores["severities"][name]["macro_f1"] == pytest.approx(theirs[f"{name}_macro_f"], abs=1e-3)


def test_the_assembled_pipeline_says_what_it_is(pipeline):
    nlp = spacy.load(pipeline)
    assert nlp.meta["name"] == "spine_lumbar"
    assert "not a medical device" in nlp.meta["description"]
    assert nlp.pipe_names == [
        "spine_sentencizer",
        "location_ner",
        "motion_segment_normalizer",
        "segment_grouper",
        "severity_classifier",
        "spine_quality_flagger",
    ]


def test_settings_can_be_changed_at_loading(pipeline):
    override = {"components.severity_classifier.model.precision": "bf16"}
    assert spacy.load(pipeline, config=override).get_pipe("severity_classifier").describe()["precision"] == "bf16"


def test_spacy_transformers_meets_the_same_interface(short, tiny_encoder, tmp_path):
    pytest.importorskip("spacy_transformers")
    config = "configs/locations_spacy_transformers.cfg"
    options = [*short[:8], "--vars.encoder", tiny_encoder]
    run("-m", "spacy", "train", config, "--output", str(tmp_path), *options)
    nlp = spacy.load(tmp_path / "model-last")
    assert nlp.get_pipe("location_ner").labels == ("LOCATION",)
    nlp.add_pipe("motion_segment_normalizer")
    doc = nlp("L4-5: severe stenosis. L5/S1 normal.")
    assert all(ent.label_ == "LOCATION" and ent._.motion_segments for ent in doc.ents)
    figures = json.loads((tmp_path / "model-last/meta.json").read_text())["performance"]
    assert "locations_f" in figures
