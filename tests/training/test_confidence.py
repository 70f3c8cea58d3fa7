"""Calibration and risk-coverage: closed forms, properties, and a second source."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.pipeline.views import Severity
from spacy_spine.training.confidence import (
    SHARES_LEFT,
    ConfidenceCounts,
    Grade,
    calibration_scores,
    risk_coverage,
)
from spacy_spine.training.metrics import PathologyCounts, SeverityCounts

GRADES = ("none_mild", "moderate", "severe")
QUICK = settings(deadline=None, max_examples=50)

SCORES = st.lists(st.integers(1, 50), min_size=3, max_size=3).map(
    lambda one: {label: value / sum(one) for label, value in zip(GRADES, one, strict=True)}
)
GRADE = st.builds(Grade, st.sampled_from([*GRADES, None]), st.builds(Severity, SCORES))
GRADE_LISTS = st.lists(GRADE, max_size=25)
MISSED = st.dictionaries(st.sampled_from(GRADES), st.integers(1, 4)).map(Counter)


def grade(gold: str | None, label: str, confidence: float) -> Grade:
    others = {one: (1 - confidence) / 2 for one in GRADES if one != label}
    return Grade(gold, Severity({one: confidence if one == label else others[one] for one in GRADES}))


def batch(confidence: float, right: int, wrong: int) -> list[Grade]:
    return [grade("severe", "severe", confidence)] * right + [grade("moderate", "severe", confidence)] * wrong


def test_nothing_has_no_figures() -> None:
    scores = calibration_scores([grade(None, "severe", 0.9)])
    assert scores["grades"] == 0
    assert {scores[key] for key in ("mean", "accuracy", "ece", "mce", "brier", "nll")} == {None}
    assert risk_coverage([], {}, GRADES)[0] == {
        "left": 0.0,
        "coverage": None,
        "grades": 0,
        "min_confidence": None,
        "macro_f1": None,
        "accuracy": None,
    }


@given(st.lists(st.tuples(st.integers(11, 29), st.integers(1, 3)), min_size=1, max_size=5))
@QUICK
def test_confidence_that_says_how_often_it_is_right_has_no_error(parts: list[tuple[int, int]]) -> None:
    grades = [one for tens, times in parts for one in batch(tens / 30, tens * times, (30 - tens) * times)]
    scores = calibration_scores(grades)
    assert scores["ece"] == pytest.approx(0, abs=1e-12)
    assert scores["mce"] == pytest.approx(0, abs=1e-12)
    assert scores["mean"] == pytest.approx(scores["accuracy"])


@given(st.floats(0.34, 1.0), st.integers(0, 9), st.integers(1, 9))
@QUICK
def test_one_confidence_for_all_is_off_by_its_distance_from_the_accuracy(p: float, right: int, wrong: int) -> None:
    scores = calibration_scores(batch(p, right, wrong))
    distance = abs(p - right / (right + wrong))
    assert scores["ece"] == pytest.approx(distance)
    assert scores["mce"] == pytest.approx(distance)


def test_bins_are_weighed_by_their_grades() -> None:
    scores = calibration_scores([*batch(0.95, 3, 0), *batch(0.55, 0, 1)])
    assert scores["ece"] == pytest.approx(3 / 4 * 0.05 + 1 / 4 * 0.55)
    assert scores["mce"] == pytest.approx(0.55)
    filled = [(one["lower"], one["grades"], one["accuracy"]) for one in scores["bins"] if one["grades"]]
    assert filled == [(pytest.approx(8 / 15), 1, 0.0), (pytest.approx(14 / 15), 3, 1.0)]
    assert len(scores["bins"]) == 15


@given(GRADE_LISTS)
@QUICK
def test_figures_are_those_of_a_second_source(grades: list[Grade]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    known = [one for one in grades if one.gold is not None]
    scores = calibration_scores(grades)
    assert scores["grades"] == len(known)
    if not known:
        return
    gold = [one.gold for one in known]
    rows = numpy.array([[one.severity.scores[label] for label in sorted(GRADES)] for one in known])
    assert scores["nll"] == pytest.approx(metrics.log_loss(gold, rows, labels=sorted(GRADES)))
    wanted = numpy.array([[float(label == one.gold) for label in sorted(GRADES)] for one in known])
    assert scores["brier"] == pytest.approx(((rows - wanted) ** 2).sum(1).mean())
    confidence, right = rows.max(1), numpy.array([one.right for one in known])
    place = numpy.clip(numpy.digitize(confidence, numpy.arange(1, 15) / 15), 0, 14)
    gaps = [abs(right[place == i].mean() - confidence[place == i].mean()) for i in set(place.tolist())]
    weights = [(place == i).mean() for i in set(place.tolist())]
    # A confidence at the edge of two bins may fall into either by its last bit.
    if not numpy.isclose(confidence * 15, numpy.round(confidence * 15)).any():
        assert scores["ece"] == pytest.approx(numpy.dot(gaps, weights))
        assert scores["mce"] == pytest.approx(max(gaps))


@given(GRADE_LISTS, MISSED, st.randoms(use_true_random=False))
@QUICK
def test_the_order_does_not_matter(grades: list[Grade], missed: Counter, order: random.Random) -> None:
    shuffled = list(grades)
    order.shuffle(shuffled)
    assert calibration_scores(shuffled) == calibration_scores(grades)
    assert risk_coverage(shuffled, missed, GRADES) == risk_coverage(grades, missed, GRADES)


@given(GRADE_LISTS)
@QUICK
def test_bounds(grades: list[Grade]) -> None:
    scores = calibration_scores(grades)
    if scores["grades"]:
        assert 0 <= scores["ece"] <= scores["mce"] <= 1
        assert 0 <= scores["brier"] <= 2
        assert sum(one["grades"] for one in scores["bins"]) == scores["grades"]


def figures(grades: Sequence[Grade], missed: Counter[str]) -> dict:
    counts = PathologyCounts(GRADES)
    for one in grades:
        counts.add(one.gold, one.severity.label)
    for label in missed.elements():
        counts.add(label, None)
    scores = counts.scores()
    return {"macro_f1": scores["macro_f1"], "accuracy": scores["accuracy"]}


@given(GRADE_LISTS, MISSED)
@QUICK
def test_what_stays_is_measured_as_always(grades: list[Grade], missed: Counter[str]) -> None:
    points = risk_coverage(grades, missed, GRADES)
    assert [point["left"] for point in points] == list(SHARES_LEFT)
    assert {key: points[0][key] for key in ("macro_f1", "accuracy")} == figures(grades, missed)
    kept = len(grades)
    for point in points:
        stay = [one for one in grades if one.severity.confidence >= (point["min_confidence"] or 0)]
        assert point["grades"] == len(stay) <= kept
        assert len(stay) >= (1 - point["left"]) * len(grades) - 1e-6  # never more left than asked for
        assert {key: point[key] for key in ("macro_f1", "accuracy")} == figures(stay, missed)
        kept = len(stay)


def test_the_least_certain_go_first() -> None:
    grades = [grade("severe", "severe", 0.5 + i / 40) for i in range(18)] + batch(0.4, 0, 2)
    first, second = risk_coverage(grades, {}, GRADES, shares=[0.0, 0.1])
    assert (first["accuracy"], first["coverage"]) == (0.9, 1)
    assert second == {
        "left": 0.1,
        "coverage": 0.9,
        "grades": 18,
        "min_confidence": 0.5,
        "macro_f1": 1,
        "accuracy": 1,
    }


def test_a_classifier_that_is_as_certain_of_all_leaves_none() -> None:
    assert {point["grades"] for point in risk_coverage(batch(0.8, 3, 2), {}, GRADES)} == {5}


def test_what_counts_in_a_report() -> None:
    sure, unsure = {"none_mild": 0.9, "moderate": 0.1}, {"none_mild": 0.4, "moderate": 0.6}
    counts = ConfidenceCounts({"disc": GRADES})
    gold = {
        "L1-L2": {"mention": "explicit", "disc": "none_mild"},
        "L2-L3": {"mention": "explicit", "disc": "severe"},  # missed
        "L3-L4": {"mention": "other", "disc": "none_mild"},  # missed, which counts neither way
        "L4-L5": {"mention": "explicit"},  # no label
    }
    counts.add(gold, {"L1-L2": {"disc": sure}, "L4-L5": {"disc": unsure}, "L5-S1": {"disc": unsure}})
    scores = counts.scores()["disc"]
    assert (scores["confidence"]["grades"], scores["confidence"]["mean"]) == (1, 0.9)
    everything = scores["risk_coverage"][0]
    assert everything["grades"] == 2  # the invented L5-S1 is a grade that may be left to a person
    assert everything["macro_f1"] == pytest.approx((1 + 0 + 0) / 3)


def test_the_first_point_is_the_figure_of_the_metrics() -> None:
    gold = {"L4-L5": {"mention": "explicit", "disc": "severe"}, "L5-S1": {"mention": "inferred", "disc": "moderate"}}
    found = {"L4-L5": {"disc": {"moderate": 0.7, "severe": 0.3}}, "L3-L4": {"disc": {"moderate": 1.0}}}
    counts, confidence = SeverityCounts({"disc": GRADES}), ConfidenceCounts({"disc": GRADES})
    counts.add(gold, {"L4-L5": {"disc": "moderate"}, "L3-L4": {"disc": "moderate"}})
    confidence.add(gold, found)
    point = confidence.scores()["disc"]["risk_coverage"][0]
    scores = counts.scores()["disc"]
    assert (point["macro_f1"], point["accuracy"]) == (scores["macro_f1"], scores["accuracy"])


def test_a_certain_rule_that_is_wrong_has_finite_figures() -> None:
    scores = calibration_scores([Grade("severe", Severity({"moderate": 1.0}))])
    assert scores["brier"] == 2
    assert scores["nll"] == pytest.approx(27.63, abs=0.01)
