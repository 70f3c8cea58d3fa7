"""Similarities of models: the CKA of what each of them computes of the same segments."""

import json
from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from severity_models import TEXTS, encoder_folder, severity_model

from spacy_spine.analysis import linear_cka
from spacy_spine.analysis.representations import similarity
from spacy_spine.analysis.representations.activations import MATRICES, POOLINGS, Spot, read_activations
from spacy_spine.analysis.representations.similarity import Similarity, compare, compare_many
from spacy_spine.errors import CorpusError
from spacy_spine.models.tiny import make_tiny_encoder

# More segments, of many lengths, no two of them alike.
SEGMENTS = [f"{' '.join(TEXTS[i % 9].split()[: 2 + i % 5])} {TEXTS[i // 9]}" for i in range(40)]
OTHERS = [f"impression: {text.replace('level', 'disc')}" for text in SEGMENTS]  # as another strategy has them


@pytest.fixture(scope="module")
def model(tiny_encoder):
    return severity_model(tiny_encoder, "tiny")


@pytest.fixture(scope="module")
def deep(tmp_path_factory):
    path = tmp_path_factory.mktemp("deep")
    make_tiny_encoder(path, [" ".join(TEXTS)], vocabulary=200, width=48, layers=3, seed=3)
    return severity_model(str(path), "deep", region="cervical")


def value(found, pooling, part, which, row, column):
    return getattr(getattr(found.poolings[pooling], part), which)[row][column]


def test_they_are_the_cka_of_the_models_activations(model, deep):
    found = compare(model, deep, SEGMENTS, OTHERS)
    assert (found.a, found.b, found.examples, found.matrices) == ("tiny", "deep", 40, MATRICES)
    a, b = read_activations(model, SEGMENTS), read_activations(deep, OTHERS)
    values = []
    for pooling in POOLINGS:
        for which, debiased in (("biased", False), ("debiased", True)):
            pooled = found.poolings[pooling]
            assert np.shape(getattr(pooled.same_layer, which)) == (2, 6)  # of 2 and of 3 layers
            assert np.shape(getattr(pooled.layers, which)) == (3, 4)
            for layer in (1, 2):
                for column, matrix in enumerate(MATRICES):
                    spot = Spot(pooling, layer, matrix)
                    expected = linear_cka(a[spot], b[spot], debiased=debiased)
                    got = value(found, pooling, "same_layer", which, layer - 1, column)
                    assert isnan(expected) if got is None else got == pytest.approx(expected, abs=1e-5)
                    values.append(got)
            for x in range(1, 3):
                for y in range(1, 4):
                    spots = Spot(pooling, x, "output"), Spot(pooling, y, "output")
                    expected = linear_cka(a[spots[0]], b[spots[1]], debiased=debiased)
                    assert value(found, pooling, "layers", which, x, y) == pytest.approx(expected, abs=1e-5)
    assert 0.05 < np.mean([one for one in values if one is not None]) < 0.95


def test_what_is_the_same_for_every_text_has_no_similarity(model):
    found = compare(model, model, SEGMENTS, SEGMENTS)
    for which in ("biased", "debiased"):
        layers = getattr(found.poolings["cls"].layers, which)
        assert layers[0] == (None, None, None)  # [CLS] before the first layer
        assert [row[0] for row in layers] == [None, None, None]
        first, second = getattr(found.poolings["cls"].same_layer, which)
        assert first[:3] == (None, None, None)
        assert None not in first[3:] + second
        assert None not in sum(getattr(found.poolings["mean"].layers, which), ())


def test_a_model_is_like_itself_whatever_it_is_called(model):
    found = compare(model, replace(model, name="again"), SEGMENTS, SEGMENTS)
    for pooling in POOLINGS:
        for which in ("biased", "debiased"):
            same = sum(getattr(found.poolings[pooling].same_layer, which), ())
            layers = getattr(found.poolings[pooling].layers, which)
            diagonal = [layers[i][i] for i in range(3)]
            assert [one for one in (*same, *diagonal) if one is not None] == pytest.approx(
                [1] * (12 + 3 - (4 if pooling == "cls" else 0)), abs=1e-5
            )
            np.testing.assert_allclose(np.array(layers, float), np.array(layers, float).T, atol=2e-6)


def test_swapping_the_models_transposes(model, deep):
    one, other = compare(model, deep, SEGMENTS, OTHERS), compare(deep, model, OTHERS, SEGMENTS)
    for pooling in POOLINGS:
        for which in ("biased", "debiased"):
            layers = [np.array(getattr(found.poolings[pooling].layers, which), float) for found in (one, other)]
            np.testing.assert_allclose(layers[0], layers[1].T, atol=2e-6)
            same = [np.array(getattr(found.poolings[pooling].same_layer, which), float) for found in (one, other)]
            np.testing.assert_allclose(*same, atol=2e-6)


def test_rows_of_the_two_models_are_of_the_same_segment(model, deep):
    # The two sort by length in different orders; where rows were mixed up, reordering segments would change values.
    order = np.random.default_rng(0).permutation(40)
    expected = compare(model, deep, SEGMENTS, OTHERS)
    found = compare(model, deep, [SEGMENTS[i] for i in order], [OTHERS[i] for i in order])
    mixed = compare(model, deep, SEGMENTS, [OTHERS[i] for i in order])
    table = [np.array(one.poolings["mean"].layers.debiased) for one in (expected, found, mixed)]
    np.testing.assert_allclose(table[0], table[1], atol=1e-5)
    assert np.abs(table[0] - table[2]).max() > 0.05


@pytest.mark.parametrize("chunk", [7, 40])
def test_values_do_not_depend_on_batches(model, deep, monkeypatch, chunk):
    expected = compare(model, deep, SEGMENTS, OTHERS).to_dict()
    monkeypatch.setattr(similarity, "CHUNK", chunk)
    found = compare(model, deep, SEGMENTS, OTHERS, batch_wordpieces=60).to_dict()
    for pooling in POOLINGS:
        for part in ("same_layer", "layers"):
            for which in ("biased", "debiased"):
                tables = [np.array(one["poolings"][pooling][part][which], float) for one in (found, expected)]
                np.testing.assert_allclose(*tables, atol=1e-5)


def test_many_models_are_read_once_each(model, deep, tmp_path, tiny_encoder, monkeypatch):
    roberta = severity_model(encoder_folder(tmp_path, "roberta", tiny_encoder), "roberta")
    models, texts = [model, deep, roberta], [SEGMENTS, OTHERS, SEGMENTS]
    expected = [compare(models[a], models[b], texts[a], texts[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    read = []
    gather = similarity.gather
    monkeypatch.setattr(
        similarity,
        "gather",
        lambda model, *args, **kwargs: (read.append(model.name), gather(model, *args, **kwargs))[1],
    )
    assert compare_many(models, texts) == expected
    assert read == ["tiny", "deep", "roberta"]
    assert compare_many(models, texts, pairs=[(1, 2), (0, 1)]) == [expected[2], expected[0]]
    assert compare_many(models, texts, pairs=[]) == []


def test_they_come_back_from_json(model, deep):
    found = compare(model, deep, SEGMENTS, OTHERS)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["format"] == "spacy_spine.cka.v1"
    assert data["matrices"] == ["query", "key", "value", "attention_output", "intermediate", "output"]
    assert data["poolings"]["mean"]["layers"]["debiased"][2][3] == found.poolings["mean"].layers.debiased[2][3]
    assert Similarity.from_dict({**data, "cells": ["x", "y"]}) == found
    with pytest.raises(CorpusError, match=r"have format 'other'; this version reads 'spacy_spine\.cka\.v1'"):
        Similarity.from_dict({**data, "format": "other"})
    with pytest.raises(CorpusError, match=r"incomplete \(KeyError: 'layers'\)"):
        Similarity.from_dict({**data, "poolings": {"cls": {"same_layer": data["poolings"]["cls"]["same_layer"]}}})


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([SEGMENTS[:3], SEGMENTS[:3]], "at least 4 segments, got 3"),
        ([SEGMENTS, SEGMENTS[:-1]], "must read the same segments; they were given 40, 39 texts"),
        ([SEGMENTS], "2 models must read the same segments; they were given 40 texts"),
    ],
)
def test_bad_input_is_named(model, texts, message):
    with pytest.raises(CorpusError, match=message):
        compare_many([model, model], texts)
