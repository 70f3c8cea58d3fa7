"""Which tasks to train together: all ways to part tasks into groups, and what each promises.

The gain of a partition is the mean over all tasks of what each gains: the sum of its groups' gains, each times the
group's number of tasks, by the number of all tasks. A task alone gains 0.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from .gains import LEVEL, Gain, Group, Partition, t_interval

MOST_TASKS = 10  # Bell(10) = 115,975 partitions


@dataclass(frozen=True)
class Promise:
    """What a partition promises.

    partition (Partition): Its groups.
    gain (float): Mean over tasks of macro F1, above that of a model a task.
    macro_f1 (float | None): The mean over tasks that it leads to.
    by_seed (Mapping[int, float]): The gain in each seed in which all its groups were trained; empty for a prediction.
    """

    partition: Partition
    gain: float
    macro_f1: float | None
    by_seed: Mapping[int, float]

    @property
    def models(self) -> int:
        return len(self.partition)


@dataclass(frozen=True)
class Choice:
    """What follows from measured gains.

    measured (list[Promise]): Partitions whose groups were all trained, the best first.
    together (Promise | None): One model for all tasks, where it was trained.
    better (list[Promise]): Those told from it: Student's interval over seeds of what they gain above it excludes 0,
        at a level corrected for all partitions compared with it (Bonferroni).
    """

    measured: list[Promise]
    together: Promise | None
    better: list[Promise]

    @property
    def best(self) -> Promise | None:
        """The recommended one: the best that is told from all together, else all together. None where that was not
        trained, so that nothing can be compared with it."""
        return self.better[0] if self.better else self.together


def partitions(tasks: Sequence[str]) -> Iterator[Partition]:
    """All ways to part tasks into groups, Bell's number of them (1, 2, 5, 15, 52, 203, 877 for 1 to 7 tasks).

    tasks (Sequence[str]): The tasks; groups keep their order.
    YIELDS (Partition): All together first.
    """

    def place(at: int, groups: list[list[str]]) -> Iterator[Partition]:
        if at == len(tasks):
            yield tuple(tuple(group) for group in groups)
            return
        for group in groups:
            group.append(tasks[at])
            yield from place(at + 1, groups)
            group.pop()
        groups.append([tasks[at]])
        yield from place(at + 1, groups)
        groups.pop()

    yield from place(0, [])


def ranked(promises: Sequence[Promise]) -> list[Promise]:
    """The best first; of equal ones the one with fewer models."""
    return sorted(promises, key=lambda one: (-round(one.gain, 9), one.models))


def choose(tasks: Group, gains: Mapping[Group, Gain], alone: float) -> Choice:
    """The choice by measured gains.

    tasks (Group): What is parted.
    gains (Mapping[Group, Gain]): Of all groups that were trained.
    alone (float): Macro F1 of a model a task, mean over tasks.
    """
    measured = []
    for partition in partitions(tasks):
        if all(len(group) == 1 or group in gains for group in partition):
            promise = _measured(partition, gains, len(tasks), alone)
            if promise:
                measured.append(promise)
    together = next((one for one in measured if one.models == 1), None)
    others = [one for one in measured if one is not together]
    better = [one for one in others if together and _above(one, together, len(others))]
    return Choice(ranked(measured), together, ranked(better))


def predict(tasks: Group, predicted: Callable[[Group], float | None], alone: float | None) -> list[Promise]:
    """All partitions by predicted gains, the best first.

    tasks (Group): What is parted.
    predicted (Callable): Gain of a group of several tasks; None where it cannot be predicted.
    alone (float | None): Macro F1 of a model a task, mean over tasks.
    RETURNS (list[Promise]): Those whose groups can all be predicted.
    """
    known: dict[Group, float | None] = {}
    promises = []
    for partition in partitions(tasks):
        total = 0.0
        for group in partition:
            if len(group) == 1:
                continue
            if group not in known:
                known[group] = predicted(group)
            value = known[group]
            if value is None:
                break
            total += value * len(group) / len(tasks)
        else:
            promises.append(Promise(partition, total, None if alone is None else alone + total, {}))
    return ranked(promises)


def _measured(partition: Partition, gains: Mapping[Group, Gain], tasks: int, alone: float) -> Promise | None:
    groups = [gains[group] for group in partition if len(group) > 1]
    if not groups:  # a model a task gains nothing in any seed
        seeds = sorted({seed for gain in gains.values() for seed in gain.by_seed})
        return Promise(partition, 0.0, alone, dict.fromkeys(seeds, 0.0))
    seeds = sorted(set.intersection(*(set(gain.by_seed) for gain in groups)))
    if not seeds:
        return None
    by_seed = {seed: sum(gain.by_seed[seed] * len(gain.group) for gain in groups) / tasks for seed in seeds}
    gain = fmean(by_seed.values())
    return Promise(partition, gain, alone + gain, by_seed)


def _above(one: Promise, together: Promise, compared: int) -> bool:
    seeds = one.by_seed.keys() & together.by_seed.keys()
    interval = t_interval([one.by_seed[seed] - together.by_seed[seed] for seed in seeds], 1 - (1 - LEVEL) / compared)
    return interval is not None and interval[0] > 0
