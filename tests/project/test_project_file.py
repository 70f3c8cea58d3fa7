"""project.yml as spaCy's projects read it."""

from pathlib import Path

import pytest
from commands import ROOT
from weasel.util.config import load_project_config

PROJECT = load_project_config(ROOT)
COMMANDS = {command["name"]: command for command in PROJECT["commands"]}


@pytest.mark.parametrize("workflow", ["all", "quick", "experiments", "analysis"])
def test_a_step_needs_what_is_there_or_an_earlier_step_made(workflow: str) -> None:
    made: list[Path] = []
    for name in PROJECT["workflows"][workflow]:
        for needed in map(Path, COMMANDS[name].get("deps", [])):
            known = any(needed == one or one in needed.parents for one in made)
            assert known or (ROOT / needed).exists(), (name, str(needed))
        made += map(Path, COMMANDS[name].get("outputs", []))


def test_the_step_build_stands_beside_the_workflows() -> None:
    (script,) = COMMANDS["build"]["script"]
    assert COMMANDS["build"]["outputs"][0] in script
    assert "build" not in PROJECT["workflows"]["all"]
