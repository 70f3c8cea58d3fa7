"""`spacy-spine extract`: reports in, findings out."""

import json
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

if TYPE_CHECKING:
    from ..records import BadRecord

STDOUT = "-"
ERRORS_SUFFIX = ".errors.jsonl"
SOME_FAILED = 3
# A forked worker hangs where torch has threads of its own.
WORKER_THREADS = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


def extract_command(
    input: Annotated[
        str, typer.Argument(help='Text file, folder of .txt files, JSONL, CSV, Parquet, or "-" (standard input).')
    ],
    output: Annotated[str, typer.Argument(help='.jsonl, .csv or .parquet, or "-" (standard output, JSONL).')],
    model: Annotated[str, typer.Option("--model", "-m", help="Installed pipeline or folder.")] = "en_spine_lumbar",
    id_column: Annotated[str, typer.Option(help="Column or key of the report's id.")] = "id",
    text_column: Annotated[str, typer.Option(help="Column or key of the report's text.")] = "text",
    input_format: Annotated[
        str | None, typer.Option(help="text, folder, jsonl, csv, parquet, or of a plugin; by the name if left out.")
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="jsonl, csv, parquet, or of a plugin; by the name if left out.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(help="JSONL of the reports set aside [default: OUTPUT with .errors.jsonl].")
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Reports at once.")] = 64,
    n_process: Annotated[int, typer.Option(min=1, help="Worker processes, one thread each.")] = 1,
    text: Annotated[bool, typer.Option("--text/--no-text", help="Sentences with their text, or offsets only.")] = True,
) -> None:
    """Read reports and write what was found at each motion segment.

    Reports that cannot be read are set aside with their id and the reason, and the rest goes on: exit code 3.
    OUTPUT appears only when it is complete.
    """
    if n_process > 1:
        os.environ.update(WORKER_THREADS)
    # Imported here, as in every command: `--help` must not wait for spaCy.
    from tqdm import tqdm

    from ..pipeline.loading import load_pipeline
    from ..pipeline.regions import pipeline_regions
    from ..records import BadRecord, Fields, extract, labels_of, open_findings, read_reports

    _check_paths(input, output, errors)
    nlp = load_pipeline(model)
    labels = labels_of(pipeline_regions(nlp))
    reports = read_reports(input, Fields(id_column, text_column), format=input_format, max_length=nlp.max_length)
    counts = dict.fromkeys(("read", "graded", "without segments", "flagged", "failed"), 0)
    start = time.perf_counter()
    with ErrorFile(errors, output) as set_aside, open_findings(output, labels, format=format) as writer:
        found = extract(nlp, reports, batch_size=batch_size, n_process=n_process, with_text=text)
        for record in tqdm(found, desc="extract", unit=" reports", file=sys.stderr, mininterval=0.5):
            counts["read"] += 1
            if isinstance(record, BadRecord):
                counts["failed"] += 1
                set_aside.write(record)
                continue
            counts["graded" if record["segments"] else "without segments"] += 1
            counts["flagged"] += bool(record["quality_flags"])
            writer.write(record)
    seconds = time.perf_counter() - start
    summary = ", ".join(f"{count} {name}" for name, count in counts.items())
    print(f"{summary}; {counts['read'] / seconds:.1f} reports/s", file=sys.stderr)
    if counts["failed"]:
        print(f"Set aside: {set_aside.path or 'use --errors FILE to list them'}", file=sys.stderr)
        raise typer.Exit(SOME_FAILED)


class ErrorFile(ExitStack):
    """Ids and reasons of the reports set aside, one JSON object a line.

    It is there afterwards where a report failed or where it was asked for by name; one of an earlier run is gone.

    path (Path | None): The file asked for.
    output (str): What it is named after otherwise; nothing is written beside standard output.
    """

    def __init__(self, path: Path | None, output: str) -> None:
        super().__init__()
        self._wanted = path is not None
        self._stream: BinaryIO | None = None
        self.path = Path(output).with_suffix(ERRORS_SUFFIX) if path is None and output != STDOUT else path

    def write(self, record: "BadRecord") -> None:
        """Write one."""
        if self.path is not None:
            self._open(self.path).write(json.dumps(asdict(record)).encode() + b"\n")

    def __exit__(self, *exception: Any) -> bool | None:
        if exception[0] is None and self.path is not None:
            if self._wanted:
                self._open(self.path)
            elif self._stream is None:
                self.path.unlink(missing_ok=True)
        return super().__exit__(*exception)

    def _open(self, path: Path) -> BinaryIO:
        from ..records import open_new

        if self._stream is None:
            self._stream = self.enter_context(open_new(path))
        return self._stream


def _check_paths(*paths: str | Path | None) -> None:
    """One file cannot be two things: the findings would take the place of the reports."""
    from ..errors import RecordError

    given = [Path(path).resolve() for path in paths if path is not None and str(path) != STDOUT]
    if len(set(given)) < len(given):
        raise RecordError("INPUT, OUTPUT and --errors must be different files.")
