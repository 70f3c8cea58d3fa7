"""The option `aggregator` of `severity_classifier`: it trains, and a trained pipeline does not need it."""

import pickle
import sys
from pathlib import Path

import pytest
import spacy
import torch
from spacy.util import fix_random_seed, registry
from test_severity_classifier import CERVICAL, GOLD, LUMBAR, examples, gold, graded, located, make, train

from spacy_spine.corpus.docs import write_docbin
from spacy_spine.corpus.report import AnnotatedReport, Location, segments_from
from spacy_spine.errors import ConfigError, ModelError
from spacy_spine.models import aggregation  # noqa: F401  registers the name, as its entry point does
from spacy_spine.pipeline import annotations

ROOT = Path(__file__).parents[2]
NAME = "spacy_spine.torchjd_aggregator.v1"
RULES = ["spine_sentencizer", "segment_grouper"]


def torchjd(name, **settings):
    return {"@misc": NAME, "name": name, "settings": settings}


def still(nlp):
    """The network without the encoder's own dropout, which thinc would switch on for each update."""
    network = nlp.get_pipe("severity_classifier").model.shims[0].network
    network.encoder.eval()
    network.encoder.train = lambda mode=True: network.encoder
    return network


def gradients(encoder, data, region="both", *, updates=1, **settings):
    """The gradients of a batch, with the same random weights every time."""
    nlp = make(encoder, region, **settings)
    made = data(nlp)
    fix_random_seed(0)
    nlp.initialize(lambda: made)
    network = still(nlp)
    for _ in range(updates):
        nlp.update(made, sgd=False, annotates=RULES)
    return {name: p.grad for name, p in network.named_parameters() if p.grad is not None}


def everything(nlp):
    return examples(nlp, LUMBAR, CERVICAL)


def nerve_only(nlp):
    made = examples(nlp, LUMBAR)
    rows = annotations.read(made[0].reference, "gold")
    annotations.write(made[0].reference, "gold", {name: {"nerve": row["nerve"]} for name, row in rows.items()})
    return made


def without_disc(nlp):
    made = examples(nlp, LUMBAR)
    rows = annotations.read(made[0].reference, "gold")
    kept = {name: {task: label for task, label in row.items() if task != "disc"} for name, row in rows.items()}
    annotations.write(made[0].reference, "gold", kept)
    return made


def ask():
    """An aggregator of the user's own, registered like any; it notes which tasks it was asked to combine."""
    asked = []

    def first_row(jacobian, tasks):
        asked.append(tasks)
        return jacobian[0]

    registry.misc("tests.first_row.v1", func=lambda: first_row)
    return asked


@pytest.mark.parametrize("updates", [1, 2])
@pytest.mark.parametrize("wordpieces", [2048, 1])
def test_the_sum_is_the_plain_path(tiny_encoder, wordpieces, updates):
    model = {
        "@architectures": "spacy_spine.SeverityClassifier.v1",
        "encoder": tiny_encoder,
        "precision": "fp32",
        "dropout": 0.0,
        "batch_wordpieces": wordpieces,  # 1: each segment is a pack
    }
    plain = gradients(tiny_encoder, everything, model=model, updates=updates)
    summed = gradients(tiny_encoder, everything, model=model, updates=updates, aggregator=torchjd("Sum"))
    torch.testing.assert_close(summed, plain, rtol=1e-4, atol=1e-6)
    other = gradients(tiny_encoder, everything, model=model, updates=updates, aggregator=torchjd("UPGrad"))
    assert any(not torch.allclose(other[name], plain[name], rtol=1e-2, atol=1e-5) for name in plain)


def test_a_task_without_a_label_has_no_row(tiny_encoder):
    asked = ask()
    mine = {"@misc": "tests.first_row.v1"}
    gradients(tiny_encoder, everything, aggregator=mine)
    gradients(tiny_encoder, without_disc, "lumbar", aggregator=mine)
    both = tuple(head.name for head in make(tiny_encoder, "both").get_pipe("severity_classifier").heads.heads)
    assert asked == [both, ("stenosis", "nerve")]


def test_a_single_task_is_learnt_as_ever(tiny_encoder):
    asked = ask()
    plain = gradients(tiny_encoder, nerve_only, "lumbar")
    found = gradients(tiny_encoder, nerve_only, "lumbar", aggregator={"@misc": "tests.first_row.v1"})
    assert asked == []
    torch.testing.assert_close(found, plain)


@pytest.mark.parametrize("name", ["UPGrad", "PCGrad"])
def test_it_learns(tiny_encoder, name):
    nlp = make(tiny_encoder, "both", aggregator=torchjd(name))
    assert train(nlp, examples(nlp, LUMBAR, CERVICAL)) < 0.3
    assert graded(nlp(located(nlp, *LUMBAR))) == gold("L4-L5", "L5-S1")
    assert graded(nlp(located(nlp, *CERVICAL))) == gold("C5-C6")


@pytest.fixture(scope="module")
def trained(tiny_encoder):
    nlp = make(tiny_encoder, aggregator=torchjd("UPGrad", pref_vector={"stenosis": 1.0, "disc": 2.0, "nerve": 1.0}))
    train(nlp, examples(nlp, LUMBAR), steps=3)
    return nlp


def test_by_default_there_is_none(tiny_encoder):
    nlp = make(tiny_encoder)
    assert nlp.config["components"]["severity_classifier"]["aggregator"] is None
    assert nlp.get_pipe("severity_classifier").aggregator is None


@pytest.mark.parametrize("way", ["bytes", "disk", "pickle"])
def test_a_saved_pipeline_trains_on_with_it(trained, tmp_path, way):
    if way == "bytes":
        again = spacy.blank("en", config=trained.config).from_config(trained.config).from_bytes(trained.to_bytes())
    elif way == "disk":
        trained.to_disk(tmp_path)
        again = spacy.load(tmp_path)
    else:
        again = pickle.loads(pickle.dumps(trained))
    pipe = again.get_pipe("severity_classifier")
    assert again.config["components"] == trained.config["components"]
    assert (pipe.aggregator.name, list(pipe.aggregator.settings)) == ("UPGrad", ["pref_vector"])
    assert graded(again(located(again, *LUMBAR))) == graded(trained(located(trained, *LUMBAR)))
    again.update(examples(again, LUMBAR), sgd=again.resume_training(), annotates=RULES)


def test_the_weights_know_nothing_of_it(trained):
    plain = make("/no/such/folder")
    plain.get_pipe("severity_classifier").from_bytes(trained.get_pipe("severity_classifier").to_bytes())
    assert graded(plain(located(plain, *LUMBAR))) == graded(trained(located(trained, *LUMBAR)))
    assert plain.get_pipe("severity_classifier").aggregator is None


def test_without_torchjd_a_trained_pipeline_grades_and_does_not_train(trained, tmp_path, monkeypatch):
    trained.to_disk(tmp_path)
    monkeypatch.setitem(sys.modules, "torchjd", None)
    nlp = spacy.load(tmp_path)
    assert graded(nlp(located(nlp, *LUMBAR))) == graded(trained(located(trained, *LUMBAR)))
    with pytest.raises(ModelError, match=r"pip install 'spacy-spine\[mtl\]'"):
        nlp.update(examples(nlp, LUMBAR), annotates=RULES)
    with pytest.raises(ModelError, match=r"pip install 'spacy-spine\[mtl\]'"):
        nlp.initialize(lambda: examples(nlp, LUMBAR))


def test_an_unknown_aggregator_is_refused_before_anything_is_loaded():
    nlp = make("/no/such/folder", aggregator=torchjd("UpGrad"))
    with pytest.raises(ConfigError, match=r"Unknown aggregator 'UpGrad'; TorchJD has .*UPGrad"):
        nlp.initialize(lambda: examples(nlp, LUMBAR))


def test_it_tells_what_its_grades_depend_on(trained, tiny_encoder):
    about = trained.get_pipe("severity_classifier").describe()
    assert (about["text strategy"], about["rule weight"], about["aggregator"]) == ("marked", "0", "UPGrad")
    nlp = make(tiny_encoder, rule_weight=1.5, text_strategy={"@misc": "spacy_spine.hinted_text.v1"})
    train(nlp, examples(nlp, LUMBAR), steps=1)
    about = nlp.get_pipe("severity_classifier").describe()
    assert (about["text strategy"], about["rule weight"]) == ("hinted", "1.5")
    assert about["aggregator"] == "none, gradients are summed"


def test_spacy_train_takes_it_from_the_config(tiny_encoder, tmp_path):
    from spacy.cli.train import train as spacy_train

    text, names = LUMBAR
    places = tuple(Location(text.index(m), text.index(m) + len(m), tuple(s)) for m, s in names.items())
    segments = segments_from({name: GOLD[name] for segments in names.values() for name in segments})
    report = AnnotatedReport("a", text, "lumbar", "p", places, segments, {})
    write_docbin(tmp_path / "reports.spacy", [report])
    block = f'\n[components.severity_classifier.aggregator]\n@misc = "{NAME}"\nname = "PCGrad"\n'
    (tmp_path / "train.cfg").write_text((ROOT / "configs" / "severity.cfg").read_text() + block)
    overrides = {
        "paths.train": str(tmp_path / "reports.spacy"),
        "paths.dev": str(tmp_path / "reports.spacy"),
        "vars.encoder": tiny_encoder,
        "vars.precision": "fp32",
        "training.max_steps": 2,
        "training.eval_frequency": 1,
    }
    spacy_train(tmp_path / "train.cfg", tmp_path / "out", overrides=overrides)
    nlp = spacy.load(tmp_path / "out" / "model-last")
    assert nlp.config["components"]["severity_classifier"]["aggregator"] == {
        "@misc": NAME,
        "name": "PCGrad",
        "settings": None,
    }
    assert len(nlp.get_pipe("severity_classifier").predict([located(nlp, *LUMBAR)])) == 1
