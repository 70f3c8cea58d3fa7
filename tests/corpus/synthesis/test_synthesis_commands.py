"""`spacy-spine corpus build` and `corpus damage` as a user calls them."""

import json
from pathlib import Path
from typing import Any

import pytest
from annotated import row, write
from typer.testing import CliRunner

from spacy_spine.corpus import read_reports


def spine(*arguments: object) -> Any:
    from spacy_spine.cli._app import app

    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    text = "L4-5: large SECRET extrusion. The remaining levels are normal."
    return write(tmp_path / "in.jsonl", *[row(f"r{n}", practice=f"P{n}", text=f"{text} {n} mm.") for n in range(6)])


def test_build_writes_what_check_passes(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    result = spine("corpus", "build", corpus, output, "--segments", 40, "--seed", 3, "--noise", 0.8)
    assert result.exit_code == 0, result.output
    assert "| motion segments | 12 | 40 |" in result.stdout
    assert spine("corpus", "check", output, "-q").exit_code == 0
    again = tmp_path / "again.jsonl"
    spine("corpus", "build", corpus, again, "--segments", 40, "--seed", 3, "--noise", 0.8)
    assert again.read_bytes() == output.read_bytes()
    assert output.read_bytes().startswith(corpus.read_bytes().splitlines()[0][:40])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--recipe", "paper"], "Error: Unknown recipe 'paper'; there are as_is, balanced, or name a .json file.\n"),
        (["--recipe", "none.json"], "Error: Cannot read the recipe 'none.json' (FileNotFoundError).\n"),
    ],
)
def test_mistakes_are_one_line(corpus: Path, tmp_path: Path, options: list[str], message: str) -> None:
    result = spine("corpus", "build", corpus, tmp_path / "out.jsonl", *options)
    assert result.exit_code == 1
    assert result.stderr == message
    assert not (tmp_path / "out.jsonl").exists()


def test_a_recipe_with_an_unknown_operation_names_it(corpus: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mine.json"
    recipe.write_text(json.dumps({"operations": {"acme.twist.v1": 1}}))
    result = spine("corpus", "build", corpus, tmp_path / "out.jsonl", "--recipe", recipe)
    assert result.stderr.startswith("Error: Unknown operation 'acme.twist.v1'. Registered operations: ")
    assert "SECRET" not in result.output


def test_damage_keeps_ids_and_moves_locations(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "noisy.jsonl"
    result = spine("corpus", "damage", corpus, output, "--strength", 1, "--seed", 2)
    assert result.exit_code == 0, result.output
    before, after = list(read_reports(corpus)), list(read_reports(output))
    assert [(one.id, one.segments) for one in after] == [(one.id, one.segments) for one in before]
    assert [one.text for one in after] != [one.text for one in before]
    assert spine("corpus", "check", output).exit_code == 0


def test_damage_without_strength_copies(corpus: Path, tmp_path: Path) -> None:
    spine("corpus", "damage", corpus, tmp_path / "same.jsonl", "--strength", 0)
    assert list(read_reports(tmp_path / "same.jsonl")) == list(read_reports(corpus))
    refused = spine("corpus", "damage", corpus, tmp_path / "x.jsonl", "--strength", 1, "--channel", "fax")
    assert refused.exit_code == 1
    assert "Unknown channel of noise 'fax'" in refused.stderr
