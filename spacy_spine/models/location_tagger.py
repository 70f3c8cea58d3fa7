"""Sentences → logits of each wordpiece: begins a location, goes on with one, or neither."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spacy.util import registry
from thinc.api import Model
from thinc.types import Floats2d
from thinc.util import torch2xp, xp2torch

from .packing import pack, windows
from .shim import EncoderShim, Precision, Settings

OUTSIDE, BEGIN, INSIDE = range(3)
Offsets = list[tuple[int, int]]


@dataclass
class Tagged:
    """Scores of one sentence's wordpieces.

    offsets (list[tuple[int, int]]): Start and end character of each wordpiece in the sentence.
    logits (Floats2d): Shape (wordpieces, 3), columns OUTSIDE, BEGIN, INSIDE.
    """

    offsets: Offsets
    logits: Floats2d


@registry.architectures("spacy_spine.LocationTagger.v1")
def create_location_tagger(
    encoder: str,
    *,
    dropout: float = 0.1,
    max_length: int = 256,
    precision: Precision = "auto",
    batch_wordpieces: int = 2048,
    head_rate: float = 10.0,
) -> Model[list[str], list[Tagged]]:
    """An encoder with a linear layer on each wordpiece.

    encoder (str): A packaged encoder ("minilm-l6"), a folder, or a hub name; read at the start of training only.
    dropout, max_length, precision, batch_wordpieces, head_rate: See `Settings`.
    RETURNS (Model): Sentences → scores of their wordpieces. A sentence over max_length is read in windows, so that
        nothing of it is lost.
    """
    settings = Settings(encoder, "tokens", dropout, max_length, precision, batch_wordpieces, head_rate)
    return Model("location_tagger", forward, init=init, dims={"nO": 3}, shims=[EncoderShim(settings)])


def forward(model: Model, texts: list[str], is_train: bool) -> tuple[list[Tagged], Callable[[list[Floats2d]], list]]:
    """Scores of each sentence's wordpieces, and the callback for the gradients of their logits."""
    shim: EncoderShim = model.shims[0]  # type: ignore[assignment]
    distinct = list(texts) if is_train else list(dict.fromkeys(texts))
    ids, offsets = shim.tokenize(distinct) if distinct else ([], [])
    output = [Tagged(offset, model.ops.alloc2f(len(row), 3)) for row, offset in zip(ids, offsets, strict=True)]
    pieces = [(i, *bounds) for i, row in enumerate(ids) if row for bounds in windows(len(row), shim.max_length - 2)]
    packs = pack([end - start + 2 for _, start, end in pieces], shim.settings.batch_wordpieces)
    callbacks = []
    for indices in packs:
        inputs = shim.inputs([ids[i][start:end] for i, start, end in map(pieces.__getitem__, indices)])
        if is_train:
            logits, callback = shim.begin_update(inputs)
            callbacks.append((callback, logits.shape))
        else:
            logits = shim.predict(inputs)
        scores: Any = torch2xp(logits.detach())
        for row, (i, start, end) in enumerate(map(pieces.__getitem__, indices)):
            output[i].logits[start:end] = scores[row, 1 : end - start + 1]

    def backprop(gradients: list[Floats2d]) -> list:
        for indices, (callback, shape) in zip(packs, callbacks, strict=True):
            padded: Any = model.ops.alloc3f(*shape)
            for row, (i, start, end) in enumerate(map(pieces.__getitem__, indices)):
                padded[row, 1 : end - start + 1] = gradients[i][start:end]
            callback(xp2torch(padded, device=shim.device))
        return []

    if len(distinct) < len(texts):
        place = dict(zip(distinct, output, strict=True))
        output = [place[text] for text in texts]
    return output, backprop


def init(model: Model, X: list[str] | None = None, Y: list[Tagged] | None = None) -> None:
    """Load the pretrained encoder and make the linear layer."""
    shim: EncoderShim = model.shims[0]  # type: ignore[assignment]
    shim.create(model.get_dim("nO"))


def encode_spans(offsets: Offsets, spans: list[tuple[int, int]]) -> list[int]:
    """The class of each wordpiece, for training.

    offsets (list[tuple[int, int]]): Characters of each wordpiece.
    spans (list[tuple[int, int]]): Characters of the locations, in order, not overlapping.
    RETURNS (list[int]): OUTSIDE, BEGIN or INSIDE for each wordpiece.
    """
    classes = [OUTSIDE] * len(offsets)
    for start, end in spans:
        inside = [i for i, (first, last) in enumerate(offsets) if first < end and start < last]
        for i in inside:
            classes[i] = BEGIN if i == inside[0] else INSIDE
    return classes


def decode_spans(offsets: Offsets, classes: list[int]) -> list[tuple[int, int]]:
    """The locations that the classes spell, the inverse of `encode_spans`.

    RETURNS (list[tuple[int, int]]): Characters of each location. INSIDE with nothing before it begins one.
    """
    spans: list[tuple[int, int]] = []
    previous = OUTSIDE
    for (start, end), label in zip(offsets, classes, strict=True):
        if label == BEGIN or (label == INSIDE and previous == OUTSIDE):
            spans.append((start, end))
        elif label == INSIDE:
            spans[-1] = (spans[-1][0], end)
        previous = label
    return spans
