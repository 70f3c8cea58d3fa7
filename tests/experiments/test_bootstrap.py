"""The paired bootstrap against a plain loop over reports, and what a reader of its figures relies on."""

import math
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.errors import CorpusError
from spacy_spine.experiments.bootstrap import Trial, label_counts, macro_f1, paired_bootstrap
from spacy_spine.training.metrics import PathologyCounts

QUICK = settings(deadline=None, max_examples=60)
CODES = [gold + found for gold in "012-" for found in "012-" if gold + found != "--"]
TRIAL = st.lists(st.lists(st.sampled_from(CODES), max_size=4), min_size=6, max_size=6)


def trial(rows: Sequence[Sequence[str]]) -> Trial:
    return {f"report {i}": list(codes) for i, codes in enumerate(rows)}


def counted(codes: Sequence[str], labels: int = 3) -> float | None:
    """Macro F1 by the project's own counts."""
    names = [str(i) for i in range(labels)]
    counts = PathologyCounts(names)
    for gold, found in codes:
        counts.add(None if gold == "-" else gold, None if found == "-" else found)
    return counts.scores()["macro_f1"]


def looped(base: Sequence[Trial], other: Sequence[Trial], samples: int, seed: int) -> tuple[list[float], float]:
    """The same draws as plain Python: resampled differences, and the observed one."""
    names = sorted(base[0])
    random = np.random.default_rng(seed)
    draws = random.multinomial(len(names), np.full(len(names), 1 / len(names)), samples)

    def difference(weights: Sequence[int]) -> float:
        means = []
        for trials in (base, other):
            found = []
            for one in trials:
                drawn = [c for name, times in zip(names, weights, strict=True) for c in list(one[name]) * int(times)]
                found.append(counted(drawn))
            means.append(math.nan if None in found else sum(found) / len(found))  # type: ignore[arg-type]
        return means[1] - means[0]

    return [one for weights in draws if not math.isnan(one := difference(weights))], difference([1] * len(names))


@QUICK
@given(st.lists(st.sampled_from(CODES), max_size=30))
def test_macro_f1_is_that_of_the_metrics(codes: list[str]) -> None:
    found = float(macro_f1(label_counts(codes, 3)))
    assert (None if math.isnan(found) else found) == counted(codes)


@settings(deadline=None, max_examples=15)
@given(st.lists(TRIAL, min_size=1, max_size=3), st.lists(TRIAL, min_size=1, max_size=2))
def test_it_is_what_a_plain_loop_gives(base: list, other: list) -> None:
    one, two = [trial(rows) for rows in base], [trial(rows) for rows in other]
    found = paired_bootstrap({"disc": one}, {"disc": two}, {"disc": 3}, samples=80, seed=3)
    drawn, observed = looped(one, two, 80, 3)
    if math.isnan(observed):
        assert found.tasks == {}
        assert found.mean is None
        return
    disc = found.tasks["disc"]
    assert disc.difference == pytest.approx(observed, abs=1e-11)
    assert (disc.low, disc.high) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])), abs=1e-11)
    crossed = sum(one * math.copysign(1, observed) <= 1e-12 for one in drawn) / len(drawn)
    expected = 1.0 if abs(observed) < 1e-12 else min(1.0, max(2 * crossed, 1 / 80))
    assert disc.p == pytest.approx(expected)
    assert found.mean == disc  # of one task


@QUICK
@given(st.lists(TRIAL, min_size=1, max_size=3))
def test_the_same_condition_does_not_differ(rows: list) -> None:
    trials = [trial(one) for one in rows]
    found = paired_bootstrap({"disc": trials}, {"disc": trials[::-1]}, {"disc": 3}, samples=50)
    for one in found.tasks.values():
        assert (one.difference, one.low, one.high, one.p) == (0, 0, 0, 1)


def trials_right(share: float, reports: int, seeds: int, start: int) -> list[Trial]:
    """Trials in which a share of the segments has its label, the others the next one."""
    made = []
    for seed in range(start, start + seeds):
        random = np.random.default_rng(seed)
        gold = np.random.default_rng(99).integers(0, 3, (reports, 4))
        right = random.random((reports, 4)) < share
        made.append(
            {
                f"{i}": [f"{g}{g if r else (g + 1) % 3}" for g, r in zip(gold[i], right[i], strict=True)]
                for i in range(reports)
            }
        )
    return made


def test_a_better_condition_is_told_and_the_other_way_round_is_its_mirror() -> None:
    poor, good = trials_right(0.6, 60, 2, 0), trials_right(0.9, 60, 3, 10)
    found = paired_bootstrap({"disc": poor}, {"disc": good}, {"disc": 3}, samples=2000).tasks["disc"]
    assert 0.2 < found.low < found.difference < found.high < 0.4
    assert found.p == 1 / 2000
    assert found.reports == 60
    mirror = paired_bootstrap({"disc": good}, {"disc": poor}, {"disc": 3}, samples=2000).tasks["disc"]
    mirrored = (-found.difference, -found.high, -found.low)
    assert (mirror.difference, mirror.low, mirror.high) == pytest.approx(mirrored, abs=1e-11)


def test_equally_good_conditions_are_rarely_told_apart() -> None:
    told = 0
    for start in range(0, 40, 2):
        one, two = trials_right(0.8, 60, 1, 100 + start), trials_right(0.8, 60, 1, 101 + start)
        told += paired_bootstrap({"disc": one}, {"disc": two}, {"disc": 3}, samples=500).tasks["disc"].p < 0.05
    assert told <= 4  # 1 of 20 expected


def test_tasks_are_drawn_together_and_their_mean_is_the_mean_of_them() -> None:
    base = {"disc": trials_right(0.6, 30, 2, 0), "stenosis": trials_right(0.7, 30, 1, 5)}
    # What disc loses stenosis wins, in the same reports: the mean is more certain than either.
    other = {"disc": base["stenosis"], "stenosis": base["disc"], "cord": base["disc"]}
    found = paired_bootstrap(base, other, {"disc": 3, "stenosis": 3, "cord": 3}, samples=300)
    assert set(found.tasks) == {"disc", "stenosis"}
    assert found.mean is not None
    assert (found.mean.difference, found.mean.low, found.mean.high, found.mean.p) == pytest.approx((0, 0, 0, 1))


def test_only_reports_of_both_conditions_count() -> None:
    base, other = trials_right(0.6, 30, 2, 0), trials_right(0.9, 30, 2, 10)
    more = [one | {"another": ["02"] * 50} for one in other]
    found, wide = (paired_bootstrap({"d": base}, {"d": one}, {"d": 3}, samples=100) for one in (other, more))
    assert found == wide
    assert found.tasks["d"].reports == 30
    # A task of other reports is compared on those; the mean draws from all.
    second = [{f"neck {name}": codes for name, codes in one.items()} for one in base]
    mixed = paired_bootstrap({"d": base, "c": second}, {"d": other, "c": second}, {"d": 3, "c": 3}, samples=100)
    assert {task: one.reports for task, one in mixed.tasks.items()} == {"d": 30, "c": 30}
    assert mixed.mean is not None
    assert mixed.mean.reports == 60
    assert mixed.tasks["d"].difference == found.tasks["d"].difference
    nothing = paired_bootstrap({"d": base}, {"d": second}, {"d": 3}, samples=10)
    assert (nothing.tasks, nothing.mean) == ({}, None)


def test_trials_of_other_reports_are_an_error() -> None:
    one = trials_right(0.5, 10, 2, 0)
    odd = [one[0], {"x": ["00"]}]
    with pytest.raises(CorpusError, match="'disc' are not of the same reports"):
        paired_bootstrap({"disc": one}, {"disc": odd}, {"disc": 3}, samples=10)
    with pytest.raises(CorpusError, match="one sample or more"):
        paired_bootstrap({"disc": one}, {"disc": one}, {"disc": 3}, samples=0)


def test_the_seed_decides() -> None:
    one, two = trials_right(0.7, 30, 1, 0), trials_right(0.75, 30, 1, 1)
    runs = [paired_bootstrap({"d": one}, {"d": two}, {"d": 3}, samples=200, seed=seed) for seed in (0, 0, 1)]
    assert runs[0] == runs[1] != runs[2]


def test_ten_thousand_samples_of_a_test_part_take_seconds() -> None:
    base = {name: trials_right(0.7, 150, 3, i) for i, name in enumerate("abc")}
    other = {name: trials_right(0.8, 150, 3, 50 + i) for i, name in enumerate("abc")}
    start = time.process_time()
    paired_bootstrap(base, other, dict.fromkeys("abc", 3), samples=10_000)
    assert time.process_time() - start < 6
