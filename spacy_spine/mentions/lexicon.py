"""The words and the confusions of mentions, read once from their data files."""

import json
from functools import cache
from importlib import resources
from typing import Any

DATA = resources.files(__package__)


@cache
def table(file: str, name: str) -> Any:
    """One table of a data file, words as a frozenset.

    file (str): "lexicon" or "confusions".
    name (str): A key of it.
    RETURNS (Any): A frozenset of words, or the mapping or string as it stands.
    """
    value = _load(file)[name]
    return frozenset(value) if isinstance(value, list) else value


@cache
def words(*names: str) -> frozenset[str]:
    """The words of one or more tables of the lexicon together."""
    return frozenset().union(*(table("lexicon", name) for name in names))


@cache
def _load(file: str) -> dict[str, Any]:
    return json.loads(DATA.joinpath(f"{file}.json").read_text(encoding="utf8"))
