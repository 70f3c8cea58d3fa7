"""`spacy-spine evaluate-benchmark` and `spacy-spine corpus join`: public datasets with annotations of ours."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ..errors import CorpusError
from ._files import write_text

if TYPE_CHECKING:
    from spacy.language import Language

BenchmarkName = Annotated[str, typer.Argument(help="Manifest, e.g. assets/benchmarks/NAME.json, or a plugin's name.")]
DatasetPath = Annotated[Path, typer.Argument(help="The dataset's file as it was downloaded.")]


def join_command(
    benchmark: BenchmarkName,
    dataset: DatasetPath,
    output: Annotated[Path, typer.Argument(help=".jsonl, NAME.texts.jsonl (a pair), .spacy, or .json (Label Studio).")],
) -> None:
    """Write a benchmark's annotations together with the texts of its dataset, for your own use.

    Whoever passes the file on passes on the dataset: its licence holds.
    """
    from ..corpus.benchmarks import get_benchmark, join
    from ..corpus.formats import write_any
    from ..corpus.jsonl import GOLD, TEXTS

    one = get_benchmark(benchmark)
    written = {output.with_name(output.name.replace(TEXTS, GOLD)), output}
    if {path.resolve() for path in written} & {path.resolve() for path in (one.gold, dataset, Path(benchmark))}:
        raise CorpusError(f"'{output}' would write over the benchmark or its dataset; take another name.")
    reports = join(one, dataset)
    write_any(output, reports)
    print(f"{len(reports)} reports of {one.name}: {output} ({one.dataset.licence}, {one.dataset.authors})")


def evaluate_benchmark_command(
    benchmark: BenchmarkName,
    dataset: DatasetPath,
    model: Annotated[str | None, typer.Option("--model", "-m", help="Installed pipeline or folder.")] = None,
    findings: Annotated[
        Path | None, typer.Option(help="JSONL of what another system found, as `spacy-spine extract` writes it.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="All figures as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The tables as Markdown.")] = None,
    errors: Annotated[Path | None, typer.Option(help="JSONL of all that was found wrong, without text.")] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Reports at once.")] = 64,
) -> None:
    """Measure a pipeline, or the findings of any other system, on a public benchmark: end to end from raw text.

    Missed and invented segments count as errors. Where no line of the findings has locations, those are not measured.
    """
    from ..anatomy import get_regions
    from ..corpus.benchmarks import get_benchmark, join
    from ..corpus.lines import write_lines
    from ..pipeline.loading import load_pipeline
    from ..training.evaluation import evaluate
    from ..training.replay import Replay
    from ..training.tables import evaluation_tables

    if (model is None) == (findings is None):
        raise CorpusError("What is to be measured? Give either --model or --findings.")
    one = get_benchmark(benchmark)
    reports, regions = join(one, dataset), get_regions(one.region)
    if model:
        nlp = load_pipeline(model)
    else:
        replay = Replay(cast(Path, findings), reports, regions)
        nlp = cast("Language", replay)  # it does what `evaluate` asks of a pipeline
        reports = reports if replay.locates else [replace(report, locations=()) for report in reports]
    evaluation = evaluate(nlp, reports, regions=regions, batch_size=batch_size)
    tables = f"# {one.name}\n\n{evaluation_tables([evaluation])}"
    print(tables)
    print(
        f"Texts: {one.dataset.authors}, {one.dataset.title}, doi {one.dataset.doi}, {one.dataset.licence}",
        file=sys.stderr,
    )
    if markdown:
        write_text(markdown, tables)
    if output:
        write_text(
            output, json.dumps({**_about(nlp, model), "benchmark": one.name, **evaluation.to_dict()}, indent=2) + "\n"
        )
    if errors:
        write_lines(errors, evaluation.errors)


def _about(nlp: "Language", model: str | None) -> dict[str, Any]:
    if model is None:
        return {"findings": nlp.meta["name"]}
    return {"pipeline": {"name": f"{nlp.meta['lang']}_{nlp.meta['name']}", "version": nlp.meta["version"]}}
