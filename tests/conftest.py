"""Fixtures that every part of the tests uses: a tiny encoder, made on the spot."""

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

WORDS = """The and of at to is no with on in this other level disc bulge mild moderate severe large small protrusion
extrusion canal stenosis narrowing root nerve compressing normal L4-5 C5-C6 L5/S1 four five findings impression"""


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Folder of a random BERT with two layers of width 32 and a toy WordPiece."""
    import torch

    from spacy_spine.models.tiny import make_tiny_encoder

    torch.manual_seed(0)  # the same weights in every run
    path: Path = tmp_path_factory.mktemp("tiny") / "encoder"
    make_tiny_encoder(path, [WORDS], vocabulary=300, width=32)
    return str(path)
