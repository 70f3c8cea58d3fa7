"""What a grid's results still lack for the analysis, made from the models that its cells have left.

For each encoder and seed: CKA of all two single-task models of a region and of two regions, and of each single-task
model with the model of all tasks of its region, on the dev parts; gradients between single-task models of two regions,
on the first segments of the training parts. And CKA of single-task models of one task and two seeds, which says how
alike models are that only chance has parted. Models of cells whose gradients an aggregator combined are left out.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path
from typing import Any

from ..errors import CorpusError
from ..experiments.files import write_whole
from ..experiments.machine import data_digests
from ..experiments.results import CellResult, read_results
from ..experiments.stages import MODEL
from .grouping.gains import qualified, region_of
from .measures import ALL, APART
from .networks import SeverityModel, open_models
from .results import CKA, GRADIENTS
from .samples import mini_batches
from .segments import read_files, shared_texts

BATCH_SEGMENTS, SEGMENTS = 16, 128  # of gradients, as the grid's own measurements

Say = Callable[[str], None]


@dataclass(frozen=True)
class End:
    """A model of a cell.

    cell (CellResult): The cell.
    task (str): Its task, or "all".
    """

    cell: CellResult
    task: str

    @property
    def name(self) -> str:
        return f"{self.cell.id}.{self.task}"


Pair = tuple[End, End]


@dataclass
class Completion:
    """Makes what is missing.

    folder (Path): results/GRID.
    work (Path): Folder with a folder of each cell's name, which holds model-best.
    data (Sequence[Path]): Annotated reports to measure on, in place of the parts that the models were trained with.
    say (Callable): Takes a sentence about what is left out.
    progress (bool): Whether to show bars.
    """

    folder: Path
    work: Path
    data: Sequence[Path] = ()
    say: Say = print
    progress: bool = False
    _lost: list[str] = field(default_factory=list, repr=False)  # names of files whose models are gone

    def run(self) -> list[Path]:
        """Make all that is missing and can be made.

        RETURNS (list[Path]): The files that were written.
        RAISES (CorpusError): Where there are no results, or a data file is missing or not the one trained with.
        """
        cells = [cell for cell in read_results(self.folder) if not cell.cell["aggregator"]]
        written: list[Path] = []
        for own in _by_run(cells):
            singles, wholes = _singles(own), _wholes(own)
            for region, ends in singles.items():
                pairs = list(combinations(ends, 2))
                pairs += [(end, wholes[region]) for end in ends if region in wholes]
                written += self._similarities(pairs)
            across = [pair for a, b in combinations(singles.values(), 2) for pair in product(a, b)]
            written += self._similarities(across)
            written += self._gradients([pair for pair in across if all(end.cell.gradients for end in pair)])
        for ends in _by_task(cells):
            written += self._similarities(list(combinations(ends, 2)))
        if self._lost:
            self.say(
                f"{len(self._lost)} files of CKA or gradients are missing and cannot be made, such as {self._lost[0]}: "
                f"the models of their cells are not in '{self.work}'."
            )
        return written

    def _similarities(self, pairs: Sequence[Pair]) -> list[Path]:
        from .representations.similarity import compare_many

        wanted = self._missing(CKA, pairs)
        if not wanted:
            return []
        ends, models = self._open(wanted)
        texts = shared_texts(models, self._parts("dev", ends, models))
        places = {end.name: place for place, end in enumerate(ends)}
        found = compare_many(
            models, texts, pairs=[(places[a.name], places[b.name]) for a, b in wanted], progress=self.progress
        )
        return [
            self._write(CKA, pair, {**one.to_dict(), "a": pair[0].name, "b": pair[1].name})
            for pair, one in zip(wanted, found, strict=True)
        ]

    def _gradients(self, pairs: Sequence[Pair]) -> list[Path]:
        from .gradients.task_gradients import TaskGradients, measure

        wanted = self._missing(GRADIENTS, pairs)
        if not wanted:
            return []
        ends, models = self._open(wanted)
        _, samples = read_files(models, self._parts("train", ends, models), limit=SEGMENTS)
        row = measure(TaskGradients(models), mini_batches(samples, BATCH_SEGMENTS))
        order = [end.name for end in ends]
        written = []
        for pair in wanted:
            names = [row["tasks"][order.index(end.name)] for end in pair]
            place = next(i for i, two in enumerate(row["pairs"]) if set(two) == set(names))
            written.append(self._write(GRADIENTS, pair, _one_pair(row, place)))
        return written

    def _missing(self, kind: str, pairs: Iterable[Pair]) -> list[Pair]:
        """The pairs without a file, of those whose models are there."""
        missing = [pair for pair in pairs if not self._path(kind, pair).exists()]
        there = [pair for pair in missing if all((self.work / end.cell.id / MODEL).is_dir() for end in pair)]
        self._lost += [self._path(kind, pair).name for pair in missing if pair not in there]
        return there

    def _open(self, pairs: Iterable[Pair]) -> tuple[list[End], list[SeverityModel]]:
        """All models of some pairs, each once."""
        ends = list({end.name: end for pair in pairs for end in pair}.values())
        opened = {id: open_models(self.work / id / MODEL) for id in dict.fromkeys(end.cell.id for end in ends)}
        return ends, [_model(end, opened[end.cell.id]) for end in ends]

    def _parts(self, part: str, ends: Sequence[End], models: Sequence[SeverityModel]) -> list[Path]:
        """The files that some models are measured on, each once."""
        if self.data:
            return list(self.data)
        files: dict[Path, str] = {}
        for end, model in zip(ends, models, strict=True):
            path = Path(model.nlp.config.get("paths", {}).get(part) or "")
            if not path.is_file():
                raise CorpusError(f"The {part} part of cell {end.cell.id} is not at '{path}': name it with --data.")
            if path not in files:
                files[path] = data_digests({part: path})[part]
            if files[path] != end.cell.data.get(part):
                raise CorpusError(f"'{path}' has changed since cell {end.cell.id} was trained: name one with --data.")
        return list(files)

    def _path(self, kind: str, pair: Pair) -> Path:
        return self.folder / kind / f"{pair[0].name}--{pair[1].name}.json"

    def _write(self, kind: str, pair: Pair, data: Mapping[str, Any]) -> Path:
        path = self._path(kind, pair)
        ends = {"cells": [end.cell.id for end in pair], "tasks": [end.task for end in pair]}
        write_whole(path, json.dumps({**data, **ends}) + "\n")
        return path


def _by_run(cells: Iterable[CellResult]) -> Iterator[list[CellResult]]:
    """Cells of one encoder and seed."""
    own: dict[tuple[str, int], list[CellResult]] = {}
    for cell in cells:
        own.setdefault((cell.cell["encoder"], cell.cell["seed"]), []).append(cell)
    yield from own.values()


def _by_task(cells: Sequence[CellResult]) -> Iterator[list[End]]:
    """Single-task models of one encoder and task, of all seeds."""
    own: dict[tuple[str, str, str], list[End]] = {}
    for run in _by_run(cells):
        for region, ends in _singles(run).items():
            for end in ends:
                own.setdefault((end.cell.cell["encoder"], region, end.task), []).append(end)
    yield from own.values()


def _singles(cells: Iterable[CellResult]) -> dict[str, list[End]]:
    """Region → the single-task models of its tasks, those of an "apart" cell first."""
    found: dict[str, dict[str, End]] = {}
    for cell in sorted(cells, key=lambda cell: cell.cell["group"] != APART):
        for tasks in cell.cell["models"]:
            if len(tasks) == 1:
                task = qualified(tasks[0], cell.cell["region"])
                found.setdefault(region_of(task), {}).setdefault(task, End(cell, tasks[0]))
    return {region: list(ends.values()) for region, ends in found.items()}


def _wholes(cells: Iterable[CellResult]) -> dict[str, End]:
    return {cell.cell["region"]: End(cell, ALL) for cell in cells if cell.cell["group"] == ALL}


def _model(end: End, models: Sequence[SeverityModel]) -> SeverityModel:
    """The model of an end among those of its cell."""
    name = end.task.rpartition(".")[2]
    for model in models:
        if end.task == ALL or model.tasks == (name,):
            return model
    raise CorpusError(f"The model of cell {end.cell.id} has no classifier of {end.task} alone.")


def _one_pair(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    """A row of gradients of one pair alone, without the norms of other tasks."""
    names = ("aligned", "cosine", "dot", "apag")
    return {
        **{key: row[key] for key in ("step", "epoch", "batches", "segments")},
        "pairs": [row["pairs"][place]],
        **{name: [row[name][place]] for name in names},
        "norm": [row["norm"][row["tasks"].index(task)] for task in row["pairs"][place]],
        "embedding": {name: [values[place]] for name, values in row["embedding"].items()},
    }
