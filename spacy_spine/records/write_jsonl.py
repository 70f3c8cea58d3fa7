"""Findings as JSONL: one report a line, nested."""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from .formats import FindingFormat, finding_writers


@finding_writers.register("spacy_spine.jsonl.v1")
def jsonl() -> FindingFormat:
    """One JSON object a report."""
    return FindingFormat((".jsonl", ".ndjson"), JsonlWriter)


class JsonlWriter:
    """Writes each finding as a line.

    stream (BinaryIO): Where to.
    labels (tuple[str, ...]): Not needed: the lines are nested.
    """

    def __init__(self, stream: BinaryIO, labels: tuple[str, ...] = ()) -> None:
        self._stream = stream

    def write(self, finding: Mapping[str, Any]) -> None:
        self._stream.write(json.dumps(finding, ensure_ascii=False).encode("utf-8") + b"\n")

    def close(self) -> None:
        """Nothing is held back."""
