"""`spacy-spine normalize`."""

import pytest
import typer
from typer.testing import CliRunner

from spacy_spine.cli.normalize import normalize_command
from spacy_spine.errors import AnatomyError

app = typer.Typer()
app.command()(normalize_command)


def test_prints_each_mention() -> None:
    result = CliRunner().invoke(app, ["L45 and L5/S1", "--region", "lumbar"])
    assert result.exit_code == 0
    assert result.output.splitlines() == ["L45     L4-L5", "L5/S1   L5-S1"]


def test_several_segments_and_a_broken_line() -> None:
    result = CliRunner().invoke(app, ["C5-\nC7", "--region", "cervical"])
    assert result.output == "C5- C7   C5-C6, C6-C7\n"


def test_nothing_found() -> None:
    result = CliRunner().invoke(app, ["L45", "-r", "cervical"])
    assert result.exit_code == 1
    assert result.output == "No motion segments.\n"


def test_unknown_region() -> None:
    result = CliRunner().invoke(app, ["L45", "--region", "pelvic"])
    assert isinstance(result.exception, AnatomyError)
    with pytest.raises(AnatomyError, match="lumbar"):
        normalize_command("L45", "pelvic")
