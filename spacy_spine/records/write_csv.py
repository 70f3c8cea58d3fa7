"""Findings as a flat CSV table."""

import csv
import io
from collections.abc import Mapping
from typing import Any, BinaryIO

from .findings import columns, rows
from .formats import FindingFormat, finding_writers


@finding_writers.register("spacy_spine.csv.v1")
def csv_format() -> FindingFormat:
    """One row a motion segment and pathology."""
    return FindingFormat((".csv",), CsvWriter)


class CsvWriter:
    """Writes the rows of each finding, after a header.

    stream (BinaryIO): Where to.
    labels (tuple[str, ...]): All labels that a pathology can have.
    """

    def __init__(self, stream: BinaryIO, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self._text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        self._rows = csv.DictWriter(self._text, columns(labels))
        self._rows.writeheader()

    def write(self, finding: Mapping[str, Any]) -> None:
        self._rows.writerows(rows(finding, self._labels))

    def close(self) -> None:
        self._text.detach()
