"""Result files of an experiment grid's cells: what a training gave, as plain data without weights and without text.

What was found in the reports is kept as codes, two characters a segment: the places of its gold and predicted label
among the task's labels, "-" where it is not annotated or was missed. All figures can be counted again from them, and
reports can be drawn anew for a bootstrap. A report is named by a digest, since its id may identify a patient.
"""

import hashlib
import json
import string
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..anatomy import Regions
from ..errors import CorpusError
from ..training.evaluation import ALL, Evaluation
from ..training.findings import Pair, task_name
from .files import write_whole

FORMAT = "spacy_spine.cell.v1"
CELLS = "cells"  # the folder of a grid's cells
DIGEST_LENGTH = 12
NONE = "-"
PLACES = string.digits + string.ascii_lowercase
# What a cell must say of itself, and how.
CELL_KEYS = {"region": str, "group": str, "models": list, "encoder": str, "seed": int, "aggregator": str}
NUMBER = (int, float, type(None))

# Task → codes of the report's segments, cranial to caudal.
Codes = Mapping[str, list[str]]


@dataclass(frozen=True)
class CellResult:
    """One finished cell of a grid.

    id (str): Unique in the grid, the name of its file: "lumbar-apart-minilm-l6-0".
    cell (Mapping): region, group, models (a list of the tasks of each), encoder, seed, aggregator.
    data (Mapping[str, str]): sha256 of train, dev, test.
    config (str): sha256 of the training's config.
    settings (Mapping): Of the training.
    versions, machine (Mapping): Where it ran.
    time (Mapping[str, float]): training (seconds), prediction (seconds a report).
    memory (Mapping[str, float]): training, prediction: the peak, in MB.
    parameters (int): Of all models of the cell.
    scores (Mapping): By pass ("end_to_end", "gold_locations") and task: macro_f1, labels (F1 of each).
    reports (Mapping): By pass, report's digest and task: codes.
    gradients (list): Rows of the gradient callback.
    """

    id: str
    cell: Mapping[str, Any]
    data: Mapping[str, str]
    config: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    time: Mapping[str, float]
    memory: Mapping[str, float]
    parameters: int
    scores: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(repr=False)
    reports: Mapping[str, Mapping[str, Codes]] = field(repr=False)
    gradients: list[Mapping[str, Any]] = field(default_factory=list, repr=False)

    @property
    def tasks(self) -> tuple[str, ...]:
        """All tasks of its models."""
        return tuple(task for model in self.cell["models"] for task in model)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, data: Any) -> "CellResult":
        """A result of plain data.

        data (Any): What `to_dict` makes.
        RAISES (CorpusError): Where it is anything else, with what is wrong.
        """
        if not isinstance(data, Mapping):
            raise CorpusError("it is not a JSON object")
        if data.get("format") != FORMAT:
            raise CorpusError(f"its format is not '{FORMAT}'")
        names = list(cls.__dataclass_fields__)
        for name in names:
            if name not in data:
                raise CorpusError(f"it has no '{name}'")
        _check_fields(data)
        _check_codes(data["scores"], data["reports"])
        return cls(**{name: data[name] for name in names})


def write_result(path: Path | str, result: CellResult) -> None:
    """Write a cell's file, whole or not at all: a run that is killed leaves no half of one.

    path (Path): The file.
    result (CellResult): The result.
    RAISES (CorpusError): Where it could not be read again, or holds a number that is not finite.
    """
    _check(result.to_dict(), f"The result of cell '{result.id}' cannot be written")
    write_whole(Path(path), _dumps(result))


def read_result(path: Path | str) -> CellResult:
    """Read a cell's file.

    RAISES (CorpusError): Where it cannot be read or holds no result, with its name.
    """
    try:
        data = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise CorpusError(f"Cannot read '{path}': {error.strerror}.") from error
    except ValueError as error:
        raise CorpusError(f"'{path}' is no result of a cell: it is not JSON.") from error
    return _check(data, f"'{path}' is no result of a cell")


def read_results(folder: Path | str) -> list[CellResult]:
    """Read all cells of a grid that are finished.

    folder (Path): The grid's folder, or the folder "cells" inside it.
    RETURNS (list[CellResult]): In the order of their names.
    RAISES (CorpusError): Where there are none, or one cannot be read.
    """
    folder = Path(folder)
    cells = folder / CELLS if (folder / CELLS).is_dir() else folder
    paths = sorted(path for path in cells.glob("*.json") if not path.name.startswith("."))
    if not paths:
        raise CorpusError(f"'{folder}' holds no results of an experiment grid ({CELLS}/*.json).")
    return [read_result(path) for path in paths]


def report_codes(outcomes: Iterable[tuple[str, Mapping[str, Iterable[Pair]]]], regions: Regions) -> dict[str, Codes]:
    """What was found, by report's digest and task, as codes.

    outcomes (Iterable): `Evaluation.outcomes`.
    regions (Regions): What was measured.
    RETURNS (dict): {digest: {"stenosis": ["01", "22", "1-", "-0"]}}; a task has no codes where no segment counts.
    RAISES (CorpusError): Where two reports have one id, or a label is not of its pathology or one too many.
    """
    labels = {task_name(regions, region.name, p.name): p.labels for region in regions for p in region.pathologies}
    for task, own in labels.items():
        if len(own) > len(PLACES):
            raise CorpusError(f"{task} has {len(own)} labels; results hold {len(PLACES)} at most.")
    codes: dict[str, Codes] = {}
    for id, tasks in outcomes:
        name = digest(id)
        if name in codes:
            raise CorpusError("Two of the reports have the same id; ids must be unique in a corpus.")
        codes[name] = {task: [_code(pair, labels[task], task) for pair in pairs] for task, pairs in tasks.items()}
    return codes


def task_scores(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """macro_f1 and labels (F1 of each) of an evaluation by task, as a result file holds them."""
    several = len(evaluation.scores) > 1
    return {
        f"{region}.{name}" if several else name: {
            "macro_f1": one["macro_f1"],
            "labels": {label: own["f1"] for label, own in one["labels"].items()},
        }
        for region, scores in evaluation.scores.items()
        if region != ALL or not several
        for name, one in scores["severities"].items()
    }


def digest(id: str) -> str:
    """How a report is named in results: the first characters of the sha256 of its id."""
    return hashlib.sha256(id.encode()).hexdigest()[:DIGEST_LENGTH]


def _code(pair: Pair, labels: tuple[str, ...], task: str) -> str:
    for label in pair:
        if label is not None and label not in labels:
            raise CorpusError(f"{task}: unknown label '{label}'; there are {', '.join(labels)}.")
    return "".join(NONE if label is None else PLACES[labels.index(label)] for label in pair)


def _dumps(result: CellResult) -> str:
    """JSON with a line a field, and one a row of gradients."""

    def line(value: Any) -> str:
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        except ValueError as error:
            raise CorpusError(f"The result of cell '{result.id}' holds a number that is not finite.") from error

    data = result.to_dict()
    rows = ",\n  ".join(map(line, data.pop("gradients")))
    fields = [f"{line(name)}: {line(value)}" for name, value in data.items()]
    return "{\n" + ",\n".join([*fields, f'"gradients": [{rows and f"{chr(10)}  {rows}{chr(10)}"}]']) + "\n}\n"


def _check(data: Any, wrong: str) -> CellResult:
    try:
        return CellResult.from_dict(data)
    except CorpusError as error:
        raise CorpusError(f"{wrong}: {error}.") from error


def _check_fields(data: Mapping[str, Any]) -> None:
    for name in ("cell", "data", "settings", "versions", "machine", "time", "memory", "scores", "reports"):
        if not isinstance(data[name], Mapping):
            raise CorpusError(f"'{name}' must be an object")
    for name, kind in {"id": str, "config": str, "parameters": int, "gradients": list}.items():
        if not isinstance(data[name], kind):
            raise CorpusError(f"'{name}' must be {'a list' if kind is list else f'of type {kind.__name__}'}")
    for name, kind in CELL_KEYS.items():
        if not isinstance(data["cell"].get(name), kind):
            raise CorpusError(f"'cell' has no '{name}' of type {kind.__name__}")
    if not all(isinstance(model, list) for model in data["cell"]["models"]):
        raise CorpusError("'models' of 'cell' must be a list of the tasks of each")
    for name in ("time", "memory"):
        if not all(isinstance(data[name].get(key), NUMBER) for key in ("training", "prediction")):
            raise CorpusError(f"'{name}' must hold numbers")


def _check_codes(scores: Mapping[str, Any], reports: Mapping[str, Any]) -> None:
    for run, found in reports.items():
        tasks = scores.get(run)
        if not isinstance(tasks, Mapping) or not isinstance(found, Mapping):
            raise CorpusError(f"pass '{run}' needs both scores and reports by task")
        allowed = {task: _allowed(one) for task, one in tasks.items()}
        for codes in found.values():
            if not isinstance(codes, Mapping) or codes.keys() != allowed.keys():
                raise CorpusError(f"reports of pass '{run}' must hold codes of the tasks that have scores")
            if any(not isinstance(one, list) or not allowed[task].issuperset(one) for task, one in codes.items()):
                raise CorpusError(f"reports of pass '{run}' hold a code that is none of their labels")


def _allowed(score: Any) -> set[str]:
    """All codes of a task."""
    labels = score.get("labels") if isinstance(score, Mapping) else None
    if not isinstance(labels, Mapping) or not isinstance(score.get("macro_f1", ""), NUMBER):
        raise CorpusError("scores of a task must hold 'macro_f1' and 'labels'")
    places = [*PLACES[: len(labels)], NONE]
    return {gold + predicted for gold in places for predicted in places} - {NONE + NONE}
