"""`spacy-spine show`: the findings of reports, to read: a table in the terminal, one report as a page."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import RecordError
from .extract import SOME_FAILED

if TYPE_CHECKING:
    from ..records import Report


def show_command(
    reports: Annotated[
        list[str], typer.Argument(help='Text files, folders, JSONL, CSV, Parquet, or "-" (standard input).')
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write a page (HTML) of one report.")] = None,
    model: Annotated[str, typer.Option("--model", "-m", help="Installed pipeline or folder.")] = "en_spine_lumbar",
    report: Annotated[str | None, typer.Option(help="Id of the report on the page [default: the first].")] = None,
    table: Annotated[
        bool | None, typer.Option("--table/--no-table", help="Print the table [default: where no page is written].")
    ] = None,
    id_column: Annotated[str, typer.Option(help="Column or key of the report's id.")] = "id",
    text_column: Annotated[str, typer.Option(help="Column or key of the report's text.")] = "text",
) -> None:
    """Show what was found in reports.

    The page holds the report's text and opens without a network.
    """
    from ..pipeline.loading import load_pipeline
    from ..records import BadRecord, Fields, Report, extract, open_new, print_findings, read_reports, render_page

    fields = Fields(id_column, text_column)
    nlp = load_pipeline(model)
    records = [record for source in reports for record in read_reports(source, fields, max_length=nlp.max_length)]
    if table or (table is None and output is None):
        found = list(extract(nlp, records))
        print_findings([one for one in found if not isinstance(one, BadRecord)], sys.stdout)
        bad = [one for one in found if isinstance(one, BadRecord)]
    else:
        bad = [record for record in records if isinstance(record, BadRecord)]
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        shown = _chosen([record for record in records if isinstance(record, Report)], report)
        with open_new(output) as stream:
            stream.write(render_page(nlp(shown.text), shown.id).encode("utf-8"))
        others = f" (of {len(records)}; --report ID shows another)" if len(records) > 1 and report is None else ""
        print(f"Page of report '{shown.id}'{others}: {output}")
    for one in bad:
        print(f"Set aside: {one.id}: {one.reason}", file=sys.stderr)
    if bad:
        raise typer.Exit(SOME_FAILED)


def _chosen(reports: "list[Report]", key: str | None) -> "Report":
    """The report of the page: the one with the id, or the first."""
    wanted = [one for one in reports if key is None or one.id == key]
    if not wanted:
        raise RecordError("There is no report to show." if key is None else f"No report has the id '{key}'.")
    return wanted[0]
