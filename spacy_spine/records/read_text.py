"""Plain text: one file is one report, a folder is one report a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..errors import RecordError
from .formats import ReportFormat, report_readers
from .reading import name_of, opened
from .report import BadRecord, Fields, Report, make_report

SUFFIX = ".txt"
STDIN_ID = "stdin"


@report_readers.register("spacy_spine.text.v1")
def text() -> ReportFormat:
    """A text file; its id is its name without suffix."""
    return ReportFormat((SUFFIX,), read_text)


@report_readers.register("spacy_spine.folder.v1")
def folder() -> ReportFormat:
    """A folder of text files, also in folders below; ids are relative paths without suffix."""
    return ReportFormat((), read_folder)


def read_text(source: Path | BinaryIO, fields: Fields) -> Iterator[Report | BadRecord]:
    """The whole source as one report.

    source (Path | BinaryIO): A text file or an open stream, UTF-8 with or without a byte order mark.
    YIELDS (Report | BadRecord): One record.
    """
    yield _record(source, source.stem if isinstance(source, Path) else STDIN_ID, fields)


def read_folder(source: Path | BinaryIO, fields: Fields) -> Iterator[Report | BadRecord]:
    """Every text file below a folder, sorted by path; hidden ones are left out.

    source (Path): The folder.
    YIELDS (Report | BadRecord): One record a file.
    RAISES (RecordError): Where it is no folder or holds no text file.
    """
    if not isinstance(source, Path) or not source.is_dir():
        raise RecordError(f"{name_of(source)} is not a folder.")
    found = [path.relative_to(source) for path in source.rglob("*") if path.suffix.lower() == SUFFIX]
    names = sorted(path for path in found if not any(part.startswith(".") for part in path.parts))
    if not names:
        raise RecordError(f"No {SUFFIX} files in folder '{source}'.")
    for name in names:
        yield _record(source / name, name.with_suffix("").as_posix(), fields)


def _record(source: Path | BinaryIO, key: str, fields: Fields) -> Report | BadRecord:
    try:
        with opened(source) as stream:
            content = stream.read()
        return make_report(key, content.decode("utf-8-sig"), key, fields)
    except UnicodeDecodeError:
        return BadRecord(key, "not UTF-8 text")
    except OSError as error:
        return BadRecord(key, f"cannot be read: {error.strerror}")
