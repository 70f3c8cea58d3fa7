"""`spacy-spine metrics`: what is done with the files of `spacy-spine evaluate --output`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import CorpusError
from ._files import write_text
from ._metrics import named, read_metrics

metrics_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


@metrics_app.callback()
def metrics_options() -> None:
    """Figures of several runs."""


@metrics_app.command("mean")
def mean_command(
    metrics: Annotated[
        list[str], typer.Argument(help="[SET=]METRICS.json: files of one SET are its runs.", metavar="METRICS...")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Means and deviations as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The tables as Markdown.")] = None,
    tables: Annotated[bool, typer.Option("--tables/--no-tables", help="All tables of each set, or one alone.")] = True,
) -> None:
    """The mean over runs (seeds) of every figure, ± its standard deviation.

    The first table has a row for each set and pass; JSON holds the means under the names that the runs have, so that
    `spacy-spine figure` reads them, and beside them `runs` and `sd`. With several sets each stands under its name.
    """
    from ..training.runs import deviations, mean_of_runs
    from ..training.tables import passes_table, runs_tables

    sets: dict[str, list[dict[str, Any]]] = {}
    for argument in metrics:
        name, path = named(argument)
        sets.setdefault(name, []).append(read_metrics(path))
    if "" in sets and len(sets) > 1:
        raise CorpusError("Either all files have the name of their set, SET=METRICS.json, or none has.")
    means = {name: mean_of_runs(runs) for name, runs in sets.items()}
    parts = [passes_table(means)]
    if tables:
        parts += [runs_tables(name, one) for name, one in means.items()]
    shown = "\n\n".join(part.rstrip() for part in parts)
    print(shown)
    if markdown:
        write_text(markdown, shown + "\n")
    if output:
        found = {name: {"runs": len(sets[name]), **one, "sd": deviations(one)} for name, one in means.items()}
        write_text(output, json.dumps(found.get("", found), indent=2) + "\n")
