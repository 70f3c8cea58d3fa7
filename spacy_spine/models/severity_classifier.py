"""Segment texts → logits of all heads."""

from collections.abc import Callable
from typing import Any

from spacy.util import registry
from thinc.api import Model
from thinc.types import Floats2d
from thinc.util import torch2xp, xp2torch
from torch import Tensor

from .network import Pooling
from .packing import pack
from .shim import EncoderShim, Precision, Settings


@registry.architectures("spacy_spine.SeverityClassifier.v1")
def create_severity_classifier(
    encoder: str,
    *,
    pooling: Pooling = "cls",
    dropout: float = 0.5,
    max_length: int = 512,
    precision: Precision = "auto",
    batch_wordpieces: int = 2048,
    head_rate: float = 10.0,
) -> Model[list[str], Floats2d]:
    """One encoder, dropout, one linear layer: the hard-shared multi-task model of Sehanobish et al. 2022, section 3.

    encoder (str): A packaged encoder ("minilm-l6"), a folder, or a hub name; read at the start of training only.
    pooling, dropout, max_length, precision, batch_wordpieces, head_rate: See `Settings`.
    RETURNS (Model): Texts → logits of shape (texts, nO). A text over max_length is cut at its end, see `too_long`.
    """
    settings = Settings(encoder, pooling, dropout, max_length, precision, batch_wordpieces, head_rate)
    return Model("severity_classifier", forward, init=init, dims={"nO": None}, shims=[EncoderShim(settings)])


def forward(model: Model, texts: list[str], is_train: bool) -> tuple[Floats2d, Callable[..., list]]:
    """Logits of each text, and the callback for their gradient.

    The callback takes the gradient and, if torch's plain backward pass is not wanted, another: a function of the
    packs' logits and their gradients.
    """
    shim: EncoderShim = model.shims[0]  # type: ignore[assignment]
    # Identical texts ("L1-2: Normal.") are encoded once. Not in training: dropout differs for each of them.
    distinct = list(texts) if is_train else list(dict.fromkeys(texts))
    output: Any = model.ops.alloc2f(len(distinct), model.get_dim("nO"))
    rows = [ids[: shim.max_length - 2] for ids in shim.tokenize(distinct)[0]] if distinct else []
    packs = pack([len(row) + 2 for row in rows], shim.settings.batch_wordpieces)
    outputs = []
    for indices in packs:
        inputs = shim.inputs([rows[i] for i in indices])
        if is_train:
            logits, callback = shim.begin_update(inputs)
            outputs.append((logits, callback))
        else:
            logits = shim.predict(inputs)
        output[indices] = torch2xp(logits.detach())

    def backprop(gradient: Floats2d, backward: Callable[[list[tuple[Tensor, Tensor]]], None] | None = None) -> list:
        gradients = [xp2torch(gradient[indices], device=shim.device) for indices in packs]
        if backward is not None:
            backward([(logits, part) for (logits, _), part in zip(outputs, gradients, strict=True)])
        else:
            for (_, callback), part in zip(outputs, gradients, strict=True):
                callback(part)
        return []

    if len(distinct) < len(texts):
        place = {text: i for i, text in enumerate(distinct)}
        output = output[[place[text] for text in texts]]
    return output, backprop


def init(model: Model, X: list[str] | None = None, Y: Floats2d | None = None) -> None:
    """Load the pretrained encoder and make the linear layer, once nO is set."""
    shim: EncoderShim = model.shims[0]  # type: ignore[assignment]
    shim.create(model.get_dim("nO"))


def too_long(model: Model, texts: list[str]) -> list[bool]:
    """Which texts the encoder reads only the beginning of."""
    shim: EncoderShim = model.shims[0]  # type: ignore[assignment]
    limit = shim.max_length - 2
    # A wordpiece has at least one character, so that short texts need no tokenizer.
    return [len(text) > limit and len(shim.tokenize([text])[0][0]) > limit for text in texts]
