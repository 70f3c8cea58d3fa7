"""The conditions of a grid, what each scored over its trials, how they differ, and what they cost, as plain data.

A condition is what is trained the same way but for the seed. The single-task models of a region and encoder are one
condition, whether they were trained side by side ("apart") or each in a cell of its own ("single:TASK"). Other
conditions are compared with the single-task models of the same tasks, and a way to combine gradients with their sum.
A mixed group's task "lumbar.stenosis" is compared with the single-task model of the lumbar cells, on the reports that
both were measured on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

from ..errors import CorpusError
from ..training.tables import PASSES
from .bootstrap import Trial, paired_bootstrap
from .costs import costs, spread
from .grid import ALL, APART, SINGLE
from .results import CellResult

FORMAT = "spacy_spine.experiment_tables.v1"
SUM = "sum"
# region, encoder, group, aggregator
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Condition:
    """Trials of one condition.

    tasks (tuple[str, ...]): What it should have figures of; fewer are there while the grid is not finished.
    labels (dict[str, int]): How many labels each task has.
    scores (dict): Macro F1 by pass, task and seed.
    codes (dict): Codes by pass, task and seed.
    """

    tasks: tuple[str, ...]
    labels: dict[str, int] = field(default_factory=dict)
    scores: dict[str, dict[str, dict[int, float | None]]] = field(default_factory=dict)
    codes: dict[str, dict[str, dict[int, Trial]]] = field(default_factory=dict, repr=False)

    def add(self, result: CellResult) -> None:
        """Add the tasks that a cell was trained for; what is there already stays."""
        seed = result.cell["seed"]
        for run, tasks in result.scores.items():
            for task, score in ((task, tasks[task]) for task in result.tasks if task in tasks):
                if self.labels.setdefault(task, len(score["labels"])) != len(score["labels"]):
                    raise CorpusError(f"Cell '{result.id}' has other labels of task '{task}' than those before.")
                trial = {name: codes[task] for name, codes in result.reports.get(run, {}).items()}
                self.scores.setdefault(run, {}).setdefault(task, {}).setdefault(seed, score["macro_f1"])
                self.codes.setdefault(run, {}).setdefault(task, {}).setdefault(seed, trial)

    def take(self, task: str, other: "Condition", name: str) -> None:
        """Take over a task of another condition, under this name."""
        if name in other.labels:
            self.labels[task] = other.labels[name]
        for run, tasks in other.scores.items():
            if name in tasks:
                self.scores.setdefault(run, {})[task] = tasks[name]
                self.codes.setdefault(run, {})[task] = other.codes[run][name]

    def figures(self, run: str) -> dict[str, Any]:
        """Mean, standard deviation and number of trials of each task, and of the mean over all tasks in each trial."""
        scores = self.scores.get(run, {})
        seeds = set.intersection(*(set(scores.get(task, ())) for task in self.tasks)) if self.tasks else set()
        means = [mean_of([scores[task][seed] for task in self.tasks]) for seed in sorted(seeds)]
        return {
            "tasks": {task: spread(scores[task].values()) for task in self.tasks if task in scores},
            "mean": spread(means),
        }

    def against(self, base: "Condition", run: str, **settings: int) -> dict[str, Any]:
        """How it differs from another condition, see `bootstrap`. The mean is None unless all tasks can be compared.

        RETURNS (dict): base (its figures of these tasks), tasks, mean.
        """
        for task in self.tasks:
            if self.labels.get(task, 0) != base.labels.get(task, self.labels.get(task, 0)):
                raise CorpusError(f"Task '{task}' has other labels in some cells than in others.")
        mine, theirs = (
            {task: list(trials.values()) for task, trials in one.codes.get(run, {}).items() if task in self.tasks}
            for one in (self, base)
        )
        found = paired_bootstrap(theirs, mine, self.labels, **settings)
        whole = found.mean is not None and set(found.tasks) == set(self.tasks)
        return {
            "base": base.figures(run),
            "tasks": {task: asdict(one) for task, one in found.tasks.items()},
            "mean": asdict(found.mean) if whole and found.mean else None,
        }


def compare_cells(results: Sequence[CellResult], *, samples: int = 10_000, seed: int = 0) -> dict[str, Any]:
    """All conditions of a grid and what they cost, as plain data.

    results (Sequence[CellResult]): The cells that are finished.
    samples, seed (int): See `paired_bootstrap`.
    RETURNS (dict): format, samples, seed; conditions, each with region, encoder, group, aggregator, seeds, tasks and
        passes (its figures, and `against` "single" and "sum"); costs, see `costs`.
    RAISES (CorpusError): Where cells of a region are of different test parts, or two are of one condition and seed.
    """
    _check(results)
    found = _conditions(results)
    rows = []
    for (region, encoder, group, aggregator), condition in found.items():
        bases = {} if group == SINGLE else {SINGLE: _singles(found, region, encoder, condition.tasks)}
        if aggregator and (region, encoder, group, "") in found:
            bases[SUM] = found[region, encoder, group, ""]
        passes = {}
        for run in (run for run in PASSES if run in condition.scores):
            against = {name: condition.against(one, run, samples=samples, seed=seed) for name, one in bases.items()}
            passes[run] = {**condition.figures(run), "against": against}
        seeds = {seed for tasks in condition.scores.values() for trials in tasks.values() for seed in trials}
        about = {"region": region, "encoder": encoder, "group": group, "aggregator": aggregator}
        rows.append({**about, "seeds": sorted(seeds), "tasks": list(condition.tasks), "passes": passes})
    sets = [
        (region, encoder, aggregator, condition.tasks)
        for (region, encoder, group, aggregator), condition in found.items()
        if group == ALL
    ]
    return {"format": FORMAT, "samples": samples, "seed": seed, "conditions": rows, "costs": costs(results, sets)}


def mean_of(values: Sequence[float | None]) -> float | None:
    """The mean, None where one is not known."""
    known = [value for value in values if value is not None]
    return fmean(known) if known and len(known) == len(values) else None


def _key(result: CellResult) -> Key:
    cell = result.cell
    single = cell["group"] == APART or cell["group"].startswith(f"{SINGLE}:")
    return cell["region"], cell["encoder"], SINGLE if single else cell["group"], cell["aggregator"]


def _conditions(results: Sequence[CellResult]) -> dict[Key, Condition]:
    """By region and encoder, single-task models first, then all tasks together, then groups."""
    tasks: dict[str, dict[str, None]] = {}
    for one in sorted(results, key=lambda one: one.cell["group"] not in (ALL, APART)):  # these know the tasks' order
        tasks.setdefault(one.cell["region"], {}).update(dict.fromkeys(one.tasks))
    found: dict[Key, Condition] = {}
    for one in sorted(results, key=lambda one: one.cell["group"] != APART):
        key = _key(one)
        own = tuple(tasks[key[0]]) if key[2] == SINGLE else one.tasks
        found.setdefault(key, Condition(own)).add(one)
    order = {SINGLE: 0, ALL: 1}
    return {key: found[key] for key in sorted(found, key=lambda key: (*key[:2], order.get(key[2], 2), *key[2:]))}


def _singles(found: Mapping[Key, Condition], region: str, encoder: str, tasks: tuple[str, ...]) -> Condition:
    """The single-task models of some tasks, of this region's cells or those of the region that a task names."""
    base = Condition(tasks)
    for task in tasks:
        part, dot, name = task.partition(".")
        places = [(region, task), *([(part, name)] if dot else [])]
        singles = ((found.get((place, encoder, SINGLE, "")), own) for place, own in places)
        for single, own in singles:
            if single and own in single.labels:
                base.take(task, single, own)
                break
    return base


def _check(results: Sequence[CellResult]) -> None:
    tests: dict[str, CellResult] = {}
    seen: dict[tuple[Any, ...], CellResult] = {}
    for one in results:
        first = tests.setdefault(one.cell["region"], one)
        if one.data.get("test") != first.data.get("test"):
            raise CorpusError(f"Cells '{first.id}' and '{one.id}' were measured on different test parts.")
        same = seen.setdefault((*_key(one)[:2], one.cell["group"], one.cell["aggregator"], one.cell["seed"]), one)
        if same is not one:
            raise CorpusError(f"Cells '{same.id}' and '{one.id}' are of one condition and seed.")
