"""`spacy-spine experiments`: grids of trainings and their tables."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ._files import write_json, write_text

RESULTS, WORK = Path("results"), Path("experiments")

experiments_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


@experiments_app.callback()
def experiments_options() -> None:
    """Grids of trainings and their tables."""


@experiments_app.command("run")
def run_command(
    grid: Annotated[Path, typer.Argument(help="The grid, a TOML file.")],
    results: Annotated[Path, typer.Option(help="Gets a folder of the grid's name with a small file a cell.")] = RESULTS,
    work: Annotated[Path, typer.Option(help="Gets a folder of the grid's name with models and logs.")] = WORK,
    gpu: Annotated[list[int] | None, typer.Option(min=0, help="A graphics card; repeat it for several.")] = None,
    cells: Annotated[list[str] | None, typer.Option(help="Only cells of such names: 'lumbar-*'; may repeat.")] = None,
    keep_models: Annotated[bool, typer.Option(help="Keep the models, which `analyze report` compares.")] = True,
    list_only: Annotated[bool, typer.Option("--list", help="Only list the cells and which are done.")] = False,
) -> None:
    """Train and measure every cell of a grid that has no result yet: one a graphics card, or one at a time without.

    It can be stopped at any time and goes on with the same command, also on another machine that has the results.
    """
    from ..experiments.grid import load_grid
    from ..experiments.run import Runner, select

    loaded = load_grid(grid)
    chosen = select(loaded.cells, cells or [])
    runner = Runner(loaded, results, work, gpus=gpu or (), keep_models=keep_models)
    if list_only:
        for cell in chosen:
            print(f"{'done' if runner.done(cell) else '-':5}{cell.id}")
        return
    failed = runner.run(chosen)
    for name, reason in failed.items():
        print(f"{name}: {reason}", file=sys.stderr)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} cells are done: {results / loaded.name}")
    if failed:
        raise typer.Exit(1)


@experiments_app.command("table")
def table_command(
    results: Annotated[Path, typer.Argument(help="Folder of a grid's results, with the folder cells/ inside.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="All figures as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The tables as Markdown.")] = None,
    samples: Annotated[int, typer.Option(min=1, help="Samples of the bootstrap over reports.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
) -> None:
    """Single-task against multi-task models, groups of tasks and aggregators: macro F1, differences, and costs.

    A grid that is not finished gives tables of what is there; each figure says of how many trials it is.
    """
    from ..experiments.comparisons import compare_cells
    from ..experiments.results import read_results
    from ..experiments.tables import experiment_tables

    found = compare_cells(read_results(results), samples=samples, seed=seed)
    shown = experiment_tables(found)
    print(shown, end="")
    if markdown:
        write_text(markdown, shown)
    if output:
        write_json(output, found)
