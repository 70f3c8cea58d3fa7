"""The callback in spaCy's own training: what it writes, and that the training does not notice."""

import json
import random
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from gradient_models import LUMBAR, only, pipeline, write_reports
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config, registry

from spacy_spine.analysis.gradients.callback import GradientAlignment, create_gradient_alignment
from spacy_spine.corpus.reader import create_corpus
from spacy_spine.errors import ConfigError, ModelError

CONFIG = Path(__file__).parents[2] / "configs" / "severity.cfg"
TASKS = ("stenosis", "disc", "nerve")
APART = {f"severity_{name}": only(LUMBAR, name) for name in TASKS}
ALL = {"severity_classifier": LUMBAR}


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    return write_reports(tmp_path_factory.mktemp("reports") / "reports.jsonl", 20)


@pytest.fixture
def block(reports, tmp_path):
    """What a config says under [training.before_update]."""
    corpus = {"@readers": "spacy_spine.Corpus.v1", "path": str(reports), "gold_locations": True}
    path = str(tmp_path / "results" / "gradients.jsonl")
    sizes = {"batch_segments": 4, "segments": 10, "frequency": 2}
    return {"@callbacks": "spacy_spine.GradientAlignment.v1", "path": path, "corpus": corpus, **sizes}


def config_of(encoder, reports, pipes, before_update):
    """The shipped config of the severity classifier, with dropout, for five steps of a tiny encoder."""
    values = {"paths.train": str(reports), "paths.dev": str(reports), "vars.encoder": encoder}
    values |= {"training.max_steps": 5, "training.eval_frequency": 5, "vars.precision": "fp32"}
    config = load_config(CONFIG, overrides=values)
    # The learning rate's warm-up would leave next to nothing to see in five steps.
    config["training"]["optimizer"]["learn_rate"] = 0.001
    config["training"]["before_update"] = before_update
    own = config["components"].pop("severity_classifier")
    for name, region in pipes.items():
        config["components"][name] = {**own, "region": dict(region)}
    config["nlp"]["pipeline"] = ["spine_sentencizer", "segment_grouper", *pipes]
    return config


def trained(encoder, reports, pipes, before_update=None):
    """Train, and give the weights of each classifier and the states of all random numbers."""
    nlp = init_nlp(config_of(encoder, reports, pipes, before_update))
    nlp, _ = train(nlp, None, stdout=StringIO(), stderr=StringIO())
    weights = {name: nlp.get_pipe(name).model.to_bytes() for name in pipes}
    numpy_state = np.random.get_state()[1].tobytes()
    return weights, (torch.random.get_rng_state().numpy().tobytes(), random.getstate(), numpy_state)


def rows_of(block):
    with open(block["path"], encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize("pipes", [ALL, APART], ids=["heads of one model", "models side by side"])
def test_a_training_goes_on_as_without(pipes, tiny_encoder, reports, block):
    expected = trained(tiny_encoder, reports, pipes)
    assert trained(tiny_encoder, reports, pipes, block) == expected
    rows = rows_of(block)
    assert [row["step"] for row in rows] == [0, 2, 4]
    assert [row["epoch"] for row in rows] == [0, 0, 1]
    for row in rows:
        assert (row["tasks"], row["batches"], row["segments"]) == (list(TASKS), 3, 10)
        assert row["pairs"] == [["stenosis", "disc"], ["stenosis", "nerve"], ["disc", "nerve"]]
        assert np.shape(row["aligned"]) == np.shape(row["cosine"]) == np.shape(row["dot"]) == (3, 2, 4)
        assert np.shape(row["norm"]) == (3, 2, 4)
        assert np.min(row["norm"]) > 0
        assert all(0 <= value <= 1 for value in row["apag"])
    assert rows[0]["norm"] != rows[2]["norm"]  # the weights have changed


def test_without_a_frequency_each_epoch_is_measured_once(tiny_encoder, block):
    callback = registry.resolve({"callback": {**block, "frequency": 0}})["callback"]
    nlp = pipeline(tiny_encoder, ALL)
    steps = [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)]
    for step, epoch in steps:
        callback(nlp, {"step": step, "epoch": epoch})
    assert [(row["step"], row["epoch"]) for row in rows_of(block)] == [(0, 0), (2, 1), (4, 2)]


def test_another_training_starts_the_file_anew(tiny_encoder, block):
    callback = registry.resolve({"callback": block})["callback"]
    for epoch in (0, 1, 0):
        callback(pipeline(tiny_encoder, ALL), {"step": 2 * epoch, "epoch": epoch})
    assert [row["step"] for row in rows_of(block)] == [0]
    other = registry.resolve({"callback": block})["callback"]
    other(pipeline(tiny_encoder, APART), {"step": 0, "epoch": 0})
    assert [row["step"] for row in rows_of(block)] == [0]


def test_defaults_are_the_papers_batch_and_a_measurement_an_epoch(reports, tmp_path):
    callback = create_gradient_alignment(tmp_path / "rows.jsonl", create_corpus(reports))
    assert isinstance(callback, GradientAlignment)
    assert (callback.batch_segments, callback.segments, callback.frequency) == (16, 128, 0)


@pytest.mark.parametrize("wrong", [{"batch_segments": 0}, {"segments": 0}, {"frequency": -1}])
def test_numbers_that_cannot_be_right_are_an_error(wrong, reports, tmp_path):
    with pytest.raises(ConfigError, match="at least"):
        create_gradient_alignment(tmp_path / "rows.jsonl", create_corpus(reports), **wrong)


def test_a_pipeline_with_one_task_or_none_is_an_error(tiny_encoder, block):
    callback = registry.resolve({"callback": block})["callback"]
    with pytest.raises(ModelError, match="two heads, or two models"):
        callback(pipeline(tiny_encoder, {"severity_disc": only(LUMBAR, "disc")}), {"step": 0, "epoch": 0})
    with pytest.raises(ModelError, match="has no severity_classifier"):
        callback(pipeline(tiny_encoder, {}), {"step": 0, "epoch": 0})


def test_importing_the_callback_imports_no_torch():
    code = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = None   # importing either raises ImportError
import spacy_spine.analysis.gradients.callback
print("loaded")
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.stdout == "loaded\n", found.stderr
