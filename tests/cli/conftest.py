"""A pipeline in a folder, and the command line as a function."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_findings import toy_pipeline


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("toy") / "model"
    toy_pipeline().to_disk(path)
    return path


@pytest.fixture
def spine() -> Callable[..., Any]:
    """Run `spacy-spine` with arguments: exit_code, stdout, stderr."""
    from typer.testing import CliRunner

    from spacy_spine.cli._app import app

    def run(*arguments: object, input: str | bytes | None = None) -> Any:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=input)

    return run
