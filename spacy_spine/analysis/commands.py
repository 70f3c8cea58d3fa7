"""`spacy-spine analyze`: the plugin's commands, thin. Found through the entry-point group `spacy_spine_commands`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..cli._files import write_json, write_text
from ..errors import ModelError

if TYPE_CHECKING:
    from .networks import SeverityModel

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)

Output = Annotated[Path | None, typer.Option("--output", "-o", help="All figures as JSON.")]
Picture = Annotated[Path | None, typer.Option("--figure", help="A figure: .svg, .png or .pdf.")]
Grid = Annotated[Path, typer.Argument(help="Results of a grid: results/GRID.", metavar="EXPERIMENT_DIR")]
Samples = Annotated[int, typer.Option(min=1, help="Draws of the bootstrap.")]
WORK = Path("experiments")


@app.callback()
def analyze_options() -> None:
    """When tasks can share a model: representations, gradients, groups."""


@app.command("cka")
def cka_command(
    model_a: Annotated[str, typer.Argument(help="Installed pipeline or folder.")],
    model_b: Annotated[str, typer.Argument(help="Another one, or the same, to compare its models.")],
    data: Annotated[Path, typer.Argument(help="Annotated reports.")],
    limit: Annotated[int, typer.Option(min=0, help="Most motion segments of a region; 0 for all.")] = 0,
    output: Output = None,
    figure: Picture = None,
    batch_wordpieces: Annotated[
        int, typer.Option(min=0, help="Most wordpieces in the encoder at once; 0 for the model's own setting.")
    ] = 0,
) -> None:
    """Compare how two models represent the same motion segments: linear CKA of each layer.

    Where a pipeline has several severity models, each is compared with each of the other pipeline, and the JSON is a
    list. Both estimators are shown: the biased one is high for unrelated models, too, where there are few segments.
    """
    from .describe import cka_table
    from .measures import similarity_of
    from .report.cka_figures import layers_figure
    from .representations.similarity import compare_many
    from .segments import shared_texts

    models, pairs = _two_pipelines(model_a, model_b)
    texts = shared_texts(models, [data], limit=limit)
    found = compare_many(models, texts, pairs=pairs, batch_wordpieces=batch_wordpieces, progress=True)
    print("\n\n".join(cka_table(one) for one in found))
    if output:
        plain = [one.to_dict() for one in found]
        write_json(output, plain[0] if len(plain) == 1 else plain)
    if figure:
        layers_figure([similarity_of(one.to_dict()) for one in found], "cls").save(figure)


@app.command("gradients")
def gradients_command(
    models: Annotated[
        list[str],
        typer.Argument(help="One: between its heads. Several: between their tasks.", metavar="MODEL..."),
    ],
    data: Annotated[Path, typer.Argument(help="Annotated reports.")],
    batch_segments: Annotated[int, typer.Option(min=1, help="Motion segments of a mini-batch.")] = 16,
    limit: Annotated[int, typer.Option(min=0, help="Most motion segments of a region; 0 for all.")] = 128,
    output: Output = None,
    figure: Picture = None,
) -> None:
    """Compare the gradients of the tasks' losses: the share of mini-batches on which they are aligned, and the cosine.

    By layer (mean over its attention heads), of the token embedding, and over all of them (APAG).
    """
    from .describe import gradients_run, gradients_table
    from .gradients.task_gradients import TaskGradients, measure
    from .report.gradient_figures import aligned_figure
    from .samples import mini_batches
    from .segments import read_files

    parts, samples = read_files([model for opened in _open(models) for model in opened], [data], limit=limit)
    row = measure(TaskGradients(list(parts.values())), mini_batches(samples, batch_segments))
    print(gradients_table(row))
    if output:
        write_json(output, row)
    if figure:
        aligned_figure([gradients_run(row, len(parts))]).save(figure)


@app.command("report")
def report_command(
    folder: Grid,
    models: Annotated[
        Path | None, typer.Option(help="Work folder with the cells' models [default: experiments/GRID].")
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="Annotated reports to compare models on [default: each cell's dev part].")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The page, HTML.")] = Path("report.html"),
    figures: Annotated[Path | None, typer.Option(help="Folder for each figure as a file.")] = None,
    samples: Samples = 10_000,
) -> None:
    """Put all tables and figures of a grid on one page.

    CKA and gradients across regions that are missing are made first, where the cells' models are still there.
    """
    from .completion import Completion
    from .report.figures import write_figures
    from .report.page import write_report

    work = models or WORK / folder.resolve().name
    made = Completion(folder, work, data or (), say=_say, progress=True).run()
    if made:
        print(f"Made {len(made)} files below '{folder}'.")
    print(f"Page: {write_report(folder, output, samples=samples)}")
    if figures:
        print(f"{len(write_figures(folder, figures, samples=samples))} figures: {figures}")


@app.command("grouping")
def grouping_command(
    folder: Grid,
    output: Output = None,
    markdown: Annotated[Path | None, typer.Option(help="The tables as Markdown.")] = None,
    figure: Picture = None,
    gold_locations: Annotated[
        bool, typer.Option("--gold-locations", help="Draw gains given the gold locations instead of end to end.")
    ] = False,
    samples: Samples = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap and the permutations.")] = 0,
) -> None:
    """Do CKA and gradients of single-task models predict what training tasks together gains? What should be grouped?

    Gains of all groups that were trained, how far they are told from the noise of seeds, their rank correlation with
    each predictor, and a recommendation.
    """
    from ..training.tables import END_TO_END, GOLD_LOCATIONS
    from .grouping.figure import grouping_figure
    from .grouping.question import answer
    from .grouping.tables import grouping_tables
    from .results import read_folder

    found = answer(read_folder(folder), samples=samples, seed=seed)
    shown = grouping_tables(found)
    print(shown, end="")
    if markdown:
        write_text(markdown, shown)
    if output:
        write_json(output, found)
    if figure:
        grouping_figure(found, GOLD_LOCATIONS if gold_locations else END_TO_END).save(figure)


def _two_pipelines(model_a: str, model_b: str) -> "tuple[list[SeverityModel], list[tuple[int, int]]]":
    """The models of two pipelines, and which are compared: each of one with each of the other."""
    from itertools import combinations, product

    if Path(model_a).resolve() == Path(model_b).resolve():
        (models,) = _open([model_a])
        if len(models) < 2:
            raise ModelError(f"Pipeline '{model_a}' has one severity model, which is the same as itself.")
        return models, list(combinations(range(len(models)), 2))
    first, second = _open([model_a, model_b])
    count = len(first) + len(second)
    return [*first, *second], list(product(range(len(first)), range(len(first), count)))


def _open(paths: list[str]) -> "list[list[SeverityModel]]":
    """The severity models of pipelines, each called by the end of its path, or by all of it where ends are the same."""
    from ..pipeline.loading import load_pipeline
    from .networks import models_of

    ends = [Path(path).name for path in paths]
    unique = len(set(ends)) == len(ends)
    names = ends if unique else paths
    return [models_of(load_pipeline(path), name) for path, name in zip(paths, names, strict=True)]


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
