"""The tables of this folder, read once from their data files."""

import json
from functools import cache
from importlib import resources
from typing import Any

DATA = resources.files(__package__)


@cache
def table(file: str) -> Any:
    """What a data file holds.

    file (str): Its name without ".json".
    RETURNS (Any): Plain data; not to be changed.
    """
    return json.loads(DATA.joinpath(f"{file}.json").read_text(encoding="utf8"))
