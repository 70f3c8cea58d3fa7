"""The workflow `quick` of project.yml, from annotated reports to a page, in a folder of its own."""

import json
import os
from pathlib import Path

import pytest
from commands import ROOT, run


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project")
    for name in ("project.yml", "configs", "assets", "spacy_spine"):
        os.symlink(ROOT / name, path / name)
    run("-m", "spacy", "project", "run", "quick", str(path), PYTHONDONTWRITEBYTECODE="1")
    return path


def test_it_makes_all_it_says(project):
    scores = json.loads((project / "metrics/quick/test.json").read_text())["end_to_end"]["scores"]["all"]
    assert set(scores["severities"]) == {"stenosis", "disc", "nerve"}
    assert "L4-L5" in (project / "output/quick.html").read_text()


def test_run_again_it_redoes_only_what_changed(project):
    again = run("-m", "spacy", "project", "run", "quick", str(project), PYTHONDONTWRITEBYTECODE="1")
    for name in ("corpus", "tiny-encoder", "train-locations-quick", "train-severity-quick", "assemble-quick"):
        assert f"Skipping '{name}'" in again
    (project / "configs").unlink()
    (project / "configs").mkdir()
    for file in (ROOT / "configs").glob("*.cfg"):
        text = file.read_text() + ("\n# changed\n" if file.name == "assemble.cfg" else "")
        (project / "configs" / file.name).write_text(text)
    again = run("-m", "spacy", "project", "run", "quick", str(project), PYTHONDONTWRITEBYTECODE="1")
    assert "Skipping 'train-severity-quick'" in again
    assert "Skipping 'assemble-quick'" not in again
