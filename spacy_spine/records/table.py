"""A readable table of findings for the terminal."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .severity import level

HEADER = ("report", "segment")
FLAGS = "flags"
NOTHING = "-"
STYLES = {"low": "green", "middle": "yellow", "high": "bold red"}


def findings_table(findings: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Findings as a table, one row a motion segment.

    findings (Iterable[Mapping]): See `records.finding`.
    RETURNS (list[list[str]]): The header, then the rows: report, segment, one cell a pathology such as
        "severe 0.93", and the report's flags in its first row. A report without segments has one row.
    """
    found = list(findings)
    segments = [segment for one in found for segment in one["segments"]]
    pathologies = list(dict.fromkeys(name for segment in segments for name in segment["severities"]))
    table = [[*HEADER, *pathologies, FLAGS]]
    for one in found:
        flags = ", ".join(one["quality_flags"])
        if not one["segments"]:
            table.append([one["id"], NOTHING, *[NOTHING for _ in pathologies], flags])
        for i, segment in enumerate(one["segments"]):
            cells = [_cell(segment["severities"].get(name)) for name in pathologies]
            table.append([one["id"] if i == 0 else "", segment["segment"], *cells, flags if i == 0 else ""])
    return table


def print_findings(findings: Iterable[Mapping[str, Any]], file: IO[str]) -> None:
    """Print the table: with colours and lines to a terminal, else as plain aligned columns.

    findings (Iterable[Mapping]): See `records.finding`.
    file (IO[str]): Where to.
    """
    found = list(findings)
    table = findings_table(found)
    if not file.isatty():
        widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
        for row in table:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), file=file)
        return
    colours = _colours(found)
    pretty = Table(*table[0], header_style="bold")
    for row in table[1:]:
        if row[0] and pretty.row_count:
            pretty.add_section()
        pretty.add_row(
            *(Text(cell, style=colours.get((column, cell), "")) for column, cell in zip(table[0], row, strict=True))
        )
    Console(file=file).print(pretty)


def _cell(severity: Mapping[str, Any] | None) -> str:
    return NOTHING if severity is None else f"{severity['label']} {severity['scores'][severity['label']]:.2f}"


def _colours(findings: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    return {
        (name, _cell(severity)): STYLES[level(severity["label"], severity["scores"])]
        for one in findings
        for segment in one["segments"]
        for name, severity in segment["severities"].items()
    }
