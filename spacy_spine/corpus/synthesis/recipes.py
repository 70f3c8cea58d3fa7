"""Recipes: which operations make a corpus, and what share of each label it is to have."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ConfigError
from .tables import table

INPUT, UNIFORM = "input", "uniform"
# (pathology, label) → number or share.
Labels = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Recipe:
    """How a corpus is made.

    name (str): Of the recipe.
    operations (Mapping[str, float]): Registered names, each with the chance that it is applied to a report, in the
        order of application.
    target (str | Mapping[str, Mapping[str, float]]): Shares of the labels: "input" (as they are), "uniform" (alike
        within each pathology), or shares by pathology and label.
    """

    name: str
    operations: Mapping[str, float]
    target: str | Mapping[str, Mapping[str, float]] = INPUT

    def shares(self, counts: Counter[tuple[str, str]]) -> Labels:
        """What share of its pathology each label is to have.

        counts (Counter): Labels of the input.
        RETURNS (Labels): Shares, together 1 in each pathology.
        """
        by_pathology: dict[str, dict[str, float]] = {}
        for (pathology, label), count in sorted(counts.items()):
            by_pathology.setdefault(pathology, {})[label] = 1.0 if self.target == UNIFORM else float(count)
        if isinstance(self.target, Mapping):
            by_pathology |= {name: dict(shares) for name, shares in self.target.items() if name in by_pathology}
        found: Labels = {}
        for pathology, shares in by_pathology.items():
            whole = sum(shares.values())
            found |= {(pathology, label): share / whole for label, share in shares.items()}
        return found


def get_recipe(name: str) -> Recipe:
    """The recipe behind a name.

    name (str): One of the package's ("as_is", "balanced"), or a JSON file with the same keys.
    RETURNS (Recipe): The recipe.
    RAISES (ConfigError): Where there is none, or it is not one.
    """
    known: Mapping[str, Any] = table("recipes")
    if name in known:
        return _recipe(name, known[name])
    path = Path(name)
    if path.suffix != ".json":
        raise ConfigError(f"Unknown recipe '{name}'; there are {', '.join(known)}, or name a .json file.")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"Cannot read the recipe '{name}' ({type(error).__name__}).") from error
    return _recipe(path.stem, data)


def _recipe(name: str, data: Any) -> Recipe:
    operations = data.get("operations") if isinstance(data, Mapping) else None
    if not isinstance(operations, Mapping) or not operations or not all(map(_is_share, operations.values())):
        raise ConfigError(f"Recipe '{name}' needs \"operations\": names, each with a chance from 0 to 1.")
    target = data.get("target", INPUT)
    if isinstance(target, Mapping):
        right = all(isinstance(one, Mapping) and one and all(map(_is_share, one.values())) for one in target.values())
        right = right and all(sum(one.values()) > 0 for one in target.values())
    else:
        right = target in (INPUT, UNIFORM)
    if not right:
        raise ConfigError(
            f'Recipe \'{name}\': "target" is "{INPUT}", "{UNIFORM}", or shares from 0 to 1 by pathology and label.'
        )
    return Recipe(name, dict(operations), target)


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
