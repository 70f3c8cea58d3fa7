"""`spacy-spine grouping`: sentences and groups measured on their own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CorpusError
from ._files import write_text

if TYPE_CHECKING:
    from ..corpus.report import AnnotatedReport


def grouping_command(
    data: Annotated[Path, typer.Argument(help="Annotated reports: a file, a pair or a folder.")],
    region: Annotated[str, typer.Option("--region", "-r", help="What is grouped, e.g. lumbar.")] = "lumbar",
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Pipeline or folder [default: the rules as they ship].")
    ] = None,
    leave_out: Annotated[
        Path | None, typer.Option(help="Practices that are not looked at, one a line: those of the test part.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="All figures as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The tables as Markdown.")] = None,
    errors: Annotated[Path | None, typer.Option(help="JSONL of all that was found wrong, by report.")] = None,
    show_text: Annotated[bool, typer.Option("--show-text", help="Put text of the reports into that list.")] = False,
) -> None:
    """Give annotated reports their gold locations, and count what the annotations settle of sentences and groups.

    Segments missed and invented, pairs of a sentence and a segment that is not annotated, by the rule that made them,
    locations cut by a sentence's end, segments whose sentences say nothing of what is graded.
    """
    from ..anatomy import get_regions
    from ..corpus.docs import blank_pipeline
    from ..corpus.formats import read_reports
    from ..corpus.lines import write_lines
    from ..pipeline.loading import load_pipeline
    from ..pipeline.segment_grouper import SegmentGrouper
    from ..pipeline.spine_sentencizer import SpineSentencizer
    from ..training.grouping import grouping_pipes, measure_grouping
    from ..training.grouping_tables import grouping_tables

    regions = get_regions(region)
    nlp = load_pipeline(model) if model else blank_pipeline()
    pipes = grouping_pipes(nlp) if model else [SpineSentencizer(), SegmentGrouper(region=regions)]
    reports = _without(read_reports(data), leave_out)
    measures = measure_grouping(pipes, reports, nlp=nlp, regions=regions, with_text=show_text)
    tables = grouping_tables(measures)
    print(tables)
    if markdown:
        write_text(markdown, tables)
    if output:
        write_text(output, json.dumps(measures.to_dict(), indent=2) + "\n")
    if errors:
        write_lines(errors, measures.errors)


def _without(reports: "Iterator[AnnotatedReport]", practices: Path | None) -> "Iterator[AnnotatedReport]":
    try:
        left_out = set(practices.read_text(encoding="utf-8").splitlines()) if practices else set()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"Cannot read '{practices}' ({type(error).__name__}).") from error
    return (report for report in reports if report.practice not in left_out or not report.practice)
