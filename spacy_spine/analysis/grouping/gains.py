"""What training tasks together gains: macro F1 of a group's model less that of the single-task models.

A task is a pathology of a region, "lumbar.stenosis". A model of several tasks is a group, whatever cell of the grid it
was trained in; a model of one task is what groups are measured against.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev

from ...experiments.results import CellResult

Group = tuple[str, ...]
Partition = tuple[Group, ...]
LEVEL = 0.95
APART = "apart"


@dataclass(frozen=True)
class Gain:
    """The gain of one group.

    group (Group): Its tasks.
    by_seed (Mapping[int, float]): Mean over its tasks of macro F1 together − macro F1 alone, by seed.
    by_task (Mapping[str, float]): The same of each task, mean over seeds.
    """

    group: Group
    by_seed: Mapping[int, float]
    by_task: Mapping[str, float]

    @property
    def mean(self) -> float:
        return fmean(self.by_seed.values())

    @property
    def sd(self) -> float | None:
        """Standard deviation over seeds, None for a single one."""
        return stdev(self.by_seed.values()) if len(self.by_seed) > 1 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """See `t_interval`."""
        return t_interval(list(self.by_seed.values()))

    @property
    def told(self) -> bool:
        """Whether the interval excludes 0."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


@dataclass
class Trained:
    """Macro F1 of all models that were trained with one encoder, by seed.

    tasks (Group): All tasks, in the order in which the grid names them.
    singles (dict): (pass, task) → seed → macro F1 of the task's own model.
    groups (dict): Group → (pass, task) → seed → macro F1 of the group's model.
    """

    tasks: Group = ()
    singles: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    groups: dict[Group, dict[tuple[str, str], dict[int, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: Sequence[CellResult]) -> "Trained":
        """From finished cells of one encoder. Cells whose heads' gradients are combined by an aggregator, and not
        summed, are left out: they are another method. Where a task was trained alone both in an "apart" cell and in
        one of its own, the "apart" cell counts.
        """
        plain = [cell for cell in cells if not cell.cell["aggregator"]]
        by_size = sorted(plain, key=lambda cell: -len(cell.tasks))
        tasks = tuple(dict.fromkeys(task for cell in by_size for tasks in models_of(cell) for task in tasks))
        found = cls(tasks)
        for cell in sorted(plain, key=lambda cell: cell.cell["group"] == APART):  # the last one stays
            for model in models_of(cell):
                group = tuple(sorted(model, key=tasks.index))
                seeds = found.singles if len(group) == 1 else found.groups.setdefault(group, {})
                for run, scores in cell.scores.items():
                    for name, score in scores.items():
                        task = qualified(name, cell.cell["region"])
                        if task in group and score["macro_f1"] is not None:
                            seeds.setdefault((run, task), {})[cell.cell["seed"]] = score["macro_f1"]
        return found

    def alone(self, run: str, task: str) -> float | None:
        """Macro F1 of a task's own model, mean over seeds."""
        seeds = self.singles.get((run, task))
        return fmean(seeds.values()) if seeds else None

    def gain(self, run: str, group: Group) -> Gain | None:
        """The gain of a group, over the seeds in which it and all its tasks alone were trained.

        run (str): The pass, "end_to_end" or "gold_locations".
        RETURNS (Gain | None): None where there is no such seed.
        """
        pairs = [(self.groups.get(group, {}).get((run, t), {}), self.singles.get((run, t), {})) for t in group]
        seeds = sorted(set.intersection(*(together.keys() & alone.keys() for together, alone in pairs)))
        if not seeds:
            return None
        gains = {seed: [together[seed] - alone[seed] for together, alone in pairs] for seed in seeds}
        by_task = {task: fmean(gains[seed][i] for seed in seeds) for i, task in enumerate(group)}
        return Gain(group, {seed: fmean(values) for seed, values in gains.items()}, by_task)

    def gains(self, run: str) -> dict[Group, Gain]:
        """The gains of all groups that have one, pairs first."""
        places = {task: place for place, task in enumerate(self.tasks)}
        groups = sorted(self.groups, key=lambda group: (len(group), [places[task] for task in group]))
        return {group: gain for group in groups if (gain := self.gain(run, group))}


def qualified(task: str, region: str) -> str:
    """A task with its region: "stenosis" of a lumbar cell is "lumbar.stenosis".

    task (str): With its region where regions mix.
    region (str): Of its cell: a registered name ("acme.thoracic.v1"), or the middle part of one.
    """
    own, _, pathology = task.rpartition(".")
    name = own or region
    return f"{name.split('.')[1] if name.count('.') > 1 else name}.{pathology}"


def region_of(task: str) -> str:
    return task.partition(".")[0]


def models_of(cell: CellResult) -> list[Group]:
    """The tasks of each model of a cell, with their regions."""
    return [tuple(qualified(task, cell.cell["region"]) for task in tasks) for tasks in cell.cell["models"]]


def t_interval(values: Sequence[float], level: float = LEVEL) -> tuple[float, float] | None:
    """Student's t-interval of a mean: mean ± t · sd / √n.

    values (Sequence[float]): Such as the gains of a group by seed.
    level (float): Its confidence.
    RETURNS (tuple | None): None for a single value.
    """
    from scipy.stats import t

    if len(values) < 2:
        return None
    half = float(t.ppf((1 + level) / 2, len(values) - 1)) * stdev(values) / len(values) ** 0.5
    return fmean(values) - half, fmean(values) + half


def noise(gains: Iterable[Gain]) -> dict[str, float | int | None]:
    """How far gains are told from the noise of seeds.

    gains (Iterable[Gain]): Of one pass.
    RETURNS (dict): groups; repeated (groups with several seeds); sd_of_seeds (standard deviation of one gain over
        seeds, pooled: root of the mean variance), sd_of_groups (of the groups' mean gains), told (groups whose
        interval excludes 0) and share_told (of those repeated; 0.05 is what chance gives). None where no group has
        several seeds.
    """
    gains = list(gains)
    repeated = [gain for gain in gains if gain.sd is not None]
    told = sum(gain.told for gain in repeated)
    return {
        "groups": len(gains),
        "repeated": len(repeated),
        "sd_of_seeds": fmean((gain.sd or 0.0) ** 2 for gain in repeated) ** 0.5 if repeated else None,
        "sd_of_groups": stdev(gain.mean for gain in gains) if len(gains) > 1 else None,
        "told": told if repeated else None,
        "share_told": told / len(repeated) if repeated else None,
    }
