"""Temperature scaling: closed forms, gradients, bounds, and what it leaves alone."""

import math
from typing import Any

import numpy
import pytest
import spacy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.errors import CorpusError, ModelError
from spacy_spine.pipeline import annotations
from spacy_spine.training.calibration import GREATEST, LEAST, calibrate, fit_temperature, objective, slope

QUICK = settings(deadline=None, max_examples=40)
SEEDS = st.integers(0, 2**32 - 1)


def sample(seed: int, rows: int, labels: int = 3) -> tuple[Any, list[int]]:
    generator = numpy.random.default_rng(seed)
    return generator.normal(size=(rows, labels)) * 3, generator.integers(0, labels, size=rows).tolist()


@given(st.floats(0.5, 5), st.integers(60, 95))
@QUICK
def test_two_labels_have_a_closed_form(margin: float, right: int) -> None:
    # Every margin is the same and `right` of 100 are right: softmax(margin / T) must be right / 100.
    targets = [1] * right + [0] * (100 - right)
    expected = margin / math.log(right / (100 - right))
    fitted = fit_temperature(numpy.array([[0.0, margin]] * 100), targets, prior=0)
    assert fitted == pytest.approx(min(max(expected, LEAST), GREATEST))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_a_known_temperature_is_found_again(temperature: float) -> None:
    generator = numpy.random.default_rng(0)
    true = generator.normal(size=(6000, 3)) * 2
    probabilities = numpy.exp(true) / numpy.exp(true).sum(1, keepdims=True)
    targets = [int(generator.choice(3, p=row)) for row in probabilities]
    assert fit_temperature(true * temperature, targets) == pytest.approx(temperature, rel=0.05)


@given(SEEDS, st.integers(1, 30), st.floats(0.1, 4), st.floats(0, 10))
@QUICK
def test_objective_is_torchs_cross_entropy_and_its_prior(seed: int, rows: int, beta: float, prior: float) -> None:
    logits, targets = sample(seed, rows)
    loss = torch.nn.functional.cross_entropy(torch.tensor(logits) * beta, torch.tensor(targets), reduction="sum")
    expected = float(loss) + prior * (beta - 1 - math.log(beta))
    assert objective(beta, logits, targets, prior=prior) == pytest.approx(expected)


@given(SEEDS, st.integers(0, 30), st.floats(0.1, 4), st.floats(0, 10))
@QUICK
def test_slope_is_the_finite_difference(seed: int, rows: int, beta: float, prior: float) -> None:
    logits, targets = sample(seed, rows)
    step = 1e-5
    difference = objective(beta + step, logits, targets, prior=prior)
    difference -= objective(beta - step, logits, targets, prior=prior)
    assert slope(beta, logits, targets, prior=prior) == pytest.approx(difference / (2 * step), abs=1e-4, rel=1e-4)


@given(SEEDS, st.integers(1, 30))
@QUICK
def test_no_other_temperature_is_better(seed: int, rows: int) -> None:
    logits, targets = sample(seed, rows)
    fitted = fit_temperature(logits, targets)
    assert LEAST <= fitted <= GREATEST
    least = objective(1 / fitted, logits, targets)
    for other in numpy.geomspace(LEAST, GREATEST, 30):
        assert least <= objective(1 / other, logits, targets) + 1e-9


def test_the_optimizer_of_torch_comes_to_the_same() -> None:
    logits, targets = sample(1, 50)
    log_beta = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_beta], max_iter=100, tolerance_grad=1e-12, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        beta = log_beta.exp()
        value = torch.nn.functional.cross_entropy(torch.tensor(logits) * beta, torch.tensor(targets), reduction="sum")
        value = value + 5 * (beta - 1 - beta.log())
        value.backward()
        return value

    optimizer.step(loss)
    assert fit_temperature(logits, targets, prior=5) == pytest.approx(float(torch.exp(-log_beta.detach())), rel=1e-4)


def test_little_to_learn_from_stays_near_one() -> None:
    assert fit_temperature(numpy.zeros((0, 3)), []) == pytest.approx(1)
    one_right, one_wrong = numpy.array([[0.0, 4.0]]), [1]
    assert fit_temperature(one_right, one_wrong) == pytest.approx(1, abs=0.1)
    assert fit_temperature(one_right, [0]) < 3
    # All right: the likelihood alone would ask for the lowest temperature there is.
    many = numpy.array([[0.0, 4.0]] * 40), [1] * 40
    assert fit_temperature(*many, prior=0) == LEAST
    assert 0.5 < fit_temperature(*many) < 1


@given(SEEDS, st.integers(1, 20))
@QUICK
def test_neither_the_order_nor_a_shift_of_the_logits_matters(seed: int, rows: int) -> None:
    logits, targets = sample(seed, rows)
    order = numpy.random.default_rng(seed).permutation(rows)
    fitted = fit_temperature(logits, targets)
    assert fit_temperature(logits[order], [targets[i] for i in order]) == pytest.approx(fitted)
    assert fit_temperature(logits + 7, targets) == pytest.approx(fitted)


# A pipeline with a classifier that has a tiny random encoder: what it says does not matter here.
TEXTS = {
    f"r{i}": f"L4-5: {words}.\nL5-S1: normal." for i, words in enumerate(("severe stenosis", "disc bulge", "fine"))
}
LABELS = {"stenosis": "severe", "disc": "moderate", "nerve": "abnormal"}


def reports(**labels: str) -> list[AnnotatedReport]:
    return [
        AnnotatedReport(
            id=name,
            text=text,
            region="lumbar",
            locations=(Location(0, 4, ("L4-L5",)),),
            segments={"L4-L5": SegmentLabels("explicit", labels or LABELS)},
        )
        for name, text in TEXTS.items()
    ]


@Language.component("wrong_locations", assigns=["doc.ents"])
def wrong_locations(doc: Doc) -> Doc:
    raise AssertionError("gold locations take its place")


@pytest.fixture(scope="module")
def trained(tiny_encoder: str) -> Language:
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    region = {"region": {"@spine_regions": "spacy_spine.lumbar.v1"}}
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("wrong_locations")
    nlp.add_pipe("segment_grouper", config=region)
    architecture = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": tiny_encoder, "precision": "fp32"}
    nlp.add_pipe("severity_classifier", name="grader", config={**region, "model": architecture})
    nlp.get_pipe("grader").model.initialize()
    network: Any = nlp.get_pipe("grader").model.shims[0].network
    with torch.no_grad():
        network.output.weight.mul_(40)  # a random head is sure of nothing; this one is too sure
    return nlp


@pytest.fixture
def nlp(trained: Language) -> Language:
    trained.get_pipe("grader").set_temperatures({})
    return trained


def test_a_pipeline_is_calibrated_on_gold_locations(nlp: Language) -> None:
    fitted = calibrate(nlp, reports())
    assert {name: one.segments for name, one in fitted.items()} == {"stenosis": 3, "disc": 3, "nerve": 3}
    temperatures = {name: one.temperature for name, one in fitted.items()}
    assert nlp.get_pipe("grader").temperatures == temperatures
    assert any(value != pytest.approx(1, abs=0.05) for value in temperatures.values())
    for one in fitted.values():
        assert one.before["accuracy"] == one.after["accuracy"]
    # A second fit starts from the model's own logits, not from calibrated ones.
    assert {name: one.temperature for name, one in calibrate(nlp, reports()).items()} == temperatures


def test_labels_stay_and_probabilities_change(nlp: Language) -> None:
    def grade() -> tuple[list, list]:
        doc = nlp.make_doc(TEXTS["r0"])
        ent = doc.char_span(0, 4, label="LOCATION")
        doc.ents = [ent]
        annotations.write(doc, "locations", {annotations.location_key(ent): ["L4-L5"]})
        with nlp.select_pipes(disable="wrong_locations"):
            (segment,) = nlp(doc)._.segments
        values = segment.severities.values()
        return [one.label for one in values], [one.confidence for one in values]

    before = grade()
    calibrate(nlp, reports())
    after = grade()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_pathology_without_labels_keeps_one(nlp: Language) -> None:
    fitted = calibrate(nlp, reports(disc="severe"))
    assert (fitted["nerve"].temperature, fitted["nerve"].segments) == (pytest.approx(1), 0)
    assert fitted["nerve"].after["ece"] is None


def test_what_cannot_be_calibrated_is_one_sentence(nlp: Language) -> None:
    elsewhere = [
        AnnotatedReport(
            id="c", text="C5-6 normal.", region="cervical", segments={"C5-C6": SegmentLabels("explicit", {})}
        )
    ]
    with pytest.raises(CorpusError, match=r"No report has a labelled motion segment of region lumbar\."):
        calibrate(nlp, elsewhere)
    with pytest.raises(ModelError, match="this pipeline has none, its pipes are none"):
        calibrate(spacy.blank("en"), reports())


def test_a_label_that_its_pathology_has_not_is_one_sentence(nlp: Language) -> None:
    with pytest.raises(CorpusError, match="Unknown label 'huge' of disc"):
        calibrate(nlp, reports(disc="huge"))


def test_a_joint_model_has_one_temperature_a_pathology(tiny_encoder: str) -> None:
    both = spacy.blank("en")
    region = {"region": {"@spine_regions": "spacy_spine.both.v1"}}
    both.add_pipe("spine_sentencizer")
    both.add_pipe("segment_grouper", config=region)
    architecture = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": tiny_encoder}
    pipe: Any = both.add_pipe("severity_classifier", config={**region, "model": architecture})
    pipe.model.initialize()
    neck = AnnotatedReport(
        id="neck",
        text="C5-6: cord compression.",
        region="cervical",
        locations=(Location(0, 4, ("C5-C6",)),),
        segments={"C5-C6": SegmentLabels("explicit", {"cord": "abnormal", "disc": "none_mild"})},
    )
    fitted = calibrate(both, [neck, *reports()])
    assert set(fitted) == {pathology.name for pathology in get_regions("both").pathologies}
    assert {name: one.segments for name, one in fitted.items() if one.segments} == {
        "stenosis": 3,
        "disc": 4,
        "cord": 1,
        "nerve": 3,
    }
