"""What the single-task models say of a pair of tasks before anything is trained together: CKA and gradients.

A predictor has a value for each pair of tasks and seed. A group's value is the mean over its pairs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean

import numpy as np

from ..measures import ACROSS, APART, ESTIMATORS, POOLINGS, SINGLES, CellSimilarity
from ..results import GradientRun
from .gains import Group, qualified

APAG, COSINE = "APAG", "gradient cosine"
LAST, OVER = "at the end", "over training"
ALL_LAYERS, LAST_LAYER = "all layers", "last layer"
# The order is that of tables; the first that is there is taken where none is told from 0.
PREDICTORS = (
    *(f"{what}, {when}" for what in (APAG, COSINE) for when in (LAST, OVER)),
    *(
        f"CKA {estimator}, {pooling}, {layers}"
        for pooling in POOLINGS
        for layers in (ALL_LAYERS, LAST_LAYER)
        for estimator in ESTIMATORS
    ),
)

Pair = frozenset[str]


@dataclass
class Predictors:
    """Values of all predictors of one encoder.

    values (dict): Predictor → pair of tasks → seed → value.
    """

    values: dict[str, dict[Pair, dict[int, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, similarities: Iterable[CellSimilarity], gradients: Iterable[GradientRun]) -> "Predictors":
        """From what a grid's folder holds of one encoder.

        similarities (Iterable[CellSimilarity]): CKA. What is not of two single-task models of one seed is passed over.
        gradients (Iterable[GradientRun]): Gradients. What is not of single-task models is passed over.
        """
        found = cls()
        for one in similarities:
            if one.kind in (SINGLES, ACROSS) and one.seeds[0] == one.seeds[1]:
                found._add(one.pair, one.region, one.seeds[0], cka_values(one))
        for run in gradients:
            if run.group == APART and not run.aggregator:
                for pair, values in gradient_values(run):
                    found._add(pair, run.region, run.seed, values)
        return found

    @property
    def names(self) -> list[str]:
        """The predictors that have a value of any pair."""
        return [name for name in PREDICTORS if name in self.values]

    def pair(self, name: str, a: str, b: str) -> float | None:
        """A pair's value, mean over seeds."""
        seeds = self.values.get(name, {}).get(frozenset((a, b)))
        return fmean(seeds.values()) if seeds else None

    def by_seed(self, name: str, group: Group) -> dict[int, float]:
        """A group's value in each seed that has one of all its pairs."""
        pairs = [self.values.get(name, {}).get(frozenset(pair), {}) for pair in combinations(group, 2)]
        seeds = sorted(set.intersection(*(set(pair) for pair in pairs)))
        return {seed: fmean(pair[seed] for pair in pairs) for seed in seeds}

    def group(self, name: str, group: Group) -> float | None:
        """A group's value: mean over its pairs of their mean over seeds. None where a pair has none."""
        pairs = [self.pair(name, a, b) for a, b in combinations(group, 2)]
        known = [value for value in pairs if value is not None]
        return fmean(known) if len(known) == len(pairs) else None

    def _add(self, pair: tuple[str, str], region: str, seed: int, values: Iterable[tuple[str, float]]) -> None:
        tasks = frozenset(qualified(task, region) for task in pair)
        for name, value in values:
            if np.isfinite(value):
                self.values.setdefault(name, {}).setdefault(tasks, {})[seed] = float(value)


def cka_values(similarity: CellSimilarity) -> Iterator[tuple[str, float]]:
    """The predictors that a CKA of two models gives.

    similarity (CellSimilarity): Of two models.
    YIELDS (tuple): Name and value: the mean over matrices, of all layers and of the last. Matrices that have no value
        are left out.
    """
    for (pooling, estimator), values in similarity.same_layer.items():
        for which, chosen in ((ALL_LAYERS, values), (LAST_LAYER, values[-1])):
            known = chosen[np.isfinite(chosen)]
            if known.size:
                yield f"CKA {estimator}, {pooling}, {which}", float(known.mean())


def gradient_values(run: GradientRun) -> Iterator[tuple[tuple[str, str], list[tuple[str, float]]]]:
    """The predictors that the gradients of a training give.

    run (GradientRun): Its measurements, in the order of the training.
    YIELDS (tuple): Two tasks, and name and value of each predictor: in the last measurement that has the pair, and the
        mean over all that have it.
    """
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for row in run.rows:
        for pair, apag, cosine in zip(row.pairs, row.apag, row.mean_cosine, strict=True):
            for name, value in ((APAG, apag), (COSINE, cosine)):
                if np.isfinite(value):
                    found.setdefault(pair, {}).setdefault(name, []).append(float(value))
    for pair, measured in found.items():
        yield (
            pair,
            [
                (f"{name}, {when}", value)
                for name, values in measured.items()
                for when, value in ((LAST, values[-1]), (OVER, fmean(values)))
            ],
        )
