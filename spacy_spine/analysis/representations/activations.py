"""What the layers of an encoder compute of texts, read by forward hooks and pooled over wordpieces."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...errors import ModelError
from ..networks import SeverityModel, evaluating

MATRICES = ("query", "key", "value", "attention_output", "intermediate", "output")
POOLINGS = ("cls", "mean")
LAYERS = ("encoder.layer", "transformer.layer")
# Where a layer computes the six matrices. "<" reads what goes into a module instead of what comes out: the intermediate
# is then seen after its activation. attention_output and output are those after residual and norm.
LAYOUTS = (
    # BERT, RoBERTa, ELECTRA and their relatives
    ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output", "<output", ""),
    # DistilBERT
    ("attention.q_lin", "attention.k_lin", "attention.v_lin", "sa_layer_norm", "<ffn.lin2", ""),
    # MPNet
    ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention", "<output", ""),
)
SUPPORTED = "BERT, RoBERTa, ELECTRA, DistilBERT, MPNet"


class Spot(NamedTuple):
    """Where an activation is read.

    pooling (str): "cls", the first token, or "mean", over all wordpieces of the text, special tokens among them and
        padding left out.
    layer (int): 0 is the embeddings, which have the matrix "output" alone; layers count from 1.
    matrix (str): One of MATRICES.
    """

    pooling: str
    layer: int
    matrix: str


Activations = dict[Spot, NDArray[np.float32]]


@contextmanager
def reading(model: SeverityModel) -> Iterator[Callable[[Tensor, Tensor], Activations]]:
    """Read the encoder's activations: hooks that are removed afterwards, whatever happens. Dropout is off inside.

    The encoder computes in float32 here, whatever the model's `precision`.

    model (SeverityModel): The model.
    YIELDS (Callable): Ids and mask of a batch, each of shape (batch, wordpieces) → by spot the pooled activations, each
        of shape (batch, features).
    RAISES (ModelError): Where the encoder's layers are not built as BERT's are.
    """
    encoder = model.network.encoder
    places, spots = _places(encoder), spots_of(model)
    found: dict[Spot, Tensor] = {}
    masks: list[Tensor] = []

    def keep(layer: int, matrix: str, tensors: Any) -> None:
        # transformers 4 gives tuples where transformers 5 gives tensors.
        tensor = tensors[0] if isinstance(tensors, tuple) else tensors
        if not masks:
            return  # another reader of the same encoder is at work
        mask = masks[0]
        if tensor.shape[:2] != mask.shape:
            raise ModelError(f"Layer {layer}: {matrix} is not computed for all wordpieces at once.")
        weights = mask.to(tensor.dtype)
        means = torch.bmm((weights / weights.sum(1, keepdim=True)).unsqueeze(1), tensor).squeeze(1)
        found[Spot("cls", layer, matrix)] = tensor[:, 0].clone()
        found[Spot("mean", layer, matrix)] = means

    def read(ids: Tensor, mask: Tensor) -> Activations:
        found.clear()
        masks.append(mask)
        try:
            with torch.inference_mode():
                encoder(input_ids=ids, attention_mask=mask)
        finally:
            masks.clear()
        missing = [spot for spot in spots if spot not in found]
        if missing:
            raise ModelError(f"Layer {missing[0].layer}: the encoder did not compute its {missing[0].matrix}.")
        return {spot: found[spot].float().cpu().numpy() for spot in spots}

    with ExitStack() as hooks, evaluating(model.network):
        for (layer, matrix), (module, of_input) in places.items():
            handle = (
                module.register_forward_pre_hook(partial(_on_input, partial(keep, layer, matrix)))
                if of_input
                else module.register_forward_hook(partial(_on_output, partial(keep, layer, matrix)))
            )
            hooks.callback(handle.remove)
        yield read


def read_activations(model: SeverityModel, texts: Sequence[str], *, batch_wordpieces: int = 0) -> Activations:
    """The pooled activations of texts.

    model (SeverityModel): The model.
    texts (Sequence[str]): Texts as it reads them. One over the model's longest is cut at its end.
    batch_wordpieces (int): Most wordpieces that go through the encoder at once, padding included; 0 for the model's.
    RETURNS (Activations): By spot an array of shape (texts, features), rows in the order of the texts.
    RAISES (ModelError): Where the encoder's layers are not built as BERT's are.
    """
    with reading(model) as read:
        return gather(model, read, texts, batch_wordpieces=batch_wordpieces)


def gather(
    model: SeverityModel,
    read: Callable[[Tensor, Tensor], Activations],
    texts: Sequence[str],
    *,
    batch_wordpieces: int = 0,
) -> Activations:
    """As `read_activations`, within `reading`."""
    rows: Activations = {}
    for places, ids, mask in model.batches(list(texts), batch_wordpieces or model.shim.settings.batch_wordpieces):
        for spot, values in read(ids, mask).items():
            if spot not in rows:
                rows[spot] = np.empty((len(texts), values.shape[1]), dtype=np.float32)
            rows[spot][places] = values
    return rows


def spots_of(model: SeverityModel) -> list[Spot]:
    """All spots of a model, layer by layer."""
    layers = len(_layers(model.network.encoder))
    inner = [(layer, matrix) for layer in range(1, layers + 1) for matrix in MATRICES]
    return [Spot(pooling, layer, matrix) for pooling in POOLINGS for layer, matrix in [(0, "output"), *inner]]


def _places(encoder: Any) -> dict[tuple[int, str], tuple[nn.Module, bool]]:
    """By layer and matrix the module to hook, and whether its input is wanted."""
    layers = _layers(encoder)
    # ELECTRA's embeddings are narrower than its layers; the first layer reads their projection.
    embeddings = getattr(encoder, "embeddings_project", None) or encoder.embeddings
    places: dict[tuple[int, str], tuple[nn.Module, bool]] = {(0, "output"): (embeddings, False)}
    for number, layer in enumerate(layers, 1):
        for matrix, path in zip(MATRICES, _layout(layer), strict=True):
            name = path.removeprefix("<")
            places[number, matrix] = (attrgetter(name)(layer) if name else layer, path.startswith("<"))
    return places


def _layers(encoder: Any) -> Sequence[nn.Module]:
    for path in LAYERS:
        layers = _at(encoder, path)
        if isinstance(layers, nn.ModuleList) and len(layers):
            return list(layers)
    raise ModelError(f"The layers of a {encoder.config.model_type} cannot be analysed; those of {SUPPORTED} can.")


def _layout(layer: nn.Module) -> tuple[str, ...]:
    for layout in LAYOUTS:
        if all(_at(layer, path.removeprefix("<")) is not None for path in layout if path):
            return layout
    raise ModelError(f"A layer of type {type(layer).__name__} cannot be analysed; those of {SUPPORTED} can.")


def _at(module: Any, path: str) -> Any:
    for name in path.split("."):
        module = getattr(module, name, None)
    return module


def _on_input(keep: Callable[[Any], None], module: nn.Module, inputs: tuple) -> None:
    keep(inputs)


def _on_output(keep: Callable[[Any], None], module: nn.Module, inputs: tuple, output: Any) -> None:
    keep(output)
