"""A grid on a tiny encoder: killed, gone on with, finished, and read again."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from commands import run

from spacy_spine.errors import ConfigError
from spacy_spine.experiments.grid import load_grid
from spacy_spine.experiments.results import digest, read_results
from spacy_spine.experiments.run import Runner

ROOT = Path(__file__).parents[2]
GRID = """
config = "{config}"
encoders = ["{encoder}"]
[data]
lumbar = "."
[[cells]]
region = "lumbar"
groups = ["apart", "all"]
[[settings]]
steps = 4
evaluations = 1
learn_rate = {rate}
precision = "fp32"
gradients = 2
gradient_segments = 16
"""


@pytest.fixture(scope="module")
def folder(tiny_encoder, tmp_path_factory):
    """A folder with few reports, a grid and its results after it was killed once and gone on with."""
    path = tmp_path_factory.mktemp("grid")
    run("-m", "spacy_spine", "corpus", "split", "assets/corpora", str(path), "--region", "lumbar")
    for part in ("train", "dev", "test"):
        lines = (path / f"{part}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        (path / f"{part}.jsonl").write_text("".join(lines[:12]), encoding="utf-8")
    write_grid(path, tiny_encoder)
    command = [sys.executable, "-m", "spacy_spine", "experiments", "run", "grid.toml"]
    with subprocess.Popen(command, cwd=path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        log = path / "experiments/grid/lumbar-apart-encoder-0/log.txt"
        wait_for(lambda: log.exists() and log.stat().st_size > 0)
        killed.send_signal(signal.SIGKILL)
    assert not (path / "results").exists()
    subprocess.run(command, cwd=path, check=True, capture_output=True)
    return path


def write_grid(path: Path, encoder: str, rate: float = 1e-3) -> None:
    config = (ROOT / "configs/severity.cfg").as_posix()
    (path / "grid.toml").write_text(GRID.format(config=config, encoder=encoder, rate=rate), encoding="utf-8")


def wait_for(happened, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_killed_grid_goes_on_and_loses_nothing(folder):
    results = {result.id: result for result in read_results(folder / "results/grid")}
    assert set(results) == {"lumbar-apart-encoder-0", "lumbar-all-encoder-0"}
    apart, together = results["lumbar-apart-encoder-0"], results["lumbar-all-encoder-0"]
    assert apart.parameters > 2.9 * together.parameters
    for result in results.values():
        assert set(result.scores["end_to_end"]) == set(result.tasks) == {"stenosis", "disc", "nerve"}
        assert len(result.reports["end_to_end"]) == 12
        assert all(len(name) == len(digest("x")) for name in result.reports["end_to_end"])
        assert result.time["training"] > 0
        assert result.memory["training"] > 50
        assert [row["step"] for row in result.gradients] == [0, 2, 4]
        assert {tuple(pair) for pair in result.gradients[0]["pairs"]} == {
            ("stenosis", "disc"),
            ("stenosis", "nerve"),
            ("disc", "nerve"),
        }


def test_results_hold_no_text_and_no_path(folder):
    written = "".join(path.read_text(encoding="utf-8") for path in (folder / "results").rglob("*.json"))
    assert str(folder) not in written
    assert os.path.expanduser("~") not in written


def test_what_is_done_is_not_done_again(folder):
    before = {path: path.stat().st_mtime_ns for path in (folder / "results").rglob("*.json")}
    grid = load_grid(folder / "grid.toml")
    runner = Runner(grid, folder / "results", folder / "experiments")
    assert runner.run(grid.cells, progress=False) == {}
    assert before == {path: path.stat().st_mtime_ns for path in (folder / "results").rglob("*.json")}


def test_results_of_other_settings_are_not_taken_for_these(folder, tiny_encoder):
    write_grid(folder, tiny_encoder, rate=5e-3)
    try:
        grid = load_grid(folder / "grid.toml")
        with pytest.raises(ConfigError, match="made with other settings"):
            Runner(grid, folder / "results", folder / "experiments").done(grid.cells[0])
    finally:
        write_grid(folder, tiny_encoder)


def test_results_of_other_data_are_not_taken_for_these(folder):
    grid = load_grid(folder / "grid.toml")
    runner = Runner(grid, folder / "results", folder / "experiments")
    assert runner.done(grid.cells[0])
    test = folder / "test.jsonl"
    before = test.read_bytes()
    test.write_bytes(before.splitlines(keepends=True)[0])
    try:
        with pytest.raises(ConfigError, match="made with other data"):
            runner.done(grid.cells[0])
    finally:
        test.write_bytes(before)


def test_a_cell_that_fails_does_not_stop_the_others(folder, tmp_path):
    write_grid(tmp_path, str(tmp_path / "no-encoder"))
    for part in ("train", "dev", "test"):
        (tmp_path / f"{part}.jsonl").write_bytes((folder / f"{part}.jsonl").read_bytes())
    broken = load_grid(tmp_path / "grid.toml")
    runner = Runner(broken, tmp_path / "results", tmp_path / "work")
    failed = runner.run(broken.cells, progress=False)
    assert set(failed) == {cell.id for cell in broken.cells}
    assert all("stage 'train'" in reason and "log.txt" in reason for reason in failed.values())


def test_the_command_lists_cells(folder):
    shown = subprocess.run(
        [sys.executable, "-m", "spacy_spine", "experiments", "run", "grid.toml", "--list"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert shown.splitlines() == ["done lumbar-apart-encoder-0", "done lumbar-all-encoder-0"]


def test_cells_share_graphics_cards_one_at_a_time_each(folder, tmp_path, monkeypatch):
    grid = load_grid(folder / "grid.toml")
    cells = [replace(cell, seed=seed) for seed in range(4) for cell in grid.cells]
    busy: set[int] = set()
    ran: list[tuple[str, int]] = []

    def run_cell(runner, cell, device):
        assert device not in busy
        busy.add(device)
        time.sleep(0.05)
        busy.remove(device)
        ran.append((cell.id, device))

    monkeypatch.setattr(Runner, "run_cell", run_cell)
    runner = Runner(grid, tmp_path / "results", tmp_path / "work", gpus=(0, 3))
    assert runner.run(cells, progress=False) == {}
    assert sorted(name for name, _ in ran) == sorted(cell.id for cell in cells)
    assert {device for _, device in ran} == {0, 3}


def test_a_stage_sees_its_graphics_card_alone(folder, tmp_path, monkeypatch):
    seen = []

    def called(command, *, env, **_):
        seen.append((command[3:], env["CUDA_VISIBLE_DEVICES"]))
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(subprocess, "run", called)
    grid = load_grid(folder / "grid.toml")
    runner = Runner(grid, tmp_path / "results", tmp_path / "work", gpus=(3,))
    assert set(runner.run(grid.cells[:1], progress=False)) == {grid.cells[0].id}
    ((command, visible),) = seen
    assert (command[0], command[-2:], visible) == ("train", ["--gpu-id", "0"], "3")
