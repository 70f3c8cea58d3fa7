"""Linear CKA against its definition by Gram matrices, its invariances, and streamed against whole."""

from itertools import pairwise
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.analysis import LinearCKA, linear_cka
from spacy_spine.analysis.representations.cka import LinearCKAs

BOTH = pytest.mark.parametrize("debiased", [False, True], ids=["biased", "debiased"])
moderate = settings(deadline=None, max_examples=60)


def by_definition(x, y, debiased):
    """CKA from Gram matrices: with the centring matrix, or Song et al.'s estimator with zeroed diagonals."""

    def hsic(p, q):
        n = len(p)
        if not debiased:
            h = np.eye(n) - np.ones((n, n)) / n
            return np.trace(p @ h @ q @ h) / (n - 1) ** 2
        p, q = p - np.diag(np.diag(p)), q - np.diag(np.diag(q))
        one = np.ones(n)
        value = np.trace(p @ q) + (one @ p @ one) * (one @ q @ one) / ((n - 1) * (n - 2))
        return (value - 2 / (n - 2) * (one @ p @ q @ one)) / (n * (n - 3))

    k, m = x @ x.T, y @ y.T
    return hsic(k, m) / np.sqrt(hsic(k, k) * hsic(m, m))


@st.composite
def representations(draw, least=6):
    """Two representations of the same examples that share some of what they hold."""
    n = draw(st.integers(least, 40))
    shapes = draw(st.tuples(st.integers(2, 50), st.integers(2, 50)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    common = random.normal(size=(n, 3))
    share = draw(st.sampled_from([0.0, 0.5, 3.0]))
    return [share * common @ random.normal(size=(3, width)) + random.normal(size=(n, width)) for width in shapes]


def orthogonal(width, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(width, width)))[0]


@BOTH
@given(representations())
@moderate
def test_it_agrees_with_the_definition_by_gram_matrices(debiased, xy):
    x, y = xy
    assert linear_cka(x, y, debiased=debiased) == pytest.approx(by_definition(x, y, debiased), abs=1e-9)


def test_it_is_the_squared_correlation_of_single_features():
    x, y = np.array([1.0, 2, 4, 8, 9]), np.array([2.0, 1, 5, 3, 7])
    assert linear_cka(x[:, None], y[:, None]) == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2, abs=1e-12)
    assert linear_cka([[0, 1], [0, -1], [1, 0], [-1, 0]], [[1], [-1], [0], [0]]) == pytest.approx(0.5**0.5)


@BOTH
@given(representations(), st.floats(1e-3, 1e3), st.integers(0, 2**32 - 1))
@moderate
def test_rotation_scale_shift_order_and_direction_do_not_matter(debiased, xy, scale, seed):
    x, y = xy
    random = np.random.default_rng(seed)
    expected = linear_cka(x, y, debiased=debiased)
    changed = scale * x @ orthogonal(x.shape[1], seed) + random.normal(size=x.shape[1])
    order = random.permutation(len(x))
    assert linear_cka(changed, y, debiased=debiased) == pytest.approx(expected, abs=1e-8)
    assert linear_cka(x[order], y[order], debiased=debiased) == pytest.approx(expected, abs=1e-9)
    assert linear_cka(y, x, debiased=debiased) == pytest.approx(expected, abs=1e-12)
    assert linear_cka(x, -changed, debiased=debiased) == pytest.approx(1, abs=1e-8)
    assert (-1 if debiased else 0) <= expected <= 1


def test_it_does_depend_on_scales_of_single_features():
    x = np.random.default_rng(0).normal(size=(50, 4))
    assert linear_cka(x, x * [10, 1, 1, 0.1]) < 0.9


def test_without_bias_independent_representations_are_not_alike():
    random = np.random.default_rng(1)
    pairs = [(random.normal(size=(100, 400)), random.normal(size=(100, 400))) for _ in range(20)]
    biased = [linear_cka(x, y) for x, y in pairs]
    debiased = [linear_cka(x, y, debiased=True) for x, y in pairs]
    assert min(biased) > 0.7
    error = np.std(debiased, ddof=1) / len(pairs) ** 0.5
    assert abs(np.mean(debiased)) < 4 * error
    assert max(map(abs, debiased)) < 0.05


@BOTH
@given(representations(), st.sets(st.integers(0, 40)), st.sampled_from([0, 1]))
@moderate
def test_streamed_is_whole_for_any_split(debiased, xy, cuts, announced):
    x, y = xy
    bounds = sorted({0, len(x), *(cut for cut in cuts if cut < len(x))})
    stream = LinearCKA()
    table = LinearCKAs([("x", "y"), ("y", "y")], examples=announced)
    for start, end in pairwise(bounds):
        stream.update(x[start:end], y[start:end])
        table.update({"x": x[start:end], "y": y[start:end]})
    expected = linear_cka(x, y, debiased=debiased)
    assert stream.examples == len(x)
    assert stream.value(debiased=debiased) == pytest.approx(expected, abs=1e-9)
    assert table.value("x", "y", debiased=debiased) == pytest.approx(expected, abs=1e-9)
    assert table.value("y", "y", debiased=debiased) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("examples", [0, 30], ids=["products", "rows"])
def test_a_table_holds_all_pairs_and_goes_on_after_a_look(examples):
    random = np.random.default_rng(2)
    data = {
        name: random.normal(size=(30, width)).astype("float32") for name, width in (("a", 80), ("b", 90), ("c", 99))
    }
    table = LinearCKAs([("a", "b"), ("c", "a")], examples=examples)
    for start in range(0, 30, 10):
        table.update({name: rows[start : start + 10] for name, rows in data.items()})
        for first, second in (("a", "b"), ("c", "a")):
            seen = [data[name][: start + 10] for name in (first, second)]
            for debiased in (False, True):
                expected = linear_cka(*seen, debiased=debiased)
                assert table.value(first, second, debiased=debiased) == pytest.approx(expected, abs=1e-9)
    with pytest.raises(ValueError, match="a and c are not one of the pairs"):
        table.value("a", "c")


def test_what_was_added_can_be_overwritten_by_its_owner():
    random = np.random.default_rng(3)
    x, y = random.normal(size=(2, 8, 50))
    expected = linear_cka(x, y)
    table = LinearCKAs([("x", "y")], examples=8)
    table.update({"x": x, "y": y})
    x[:] = 0
    assert table.value("x", "y") == pytest.approx(expected)


@BOTH
def test_features_far_from_zero_lose_no_digits(debiased):
    random = np.random.default_rng(4)
    x = random.normal(size=(200, 20))
    y = x[:, :10] @ random.normal(size=(10, 30)) + random.normal(size=(200, 30))
    expected = linear_cka(x, y, debiased=debiased)
    assert linear_cka(x + 1e4, y - 1e4, debiased=debiased) == pytest.approx(expected, abs=1e-9)
    for size in (1, 7, 200):
        stream = LinearCKA()
        for start in range(0, 200, size):
            stream.update(x[start : start + size] + 1e4, y[start : start + size] - 1e4)
        assert stream.value(debiased=debiased) == pytest.approx(expected, abs=1e-6)


@BOTH
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_features_that_are_the_same_for_all_examples_have_no_similarity(debiased, dtype):
    random = np.random.default_rng(5)
    y = random.normal(size=(9, 4)).astype(dtype)
    constant = np.tile([0.1, 123.4, -0.7], (9, 1)).astype(dtype)
    rounded = np.nextafter(constant, (np.inf * random.choice([-1, 1], size=(9, 3))).astype(dtype))
    assert rounded.dtype == constant.dtype
    assert (rounded != constant).all()
    for x in (constant, rounded, np.zeros((9, 3))):
        assert isnan(linear_cka(x, y, debiased=debiased))
        assert isnan(linear_cka(y, x, debiased=debiased))
        stream = LinearCKA()
        for start in range(0, 9, 2):
            stream.update(x[start : start + 2], y[start : start + 2])
        assert isnan(stream.value(debiased=debiased))


def test_examples_equally_far_from_each_other_leave_nothing_to_the_debiased():
    y = np.random.default_rng(6).normal(size=(6, 3))
    assert isnan(linear_cka(np.eye(6), y, debiased=True))
    assert 0 < linear_cka(np.eye(6), y) < 1


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((5, 2)), np.ones((4, 2)), "same number of examples, got x 5, y 4"),
        (np.ones(5), np.ones((5, 2)), r"x must have shape \(examples, features\), got \(5,\)"),
        (np.ones((5, 2)), np.ones((5, 0)), r"y must have shape \(examples, features\), got \(5, 0\)"),
        (np.ones((5, 2)), np.full((5, 2), nan), "y holds numbers that are not finite"),
        (np.ones((5, 2)), np.full((5, 2), "a"), "y must hold real numbers"),
        (np.ones((0, 2)), np.ones((0, 2)), "at least 4 examples, got 0"),
        (np.ones((3, 2)), np.ones((3, 2)), "at least 4 examples, got 3"),
    ],
)
def test_bad_input_is_named(x, y, message):
    with pytest.raises(ValueError, match=message):
        linear_cka(x, y, debiased=True)


def test_a_refused_mini_batch_changes_nothing():
    x, y = np.random.default_rng(7).normal(size=(2, 12, 5))
    stream = LinearCKA()
    stream.update(x, y)
    expected = stream.value(debiased=True)
    for bad in ((x[:, :3], y), (x, y[:4]), (x, y * nan)):
        with pytest.raises(ValueError, match=r"features before|same number|not finite"):
            stream.update(*bad)
    stream.update(x[:0], y[:0])
    assert (stream.examples, stream.value(debiased=True)) == (12, expected)
    with pytest.raises(ValueError, match="lacks b"):
        LinearCKAs([("a", "b")]).update({"a": x})
    with pytest.raises(ValueError, match="at least 2 examples, got 0"):
        LinearCKA().value()
