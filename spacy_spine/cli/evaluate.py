"""`spacy-spine evaluate`: how well a pipeline reads annotated reports."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._files import write_text

if TYPE_CHECKING:
    from spacy.language import Language

    from ..corpus.report import AnnotatedReport
    from ..training.evaluation import Evaluation


def evaluate_command(
    model: Annotated[str, typer.Argument(help="Installed pipeline or folder.")],
    texts: Annotated[Path, typer.Argument(help="NAME.texts.jsonl, or annotated reports in any form of ours.")],
    gold: Annotated[
        Path | None, typer.Argument(help="NAME.gold.jsonl; left out where TEXTS names a pair, or holds both.")
    ] = None,
    gold_locations: Annotated[
        bool, typer.Option("--gold-locations", help="Measure only what comes after gold locations.")
    ] = False,
    gold_segments: Annotated[
        bool,
        typer.Option("--gold-segments/--no-gold-segments", help="Measure a second time, given the gold locations."),
    ] = True,
    region: Annotated[
        str | None, typer.Option("--region", "-r", help="What is measured [default: what the pipeline reads].")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="All figures as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The tables as Markdown.")] = None,
    errors: Annotated[Path | None, typer.Option(help="JSONL of all that was found wrong, by report.")] = None,
    meta: Annotated[
        Path | None, typer.Option(help="The pipeline's meta.json with these figures, for `spacy package --meta-path`.")
    ] = None,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Put text of the reports into the list of errors.")
    ] = False,
    batch_size: Annotated[int, typer.Option(min=1, help="Reports at once.")] = 64,
) -> None:
    """Compare what a pipeline finds with what is annotated: end to end from raw text, then given the gold locations.

    Reports are never shown; the list of errors holds their text only with --show-text.
    """
    from ..anatomy import get_regions
    from ..corpus.lines import write_lines
    from ..pipeline.loading import load_pipeline
    from ..pipeline.regions import pipeline_regions
    from ..training.evaluation import evaluate, location_pipes
    from ..training.tables import evaluation_tables

    nlp = load_pipeline(model)
    regions = get_regions(region) if region else pipeline_regions(nlp)
    reports = _reports(texts, gold)
    passes = [True] if gold_locations else [False]
    again = gold_segments and not gold_locations
    if again and location_pipes(nlp):
        passes.append(True)
    evaluations = [
        evaluate(nlp, reports, regions=regions, gold_locations=given, batch_size=batch_size, with_text=show_text)
        for given in passes
    ]
    if again and len(passes) == 1:
        print("No pipe finds locations by itself: no second pass, given the gold ones.", file=sys.stderr)
    tables = evaluation_tables(evaluations)
    print(tables)
    if markdown:
        write_text(markdown, tables)
    if output:
        write_text(output, json.dumps(_figures(nlp, evaluations), indent=2) + "\n")
    if meta:
        write_text(meta, json.dumps(nlp.meta | {"performance": performance(evaluations)}, indent=2) + "\n")
    if errors:
        write_lines(errors, (error for evaluation in evaluations for error in _rows(evaluation)))


def performance(evaluations: "list[Evaluation]") -> dict[str, Any]:
    """The few figures that a pipeline's meta.json carries, under flat names.

    evaluations (list[Evaluation]): The passes.
    RETURNS (dict): e.g. locations_f, segments_f, disc_macro_f, and gold_locations_disc_macro_f.
    """
    figures: dict[str, Any] = {}
    for evaluation in evaluations:
        scores = evaluation.scores["all"]
        prefix = "gold_locations_" if evaluation.gold_locations else ""
        if not evaluation.gold_locations:
            figures["locations_f"] = scores["locations"]["overlap"]["f1"]
        figures[f"{prefix}segments_f"] = scores["segments"]["f1"]
        figures |= {f"{prefix}{name}_macro_f": one["macro_f1"] for name, one in scores["severities"].items()}
    return figures


def _reports(texts: Path, gold: Path | None) -> "list[AnnotatedReport]":
    from ..corpus.formats import read_reports
    from ..corpus.jsonl import Source, read_source

    return list(read_reports(texts) if gold is None else read_source(Source(texts, gold)))


def _figures(nlp: "Language", evaluations: "list[Evaluation]") -> dict[str, Any]:
    name = f"{nlp.meta['lang']}_{nlp.meta['name']}"
    return {
        "pipeline": {"name": name, "version": nlp.meta["version"]},
        **{"gold_locations" if one.gold_locations else "end_to_end": one.to_dict() for one in evaluations},
    }


def _rows(evaluation: "Evaluation") -> list[dict[str, Any]]:
    run = "gold_locations" if evaluation.gold_locations else "end_to_end"
    return [{"pass": run, **error} for error in evaluation.errors]
