"""What to train together, by measured gains and by gains that a predictor gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean
from typing import Any

from .correlation import Correlation
from .gains import Gain, Group, Trained
from .partitions import MOST_TASKS, Choice, Promise, choose, predict
from .predictors import PREDICTORS, Predictors

FEWEST_FITTED = 3  # groups for a line


@dataclass(frozen=True)
class Advisor:
    """Recommends groups of tasks for one pass and encoder.

    trained (Trained): What was trained.
    predictors (Predictors): What single-task models say of pairs.
    run (str): The pass.
    gains (Mapping[Group, Gain]): Of all groups.
    correlations (Mapping[str, Correlation]): Of each predictor with the gains of all groups.
    """

    trained: Trained
    predictors: Predictors
    run: str
    gains: Mapping[Group, Gain] = field(repr=False)
    correlations: Mapping[str, Correlation]

    @cached_property
    def predictor(self) -> dict[str, Any]:
        """The predictor to go by: the best of those told from 0, else the first that there is (APAG).

        RETURNS (dict): predictor (its name, or None), told, and the line of gain over it (slope, intercept).
        """
        told = {name: one for name, one in self.correlations.items() if one.told}
        if told:
            name: str | None = min(told, key=lambda name: (told[name].p_adjusted, -abs(told[name].spearman)))
        else:
            name = next((name for name in PREDICTORS if self._line(name)), None)
        slope, intercept = (self._line(name) if name else None) or (None, None)
        return {"predictor": name, "told": bool(told), "slope": slope, "intercept": intercept}

    def recommend(self, tasks: Group) -> dict[str, Any]:
        """What to train together.

        tasks (Group): What is parted.
        RETURNS (dict): tasks, measured, predicted; or tasks and left_out, the reason why there is nothing.
        """
        scores = [self.trained.alone(self.run, task) for task in tasks]
        known = [score for score in scores if score is not None]
        if len(tasks) > MOST_TASKS:
            return {"tasks": list(tasks), "left_out": "too_many_tasks"}
        if len(known) < len(scores):
            return {"tasks": list(tasks), "left_out": "single_task_missing"}
        alone = fmean(known)
        own = {group: gain for group, gain in self.gains.items() if set(group) <= set(tasks)}
        promises = predict(tasks, self._predicted, alone)
        together = next((one for one in promises if one.models == 1), None)
        return {
            "tasks": list(tasks),
            "measured": _measured(choose(tasks, own, alone)),
            "predicted": {
                "partitions": len(promises),
                # Where all together cannot be predicted, some pair has no value, and neither have partitions with it.
                "best": _promise(promises[0] if together else None),
                "together": _promise(together),
            },
        }

    def _predicted(self, group: Group) -> float | None:
        name, slope, intercept = (self.predictor[key] for key in ("predictor", "slope", "intercept"))
        value = None if slope is None else self.predictors.group(name, group)
        return None if value is None else slope * value + intercept

    def _line(self, name: str) -> tuple[float, float] | None:
        """Slope and intercept of gain over a predictor: the median of the slopes of all two groups (Theil–Sen)."""
        from scipy.stats import theilslopes

        values = {group: self.predictors.group(name, group) for group in self.gains}
        known = [(value, self.gains[group].mean) for group, value in values.items() if value is not None]
        if len(known) < FEWEST_FITTED or len({value for value, _ in known}) < 2:
            return None
        fitted = theilslopes([gain for _, gain in known], [value for value, _ in known])
        return float(fitted.slope), float(fitted.intercept)


def _measured(choice: Choice) -> dict[str, Any]:
    return {
        "partitions": len(choice.measured),
        "best": _promise(choice.measured[0] if choice.measured else None),
        "together": _promise(choice.together),
        "better_than_together": [_promise(one) for one in choice.better],
        "recommended": _promise(choice.best),
    }


def _promise(one: Promise | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "partition": [list(group) for group in one.partition],
        "models": one.models,
        "gain": one.gain,
        "macro_f1": one.macro_f1,
        "seeds": len(one.by_seed),
    }
