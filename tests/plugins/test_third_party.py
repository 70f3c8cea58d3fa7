"""A package of somebody else adds a region and a pathology through entry points alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "acme-spine"
version = "1.0"
[project.entry-points.spacy_spine_regions]
"acme.thoracic.v1" = "acme_spine:thoracic"
"acme.lumbar_modic.v1" = "acme_spine:lumbar_modic"
[tool.setuptools]
py-modules = ["acme_spine"]
"""

MODULE = """
from dataclasses import replace

from spacy_spine import Pathology, Region
from spacy_spine.anatomy import LUMBAR

MODIC = Pathology("modic", ("none", "type_1", "type_2", "type_3"), "endplate changes")


def thoracic():
    stenosis, disc, _ = LUMBAR.pathologies
    return Region(
        name="thoracic",
        vertebrae=(*(f"T{i}" for i in range(1, 13)), "L1"),
        pathologies=(disc, stenosis, MODIC),
        letters={"D": "T", "TH": "T"},
        headings=("thoracic", "dorsal"),
    )


def lumbar_modic():
    return replace(LUMBAR, pathologies=(*LUMBAR.pathologies, MODIC))
"""

REPORTS = [
    ("T7-8: large disc extrusion.\nT11/T12: normal.", {"T7-T8": ("severe", "none", "none_mild")}, [(0, 4, "T7-T8")]),
    (
        "T12-L1: severe canal stenosis with type 1 changes.",
        {"T12-L1": ("none_mild", "type_1", "severe")},
        [(0, 6, "T12-L1")],
    ),
]

# Runs with nothing imported beforehand, as a user's process would.
USE = """
import spacy
nlp = spacy.load({model!r})
region = {{"@spine_regions": "acme.thoracic.v1"}}
nlp.add_pipe("rule_location_ner", before="segment_grouper", config={{"region": region}})
doc = nlp("MRI THORACIC SPINE\\nD7/8: large disc extrusion.\\nT12-L1: normal.")
print([(s.name, s.region, [span.text for span in s.spans], sorted(s.severities)) for s in doc._.segments])
"""


def run(*args: str, plugin: Path) -> str:
    path = os.pathsep.join(filter(None, [str(plugin), os.environ.get("PYTHONPATH", "")]))
    result = subprocess.run(
        [sys.executable, *args], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, cwd=ROOT
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, target = tmp_path_factory.mktemp("acme"), tmp_path_factory.mktemp("site")
    (source / "pyproject.toml").write_text(PYPROJECT)
    (source / "acme_spine.py").write_text(MODULE)
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    run(*install, "--target", str(target), str(source), plugin=target)
    return target


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "thoracic.jsonl"
    rows = []
    for i, (text, labels, locations) in enumerate(REPORTS * 3):
        segments = {
            name: {"mention": "explicit", "disc": disc, "modic": modic, "stenosis": stenosis}
            for name, (disc, modic, stenosis) in labels.items()
        }
        rows.append(
            {
                "id": f"t{i}",
                "region": "thoracic",
                "practice": "acme",
                "text": text,
                "locations": [[start, end, [name]] for start, end, name in locations],
                "segments": segments,
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_trains_and_grades_a_region_of_a_plugin(plugin, corpus, tiny_encoder, tmp_path):
    run("-m", "spacy_spine", "corpus", "check", str(corpus), plugin=plugin)
    run(
        *["-m", "spacy", "train", "configs/severity.cfg", "--output", str(tmp_path)],
        *["--paths.train", str(corpus), "--paths.dev", str(corpus)],
        *["--vars.region", "acme.thoracic.v1", "--vars.encoder", tiny_encoder],
        *["--training.max_steps", "2", "--training.eval_frequency", "1"],
        plugin=plugin,
    )
    found = run("-c", USE.format(model=str(tmp_path / "model-last")), plugin=plugin)
    assert found.strip() == str(
        [
            ("T7-T8", "thoracic", ["D7/8: large disc extrusion."], ["disc", "modic", "stenosis"]),
            ("T12-L1", "thoracic", ["T12-L1: normal."], ["disc", "modic", "stenosis"]),
        ]
    )


def test_a_pathology_of_a_plugin_gets_its_head(plugin):
    code = """
from spacy_spine import get_regions
from spacy_spine.models.heads import Heads
heads = Heads.of(get_regions("lumbar_modic"))
print([(head.name, len(head.labels)) for head in heads.heads], heads.columns)
"""
    expected = "[('stenosis', 3), ('disc', 3), ('nerve', 2), ('modic', 4)] 12"
    assert run("-c", code, plugin=plugin).strip() == expected
