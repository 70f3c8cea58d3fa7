"""Findings as a flat Parquet table, through pyarrow."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from .findings import columns, rows
from .formats import FindingFormat, finding_writers
from .read_parquet import import_pyarrow

ROW_GROUP = 10_000
NUMBERS = ("confidence", "score_")


@finding_writers.register("spacy_spine.parquet.v1")
def parquet() -> FindingFormat:
    """One row a motion segment and pathology."""
    return FindingFormat((".parquet", ".pq"), ParquetWriter)


class ParquetWriter:
    """Writes the rows of findings, so many a row group.

    stream (BinaryIO): Where to.
    labels (tuple[str, ...]): All labels that a pathology can have.
    """

    def __init__(self, stream: BinaryIO, labels: tuple[str, ...]) -> None:
        self._pyarrow = import_pyarrow()
        self._labels = labels
        self._held: list[dict[str, Any]] = []
        text, number = self._pyarrow.string(), self._pyarrow.float64()
        self._schema = self._pyarrow.schema(
            [(name, number if name.startswith(NUMBERS) else text) for name in columns(labels)]
        )
        self._file = self._pyarrow.parquet.ParquetWriter(stream, self._schema)

    def write(self, finding: Mapping[str, Any]) -> None:
        self._held.extend(rows(finding, self._labels))
        if len(self._held) >= ROW_GROUP:
            self._flush()

    def close(self) -> None:
        if self._held:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        self._file.write_table(self._pyarrow.Table.from_pylist(self._held, schema=self._schema))
        self._held.clear()
