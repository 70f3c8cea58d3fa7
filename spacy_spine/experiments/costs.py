"""What N single-task models cost against one multi-task model: parameters, time and memory.

Time and memory are compared on one machine: a grid may be gone on with on another, or with other threads.
"""

from collections.abc import Iterable, Sequence
from statistics import fmean, stdev
from typing import Any

from .grid import ALL, APART, SINGLE
from .results import CellResult

MULTI = "multi"
# What models cost: name → where in a result, and by how much it is multiplied.
COSTS = {
    "parameters": ("parameters", "", 1),
    "training_seconds": ("time", "training", 1),
    "training_memory_mb": ("memory", "training", 1),
    "prediction_memory_mb": ("memory", "prediction", 1),
    "prediction_ms": ("time", "prediction", 1000),  # a report
}
# One after another, so that the largest is the peak; all else of models in cells of their own adds up.
PEAKS = {"training_memory_mb"}

Figure = dict[str, Any]
Machine = tuple[tuple[str, Any], ...]
Trials = list[list[CellResult]]


def costs(results: Sequence[CellResult], sets: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> list[dict[str, Any]]:
    """N single-task models against one of all tasks.

    results (Sequence[CellResult]): The cells.
    sets (Iterable): Region, encoder, aggregator and tasks of each model of all tasks. One of several regions is left
        out: which single-task models a report needs depends on the report.
    RETURNS (list[dict]): region, encoder, aggregator, models (N), machine (where both were run; {} where no machine
        ran both), single and multi (a figure by name of COSTS), ratio (single by multi; None where no machine ran
        both). Models in cells of their own count as N processes, trained one after another.
    """
    rows = []
    for region, encoder, aggregator, tasks in sets:
        if any("." in task for task in tasks):
            continue
        own = [one for one in results if (one.cell["region"], one.cell["encoder"]) == (region, encoder)]
        multi = [[one] for one in own if one.cell["group"] == ALL and one.cell["aggregator"] == aggregator]
        kinds = {SINGLE: _single_cells(own, tasks), MULTI: multi}
        shared = _shared_machine(kinds[SINGLE], multi)
        if shared is not None:
            kinds = {name: [cells for cells in one if _machine(cells) == shared] for name, one in kinds.items()}
        found = {name: {key: _cost(cells, key) for key in COSTS} for name, cells in kinds.items()}
        ratio = {
            key: found[SINGLE][key]["mean"] / one["mean"]
            if shared is not None and found[SINGLE][key]["mean"] and one["mean"]
            else None
            for key, one in found[MULTI].items()
        }
        about = {"region": region, "encoder": encoder, "aggregator": aggregator, "models": len(tasks)}
        rows.append({**about, "machine": dict(shared or ()), **found, "ratio": ratio})
    return rows


def spread(values: Iterable[float | None]) -> Figure:
    """mean, sd (sample standard deviation; None of one trial) and trials of what is known."""
    known = [value for value in values if value is not None]
    return {
        "mean": fmean(known) if known else None,
        "sd": stdev(known) if len(known) > 1 else None,
        "trials": len(known),
    }


def _shared_machine(single: Trials, multi: Trials) -> Machine | None:
    """The machine that has run most trials of both; None where none has run both."""
    counts = [[_machine(cells) for cells in trials] for trials in (single, multi)]
    shared = {machine for machine in counts[0] if machine is not None and machine in counts[1]}
    return max(shared, key=lambda machine: (min(one.count(machine) for one in counts), machine), default=None)


def _machine(cells: Sequence[CellResult]) -> Machine | None:
    """Where all cells of a trial were run; None for several machines."""
    machines = {tuple(sorted(one.machine.items())) for one in cells}
    return machines.pop() if len(machines) == 1 else None


def _single_cells(results: Sequence[CellResult], tasks: tuple[str, ...]) -> Trials:
    """The cells that hold the single-task models of all tasks, for each seed that has them all."""
    cells = []
    for seed in sorted({one.cell["seed"] for one in results}):
        own = [one for one in results if one.cell["seed"] == seed]
        apart = [one for one in own if one.cell["group"] == APART and set(one.tasks) == set(tasks)]
        alone = [one for one in own if one.cell["group"].startswith(f"{SINGLE}:")]
        if apart:
            cells.append(apart[:1])
        elif {task for one in alone for task in one.tasks} == set(tasks):
            cells.append(alone)
    return cells


def _cost(trials: Trials, name: str) -> Figure:
    part, key, factor = COSTS[name]
    values: list[float | None] = []
    for cells in trials:
        known = [getattr(one, part)[key] if key else getattr(one, part) for one in cells]
        whole = None if None in known else (max(known) if name in PEAKS else sum(known)) * factor
        values.append(whole)
    return spread(values)
