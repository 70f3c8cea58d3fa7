"""Severity models with random weights, of encoders of several kinds, in milliseconds."""

import shutil
from pathlib import Path
from typing import Any

import spacy
import torch

from spacy_spine.analysis.networks import SeverityModel, models_of

SIZES: dict[str, dict[str, Any]] = {
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64},
    "electra": {"embedding_size": 16},  # narrower than its layers
    "roberta": {},
    "mpnet": {},
    "albert": {"embedding_size": 16},
}
TEXTS = [
    "L4-5: severe canal stenosis.",
    "normal",
    "L5/S1 large disc extrusion compressing the root, moderate narrowing of the canal, findings at other level",
    "mild disc bulge",
    "no stenosis and no root in this level",
    "moderate canal narrowing at other level with disc protrusion",
    "small protrusion",
    "The nerve root is normal. Impression: mild.",
    "C5-C6 disc extrusion compressing nerve root and the canal of the other level, no bulge, no narrowing",
]


def severity_model(encoder: str, name: str = "model", *, region: str = "lumbar", seed: int = 0) -> SeverityModel:
    """A model that has learnt nothing."""
    nlp = spacy.blank("en")
    model = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": encoder, "dropout": 0.5}
    where = {"@spine_regions": f"spacy_spine.{region}.v1"}
    pipe = nlp.add_pipe("severity_classifier", config={"region": where, "model": model})
    torch.manual_seed(seed)
    pipe.model.initialize()
    return models_of(nlp, name)[0]


def encoder_folder(path: Path, kind: str, tiny_encoder: str) -> str:
    """An encoder of another kind with random weights and the tokenizer of the tiny one."""
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    standard = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    sizes = {"pad_token_id": tokenizer.pad_token_id, "vocab_size": len(tokenizer), **SIZES[kind]}
    config = AutoConfig.for_model(kind, **(sizes if "dim" in sizes else standard | sizes))
    torch.manual_seed(1)
    AutoModel.from_config(config).save_pretrained(path)
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        if (Path(tiny_encoder) / file).is_file():
            shutil.copy(Path(tiny_encoder) / file, path)
    return str(path)
