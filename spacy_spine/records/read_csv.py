"""CSV with a header, separated by commas, semicolons or tabs."""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .formats import ReportFormat, report_readers
from .reading import name_of, opened
from .report import BadRecord, Fields, Report, make_report, missing_columns

DELIMITERS = (",", ";", "\t")
# csv refuses fields over 128 KiB unless told otherwise, and knows only one limit for the whole process.
FIELD_LIMIT = min(sys.maxsize, 2**31 - 1)


@report_readers.register("spacy_spine.csv.v1")
def csv_format() -> ReportFormat:
    """A CSV or TSV file with a header."""
    return ReportFormat((".csv", ".tsv"), read_csv)


def read_csv(source: Path | BinaryIO, fields: Fields) -> Iterator[Report | BadRecord]:
    """Reports of a CSV file.

    source (Path | BinaryIO): The file or an open stream, UTF-8 with or without a byte order mark.
    fields (Fields): Columns of id and text.
    YIELDS (Report | BadRecord): One record a row.
    RAISES (RecordError): Where the header lacks one of the columns.
    """
    csv.field_size_limit(FIELD_LIMIT)
    with opened(source) as stream:
        # Bytes that are no UTF-8 become lone surrogates, so that they spoil their own record alone.
        lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        try:
            yield from _rows(lines, fields, name_of(source))
        finally:
            if not lines.closed:
                lines.detach()


def _rows(lines: io.TextIOWrapper, fields: Fields, source: str) -> Iterator[Report | BadRecord]:
    header, delimiter = _header(lines.readline(), fields)
    if not set(fields) <= set(header):
        raise missing_columns(fields, header, source)
    id_column, text_column = (header.index(name) for name in fields)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = rows.line_num + 2  # the header is line 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield BadRecord(f"line {start}", f"not valid CSV up to line {rows.line_num + 1}, perhaps an unclosed quote")
            continue
        if not row:
            continue
        if len(row) != len(header):
            yield BadRecord(f"line {start}", f"{len(row)} fields, the header has {len(header)}")
            continue
        yield make_report(row[id_column], row[text_column], f"line {start}", fields)


def _header(line: str, fields: Fields) -> tuple[list[str], str]:
    """Names of the columns and the separator: the first that yields the wanted columns, else the likeliest."""
    found = []
    for delimiter in DELIMITERS:
        try:
            names = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        names = [name.strip() for name in names]
        if set(fields) <= set(names):
            return names, delimiter
        found.append((names, delimiter))
    return max(found, key=lambda pair: len(pair[0]), default=([], DELIMITERS[0]))
