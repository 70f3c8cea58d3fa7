"""The package as spaCy and a user's process meet it."""

import ast
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import spacy_spine

GROUPS = [
    "spacy_architectures",
    "spacy_batchers",
    "spacy_callbacks",
    "spacy_cli",
    "spacy_factories",
    "spacy_misc",
    "spacy_readers",
    "spacy_scorers",
    "spacy_spine_commands",
    "spacy_spine_operations",
    "spacy_spine_regions",
    "spacy_tokenizers",
]
OURS = [point for group in GROUPS for point in entry_points(group=group) if point.value.startswith("spacy_spine.")]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_every_group_has_entry_points():
    assert {point.group for point in OURS} == set(GROUPS)


@pytest.mark.parametrize("point", OURS, ids=lambda point: f"{point.group}:{point.name}")
def test_entry_points_resolve(point):
    assert callable(point.load())


@pytest.mark.parametrize("point", [p for p in OURS if "." in p.name], ids=lambda point: point.name)
def test_names_in_the_registry_are_those_of_the_entry_points(point):
    import catalogue

    point.load()
    group = point.group.removeprefix("spacy_")
    assert catalogue.check_exists("spacy", group, point.name)


def test_importing_factories_imports_no_torch():
    code = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = None   # importing either raises ImportError
from importlib.metadata import entry_points
for point in entry_points(group="spacy_factories"):
    if point.value.startswith("spacy_spine."):
        point.load()
print("loaded")
"""
    assert python(code) == "loaded\n"


@pytest.mark.parametrize("module", ["anatomy", "mentions", "findings"])
def test_the_rules_need_neither_spacy_nor_torch(module):
    code = f"""
import sys
sys.modules["torch"] = sys.modules["spacy"] = sys.modules["thinc"] = None
import spacy_spine.{module}
print("loaded")
"""
    assert python(code) == "loaded\n"


def test_the_core_imports_nothing_of_the_analysis():
    # Entry points alone lead to the plugin; an import inside a function would be found here as well.
    package = Path(spacy_spine.__file__).parent
    plugin = package / "analysis"
    for path in package.rglob("*.py"):
        if plugin not in path.parents:
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
            assert not any("analysis" in module.split(".") for module in modules), path


def test_the_region_registry_is_spacys_too():
    code = """
import spacy
nlp = spacy.blank("en")
print(spacy.registry.get("spine_regions", "spacy_spine.lumbar.v1")().name)
"""
    assert python(code) == "lumbar\n"


def test_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert spacy_spine.__version__ == version("spacy-spine")
