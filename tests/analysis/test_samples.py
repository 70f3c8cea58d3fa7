"""Annotated segments of a corpus as several models read them: which, in which order, in which mini-batches."""

import json
from itertools import pairwise

import pytest
from gradient_models import CERVICAL, LUMBAR, models, only, pipeline, write_reports
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.analysis.gradients.task_gradients import TaskGradients, measure
from spacy_spine.analysis.networks import models_of
from spacy_spine.analysis.samples import Sample, mini_batches, read_samples
from spacy_spine.corpus.reader import create_corpus
from spacy_spine.errors import ConfigError, CorpusError


def test_segments_are_the_first_of_the_corpus_as_each_model_reads_them(tiny_encoder, tmp_path):
    corpus = create_corpus(write_reports(tmp_path / "reports.jsonl", 5), gold_locations=True)
    pipes = {"disc": only(LUMBAR, "disc"), "nerve": only(LUMBAR, "nerve")}
    several = models_of(pipeline(tiny_encoder, pipes))
    found = read_samples(several, corpus, segments=7)["lumbar"]
    assert [one.gold for one in found[:2]] == [
        {"disc": "moderate", "nerve": "abnormal"},
        {"disc": "none_mild", "nerve": "normal"},
    ]
    assert len(found) == 7
    assert found == read_samples(several, corpus)["lumbar"][:7]
    assert all("this level" in one.texts[0] and set(one.texts) == {0, 1} for one in found)
    batches = mini_batches({"lumbar": found}, 3)
    assert [len(batch["lumbar"]) for batch in batches] == [3, 3, 1]
    assert [one for batch in batches for one in batch["lumbar"]] == found


def test_segments_without_a_label_of_any_task_are_left_out(tiny_encoder, tmp_path):
    path = write_reports(tmp_path / "reports.jsonl", 3)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for name in ("stenosis", "nerve"):
        del lines[0]["segments"]["L4-L5"][name]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    corpus = create_corpus(path, gold_locations=True)
    counts = [
        len(read_samples(models(tiny_encoder, only(LUMBAR, *names)), corpus)["lumbar"])
        for names in (("stenosis", "disc"), ("stenosis", "nerve"))
    ]
    assert counts == [6, 5]


def test_pipelines_of_different_regions_read_one_corpus(tiny_encoder, tmp_path):
    lumbar, cervical = (write_reports(tmp_path / f"{name}.jsonl", 3, name) for name in ("lumbar", "cervical"))
    (tmp_path / "mixed.jsonl").write_text(lumbar.read_text() + cervical.read_text())
    several = [
        *models_of(pipeline(tiny_encoder, {"a": only(LUMBAR, "stenosis")})),
        *models_of(pipeline(tiny_encoder, {"b": only(CERVICAL, "cord")}, CERVICAL)),
    ]
    found = read_samples(several, create_corpus(tmp_path / "mixed.jsonl", gold_locations=True), segments=4)
    assert {region: len(own) for region, own in found.items()} == {"lumbar": 4, "cervical": 4}
    assert {tuple(one.texts) for one in found["lumbar"]} == {(0,)}
    assert {tuple(one.texts) for one in found["cervical"]} == {(1,)}
    row = measure(TaskGradients(several), mini_batches(found, 2))
    assert (row["tasks"], row["batches"], row["segments"]) == (["lumbar.stenosis", "cervical.cord"], 2, 8)
    assert row["apag"] != [None]
    shuffled = create_corpus(tmp_path / "mixed.jsonl", gold_locations=True, shuffle=True)
    with pytest.raises(CorpusError, match="same order"):
        read_samples(several, shuffled)


def test_a_corpus_without_segments_is_an_error(tiny_encoder, tmp_path):
    lumbar = models(tiny_encoder, LUMBAR)[0]
    path = write_reports(tmp_path / "reports.jsonl", 2)
    with pytest.raises(CorpusError, match="gold_locations = true"):
        read_samples([lumbar], create_corpus(path))
    other = create_corpus(write_reports(tmp_path / "cervical.jsonl", 2, "cervical"), gold_locations=True)
    with pytest.raises(CorpusError, match="region lumbar"):
        read_samples([lumbar], other)
    with pytest.raises(ConfigError, match="at least 1"):
        mini_batches({"lumbar": []}, 0)


@given(st.integers(1, 20), st.dictionaries(st.sampled_from("abc"), st.integers(0, 50), min_size=1))
@settings(deadline=None, max_examples=30)
def test_mini_batches_hold_every_segment_once(size, counts):
    given_samples = {name: [Sample({0: str(i)}, {}) for i in range(count)] for name, count in counts.items()}
    batches = mini_batches(given_samples, size)
    for name, own in given_samples.items():
        assert [one for batch in batches for one in batch[name]] == own
        lengths = [len(batch[name]) for batch in batches]
        assert all(first == size or not second for first, second in pairwise(lengths))


def test_text_of_segments_is_not_shown():
    assert "secret" not in repr(Sample({0: "secret"}, {"disc": "severe"}))
