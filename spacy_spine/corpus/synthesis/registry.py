"""The registry of operations: what a recipe's operations are looked up in."""

import random
from collections.abc import Callable, Iterable

import catalogue

from ...errors import ConfigError
from ..report import AnnotatedReport
from .pool import Pool

# report, source of chance, where it comes from → a new report, or None where the operation does not apply to it.
Operation = Callable[[AnnotatedReport, random.Random, Pool], AnnotatedReport | None]

# The namespace makes the entry-point group "spacy_spine_operations".
operations = catalogue.create("spacy", "spine_operations", entry_points=True)


def get_operations(names: Iterable[str]) -> dict[str, Operation]:
    """The operations behind their names.

    names (Iterable[str]): Registered names, e.g. "spacy_spine.relevel.v1".
    RETURNS (dict[str, Operation]): In the same order.
    RAISES (ConfigError): Where a name is not registered.
    """
    registered = operations.get_all()
    found = {}
    for name in names:
        if name not in registered:
            raise ConfigError(f"Unknown operation '{name}'. Registered operations: {', '.join(sorted(registered))}.")
        found[name] = registered[name]
    return found


def short_name(name: str) -> str:
    """The middle of a registered name, which goes into the id of a report: "spacy_spine.relevel.v1" → "relevel"."""
    parts = name.split(".")
    return parts[1] if len(parts) == 3 else name
