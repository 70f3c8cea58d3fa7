"""What a clinical data scientist does: install a wheel, load it by name."""

import venv
from pathlib import Path

import pytest
from commands import run

# The first lines make any attempt to reach a network fail; nothing of this package is imported by hand.
USE = """
import socket
def refuse(*args, **kwargs): raise OSError("no network in this test")
socket.socket.connect = socket.create_connection = refuse
import sys, spacy
assert "spacy_spine" not in sys.modules
nlp = spacy.load("en_spine_lumbar")
doc = nlp("L4-5: Large extrusion with severe canal stenosis, compressing the right L5 root. L5/S1 normal.")
print(nlp.meta["name"], sys.modules["spacy_spine"].__file__)
print([sorted(s.severities) for s in doc._.segments])
print(doc._.quality_flags)
"""


@pytest.fixture(scope="module")
def wheels(pipeline: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    path = tmp_path_factory.mktemp("wheels")
    run("-m", "spacy", "package", str(pipeline), str(path), "--build", "wheel", "--version", "0.1.0")
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(path)]
    run(*build, str(Path(__file__).parents[2]))
    return sorted(path.rglob("*.whl"))


@pytest.fixture(scope="module")
def python(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Python of a new environment: both wheels in it, their dependencies borrowed from the one that runs the tests."""
    import spacy

    path = tmp_path_factory.mktemp("new")
    venv.create(path, with_pip=True)
    python = str(path / "bin" / "python")
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", *map(str, wheels), python=python)
    (site,) = (path / "lib").glob("python*/site-packages")
    # A plain path, so that this project's editable install is not found through it.
    (site / "borrowed.pth").write_text(str(Path(spacy.__file__).parents[1]) + "\n")
    return python


def test_the_model_requires_this_package(wheels):
    import zipfile

    (model,) = [wheel for wheel in wheels if wheel.name.startswith("en_spine_lumbar")]
    with zipfile.ZipFile(model) as file:
        (metadata,) = [name for name in file.namelist() if name.endswith("METADATA")]
        assert "Requires-Dist: spacy-spine" in file.read(metadata).decode()


def test_the_model_holds_no_path_of_the_machine_that_made_it(wheels, tiny_encoder):
    import zipfile

    (model,) = [wheel for wheel in wheels if wheel.name.startswith("en_spine_lumbar")]
    with zipfile.ZipFile(model) as file:
        held = [
            name for name in file.namelist() if b"/tmp/" in file.read(name) or tiny_encoder.encode() in file.read(name)
        ]
    assert held == []


def test_loads_by_name_in_a_process_that_knows_nothing_of_this_package(python, tmp_path):
    name, grades, flags = run("-c", USE, python=python, cwd=tmp_path, HF_HOME=str(tmp_path)).splitlines()
    assert name.startswith("spine_lumbar")
    assert "/new" in name, "the package under test is not the one in the new environment"
    assert isinstance(eval(grades), list)
    assert isinstance(eval(flags), tuple)


def test_the_commands_of_the_wheel_run(python, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("L4-5: severe stenosis.")
    assert "L5-S1" in run("-m", "spacy_spine", "normalize", "L45 and L5/S1", "--region", "lumbar", python=python)
    run(
        "-m",
        "spacy",
        "spine",
        "show",
        str(report),
        "-o",
        str(tmp_path / "page.html"),
        "--model",
        "en_spine_lumbar",
        python=python,
    )
    assert "severe stenosis" in (tmp_path / "page.html").read_text()
