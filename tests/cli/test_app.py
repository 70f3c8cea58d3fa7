"""The command line as a whole: mounting, help, errors."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spacy_spine import __version__

COMMANDS = ("extract", "show", "info", "normalize", "evaluate", "corpus", "calibrate", "metrics", "figure")


def run(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_names_every_command(spine: Callable[..., Any]) -> None:
    result = spine("--help")
    assert result.exit_code == 0
    first_words = [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")]
    assert set(COMMANDS) <= set(first_words)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, spine: Callable[..., Any]) -> None:
    assert spine(command, "--help").exit_code == 0


def test_version(spine: Callable[..., Any]) -> None:
    assert spine("--version").stdout == f"spacy-spine {__version__}\n"


def test_help_waits_for_nothing_heavy() -> None:
    code = """
import sys
from spacy_spine.cli._app import app
try:
    app(["--help"])
except SystemExit:
    pass
heavy = {"spacy", "torch", "transformers", "pyarrow", "jinja2", "matplotlib", "numpy"} & set(sys.modules)
sys.exit(", ".join(heavy) or 0)
"""
    result = run("-c", code)
    assert (result.returncode, result.stderr) == (0, "")


def test_an_error_is_one_line(tmp_path: Path) -> None:
    result = run("-m", "spacy_spine", "info", tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == f"Error: Folder '{tmp_path}' is not a pipeline, or is incomplete: no 'config.cfg'.\n"


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    result = run("-m", "spacy_spine", "--debug", "info", tmp_path)
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "ModelError" in result.stderr


@pytest.mark.parametrize("arguments", [["extract"], ["nonsense"], ["info", "x", "--nonsense"]])
def test_wrong_use_is_exit_code_2(arguments: list[str], spine: Callable[..., Any]) -> None:
    assert spine(*arguments).exit_code == 2


def test_the_same_under_spacy(tmp_path: Path) -> None:
    code = """
import spacy_spine.cli.spacy_command
from spacy.cli._util import app
app()
"""
    result = run("-c", code, "spine", "info", tmp_path)
    assert result.returncode == 1
    assert result.stderr == f"Error: Folder '{tmp_path}' is not a pipeline, or is incomplete: no 'config.cfg'.\n"
    assert "extract" in run("-c", code, "spine", "--help").stdout
