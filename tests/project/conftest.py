"""The shipped configs, run for a few steps with a tiny encoder: one assembled pipeline for all tests of this folder."""

from pathlib import Path

import pytest
from commands import run


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with train.jsonl, dev.jsonl and test.jsonl of the lumbar spine, as the project makes it."""
    path = tmp_path_factory.mktemp("corpus")
    run("-m", "spacy_spine", "corpus", "split", "assets/corpora", str(path), "--region", "lumbar")
    return path


@pytest.fixture(scope="session")
def short(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options of `spacy train` for a few steps on a few reports."""
    path = tmp_path_factory.mktemp("short") / "reports.jsonl"
    lines = (corpus / "dev.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:20]), encoding="utf-8")
    steps = ["--training.max_steps", "4", "--training.eval_frequency", "2", "--vars.precision", "fp32"]
    return ["--paths.train", str(path), "--paths.dev", str(path), *steps]


@pytest.fixture(scope="session")
def pipeline(short: list[str], tiny_encoder: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an assembled lumbar pipeline that has learnt next to nothing."""
    path = tmp_path_factory.mktemp("training")
    for name in ("locations", "severity"):
        options = [*short, "--vars.encoder", tiny_encoder]
        run("-m", "spacy", "train", f"configs/{name}.cfg", "--output", str(path / name), *options)
    sources = [f"--paths.{name}={path / name / 'model-last'}" for name in ("locations", "severity")]
    run("-m", "spacy", "assemble", "configs/assemble.cfg", str(path / "pipeline"), *sources)
    return path / "pipeline"
