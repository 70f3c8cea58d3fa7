"""Files that `spacy-spine evaluate --output` has written."""

import json
from pathlib import Path
from typing import Any

from ..errors import CorpusError


def read_metrics(path: Path) -> dict[str, Any]:
    """The figures of a file.

    RAISES (CorpusError): Where it is no JSON object.
    """
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CorpusError(f"'{path}' holds no figures of `spacy-spine evaluate`: it is not JSON.") from error
    if not isinstance(figures, dict):
        raise CorpusError(f"'{path}' holds no figures of `spacy-spine evaluate`: it is not a JSON object.")
    return figures


def named(argument: str) -> tuple[str, Path]:
    """ "NAME=FILE" in two; the name is empty where there is none. A file whose name holds "=" is taken as a file."""
    name, equals, file = argument.partition("=")
    if not equals or Path(argument).exists():
        return "", Path(argument)
    return name, Path(file)
