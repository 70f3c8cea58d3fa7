"""JSONL files line by line: every problem has a file, a line and a reason, and none shows what the line holds."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CorpusError


@dataclass(frozen=True)
class Line:
    """One JSON object of a file.

    path (Path): The file.
    number (int): Its line, from 1.
    data (dict): The object; empty where there is an error.
    error (str): Why the line holds no object, empty where it does.
    """

    path: Path
    number: int
    data: dict[str, Any]
    error: str = ""

    @property
    def where(self) -> str:
        return f"{self.path}:{self.number}"

    @property
    def id(self) -> str:
        value = self.data.get("id")
        return value if isinstance(value, str) else ""


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file, bad ones included; blank ones are left out.

    path (Path): A JSONL file.
    YIELDS (Line): One a line.
    RAISES (CorpusError): Where the file cannot be opened.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise CorpusError(f"Cannot read '{path}': {error.strerror}.") from error
    with stream:
        for number, raw in enumerate(stream, start=1):
            if raw.strip():
                yield _line(path, number, raw)


def read_objects(path: Path) -> Iterator[Line]:
    """The objects of a file.

    path (Path): A JSONL file.
    YIELDS (Line): One a line.
    RAISES (CorpusError): At the first line that holds none.
    """
    for line in read_lines(path):
        if line.error:
            raise CorpusError(f"{line.where}: {line.error}.")
        yield line


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a JSONL file; it appears only when it is complete.

    path (Path): The file.
    rows (Iterable[Mapping]): What each line holds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _line(path: Path, number: int, raw: bytes) -> Line:
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Line(path, number, {}, "not UTF-8")
    except json.JSONDecodeError as error:
        return Line(path, number, {}, f"not JSON ({error.msg}, column {error.colno})")
    except RecursionError:
        return Line(path, number, {}, "not JSON (nested too deeply)")
    if not isinstance(data, dict):
        return Line(path, number, {}, "not a JSON object")
    return Line(path, number, data)
