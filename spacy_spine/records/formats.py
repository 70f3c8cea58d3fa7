"""The registries of formats: how a source of reports is read, and how findings are written.

A plugin registers a function without arguments that returns a `ReportFormat` or a `FindingFormat`, through the
entry-point group `spacy_spine_report_readers` or `spacy_spine_finding_writers`:

    [project.entry-points.spacy_spine_report_readers]
    "my_package.hl7.v1" = "my_package.readers:hl7"
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import catalogue

from ..errors import RecordError
from .report import BadRecord, Fields, Report

# The namespace makes the entry-point groups "spacy_spine_report_readers" and "spacy_spine_finding_writers".
report_readers = catalogue.create("spacy", "spine_report_readers", entry_points=True)
finding_writers = catalogue.create("spacy", "spine_finding_writers", entry_points=True)


class FindingWriter(Protocol):
    """Takes findings one by one; `close` ends the file, but leaves the stream open."""

    def write(self, finding: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class ReportFormat:
    """A format of reports.

    suffixes (tuple[str, ...]): Ends of file names, lower case, with the dot.
    read (Callable): A file, a folder or an open stream, and the names of the fields → a stream of reports and bad
        records. It raises RecordError only where the source as a whole cannot be read.
    """

    suffixes: tuple[str, ...]
    read: Callable[[Path | BinaryIO, Fields], Iterator[Report | BadRecord]]


@dataclass(frozen=True)
class FindingFormat:
    """A format of findings.

    suffixes (tuple[str, ...]): Ends of file names, lower case, with the dot.
    open (Callable): A binary stream, and all labels that a pathology can have → a writer.
    """

    suffixes: tuple[str, ...]
    open: Callable[[BinaryIO, tuple[str, ...]], FindingWriter]


def by_name(registry: Any, name: str) -> Any:
    """The format behind a name.

    registry (catalogue.Registry): `report_readers` or `finding_writers`.
    name (str): A registered name ("spacy_spine.jsonl.v1") or its middle part ("jsonl"), of which the latest
        version is taken.
    RETURNS (ReportFormat | FindingFormat): The format.
    RAISES (RecordError): Where there is none, with the names that are.
    """
    registered = registry.get_all()
    names = [key for key in registered if name in (key, _short(key))]
    if not names:
        raise RecordError(f"Unknown format '{name}'. Formats: {', '.join(sorted(map(_short, registered)))}.")
    return registered[max(names, key=_version)]()


def by_suffix(registry: Any, path: Path) -> Any:
    """The format of a file by the end of its name.

    registry (catalogue.Registry): `report_readers` or `finding_writers`.
    path (Path): The file.
    RETURNS (ReportFormat | FindingFormat): The format.
    RAISES (RecordError): Where no format has that suffix, with those that are known.
    """
    registered = registry.get_all()
    known: dict[str, Any] = {}
    for key in sorted(registered, key=_version):
        found = registered[key]()
        known.update(dict.fromkeys(found.suffixes, found))
    if path.suffix.lower() not in known:
        names = ", ".join(sorted(set(map(_short, registered))))
        raise RecordError(
            f"The name '{path.name}' does not tell its format: known are {', '.join(sorted(known))}. "
            f"Name the format otherwise, one of {names}."
        )
    return known[path.suffix.lower()]


def _short(key: str) -> str:
    return key.rpartition(".")[0].rpartition(".")[2]


def _version(key: str) -> tuple[int, str]:
    number = key.rpartition(".v")[2]
    return (int(number) if number.isdecimal() else 0, key)
