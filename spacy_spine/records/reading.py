"""Where reports come from: a file, a folder, or standard input."""

import io
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import RecordError
from .formats import ReportFormat, by_name, by_suffix, report_readers
from .report import BadRecord, Fields, Report

STDIN = "-"
BOM = b"\xef\xbb\xbf"


def read_reports(
    source: str | Path,
    fields: Fields = Fields(),
    *,
    format: str | None = None,
    max_length: int | None = None,
) -> Iterator[Report | BadRecord]:
    """Stream the reports of a source.

    source (str | Path): A file, a folder of text files, or "-" for standard input. Standard input is taken as JSONL
        where its first character is "{", else the whole is one text report.
    fields (Fields): Names of the columns with id and text.
    format (str | None): Name of a registered format; by the source's name if left out.
    max_length (int | None): Characters above which a text is set aside.
    YIELDS (Report | BadRecord): In the order of the source.
    RAISES (RecordError): Where the source as a whole cannot be read.
    """
    chosen, opened = _choose(source, format)
    for record in chosen.read(opened, fields):
        if isinstance(record, Report) and max_length is not None and len(record.text) > max_length:
            yield BadRecord(record.id, f"text of {len(record.text)} characters, the limit is {max_length}")
        else:
            yield record


def opened(source: Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    """A source as a binary stream; one that came open stays open."""
    return cast(BinaryIO, source.open("rb")) if isinstance(source, Path) else nullcontext(source)


def name_of(source: Path | BinaryIO) -> str:
    """What a message calls a source."""
    return f"'{source}'" if isinstance(source, Path) else "standard input"


def _choose(source: str | Path, format: str | None) -> tuple[ReportFormat, Path | BinaryIO]:
    if str(source) == STDIN:
        stream = _standard_input()
        start = stream.peek().removeprefix(BOM).lstrip()  # type: ignore[attr-defined]
        return by_name(report_readers, format or ("jsonl" if start.startswith(b"{") else "text")), stream
    path = Path(source)
    if not path.exists():
        raise RecordError(f"No such file or folder: '{path}'.")
    if format is not None:
        return by_name(report_readers, format), path
    return by_name(report_readers, "folder") if path.is_dir() else by_suffix(report_readers, path), path


def _standard_input() -> BinaryIO:
    stream = sys.stdin.buffer
    return stream if hasattr(stream, "peek") else cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream)))
