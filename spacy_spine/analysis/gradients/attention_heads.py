"""Which parameters of an encoder belong to which attention head, and inner products of their gradients."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ...errors import ModelError

# Where the layers of an encoder lie, and query, key, value and output of a layer's attention.
LAYERS = ("encoder.layer", "transformer.layer")
ATTENTIONS = (
    ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),  # BERT, ELECTRA
    ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),  # DistilBERT
    ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"),  # MPNet
)
SUPPORTED = "BERT, RoBERTa, ELECTRA, DistilBERT and MPNet"
PARTS = 7  # parameters of a layer


class AttentionHeads:
    """The parameters of an encoder by layer and attention head.

    A head owns its rows of the query, key and value weights and biases, and its columns of the attention output's
    weights. The bias of the attention output belongs to no head.

    encoder (PreTrainedModel): A transformers model.
    RAISES (ModelError): Where its attention is not built as BERT's is.
    """

    def __init__(self, encoder: Any) -> None:
        self.layers = [_attention(layer) for layer in _layers(encoder)]
        self.heads: int = encoder.config.num_attention_heads
        self.embedding: nn.Embedding = encoder.get_input_embeddings()
        self.shapes = [tuple(one.shape) for one in [*self.parameters, self.embedding.weight]]

    @property
    def parameters(self) -> list[Tensor]:
        """Seven a layer: weight and bias of query, key and value, weight of the output."""
        found = []
        for *projections, output in self.layers:
            for one in projections:
                found += [one.weight, one.bias]
            found.append(output.weight)
        return found

    def grams(self, gradients: Sequence[Sequence[Tensor]]) -> Tensor:
        """Inner products of tasks' gradients.

        gradients (Sequence): For each task those of `parameters`.
        RETURNS (Tensor): float64 on the CPU, shape (layers, heads, tasks, tasks).
        """
        layers = []
        for start in range(0, PARTS * len(self.layers), PARTS):
            # float64, and so twice the memory, for one layer at a time only.
            *rows, columns = (torch.stack([own[start + i] for own in gradients]).double() for i in range(PARTS))
            parts = [part.unflatten(1, (self.heads, -1)).flatten(2).transpose(0, 1) for part in rows]
            parts.append(columns.unflatten(2, (self.heads, -1)).permute(2, 0, 1, 3).flatten(2))
            layers.append(torch.stack([part @ part.mT for part in parts]).sum(0))
        return torch.stack(layers).cpu()

    def embedding_gram(self, gradients: Sequence[Sequence[tuple[Tensor, Tensor]]]) -> Tensor:
        """Inner products of tasks' gradients of the token embedding.

        Only the rows of the tokens that were read are not 0, and each is the sum of the gradients of the vectors that
        were looked up there. So the embedding's whole gradient is never made.

        gradients (Sequence): For each task ids, shape (n,), and the gradients of their vectors, shape (n, width), in
            any number of parts.
        RETURNS (Tensor): float64 on the CPU, shape (tasks, tasks).
        """
        ids = torch.cat([one for own in gradients for one, _ in own])
        vectors = torch.cat([one for own in gradients for _, one in own]).double()
        distinct, rows = torch.unique(ids, return_inverse=True)
        lengths = torch.tensor([sum(len(one) for one, _ in own) for own in gradients], device=ids.device)
        tasks = torch.repeat_interleave(torch.arange(len(gradients), device=ids.device), lengths)
        if self.embedding.padding_idx is not None:
            vectors[ids == self.embedding.padding_idx] = 0  # torch gives the padding's row no gradient
        sums = vectors.new_zeros(len(gradients) * len(distinct), vectors.shape[1])
        flat = sums.index_add_(0, tasks * len(distinct) + rows, vectors).view(len(gradients), -1)
        return (flat @ flat.T).cpu()


def _layers(encoder: nn.Module) -> Iterable[nn.Module]:
    for path in LAYERS:
        found = _find(encoder, path)
        if isinstance(found, nn.ModuleList):
            return found
    raise ModelError(f"The layers of {type(encoder).__name__} are not known; known are those of {SUPPORTED}.")


def _attention(layer: nn.Module) -> list[nn.Linear]:
    for paths in ATTENTIONS:
        found = [one for one in (_find(layer, path) for path in paths) if isinstance(one, nn.Linear)]
        if len(found) == len(paths):
            return found
    raise ModelError(f"The attention heads of {type(layer).__name__} are not known; known are those of {SUPPORTED}.")


def _find(module: nn.Module, path: str) -> nn.Module | None:
    try:
        return module.get_submodule(path)
    except AttributeError:
        return None
