"""The loss against torch's autograd, and what masking means."""

import numpy
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from thinc.api import NumpyOps

from spacy_spine import get_regions
from spacy_spine.errors import CorpusError
from spacy_spine.models.heads import Heads

LUMBAR = Heads.of(get_regions("lumbar"))
BOTH = Heads.of(get_regions("both"))


def gold_rows(heads):
    labels = {head.name: st.sampled_from(head.labels) for head in heads.heads}
    return st.lists(st.fixed_dictionaries({}, optional=labels), min_size=1, max_size=8)


def test_output_shapes_are_those_of_the_paper():
    assert [len(head.labels) for head in LUMBAR.heads] == [3, 3, 2]
    assert [len(head.labels) for head in Heads.of(get_regions("cervical")).heads] == [3, 3, 2, 2]
    assert BOTH.columns == 12


@given(gold_rows(BOTH), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=50)
def test_loss_and_gradient_equal_torch_cross_entropy(gold, seed):
    values = numpy.random.default_rng(seed).normal(size=(len(gold), BOTH.columns)).astype("f") * 3
    loss, gradient = BOTH.loss(values, gold, NumpyOps())
    logits = torch.tensor(values, requires_grad=True)
    expected = torch.zeros(())
    for head in BOTH.heads:
        known = [i for i, row in enumerate(gold) if head.name in row]
        if known:
            targets = torch.tensor([head.labels.index(gold[i][head.name]) for i in known])
            expected = expected + torch.nn.functional.cross_entropy(logits[known][:, head.columns], targets)
    if expected.requires_grad:
        expected.backward()
        numpy.testing.assert_allclose(gradient, logits.grad.numpy(), atol=1e-5)
    assert loss == pytest.approx(float(expected.detach()), abs=1e-4)


def test_a_missing_label_masks_its_head_for_that_segment_only():
    values = numpy.ones((2, LUMBAR.columns), dtype="f")
    _, gradient = LUMBAR.loss(values, [{"disc": "severe"}, {"nerve": "abnormal"}], NumpyOps())
    touched = {head.name: gradient[:, head.columns].any(axis=1).tolist() for head in LUMBAR.heads}
    assert touched == {"stenosis": [False, False], "disc": [True, False], "nerve": [False, True]}


def test_an_unknown_label_is_one_clear_error():
    values = numpy.ones((1, LUMBAR.columns), dtype="f")
    with pytest.raises(CorpusError, match="Unknown label 'large' of disc; there are none_mild, moderate, severe"):
        LUMBAR.loss(values, [{"disc": "large"}], NumpyOps())


def test_probabilities_are_masked_by_region_ordered_and_sum_to_one():
    logits = numpy.linspace(-3, 900, BOTH.columns)
    scores = BOTH.probabilities(logits, "lumbar")
    assert list(scores) == ["stenosis", "disc", "nerve"]
    assert list(scores["disc"]) == ["none_mild", "moderate", "severe"]
    assert all(sum(row.values()) == pytest.approx(1) for row in scores.values())
    assert set(BOTH.probabilities(logits, "cervical")) == {"stenosis", "disc", "cord", "foraminal"}


# Halves of whole numbers: differences that no temperature makes too small to see.
LOGITS = st.lists(st.integers(-40, 40).map(lambda one: one / 2), min_size=BOTH.columns, max_size=BOTH.columns)
TEMPERATURES = st.fixed_dictionaries({}, optional={head.name: st.floats(0.2, 10) for head in BOTH.heads})


@given(LOGITS, TEMPERATURES)
@settings(deadline=None, max_examples=60)
def test_temperatures_change_probabilities_and_never_labels(logits, temperatures):
    plain, scaled = BOTH.probabilities(logits, "lumbar"), BOTH.probabilities(logits, "lumbar", temperatures)
    for name, row in scaled.items():
        columns = next(head.columns for head in BOTH.heads if head.name == name)
        expected = torch.softmax(torch.tensor(logits[columns]).double() / temperatures.get(name, 1.0), 0)
        assert list(row.values()) == pytest.approx(expected.tolist())
        assert max(row, key=row.__getitem__) == max(plain[name], key=plain[name].__getitem__)


def test_a_head_without_a_temperature_is_left_alone():
    logits = numpy.linspace(-3, 3, BOTH.columns)
    plain, scaled = BOTH.probabilities(logits, "lumbar"), BOTH.probabilities(logits, "lumbar", {"disc": 2.0})
    assert scaled["stenosis"] == plain["stenosis"]
    assert max(scaled["disc"].values()) < max(plain["disc"].values())
