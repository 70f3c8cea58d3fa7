"""Whatever is wrong with a pipeline is one sentence."""

import json
import shutil
from pathlib import Path

import pytest
import spacy
from toy_findings import toy_pipeline

from spacy_spine.errors import ModelError
from spacy_spine.pipeline.loading import load_pipeline


@pytest.fixture
def model(tmp_path: Path) -> Path:
    toy_pipeline().to_disk(tmp_path / "model")
    return tmp_path / "model"


def edit_meta(model: Path, **values: object) -> None:
    meta = json.loads((model / "meta.json").read_text())
    (model / "meta.json").write_text(json.dumps({**meta, **values}))


def test_a_good_pipeline(model: Path) -> None:
    assert [segment.name for segment in load_pipeline(model)("L4-L5.")._.segments] == ["L4-L5"]


def test_none_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither an installed package nor a folder"):
        load_pipeline("en_spine_of_nobody")
    with pytest.raises(ModelError, match=r"not a pipeline, or is incomplete: no 'config\.cfg'"):
        load_pipeline(tmp_path)


@pytest.mark.parametrize("name", ["config.cfg", "meta.json", "tokenizer"])
def test_a_missing_file(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        load_pipeline(model)


FILES = ["config.cfg", "meta.json", "tokenizer", "vocab/strings.json"]
DAMAGE = [(name, content) for name in FILES for content in (b"", b"{", b"\x00\xff", b"[]")]
DAMAGE.remove(("vocab/strings.json", b"[]"))  # as it should be, only empty


@pytest.mark.parametrize(("name", "content"), DAMAGE)
def test_a_damaged_file(model: Path, name: str, content: bytes) -> None:
    (model / name).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        load_pipeline(model)
    assert str(model) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_vocabulary(model: Path) -> None:
    shutil.rmtree(model / "vocab")
    with pytest.raises(ModelError, match="incomplete: no 'vocab'"):
        load_pipeline(model)


def test_an_unknown_pipe(model: Path) -> None:
    config = (model / "config.cfg").read_text().replace('factory = "toy_findings"', 'factory = "of_nobody"')
    (model / "config.cfg").write_text(config)
    with pytest.raises(ModelError, match="a pipe that no installed package offers"):
        load_pipeline(model)


def test_a_pipeline_for_something_else(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "model")
    with pytest.raises(ModelError, match="finds no motion segments"):
        load_pipeline(tmp_path / "model")


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("spacy_version", ">=2.0.0,<3.0.0", r"needs spacy>=2\.0\.0,<3\.0\.0, this is spacy 3"),
        ("requirements", ["spacy-spine>=99.0,<100.0"], r"needs spacy-spine>=99\.0,<100\.0"),
        ("requirements", ["spacy_spine>=99.0"], "needs spacy-spine>=99"),
    ],
)
def test_another_version(model: Path, setting: str, value: object, message: str) -> None:
    edit_meta(model, **{setting: value})
    with pytest.raises(ModelError, match=message):
        load_pipeline(model)


def test_requirements_that_are_met(model: Path) -> None:
    edit_meta(model, requirements=["torch>=2", "spacy-spine>=0.0.1"])
    assert load_pipeline(model).component_names == ["sentencizer", "toy_findings", "spine_quality_flagger"]
