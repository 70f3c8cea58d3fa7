"""`spacy-spine figure` and `spacy-spine metrics mean`, on files of `spacy-spine evaluate`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Spine = Callable[..., Any]
WORST = {"mention": "explicit", "stenosis": "severe", "disc": "severe", "nerve": "abnormal"}
LOWEST = {"mention": "explicit", "stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}


@pytest.fixture
def metrics(spine: Spine, toy_model: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two files of figures: all right, and one of two segments wrong."""
    paths = []
    for name, text in (("clean", "L4-L5 severe. L5-S1 normal."), ("noisy", "L4-L5 sevre. L5-S1 normal.")):
        report = {
            "id": "a",
            "text": text,
            "region": "lumbar",
            "locations": [[0, 5, ["L4-L5"]]],
            "segments": {"L4-L5": WORST, "L5-S1": LOWEST},
        }
        source = tmp_path / f"{name}.jsonl"
        source.write_text(json.dumps(report) + "\n")
        paths.append(tmp_path / f"{name}.json")
        assert spine("evaluate", toy_model, source, "--output", paths[-1], "--region", "lumbar").exit_code == 0
    return paths[0], paths[1]


def failed(result: Any) -> str:
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    return result.stderr


def test_mean_over_runs(spine: Spine, metrics: tuple[Path, Path], tmp_path: Path) -> None:
    output, markdown = tmp_path / "mean.json", tmp_path / "new" / "mean.md"
    result = spine("metrics", "mean", *metrics, "--output", output, "--markdown", markdown)
    assert result.exit_code == 0
    assert result.stdout == markdown.read_text()
    mean = json.loads(output.read_text())
    disc = mean["end_to_end"]["scores"]["all"]["severities"]["disc"]
    assert mean["runs"] == 2
    assert disc["accuracy"] == 0.75
    assert mean["sd"]["end_to_end"]["scores"]["all"]["severities"]["disc"]["accuracy"] == pytest.approx(
        0.35355, abs=1e-4
    )
    assert "0.750 ± 0.354" in result.stdout
    assert "## End to end, from raw text: 1 reports, lumbar" in result.stdout


def test_means_of_several_sets(spine: Spine, metrics: tuple[Path, Path], tmp_path: Path) -> None:
    clean, noisy = metrics
    output = tmp_path / "mean.json"
    result = spine("metrics", "mean", f"A={clean}", f"B={noisy}", f"A={clean}", "--no-tables", "--output", output)
    assert [line.split("|")[1].strip() for line in result.stdout.splitlines()[2:]] == ["A, end to end", "B, end to end"]
    assert {name: one["runs"] for name, one in json.loads(output.read_text()).items()} == {"A": 2, "B": 1}
    assert "Either all files" in failed(spine("metrics", "mean", f"A={clean}", noisy))


def test_figures(spine: Spine, metrics: tuple[Path, Path], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    clean, noisy = metrics
    curve, noise = tmp_path / "curve.svg", tmp_path / "new" / "noise.svg"
    assert spine("figure", "risk-coverage", f"As it is={clean}", noisy, "-o", curve).exit_code == 0
    for word in ("As it is", "noisy", "grades left to a person", "stenosis", "disc", "nerve"):
        assert f">{word}</text>" in curve.read_text()
    assert spine("figure", "noise", f"1={noisy}", f"0={clean}", f"1={clean}", "-o", noise).exit_code == 0
    assert ">strength of the noise</text>" in noise.read_text()


def test_the_mean_of_runs_is_drawn_as_a_run(spine: Spine, metrics: tuple[Path, Path], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    spine("metrics", "mean", *metrics, "--output", tmp_path / "mean.json")
    assert spine("figure", "risk-coverage", tmp_path / "mean.json", "-o", tmp_path / "f.svg").exit_code == 0


def test_what_cannot_be_drawn_is_one_sentence(spine: Spine, metrics: tuple[Path, Path], tmp_path: Path) -> None:
    clean, figure = metrics[0], tmp_path / "f.svg"
    draw = ("figure", "risk-coverage")
    assert "no figures of 'gold_locations'" in failed(spine(*draw, clean, "--gold-locations", "-o", figure))
    assert "no figures of region 'cervical'" in failed(spine(*draw, clean, "-r", "cervical", "-o", figure))
    assert "Two panels are called 'clean'" in failed(spine(*draw, clean, clean, "-o", figure))
    assert "No such file" in failed(spine(*draw, tmp_path / "none.json", "-o", figure))
    assert "STRENGTH=METRICS.json" in failed(spine("figure", "noise", clean, "-o", figure))
    (tmp_path / "bad.json").write_text("{")
    assert "it is not JSON" in failed(spine(*draw, tmp_path / "bad.json", "-o", figure))
    (tmp_path / "list.json").write_text("[]")
    assert "not a JSON object" in failed(spine("metrics", "mean", tmp_path / "list.json"))
    assert not figure.exists()
