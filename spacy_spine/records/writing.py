"""Where findings go: a file that appears whole or not at all, or standard output."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import RecordError
from .formats import FindingWriter, by_name, by_suffix, finding_writers

STDOUT = "-"
DEFAULT_FORMAT = "jsonl"


@contextmanager
def open_findings(
    target: str | Path, labels: tuple[str, ...] = (), *, format: str | None = None
) -> Iterator[FindingWriter]:
    """A writer of findings.

    target (str | Path): The file, or "-" for standard output, which gets JSONL unless told otherwise.
    labels (tuple[str, ...]): All labels that a pathology can have: the score columns of flat formats.
    format (str | None): Name of a registered format; by the file's name if left out.
    YIELDS (FindingWriter): The file gets its name when the block ends well.
    RAISES (RecordError): Where the format is unknown or the file cannot be written.
    """
    if str(target) == STDOUT:
        with closing(by_name(finding_writers, format or DEFAULT_FORMAT).open(sys.stdout.buffer, labels)) as writer:
            yield writer
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    chosen = by_name(finding_writers, format) if format else by_suffix(finding_writers, path)
    with open_new(path) as stream, closing(chosen.open(stream, labels)) as writer:
        yield writer


@contextmanager
def open_new(path: Path) -> Iterator[BinaryIO]:
    """A file that only its owner can read, under its name only when it is complete.

    path (Path): Its name; an older file of that name is replaced at the end.
    YIELDS (BinaryIO): To write to.
    RAISES (RecordError): Where it cannot be written.
    """
    if path.exists() and not path.is_file():
        raise RecordError(f"Cannot write '{path}': it is there and is not a file.")
    try:
        # Made with mode 0600: findings are health data.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise RecordError(f"Cannot write '{path}': {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            yield cast(BinaryIO, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
