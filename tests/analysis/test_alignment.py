"""Alignment of gradients from their inner products: bounds, invariances, missing tasks, plain data."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from spacy_spine.analysis.gradients.alignment import Grams, aligned, alignment_row, apag, cosines, norms
from spacy_spine.errors import ModelError

NUMBERS = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.floats(-1e3, -1e-3))
# (layers, heads, tasks, numbers of a gradient)
VECTORS = arrays(np.float64, array_shapes(min_dims=4, max_dims=4, max_side=4), elements=NUMBERS)
LIGHT = settings(deadline=None, max_examples=50)


def gram(vectors):
    return vectors @ np.swapaxes(vectors, -1, -2)


def batch(vectors):
    """A mini-batch whose token embedding has the gradients of the first head."""
    return Grams(gram(vectors), gram(vectors[0, 0]))


def row(*batches, tasks):
    return alignment_row(batches, [f"task{i}" for i in range(tasks)], step=3, epoch=1, segments=7)


@given(VECTORS)
@LIGHT
def test_cosines_are_those_of_the_vectors(vectors):
    found = cosines(gram(vectors))
    assert np.all(np.abs(found) <= 1)
    assert np.array_equal(found, np.swapaxes(found, -1, -2))
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    np.testing.assert_allclose(found, gram(units), atol=1e-9)
    np.testing.assert_allclose(norms(gram(vectors)), lengths[..., 0], rtol=1e-9)


@given(VECTORS, st.data())
@LIGHT
def test_a_positive_factor_of_a_loss_leaves_sign_and_cosine_and_a_negative_one_turns_them(vectors, data):
    tasks = vectors.shape[2]
    factors = np.array(data.draw(st.lists(st.sampled_from([-4.0, -0.5, 0.5, 4.0]), min_size=tasks, max_size=tasks)))
    signs = np.sign(factors)[:, None] * np.sign(factors)
    scaled = gram(vectors * factors[:, None])
    np.testing.assert_allclose(cosines(scaled), cosines(gram(vectors)) * signs, atol=1e-9)
    np.testing.assert_array_equal(aligned(scaled), aligned(gram(vectors) * signs))


@given(VECTORS)
@LIGHT
def test_a_task_is_aligned_with_itself_and_against_its_opposite(vectors):
    vectors = vectors[:, :, :1] + np.sign(vectors[:, :, :1]) + (vectors[:, :, :1] == 0)  # none is 0
    same = row(batch(np.concatenate([vectors, vectors], axis=2)), tasks=2)
    opposite = row(batch(np.concatenate([vectors, -vectors], axis=2)), tasks=2)
    assert same["apag"] == [1.0]
    assert opposite["apag"] == [0.0]
    assert set(np.ravel(same["cosine"])) == {1.0}
    assert set(np.ravel(opposite["cosine"])) == {-1.0}
    assert same["dot"][0] == (-np.array(opposite["dot"][0])).tolist()


@given(VECTORS, st.randoms(use_true_random=False))
@LIGHT
def test_the_order_of_mini_batches_and_those_without_labels_change_nothing(vectors, random):
    tasks = vectors.shape[2]
    batches = [batch(vectors), batch(-vectors[::-1] * 2), batch(vectors + 1)]
    empty = Grams(np.full_like(batches[0].heads, np.nan), np.full_like(batches[0].embedding, np.nan))
    expected = row(*batches, tasks=tasks)
    mixed = [*batches, empty]
    random.shuffle(mixed)
    found = row(*mixed, tasks=tasks)
    assert found.pop("batches") == expected.pop("batches") + 1
    for name in ("cosine", "dot", "norm", "aligned"):
        for one, other in zip(found.pop(name), expected.pop(name), strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-3, atol=1e-9)  # the last digit may be rounded otherwise
    assert found["apag"] == pytest.approx(expected["apag"], rel=2e-3)


def test_a_row_holds_what_its_format_says():
    one = np.array([[[[1.0, 0.0], [1.0, 1.0], [-2.0, 0.0]], [[0.0, 2.0], [0.0, -1.0], [0.0, 1.0]]]])
    other = np.array([[[[1.0, 0.0], [-1.0, 0.0], [3.0, 0.0]], [[0.0, 2.0], [0.0, 1.0], [0.0, 1 / 3]]]])
    found = row(batch(one), batch(other), tasks=3)
    assert found == {
        "step": 3,
        "epoch": 1,
        "batches": 2,
        "segments": 7,
        "tasks": ["task0", "task1", "task2"],
        "pairs": [["task0", "task1"], ["task0", "task2"], ["task1", "task2"]],
        "aligned": [[[0.5, 0.5]], [[0.5, 1.0]], [[0.0, 0.5]]],
        "cosine": [[[-0.1464, 0.0]], [[0.0, 1.0]], [[-0.8536, 0.0]]],
        "dot": [[[0.0, 0.0]], [[0.5, 1.333]], [[-2.5, -0.3333]]],
        "norm": [[[1.0, 2.0]], [[1.207, 1.0]], [[2.5, 0.6667]]],
        "embedding": {
            "aligned": [0.5, 0.5, 0.0],
            "cosine": [-0.1464, 0.0, -0.8536],
            "dot": [0.0, 0.5, -2.5],
        },
        "apag": [0.5, 0.6667, 0.1667],
    }
    json.dumps(found, allow_nan=False)


def test_a_task_without_any_label_has_no_numbers():
    grams = gram(np.ones((2, 2, 3, 4)))
    for missing in (grams[..., 1, :], grams[..., :, 1]):
        missing[:] = np.nan
    found = row(Grams(grams, grams[0, 0]), tasks=3)
    assert found["apag"] == [None, 1.0, None]
    assert found["norm"][1] is None
    assert found["norm"][0] == [[2.0, 2.0], [2.0, 2.0]]
    for numbers in (found, found["embedding"]):
        assert all(numbers[name][0] is None and numbers[name][2] is None for name in ("aligned", "cosine", "dot"))
    json.dumps(found, allow_nan=False)


def test_mini_batches_with_labels_of_one_task_only_do_not_count_for_a_pair():
    both, one = gram(np.ones((1, 1, 2, 4))), gram(3 * np.ones((1, 1, 2, 4)))
    one[..., 1, :] = one[..., :, 1] = np.nan
    found = row(Grams(both, both[0, 0]), Grams(one, one[0, 0]), tasks=2)
    assert found["dot"] == [[[4.0]]]
    assert found["norm"] == [[[4.0]], [[2.0]]]  # the mean of 2 and 6, and 2 alone


def test_a_gradient_of_zeros_is_not_aligned():
    found = row(batch(np.zeros((1, 2, 2, 3))), tasks=2)
    assert (found["apag"], found["cosine"]) == ([0.0], [[[0.0, 0.0]]])


def test_the_token_embedding_counts_as_one_head():
    assert apag(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]]), 1.0) == pytest.approx(4 / 7)


def test_nothing_to_measure_on_is_an_error():
    with pytest.raises(ModelError, match="no mini-batch"):
        row(tasks=2)
