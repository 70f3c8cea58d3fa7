"""What a grid's results folder holds for the analysis: gradient rows of its cells, and CKA of their models.

A grid goes on: any of it may be missing, and what is there is read.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import CorpusError
from ..experiments.results import CELLS, CellResult, read_results
from .measures import ALL, APART, KINDS, Alignment, CellSimilarity, both, full_name, similarity_of_cells

CKA, GRADIENTS = "cka", "gradients"  # folders of a grid's results, beside its cells


@dataclass(frozen=True)
class GradientRun:
    """The gradient rows of one training.

    region, encoder (str): Of its cell; two regions are written "lumbar – cervical".
    group (str): "apart" (between task-specific models) or the group of one model, between whose heads it was measured.
    aggregator (str): How the model combined its heads' gradients; empty for the plain sum.
    seed (int): Of the training.
    rows (tuple[Alignment, ...]): By step.
    """

    region: str
    encoder: str
    group: str
    aggregator: str
    seed: int
    rows: tuple[Alignment, ...] = field(repr=False)


@dataclass(frozen=True)
class Results:
    """All that a results folder holds.

    name (str): Of the grid.
    cells (tuple[CellResult, ...]): The finished cells.
    gradients (tuple[GradientRun, ...]): Of the cells that measured them, and across regions.
    similarities (tuple[CellSimilarity, ...]): CKA.
    notes (tuple[str, ...]): What could not be placed, in a sentence each.
    """

    name: str
    cells: tuple[CellResult, ...]
    gradients: tuple[GradientRun, ...]
    similarities: tuple[CellSimilarity, ...]
    notes: tuple[str, ...] = ()


def read_folder(folder: Path | str) -> Results:
    """Read a grid's results.

    folder (Path): results/GRID, with cells/*.json, and cka/*.json and gradients/*.json where they were made.
    RETURNS (Results): What is there.
    RAISES (CorpusError): Where there is no cell, or a file is damaged: with its name.
    """
    folder = Path(folder)
    cells = {cell.id: cell for cell in read_results(folder)}
    order = _order(cells.values())
    runs = [run for cell in cells.values() if (run := _own_run(folder, cell))]
    similarities: list[CellSimilarity] = []
    notes: list[str] = []
    for path, data in _files(folder / CKA):
        if two := _two_cells(path, data, cells, notes):
            similarities.append(_named(path, partial(similarity_of_cells, data, *two, order)))
    for path, data in _files(folder / GRADIENTS):
        if two := _two_cells(path, data, cells, notes):
            runs.append(_named(path, partial(_run_across, data, *two)))
    # Single regions first; within each the task-specific models, the model of all tasks, groups.
    runs.sort(
        key=lambda run: (
            _mixed(run),
            run.region,
            run.encoder,
            run.group != APART,
            run.group != ALL,
            run.aggregator,
            run.seed,
        )
    )
    similarities.sort(
        key=lambda one: (KINDS.index(one.kind), one.region, one.encoder, *_places(one, order), one.pair, one.seeds)
    )
    return Results(folder.resolve().name, tuple(cells.values()), tuple(runs), tuple(similarities), tuple(notes))


def _order(cells: Iterable[CellResult]) -> dict[str, int]:
    """The place of each task: as the largest model of its region has it."""
    regions: dict[str, tuple[str, ...]] = {}
    for cell in cells:
        if len(cell.tasks) > len(regions.get(cell.cell["region"], ())):
            regions[cell.cell["region"]] = cell.tasks
    names = dict.fromkeys(
        full_name({"region": name}, task) for name, tasks in sorted(regions.items()) for task in tasks
    )
    return {name: place for place, name in enumerate(names)}


def _mixed(run: GradientRun) -> bool:
    return any("." in task for pair in run.rows[0].pairs for task in pair)


def _places(one: CellSimilarity, order: Mapping[str, int]) -> list[int]:
    return [order.get(full_name({"region": one.region}, task), len(order)) for task in one.pair]


def _own_run(folder: Path, cell: CellResult) -> GradientRun | None:
    def run() -> GradientRun | None:
        rows = [row for row in map(Alignment.from_dict, cell.gradients) if row.known_pairs]
        rows.sort(key=lambda row: row.step)
        one = cell.cell
        if not rows:  # none, or a single task
            return None
        return GradientRun(one["region"], one["encoder"], one["group"], one["aggregator"], one["seed"], tuple(rows))

    return _named(folder / CELLS / f"{cell.id}.json", run)


def _run_across(data: Mapping[str, Any], a: Mapping[str, Any], b: Mapping[str, Any]) -> GradientRun:
    row = Alignment.from_dict(data)
    tasks = data.get("tasks")
    if isinstance(tasks, list) and len(row.pairs) == 1 and len(tasks) == 2:
        row = replace(row, pairs=((full_name(a, tasks[0]), full_name(b, tasks[1])),))
    return GradientRun(both(a, b, "region"), both(a, b, "encoder"), APART, "", a["seed"], (row,))


def _files(folder: Path) -> Iterable[tuple[Path, Any]]:
    for path in sorted(path for path in folder.glob("*.json") if not path.name.startswith(".")):
        try:
            yield path, json.loads(path.read_bytes())
        except ValueError as error:
            raise CorpusError(f"'{path}' is damaged: it is not JSON.") from error


def _two_cells(
    path: Path, data: Any, cells: Mapping[str, CellResult], notes: list[str]
) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """The cells that a file compares, or a note where one of them is not among the results."""
    names = data.get("cells") if isinstance(data, Mapping) else None
    if not isinstance(names, list) or len(names) != 2:
        raise CorpusError(f"'{path}' is damaged: it does not name the two 'cells' that it compares.")
    if missing := [str(name) for name in names if name not in cells]:
        notes.append(
            f"{path.parent.name}/{path.name} is left out: no results of cell {' and '.join(missing)} are here."
        )
        return None
    return cells[names[0]].cell, cells[names[1]].cell


def _named(path: Path, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except CorpusError as error:
        raise CorpusError(f"'{path}' is damaged: {error}.") from error
