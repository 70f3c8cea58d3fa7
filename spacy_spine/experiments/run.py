"""Runs the cells of a grid that are not done yet: one at a time on the processor, one a graphics card.

A cell is done when its result file is there, which is written last and whole. A cell that was interrupted is begun
anew; what it had left in its work folder is removed.
"""

import json
import os
import queue
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tqdm import tqdm

from ..corpus.formats import read_reports
from ..errors import ConfigError, SpineError
from .config import GRADIENTS_FILE, cell_config, region_block
from .grid import Cell, Grid
from .machine import data_digests, machine, versions
from .results import CELLS, CellResult, read_result, write_result
from .stages import CELL, CONFIG, MEASURED, TRAINED

CPU = -1
LOG = "log.txt"
MODELS = ("model-best", "model-last")


@dataclass(frozen=True)
class Runner:
    """Where a grid runs.

    grid (Grid): The grid.
    results (Path): Folder that gets a folder of the grid's name with its result files.
    work (Path): Folder that gets a folder of the grid's name with models and logs.
    gpus (Sequence[int]): Graphics cards; none for the processor.
    keep_models (bool): Whether the trained models stay in the work folder, for `analyze`.
    """

    grid: Grid
    results: Path
    work: Path
    gpus: Sequence[int] = ()
    keep_models: bool = True

    def result_path(self, cell: Cell) -> Path:
        return self.results / self.grid.name / CELLS / f"{cell.id}.json"

    def folder(self, cell: Cell) -> Path:
        return self.work / self.grid.name / cell.id

    def done(self, cell: Cell) -> bool:
        """Whether a cell's result is there.

        RAISES (ConfigError): Where it is one of other settings or of other data.
        """
        path = self.result_path(cell)
        if not path.exists():
            return False
        result = read_result(path)
        if result.config != self.grid.settings_of(cell).digest():
            raise ConfigError(f"'{path}' was made with other settings: move it away, or give the grid another name.")
        if result.data != _data(self.grid, cell):
            raise ConfigError(f"'{path}' was made with other data: move it away, or give the grid another name.")
        return True

    def run(self, cells: Sequence[Cell], *, progress: bool = True) -> dict[str, str]:
        """Run what is not done.

        cells (Sequence[Cell]): The cells.
        progress (bool): Whether to show a bar.
        RETURNS (dict[str, str]): Reason by id of the cells that failed; the others are done.
        """
        waiting = [cell for cell in cells if not self.done(cell)]
        failed: dict[str, str] = {}
        devices: queue.SimpleQueue[int] = queue.SimpleQueue()
        for gpu in self.gpus or (CPU,):
            devices.put(gpu)

        def one(cell: Cell) -> None:
            device = devices.get()
            try:
                bar.set_postfix_str(cell.id)
                self.run_cell(cell, device)
            finally:
                devices.put(device)

        bar = tqdm(total=len(cells), initial=len(cells) - len(waiting), unit=" cells", disable=not progress)
        with bar, ThreadPoolExecutor(len(self.gpus) or 1) as pool:
            running = {pool.submit(one, cell): cell for cell in waiting}
            try:
                for future in as_completed(running):
                    try:
                        future.result()
                    except SpineError as error:
                        failed[running[future].id] = str(error)
                    bar.update()
            except BaseException:
                pool.shutdown(cancel_futures=True, wait=False)
                raise
        return failed

    def run_cell(self, cell: Cell, device: int = CPU) -> CellResult:
        """Train and measure one cell, and write its result.

        device (int): Graphics card, or -1.
        RETURNS (CellResult): What was written.
        RAISES (ConfigError): Where a stage fails, with the place of its log.
        """
        folder, settings, files = self.folder(cell), self.grid.settings_of(cell), self.grid.parts(cell)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        config = cell_config(
            self.grid.config, cell, settings, files=files, segments=_graded_segments(files["train"]), folder=folder
        )
        config.to_disk(folder / CONFIG)
        about = {
            **cell.to_dict(),
            "region_block": region_block(cell.region, () if "+" not in cell.group else cell.tasks),
            "locations": settings.locations,
            "test": str(files["test"]),
        }
        (folder / CELL).write_text(json.dumps(about), encoding="utf-8")
        for stage in ("train", "measure"):
            _stage(stage, folder, device)
        result = _result(self.grid, cell, folder)
        write_result(self.result_path(cell), result)
        if not self.keep_models:
            for model in MODELS:
                shutil.rmtree(folder / model, ignore_errors=True)
        return result


def _stage(stage: str, folder: Path, device: int) -> None:
    """Run a stage in a process of its own, its output in a log."""
    command = [sys.executable, "-m", "spacy_spine.experiments.stages", stage, str(folder)]
    environment = dict(os.environ)
    if device >= 0:
        environment["CUDA_VISIBLE_DEVICES"] = str(device)
        command += ["--gpu-id", "0"]
    with (folder / LOG).open("a", encoding="utf-8") as log:
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False).returncode
    if code:
        raise ConfigError(f"stage '{stage}' ended with code {code}, see '{folder / LOG}'.")


def _result(grid: Grid, cell: Cell, folder: Path) -> CellResult:
    settings = grid.settings_of(cell)
    trained, measured = (json.loads((folder / name).read_bytes()) for name in (TRAINED, MEASURED))
    lines = (folder / GRADIENTS_FILE).read_text(encoding="utf-8").splitlines() if settings.gradients else []
    return CellResult(
        id=cell.id,
        cell=cell.to_dict(),
        data=_data(grid, cell),
        config=settings.digest(),
        settings=settings.to_dict(),
        versions=versions(),
        machine=machine(),
        time={"training": trained["seconds"], "prediction": measured["seconds_a_report"]},
        memory={
            "training": trained["memory"],
            "prediction": measured["memory"],
            "gpu_training": trained["gpu_memory"],
            "gpu_prediction": measured["gpu_memory"],
        },
        parameters=measured["parameters"],
        scores=measured["scores"],
        reports=measured["reports"],
        gradients=[json.loads(line) for line in lines],
    )


def _data(grid: Grid, cell: Cell) -> dict[str, str]:
    return data_digests(grid.parts(cell))


def _graded_segments(train: Path) -> int:
    return sum(bool(segment.labels) for report in read_reports(train) for segment in report.segments.values())


def select(cells: Sequence[Cell], patterns: Sequence[str]) -> list[Cell]:
    """The cells whose names fit one of some patterns ("lumbar-*"); all where there is no pattern.

    RAISES (ConfigError): For a pattern that fits none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(cell.id, pattern) for cell in cells):
            raise ConfigError(f"No cell of the grid fits '{pattern}'; there are such as '{cells[0].id}'.")
    return [cell for cell in cells if not patterns or any(fnmatchcase(cell.id, pattern) for pattern in patterns)]
