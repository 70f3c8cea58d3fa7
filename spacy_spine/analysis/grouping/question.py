"""The question that the paper leaves open: do CKA and APAG of single-task models predict what training together gains?

Sehanobish et al. (2022) explain the success of their multi-task model by both, for one group of tasks, all those of a
region. Here the question is put to all groups that a grid has trained.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import CorpusError
from ...training.tables import END_TO_END, GOLD_LOCATIONS
from ..results import Results
from .correlation import Correlation, adjust, correlate
from .gains import LEVEL, Gain, Group, Trained, noise, region_of
from .predictors import Predictors
from .recommendation import Advisor

FORMAT = "spacy_spine.grouping.v1"
SAMPLES = 10_000
ALL_GROUPS, MIXED, ALL_REGIONS = "all groups", "mixed", "all regions"
PASSES = (END_TO_END, GOLD_LOCATIONS)


def answer(results: Results, *, samples: int = SAMPLES, seed: int = 0) -> dict[str, Any]:
    """Gains, predictors, their correlation, and a recommendation, for each encoder.

    results (Results): Of a grid.
    samples (int): Draws of the bootstrap, and most permutations.
    seed (int): Of both.
    RETURNS (dict): Plain data: "encoders", by name: tasks, missing (sentences), groups (a list), and by pass alone
        (macro F1 of single-task models), noise, correlations (by scope and predictor), recommendations (by scope).
    RAISES (CorpusError): Where no group can be compared with the single-task models of its tasks.
    """
    encoders = {}
    for encoder in dict.fromkeys(cell.cell["encoder"] for cell in results.cells):
        trained = Trained.of([cell for cell in results.cells if cell.cell["encoder"] == encoder])
        predictors = Predictors.of(
            (one for one in results.similarities if one.encoder == encoder),
            (run for run in results.gradients if run.encoder == encoder),
        )
        found = _of_encoder(trained, predictors, samples, seed)
        if found["groups"]:
            encoders[encoder] = found
    if not encoders:
        raise CorpusError(
            f"Grid '{results.name}' has no group of tasks to look at: that needs a cell of several tasks together and, "
            "of the same encoder and seed, a cell of each of its tasks alone ('apart' or 'single')."
        )
    return {
        "format": FORMAT,
        "grid": results.name,
        "level": LEVEL,
        "samples": samples,
        "seed": seed,
        "encoders": encoders,
    }


def _of_encoder(trained: Trained, predictors: Predictors, samples: int, seed: int) -> dict[str, Any]:
    gains = {run: trained.gains(run) for run in PASSES}
    groups = list(dict.fromkeys(group for own in gains.values() for group in own))
    return {
        "tasks": list(trained.tasks),
        "missing": _missing(trained, groups, predictors),
        "groups": [
            {
                "tasks": list(group),
                "scope": _scope(group),
                "gains": {run: _gain(own[group]) for run, own in gains.items() if group in own},
                "predictors": {name: predictors.group(name, group) for name in predictors.names},
            }
            for group in groups
        ],
        "passes": {run: _of_pass(trained, predictors, run, samples, seed) for run, own in gains.items() if own},
    }


def _of_pass(trained: Trained, predictors: Predictors, run: str, samples: int, seed: int) -> dict[str, Any]:
    gains = trained.gains(run)
    correlations = {
        scope: _correlations([gains[group] for group in groups], predictors, samples, seed)
        for scope, groups in _scopes(list(gains)).items()
    }
    advisor = Advisor(trained, predictors, run, gains, next(iter(correlations.values())))  # of the widest scope
    return {
        "alone": {task: trained.alone(run, task) for task in trained.tasks},
        "noise": noise(gains.values()),
        "correlations": {
            scope: {name: one.to_dict() for name, one in own.items()} for scope, own in correlations.items()
        },
        "best_predictor": advisor.predictor,
        "recommendations": {scope: advisor.recommend(tasks) for scope, tasks in _wholes(trained.tasks, gains).items()},
    }


def _correlations(gains: Sequence[Gain], predictors: Predictors, samples: int, seed: int) -> dict[str, Correlation]:
    found = {}
    for name in predictors.names:
        one = correlate(
            gains,
            [predictors.by_seed(name, gain.group) for gain in gains],
            lambda a, b, name=name: predictors.pair(name, a, b),  # type: ignore[misc]
            samples=samples,
            rng=np.random.default_rng(seed),  # the same draws for every predictor
        )
        if one:
            found[name] = one
    adjusted = adjust({name: 1.0 if one.p_tasks is None else max(one.p, one.p_tasks) for name, one in found.items()})
    return {
        name: replace(one, p_adjusted=None if one.p_tasks is None else adjusted[name]) for name, one in found.items()
    }


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "mean": gain.mean,
        "sd": gain.sd,
        "interval": gain.interval and list(gain.interval),
        "told": gain.told,
        "by_seed": {str(seed): value for seed, value in gain.by_seed.items()},
        "by_task": dict(gain.by_task),
    }


def _scope(group: Group) -> str:
    regions = {region_of(task) for task in group}
    return regions.pop() if len(regions) == 1 else MIXED


def _scopes(groups: Sequence[Group]) -> dict[str, list[Group]]:
    """Groups by what they are of; all of them first, where that is more than one kind."""
    own: dict[str, list[Group]] = {}
    for group in sorted(groups, key=lambda group: _scope(group) == MIXED):  # last
        own.setdefault(_scope(group), []).append(group)
    return own if len(own) == 1 else {ALL_GROUPS: list(groups), **own}


def _wholes(tasks: Group, groups: Iterable[Group]) -> dict[str, Group]:
    """What there is to part: the tasks of each region that has groups, and all tasks where groups mix regions."""
    scopes = {_scope(group) for group in groups}
    regions = [region for region in dict.fromkeys(map(region_of, tasks)) if region in scopes]
    wholes = {region: tuple(task for task in tasks if region_of(task) == region) for region in regions}
    return {**wholes, ALL_REGIONS: tasks} if MIXED in scopes else wholes


def _missing(trained: Trained, groups: Sequence[Group], predictors: Predictors) -> list[str]:
    """What is not there, in a sentence each."""
    lines = [
        f"{' + '.join(group)}: no seed in which all of its tasks were trained alone, too."
        for group in trained.groups
        if group not in groups
    ]
    if not predictors.names:
        lines.append("There are no gradients and no CKA of single-task models, so that nothing can predict a gain.")
    for name in predictors.names:
        without = sum(not predictors.by_seed(name, group) for group in groups)
        if without:
            lines.append(f"{name}: no value of {without} of {len(groups)} groups, whose pairs were not all measured.")
    return lines
