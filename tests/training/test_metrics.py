"""The definitions that the whole project uses, by hand-made cases, properties, and a second source."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.training.matching import match, overlapping
from spacy_spine.training.metrics import (
    MISSED,
    NOT_ANNOTATED,
    LocationCounts,
    PathologyCounts,
    SegmentCounts,
    SeverityCounts,
    weighted_kappa,
)

GRADES = ("none_mild", "moderate", "severe")
FINDING = ("normal", "abnormal")
L45, L5S1 = ("L4-L5",), ("L5-S1",)
QUICK = settings(deadline=None, max_examples=60)

SPAN = st.tuples(st.integers(0, 30), st.integers(1, 8), st.sampled_from([L45, L5S1, ()])).map(
    lambda one: (one[0], one[0] + one[1], one[2])
)
SPANS = st.lists(SPAN, max_size=6)
PAIRS = st.lists(st.tuples(st.sampled_from(GRADES), st.sampled_from(GRADES)), min_size=1, max_size=40)
MENTIONS = st.sampled_from(["explicit", "inferred", "other"])
SEGMENTS = st.sampled_from(["L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"])
GOLD = st.dictionaries(
    SEGMENTS, st.fixed_dictionaries({"mention": MENTIONS}, optional={"disc": st.sampled_from(GRADES)})
)
FOUND = st.dictionaries(SEGMENTS, st.fixed_dictionaries({"disc": st.sampled_from(GRADES)}))


def locations(gold: list, predicted: list) -> dict[str, tuple[int, int, int]]:
    counts = LocationCounts()
    counts.add(gold, predicted)
    return {name: (one["tp"], one["fp"], one["fn"]) for name, one in counts.scores().items()}


@pytest.mark.parametrize(
    ("gold", "predicted", "spans", "overlap", "resolved"),
    [
        ([(0, 4, L45)], [(0, 4, L45)], (1, 0, 0), (1, 0, 0), (1, 0, 0)),
        ([(0, 4, L45)], [(0, 5, L45)], (0, 1, 1), (1, 0, 0), (1, 0, 0)),
        ([(0, 4, L45)], [(3, 9, L5S1)], (0, 1, 1), (1, 0, 0), (0, 1, 1)),
        ([(0, 4, L45)], [(4, 8, L45)], (0, 1, 1), (0, 1, 1), (0, 1, 1)),  # they touch and share no character
        ([(0, 9, L45)], [(0, 2, L45), (4, 8, L45)], (0, 2, 1), (1, 1, 0), (1, 1, 0)),  # one-to-one
        ([(0, 2, L45), (4, 8, L5S1)], [(0, 9, L5S1)], (0, 1, 2), (1, 0, 1), (1, 0, 1)),
        # The first may take either of two; only one choice leaves a partner for the second.
        ([(0, 5, L45), (5, 9, L45)], [(0, 1, L45), (2, 7, L45)], (0, 2, 2), (2, 0, 0), (2, 0, 0)),
        ([], [(0, 4, L45)], (0, 1, 0), (0, 1, 0), (0, 1, 0)),
        ([(0, 4, L45)], [], (0, 0, 1), (0, 0, 1), (0, 0, 1)),
    ],
)
def test_locations(gold: list, predicted: list, spans: tuple, overlap: tuple, resolved: tuple) -> None:
    assert locations(gold, predicted) == {"spans": spans, "overlap": overlap, "resolved": resolved}


@given(SPANS)
@QUICK
def test_what_is_annotated_is_perfect(gold: list) -> None:
    assert set(locations(gold, gold).values()) == {(len(gold), 0, 0)}


@given(SPANS, SPANS)
@QUICK
def test_matches_are_nested_and_symmetric(gold: list, predicted: list) -> None:
    found, turned = locations(gold, predicted), locations(predicted, gold)
    for name, (tp, fp, fn) in found.items():
        assert turned[name] == (tp, fn, fp)
        assert (tp + fp, tp + fn) == (len(predicted), len(gold))
    assert found["spans"][0] <= found["overlap"][0]
    assert found["resolved"][0] <= found["overlap"][0]


def every_matching(edges: list[list[int]], taken: frozenset = frozenset()) -> int:
    if not edges:
        return 0
    without = every_matching(edges[1:], taken)
    return max([without, *(1 + every_matching(edges[1:], taken | {j}) for j in edges[0] if j not in taken)])


@given(st.lists(st.lists(st.integers(0, 4), max_size=4, unique=True), max_size=5))
@QUICK
def test_a_matching_is_a_largest_one(edges: list[list[int]]) -> None:
    found = match(edges)
    assert all(right in edges[left] for right, left in found.items())
    assert len(set(found.values())) == len(found) == every_matching(edges)


@given(SPANS, SPANS)
@QUICK
def test_overlapping_is_what_shares_a_character(gold: list, predicted: list) -> None:
    gold, predicted = sorted(gold, key=lambda one: one[:2]), sorted(predicted, key=lambda one: one[:2])
    expected = [
        [j for j, other in enumerate(predicted) if set(range(*one[:2])) & set(range(*other[:2]))] for one in gold
    ]
    assert overlapping(gold, predicted) == expected


def test_nothing_to_find_and_nothing_found_has_no_score() -> None:
    counts = LocationCounts()
    counts.add([], [])
    assert counts.scores()["overlap"] == {"precision": None, "recall": None, "f1": None, "tp": 0, "fp": 0, "fn": 0}


def test_precision_recall_and_f1() -> None:
    counts = SegmentCounts()
    counts.add({"L1-L2": {"mention": "explicit"}, "L2-L3": {"mention": "inferred"}}, ["L1-L2", "L3-L4", "L4-L5"])
    assert counts.scores() == {
        "precision": 1 / 3,
        "recall": 1 / 2,
        "f1": pytest.approx(2 / 5),
        "tp": 1,
        "fp": 2,
        "fn": 1,
    }


@pytest.mark.parametrize("found", [[], ["L4-L5"]])
def test_a_segment_of_which_nothing_is_said_counts_neither_way(found: list[str]) -> None:
    counts = SegmentCounts()
    counts.add({"L4-L5": {"mention": "other"}}, found)
    assert counts.scores()["f1"] is None


def severity(gold: dict, predicted: dict, labels: tuple[str, ...] = GRADES) -> dict:
    counts = SeverityCounts({"disc": labels})
    counts.add(gold, predicted)
    return counts.scores()["disc"]


def cells(scores: dict) -> dict[tuple[str, str], int]:
    confusion = scores["confusion"]
    return {
        (row, column): count
        for row, counts in zip(confusion["rows"], confusion["counts"], strict=True)
        for column, count in zip(confusion["columns"], counts, strict=True)
        if count
    }


@pytest.mark.parametrize(
    ("gold", "predicted", "cell"),
    [
        ({"mention": "explicit", "disc": "severe"}, {"disc": "moderate"}, ("severe", "moderate")),
        ({"mention": "explicit", "disc": "severe"}, None, ("severe", MISSED)),
        ({"mention": "inferred", "disc": "none_mild"}, None, ("none_mild", MISSED)),
        (None, {"disc": "severe"}, (NOT_ANNOTATED, "severe")),
        ({"mention": "other", "disc": "none_mild"}, {"disc": "severe"}, ("none_mild", "severe")),
        ({"mention": "other", "disc": "none_mild"}, None, None),
        ({"mention": "explicit"}, {"disc": "severe"}, None),  # no label: masked
        ({"mention": "explicit"}, None, None),
        (None, {"cord": "normal"}, None),
    ],
)
def test_each_way_a_segment_counts(gold: dict | None, predicted: dict | None, cell: tuple | None) -> None:
    scores = severity({"L4-L5": gold} if gold else {}, {"L4-L5": predicted} if predicted else {})
    assert cells(scores) == ({cell: 1} if cell else {})


def test_figures_of_a_pathology() -> None:
    counts = PathologyCounts(GRADES)
    pairs = [("none_mild", "none_mild")] * 4 + [("none_mild", "moderate"), ("moderate", "moderate")]
    for gold, predicted in [*pairs, ("moderate", None), (None, "none_mild")]:
        counts.add(gold, predicted)
    scores = counts.scores()
    mild, moderate = scores["labels"]["none_mild"], scores["labels"]["moderate"]
    assert (mild["precision"], mild["recall"], mild["support"]) == (4 / 5, 4 / 5, 5)
    assert (moderate["precision"], moderate["recall"], moderate["support"]) == (1 / 2, 1 / 2, 2)
    assert scores["left_out"] == ["severe"]  # neither annotated nor predicted: no part of the mean
    assert scores["macro_f1"] == pytest.approx((4 / 5 + 1 / 2) / 2)
    assert scores["accuracy"] == 5 / 6
    assert (scores["pairs"], scores["missed"], scores["invented"]) == (6, 1, 1)


def test_a_label_predicted_but_never_annotated_lowers_the_mean() -> None:
    scores = severity({"L4-L5": {"mention": "explicit", "disc": "moderate"}}, {"L4-L5": {"disc": "severe"}})
    assert scores["macro_f1"] == 0
    assert scores["left_out"] == ["none_mild"]


def test_nothing_at_all_has_no_figures() -> None:
    scores = severity({}, {})
    assert (scores["macro_f1"], scores["accuracy"], scores["kappa"]) == (None, None, None)
    assert scores["left_out"] == list(GRADES)


@given(st.lists(st.tuples(GOLD, FOUND), max_size=6))
@QUICK
def test_misses_and_inventions_can_only_lower_the_mean(corpus: list) -> None:
    whole, matched = SeverityCounts({"disc": GRADES}), SeverityCounts({"disc": GRADES})
    for gold, found in corpus:
        whole.add(gold, found)
        matched.add(
            {name: one for name, one in gold.items() if name in found},
            {name: one for name, one in found.items() if name in gold},
        )
    whole_scores, matched_scores = whole.scores()["disc"], matched.scores()["disc"]
    for label in GRADES:
        if matched_scores["labels"][label]["f1"] is not None:
            assert whole_scores["labels"][label]["f1"] <= matched_scores["labels"][label]["f1"]
    for key in ("accuracy", "kappa", "pairs"):
        assert whole_scores[key] == matched_scores[key]


@given(st.lists(st.tuples(GOLD, FOUND), max_size=6), st.randoms(use_true_random=False))
@QUICK
def test_the_order_of_reports_does_not_matter(corpus: list, order: random.Random) -> None:
    shuffled = list(corpus)
    order.shuffle(shuffled)
    one, other = SeverityCounts({"disc": GRADES}), SeverityCounts({"disc": GRADES})
    for gold, found in corpus:
        one.add(gold, found)
    for gold, found in shuffled:
        other.add(gold, found)
    assert one.scores() == other.scores()


@given(PAIRS)
@QUICK
def test_figures_of_pairs_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    counts = PathologyCounts(GRADES)
    for pair in pairs:
        counts.add(*pair)
    gold, predicted = zip(*pairs, strict=True)
    scores = counts.scores()
    assert scores["macro_f1"] == pytest.approx(
        sklearn.f1_score(gold, predicted, average="macro", labels=sorted({*gold, *predicted}), zero_division=0)
    )
    assert scores["accuracy"] == pytest.approx(sklearn.accuracy_score(gold, predicted))
    matrix = sklearn.confusion_matrix(gold, predicted, labels=GRADES)
    assert [row[:3] for row in scores["confusion"]["counts"][:3]] == matrix.tolist()
    if len({*gold, *predicted}) > 1:
        numbers = [[GRADES.index(label) for label in labels] for labels in (gold, predicted)]
        expected = sklearn.cohen_kappa_score(*numbers, weights="quadratic", labels=[0, 1, 2])
        assert scores["kappa"] == pytest.approx(expected)
    else:
        assert scores["kappa"] is None


@given(PAIRS)
@QUICK
def test_kappa_is_symmetric_and_at_most_one(pairs: list[tuple[str, str]]) -> None:
    counts = Counter(pairs)
    kappa = weighted_kappa(counts, GRADES)
    assert kappa == weighted_kappa(Counter((p, g) for g, p in pairs), GRADES)
    assert kappa is None or -1 - 1e-9 <= kappa <= 1
    if kappa == 1:
        assert all(g == p for g, p in pairs)


def test_two_labels_have_no_weighted_kappa() -> None:
    assert severity({"L4-L5": {"disc": "normal"}}, {"L4-L5": {"disc": "abnormal"}}, FINDING)["kappa"] is None
