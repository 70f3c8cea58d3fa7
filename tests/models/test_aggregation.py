"""Aggregators of TorchJD by name, and the backward pass that asks them."""

import copy
import itertools
import pickle
import sys
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine import get_regions
from spacy_spine.errors import ConfigError, ModelError
from spacy_spine.models.aggregation import aggregators, create_torchjd_aggregator
from spacy_spine.models.heads import Heads
from spacy_spine.models.jacobian import combined_backward
from spacy_spine.models.network import EncoderWithHead

TASKS = ("stenosis", "disc", "nerve")
# What the constructors cannot do without.
REQUIRED = {
    "CAGrad": {"c": 0.5},
    "Constant": {"weights": {"stenosis": 1.0, "disc": 2.0, "nerve": 0.5}},
    "FairGrad": {"alpha": 1.0},
    "Krum": {"n_byzantine": 0},
    "TrimmedMean": {"trim_number": 1},
}
seeds = st.integers(0, 2**31)


def jacobian(seed, rows=3, columns=20):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, columns, generator=generator)


@pytest.mark.parametrize("name", sorted(aggregators()))
def test_every_aggregator_combines_three_tasks(name):
    aggregator = create_torchjd_aggregator(name, REQUIRED.get(name))
    try:
        aggregator.check(TASKS)
    except ModelError as error:  # NashMTL asks for a solver of its own
        pytest.skip(str(error))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        combined = aggregator(jacobian(0), TASKS)
    assert combined.shape == (20,)
    assert combined.isfinite().all()
    assert combined.abs().sum() > 0


def test_the_names_are_those_of_aggregators_that_can_be_made():
    assert {"UPGrad", "PCGrad", "CAGrad", "MGDA", "Sum"} <= aggregators().keys()
    assert not {"Aggregator", "WeightedAggregator", "UPGradWeighting"} & aggregators().keys()


def conflict(rows, combined):
    """How far a gradient points against the task that it hurts most, as a share of the tasks' squared norms."""
    return float((-(rows @ combined) / rows.norm() ** 2).max())


# TorchJD's solver gets the Gramian, divided by its trace, with 1e-4 on the diagonal: it is right to the root of that.
NO_CONFLICT = 0.01


@given(seeds, st.integers(2, 6))
@settings(deadline=None, max_examples=60)
def test_upgrad_conflicts_with_no_task(seed, columns):
    rows = jacobian(seed, columns=columns)
    assert conflict(rows, create_torchjd_aggregator("UPGrad")(rows, TASKS)) < NO_CONFLICT


def test_the_mean_does_conflict():
    conflicts = [conflict(rows, rows.mean(0)) for rows in (jacobian(seed, columns=2) for seed in range(50))]
    assert sum(one > NO_CONFLICT for one in conflicts) > 20


def without_conflict(row, others):
    """Algorithm 1 of Yu et al. 2020 for one task: take away what points against the others, one after the other."""
    for other in others:
        product = row @ other
        if product < 0:
            row = row - product / (other @ other) * other
    return row


@given(seeds, st.integers(2, 6))
@settings(deadline=None, max_examples=60)
def test_pcgrad_of_two_tasks_is_its_formula(seed, columns):
    first, second = jacobian(seed, rows=2, columns=columns)
    found = create_torchjd_aggregator("PCGrad")(torch.stack([first, second]), ("disc", "nerve"))
    expected = without_conflict(first, [second]) + without_conflict(second, [first])
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


@given(seeds)
@settings(deadline=None, max_examples=40)
def test_pcgrad_of_three_tasks_is_its_formula_in_some_order(seed):
    rows = jacobian(seed, columns=4)
    found = create_torchjd_aggregator("PCGrad")(rows, TASKS)
    projected = [
        [without_conflict(rows[i], [rows[j] for j in order]) for order in itertools.permutations({0, 1, 2} - {i})]
        for i in range(3)
    ]
    possible = torch.stack([sum(choice) for choice in itertools.product(*projected)])
    assert (possible - found).norm(dim=1).min() < 1e-3


def test_numbers_by_task_are_a_vector_in_the_order_of_the_tasks():
    weights = create_torchjd_aggregator("Constant", {"weights": {"nerve": 3.0, "disc": 2.0, "stenosis": 1.0}})
    rows = jacobian(1)
    torch.testing.assert_close(weights(rows, TASKS), rows[0] + 2 * rows[1] + 3 * rows[2])
    torch.testing.assert_close(weights(rows[:2], ("nerve", "disc")), 3 * rows[0] + 2 * rows[1])


MISTAKES = [
    ("UpGrad", {}, "Unknown aggregator 'UpGrad'; TorchJD has AlignedMTL, .*PCGrad, .*UPGrad"),
    ("WeightedAggregator", {}, "Unknown aggregator"),
    ("PCGrad", {"speed": 1}, "settings of aggregator 'PCGrad' cannot be right: .*speed"),
    ("CAGrad", {}, "settings of aggregator 'CAGrad' cannot be right: .*'c'"),
    ("CAGrad", {"c": -1.0}, "settings of aggregator 'CAGrad' cannot be right"),
    ("UPGrad", {"pref_vector": [1.0, 2.0]}, "settings of aggregator 'UPGrad' cannot be right"),
    ("Constant", {"weights": {"disc": 1.0}}, "Setting 'weights' of aggregator 'Constant' has no number for stenosis"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), MISTAKES)
def test_a_mistake_in_the_config_is_one_clear_error(name, arguments, message):
    aggregator = create_torchjd_aggregator(name, arguments)  # loading a trained pipeline is no time to complain
    with pytest.raises(ConfigError, match=message):
        aggregator.check(TASKS)
    with pytest.raises(ConfigError, match=message):
        aggregator(jacobian(0), TASKS)


def test_too_few_tasks_for_an_aggregator_are_one_clear_error():
    with pytest.raises(ConfigError, match=r"'Krum' cannot combine disc and nerve: .*at least"):
        create_torchjd_aggregator("Krum", {"n_byzantine": 0})(jacobian(0, rows=2), ("disc", "nerve"))


def test_without_torchjd_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchjd", None)
    aggregator = create_torchjd_aggregator("UPGrad")
    with pytest.raises(ModelError, match=r"pip install 'spacy-spine\[mtl\]'"):
        aggregator(jacobian(0), TASKS)


def test_a_package_that_one_aggregator_lacks_is_named(monkeypatch):
    from torchjd.linalg import QuadprogProjector

    monkeypatch.setattr(QuadprogProjector, "_REQUIRED_DEPS", ["no_such_solver"])
    with pytest.raises(ModelError, match=r"'UPGrad' lacks a package: .*no_such_solver"):
        create_torchjd_aggregator("UPGrad").check(TASKS)


PAIR = ("disc", "nerve")


def gradvac():
    """It remembers the cosine of each pair; of two tasks nothing of it is drawn at random."""
    return create_torchjd_aggregator("GradVac", {"beta": 0.5})


def test_what_it_remembers_is_of_the_same_tasks():
    disturbed, alone, fresh = gradvac(), gradvac(), gradvac()
    first = alone(jacobian(3, rows=2), PAIR)
    torch.testing.assert_close(disturbed(jacobian(3, rows=2), PAIR), first)
    disturbed(jacobian(1, rows=2), ("stenosis", "cord"))
    later = alone(jacobian(2, rows=2), PAIR)
    torch.testing.assert_close(disturbed(jacobian(2, rows=2), PAIR), later)
    assert not torch.allclose(later, fresh(jacobian(2, rows=2), PAIR), rtol=0.01)  # so that it does remember


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_starts_anew(duplicate):
    aggregator = gradvac()
    aggregator(jacobian(3, rows=2), PAIR)
    again = duplicate(aggregator)
    expected = gradvac()(jacobian(2, rows=2), PAIR)
    torch.testing.assert_close(again(jacobian(2, rows=2), PAIR), expected)
    assert not torch.allclose(aggregator(jacobian(2, rows=2), PAIR), expected, rtol=0.01)


class Words(torch.nn.Module):
    """An encoder of a few parameters: embeddings and one layer, and a parameter that nothing uses."""

    def __init__(self):
        super().__init__()
        self.words = torch.nn.Embedding(7, 4)
        self.layer = torch.nn.Linear(4, 4)
        self.unused = torch.nn.Parameter(torch.ones(3))

    def forward(self, input_ids, attention_mask):
        return (torch.tanh(self.layer(self.words(input_ids))),)


HEADS = Heads.of(get_regions("both"))
gold_rows = st.lists(
    st.fixed_dictionaries({}, optional={head.name: st.sampled_from(head.labels) for head in HEADS.heads}),
    min_size=1,
    max_size=6,
)


def batch(seed, gold):
    """A network, the logits of a batch in packs of two, and the gradient of the losses with respect to them."""
    from thinc.api import NumpyOps

    torch.manual_seed(seed)
    network = EncoderWithHead(Words(), width=4, columns=HEADS.columns, pooling="mean", dropout=0.0)
    ids = torch.randint(7, (len(gold), 5))
    packs = [network(part, torch.ones_like(part)) for part in ids.split(2)]
    logits = torch.cat(packs)
    _, gradient = HEADS.loss(logits.detach().numpy(), gold, NumpyOps())
    return network, ids, list(zip(packs, torch.tensor(gradient).split(2), strict=True))


def losses(network, ids, gold):
    """Each head's mean cross-entropy, by torch."""
    logits = network(ids, torch.ones_like(ids))
    found = {}
    for head in HEADS.labelled(gold):
        known = [i for i, labels in enumerate(gold) if head.name in labels]
        targets = torch.tensor([head.place(gold[i][head.name]) for i in known])
        found[head.name] = torch.nn.functional.cross_entropy(logits[known][:, head.columns], targets)
    return found


@given(gold_rows.filter(lambda gold: len(HEADS.labelled(gold)) > 1), seeds)
@settings(deadline=None, max_examples=40)
def test_the_rows_are_the_gradients_of_the_heads_losses(gold, seed):
    network, ids, outputs = batch(seed, gold)
    seen = {}

    def last_row(jacobian, tasks):
        seen.update(zip(tasks, jacobian, strict=True))
        return jacobian[-1].clone()

    combined_backward(network, outputs, HEADS.labelled(gold), last_row)
    found = {name: parameter.grad for name, parameter in network.named_parameters()}
    expected = losses(network, ids, gold)
    assert list(seen) == list(expected)
    shared = list(network.encoder.parameters())
    for name, loss in expected.items():
        rows = torch.autograd.grad(loss, shared, retain_graph=True, allow_unused=True)
        flat = [torch.zeros_like(p) if row is None else row for p, row in zip(shared, rows, strict=True)]
        torch.testing.assert_close(seen[name], torch.cat([row.flatten() for row in flat]), atol=1e-5, rtol=1e-4)
    # What the aggregator gives goes to the encoder, in the order of its parameters; what nothing uses gets nothing.
    assert found.pop("encoder.unused") is None
    for name, row in zip(("unused", "words.weight", "layer.weight", "layer.bias"), flat, strict=True):
        if name != "unused":
            torch.testing.assert_close(found[f"encoder.{name}"], row, atol=1e-5, rtol=1e-4)
    # The linear layer gets the plain gradient, whatever the aggregator.
    network.zero_grad()
    sum(expected.values()).backward()
    torch.testing.assert_close(found["output.weight"], network.output.weight.grad, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(found["output.bias"], network.output.bias.grad, atol=1e-5, rtol=1e-4)


@given(gold_rows.filter(lambda gold: len(HEADS.labelled(gold)) > 1), seeds)
@settings(deadline=None, max_examples=40)
def test_gradients_add_up_over_batches(gold, seed):
    network, ids, outputs = batch(seed, gold)
    again = [network(part, torch.ones_like(part)) for part in ids.split(2)]
    gradients = [gradient for _, gradient in outputs]
    for packs in (outputs, list(zip(again, gradients, strict=True))):
        combined_backward(network, packs, HEADS.labelled(gold), create_torchjd_aggregator("Sum"))
    found = {name: parameter.grad for name, parameter in network.named_parameters() if parameter.grad is not None}
    network.zero_grad()
    (2 * sum(losses(network, ids, gold).values())).backward()
    expected = {name: parameter.grad for name, parameter in network.named_parameters() if parameter.grad is not None}
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@given(gold_rows.filter(lambda gold: len(HEADS.labelled(gold)) > 1), seeds)
@settings(deadline=None, max_examples=40)
def test_a_step_of_upgrad_hurts_no_head(gold, seed):
    network, ids, outputs = batch(seed, gold)
    combined_backward(network, outputs, HEADS.labelled(gold), create_torchjd_aggregator("UPGrad"))
    shared = [network.encoder.words.weight, network.encoder.layer.weight, network.encoder.layer.bias]
    step = torch.cat([parameter.grad.flatten() for parameter in shared])
    rows = [torch.autograd.grad(loss, shared, retain_graph=True) for loss in losses(network, ids, gold).values()]
    assert conflict(torch.stack([torch.cat([piece.flatten() for piece in row]) for row in rows]), step) < NO_CONFLICT
