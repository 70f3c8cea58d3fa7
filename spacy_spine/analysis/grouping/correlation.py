"""Rank correlation of a predictor and the gain over groups, with what is needed to judge it from few groups.

- Spearman's rho and Kendall's tau-b.
- A percentile bootstrap interval of each: groups are drawn with replacement, and for each group drawn its seeds are,
  so that the interval holds the noise of trainings as well as the choice of groups. With few groups it is wide, and
  where the ranks agree wholly it is too narrow: look at n and p first.
- p of groups: the two-sided permutation p-value of rho where gains are shuffled over groups; exact where there are few
  groups. Like the interval it takes groups to be independent, which they are not: groups that share a task share the
  noise of its model. Where gains and predictors are chance of that kind alone, a quarter of such p-values of the pairs
  of seven tasks are below 0.05.
- p of tasks: the tasks change names, and each group takes the mean of its pairs' values under the new names (a Mantel
  test, Mantel 1967), which keeps what groups share. Tasks keep their region where a pair across regions has no value.
  With three tasks there are six ways only, and p cannot get below 1/6. It decides what is told from 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, permutations, product
from math import factorial, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .gains import LEVEL, Gain, Group, region_of

Floats = NDArray[np.float64]
Interval = tuple[float, float]
FEWEST = 3  # groups for a correlation
FEWEST_DRAWN = 4  # groups for a bootstrap interval
DIGITS = 12  # values that are the same but for the order of their sum count as tied


@dataclass(frozen=True)
class Correlation:
    """What a predictor and the gain have to do with each other.

    groups (int): n.
    spearman, kendall (float): The correlations.
    spearman_interval, kendall_interval (tuple | None): 95 % bootstrap intervals; None for fewer than 4 groups.
    p (float): Of Spearman's rho, groups shuffled.
    p_tasks (float | None): Of Spearman's rho, tasks renamed; None where pairs have no value.
    p_kendall (float): Of Kendall's tau-b.
    p_adjusted (float | None): The larger of p and p_tasks, adjusted for all predictors looked at (Holm 1979); None
        without p_tasks.
    """

    groups: int
    spearman: float
    spearman_interval: Interval | None
    kendall: float
    kendall_interval: Interval | None
    p: float
    p_tasks: float | None
    p_kendall: float
    p_adjusted: float | None = None

    @property
    def told(self) -> bool:
        """Whether it is told from 0: its adjusted p is below 0.05."""
        return self.p_adjusted is not None and self.p_adjusted < 1 - LEVEL

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "told": self.told}


def correlate(
    gains: Sequence[Gain],
    values: Sequence[Mapping[int, float]],
    pair: Callable[[str, str], float | None],
    *,
    samples: int,
    rng: np.random.Generator,
) -> Correlation | None:
    """Correlate a predictor with the gains of groups.

    gains (Sequence[Gain]): Of each group.
    values (Sequence[Mapping[int, float]]): The predictor's value of each group by seed; without any it is left out.
    pair (Callable): The predictor's value of two tasks.
    samples (int): Draws of the bootstrap, and most permutations.
    rng (np.random.Generator): Of both.
    RETURNS (Correlation | None): None for fewer than 3 groups, or where all gains or all values are the same.
    """
    from scipy import stats

    known = [(gain, list(value.values())) for gain, value in zip(gains, values, strict=True) if value]
    x = np.round([np.mean(value) for _, value in known], DIGITS)
    y = np.round([gain.mean for gain, _ in known], DIGITS)
    if len(known) < FEWEST or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    kendall = stats.kendalltau(x, y)
    ranks = stats.rankdata(y)
    shuffled = stats.permutation_test(
        (x,),
        lambda some, axis: spearman(some, ranks),
        permutation_type="pairings",
        n_resamples=samples,
        vectorized=True,
        rng=rng,
    )
    rho_interval = tau_interval = None
    if len(known) >= FEWEST_DRAWN:
        drawn = _draw([value for _, value in known], [list(gain.by_seed.values()) for gain, _ in known], samples, rng)
        rho_interval, tau_interval = _interval(spearman(*drawn)), _interval(kendall_tau(*drawn))
    return Correlation(
        groups=len(known),
        spearman=float(stats.spearmanr(x, y).statistic),
        spearman_interval=rho_interval,
        kendall=float(kendall.statistic),
        kendall_interval=tau_interval,
        p=float(shuffled.pvalue),
        p_tasks=_renamed([gain.group for gain, _ in known], y, pair, samples, rng),
        p_kendall=float(kendall.pvalue),
    )


def spearman(x: Floats, y: Floats) -> Floats:
    """Spearman's rho of the last axes, of any shapes that broadcast. NaN where all of one are the same."""
    from scipy.stats import rankdata

    a, b = (rankdata(values, axis=-1) for values in (x, y))
    return _cosine(a - a.mean(-1, keepdims=True), b - b.mean(-1, keepdims=True))


def kendall_tau(x: Floats, y: Floats) -> Floats:
    """Kendall's tau-b of the last axes: the cosine of the signs of all differences. NaN as in `spearman`."""
    i, j = np.triu_indices(x.shape[-1], 1)
    return _cosine(np.sign(x[..., i] - x[..., j]), np.sign(y[..., i] - y[..., j]))


def adjust(p: Mapping[str, float]) -> dict[str, float]:
    """p-values of several tests, adjusted by Holm's step-down method (1979)."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, name in enumerate(sorted(p, key=p.__getitem__)):
        highest = max(highest, min(1.0, p[name] * (len(p) - place)))
        adjusted[name] = highest
    return adjusted


def _cosine(a: Floats, b: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return (a * b).sum(-1) / np.sqrt((a * a).sum(-1) * (b * b).sum(-1))


def _draw(
    x: Sequence[Sequence[float]], y: Sequence[Sequence[float]], samples: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Groups with replacement, and the seeds of each. Two arrays of shape (samples, groups)."""
    chosen = rng.integers(len(x), size=(samples, len(x)))
    return _means(x, chosen, rng), _means(y, chosen, rng)


def _means(values: Sequence[Sequence[float]], chosen: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    counts = np.array([len(one) for one in values])
    table = np.array([[*one, *[0.0] * (counts.max() - len(one))] for one in values])
    own = counts[chosen][..., None]
    seeds = (rng.random((*chosen.shape, counts.max())) * own).astype(int)  # a place below the group's own count
    drawn = table[chosen[..., None], seeds]
    used = np.arange(counts.max()) < own
    return np.round((drawn * used).sum(-1) / own[..., 0], DIGITS)


def _interval(values: Floats) -> Interval | None:
    known = values[np.isfinite(values)]  # a draw of one group alone has no ranks
    if not known.size:
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _renamed(
    groups: Sequence[Group],
    y: Floats,
    pair: Callable[[str, str], float | None],
    samples: int,
    rng: np.random.Generator,
) -> float | None:
    """p of Spearman's rho where tasks are renamed: see the top of this file."""
    tasks = sorted({task for group in groups for task in group})
    place = {task: i for i, task in enumerate(tasks)}
    values = np.array([[np.nan if a == b else pair(a, b) for b in tasks] for a in tasks], dtype=float)
    regions = [[place[task] for task in tasks if region_of(task) == one] for one in sorted(set(map(region_of, tasks)))]
    for blocks in ([list(range(len(tasks)))], regions):
        names = _namings(blocks, samples, rng)
        x = np.empty((len(names), len(groups)))
        for i, group in enumerate(groups):
            a, b = np.array(list(combinations([place[task] for task in group], 2))).T
            x[:, i] = values[names[:, a], names[:, b]].mean(-1)
        if np.isfinite(x).all():
            found = np.nan_to_num(np.abs(spearman(np.round(x, DIGITS), y)))
            return float((found >= found[0] - 1e-9).mean())  # the names as they are come first, and count
    return None


def _namings(blocks: Sequence[Sequence[int]], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """All ways to rename tasks within their block, or as many random ones; the names as they are first.

    RETURNS (NDArray): The new name of each task, of shape (ways, tasks).
    """
    old = np.array([task for block in blocks for task in block])
    if prod(factorial(len(block)) for block in blocks) <= most:
        new = np.array([[t for block in way for t in block] for way in product(*map(permutations, blocks))])
    else:
        new = np.concatenate([rng.permuted(np.tile(block, (most, 1)), axis=1) for block in blocks], axis=1)
        new = np.concatenate([old[None], new])
    names = np.empty_like(new)
    names[:, old] = new
    return names
