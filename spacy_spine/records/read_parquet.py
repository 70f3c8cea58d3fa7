"""Parquet, read batch by batch through pyarrow."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import RecordError
from .formats import ReportFormat, report_readers
from .reading import name_of, opened
from .report import BadRecord, Fields, Report, make_report, missing_columns

BATCH_SIZE = 256


@report_readers.register("spacy_spine.parquet.v1")
def parquet() -> ReportFormat:
    """A Parquet file."""
    return ReportFormat((".parquet", ".pq"), read_parquet)


def read_parquet(source: Path | BinaryIO, fields: Fields) -> Iterator[Report | BadRecord]:
    """Reports of a Parquet file.

    source (Path | BinaryIO): The file, or an open stream, which is read into memory.
    fields (Fields): Columns of id and text.
    YIELDS (Report | BadRecord): One record a row.
    RAISES (RecordError): Where pyarrow is missing, the file is none of Parquet, or lacks one of the columns.
    """
    pyarrow = import_pyarrow()
    with opened(source) as stream:
        try:
            file = pyarrow.parquet.ParquetFile(stream if isinstance(source, Path) else io.BytesIO(stream.read()))
        except pyarrow.ArrowInvalid as error:
            raise RecordError(f"{name_of(source)} is not a Parquet file, or is damaged.") from error
        names = file.schema_arrow.names
        if not set(fields) <= set(names):
            raise missing_columns(fields, names, name_of(source))
        number = 0
        batches = file.iter_batches(BATCH_SIZE, columns=list(dict.fromkeys(fields)))
        while (batch := _next(batches, pyarrow, name_of(source))) is not None:
            for key, text in zip(batch[fields.id], batch[fields.text], strict=True):
                number += 1
                try:
                    yield make_report(key.as_py(), text.as_py(), f"row {number}", fields)
                except UnicodeDecodeError:
                    yield BadRecord(f"row {number}", "not UTF-8 text")


def import_pyarrow() -> Any:
    """pyarrow, which only Parquet needs.

    RAISES (RecordError): Where it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise RecordError("Parquet needs pyarrow: pip install 'spacy-spine[parquet]'.") from error
    return pyarrow


def _next(batches: Iterator[Any], pyarrow: Any, source: str) -> Any:
    try:
        return next(batches, None)
    except (pyarrow.ArrowException, OSError) as error:
        raise RecordError(f"{source} is damaged.") from error
