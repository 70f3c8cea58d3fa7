"""Paired bootstrap over reports: how sure a difference of two conditions is (Koehn 2004, Statistical significance tests
for machine translation evaluation; Berg-Kirkpatrick et al. 2012, An empirical investigation of statistical significance
in NLP).

Whole reports are drawn, since the segments of one report stand and fall together, and the same draw serves all seeds
and tasks of both conditions. Trainings are not drawn anew: what differs by seed is told by the standard deviation.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import CorpusError
from .results import NONE, PLACES

INTERVAL = (2.5, 97.5)  # percent
CHUNK = 1000  # samples at once, so that memory does not grow with their number

Array = NDArray[np.float64]
# A trial's codes by report's digest, see `results`.
Trial = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Difference:
    """A difference of macro F1.

    difference (float): Of the other condition to the base, each the mean over its trials.
    low, high (float): Its 95 % interval, percentiles of the resampled differences.
    p (float): Two-sided: twice the share of samples whose difference is zero or has the other sign; at least one by
        their number, at most 1.
    reports (int): Reports that both conditions have.
    """

    difference: float
    low: float
    high: float
    p: float
    reports: int


@dataclass(frozen=True)
class Comparison:
    """Differences by task, and of the mean over the tasks (None without tasks)."""

    tasks: dict[str, Difference]
    mean: Difference | None


def paired_bootstrap(
    base: Mapping[str, Sequence[Trial]],
    other: Mapping[str, Sequence[Trial]],
    labels: Mapping[str, int],
    *,
    samples: int = 10_000,
    seed: int = 0,
) -> Comparison:
    """Compare two conditions on the reports that both were measured on.

    base, other (Mapping): By task, the codes of each trial; the numbers of trials may differ.
    labels (Mapping[str, int]): How many labels each task has.
    samples (int): How often the reports are drawn, with replacement, as many as there are.
    seed (int): Of the draws.
    RETURNS (Comparison): The tasks of both for which there is something to count.
    RAISES (CorpusError): Where the trials of a task are not of the same reports, or there are no samples.
    """
    if samples < 1:
        raise CorpusError(f"A bootstrap needs one sample or more, got {samples}.")
    shared = {task: _common(task, base[task]) & _common(task, other[task]) for task in base if task in other}
    shared = {task: names for task, names in shared.items() if names}
    reports = sorted(set().union(*shared.values()))
    counts = {
        task: [_trial_counts(one[task], reports, shared[task], labels[task]) for one in (base, other)]
        for task in shared
    }
    whole = np.ones((1, len(reports)))
    observed = {task: float(_difference(whole, pair)[0]) for task, pair in counts.items()}
    tasks = [task for task, value in observed.items() if not math.isnan(value)]
    if not tasks:
        return Comparison({}, None)
    drawn: dict[str, list[Array]] = {task: [] for task in tasks}
    random = np.random.default_rng(seed)
    for start in range(0, samples, CHUNK):
        size = min(CHUNK, samples - start)
        weights = random.multinomial(len(reports), np.full(len(reports), 1 / len(reports)), size).astype(np.float64)
        for task in tasks:
            drawn[task].append(_difference(weights, counts[task]))
    resampled = {task: np.concatenate(parts) for task, parts in drawn.items()}
    mean = sum(observed[task] for task in tasks) / len(tasks)
    return Comparison(
        {task: _summary(observed[task], resampled[task], len(shared[task])) for task in tasks},
        _summary(mean, np.mean([resampled[task] for task in tasks], axis=0), len(reports)),
    )


def label_counts(codes: Sequence[str], labels: int) -> Array:
    """What macro F1 is made of, a sum over reports.

    codes (Sequence[str]): Of one report's segments.
    labels (int): How many labels the task has.
    RETURNS (Array): Shape (2, labels): twice the true positives of each label, and how often it is gold or predicted.
    """
    counts = np.zeros((2, labels))
    for gold, predicted in map(tuple, codes):
        for place in (gold, predicted):
            if place != NONE:
                counts[1, PLACES.index(place)] += 1
        if gold == predicted:
            counts[0, PLACES.index(gold)] += 2
    return counts


def macro_f1(counts: Array) -> Array:
    """Macro F1 as `training.metrics` defines it: the mean of 2 TP / (2 TP + FP + FN) over the labels that occur.

    counts (Array): Sums of `label_counts`, shape (…, 2, labels).
    RETURNS (Array): Shape (…); not a number where no label occurs.
    """
    hits, occurring = counts[..., 0, :], counts[..., 1, :]
    known = occurring > 0
    scores = np.divide(hits, occurring, out=np.zeros_like(hits), where=known)
    number = known.sum(axis=-1)
    return np.divide(scores.sum(axis=-1), number, out=np.full(number.shape, np.nan), where=number > 0)


def _common(task: str, trials: Sequence[Trial]) -> set[str]:
    """The reports of a condition's trials."""
    names = [set(trial) for trial in trials]
    if any(one != names[0] for one in names):
        raise CorpusError(f"The trials of task '{task}' are not of the same reports.")
    return names[0] if names else set()


def _trial_counts(trials: Sequence[Trial], reports: Sequence[str], kept: set[str], labels: int) -> Array:
    """Counts of each report and trial, shape (reports, trials, 2, labels); none of a report that is not kept."""
    counts = np.zeros((len(reports), len(trials), 2, labels))
    for row, name in enumerate(reports):
        if name in kept:
            for column, trial in enumerate(trials):
                counts[row, column] = label_counts(trial[name], labels)
    return counts


def _difference(weights: Array, pair: Sequence[Array]) -> Array:
    """Other minus base of each draw.

    weights (Array): How often each report was drawn, shape (samples, reports).
    pair (Sequence[Array]): Counts of base and other, shape (reports, trials, 2, labels).
    RETURNS (Array): Shape (samples,).
    """
    means = []
    for counts in pair:
        sums = weights @ counts.reshape(len(counts), math.prod(counts.shape[1:]))
        means.append(macro_f1(sums.reshape(len(weights), *counts.shape[1:])).mean(axis=1))
    # The means of equal scores in another order may be off in their last digit; that is no difference, of either sign.
    return np.round(means[1] - means[0], 12) + 0.0


def _summary(difference: float, resampled: Array, reports: int) -> Difference:
    """Draws without a single label of the task say nothing and are left out."""
    known = resampled[~np.isnan(resampled)]
    if not len(known):
        known = np.array([difference])
    crossed = known * np.sign(difference) <= 0  # all of them where there is no difference
    p = min(1.0, max(2 * float(crossed.mean()), 1 / len(resampled)))
    low, high = np.percentile(known, INTERVAL)
    return Difference(difference, float(low), float(high), p, reports)
