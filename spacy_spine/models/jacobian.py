"""The backward pass of a multi-task model with a row for each head, combined into one gradient."""

from collections.abc import Sequence

import torch
from torch import Tensor

from .aggregation import Aggregator
from .heads import Head
from .network import EncoderWithHead


def combined_backward(
    network: EncoderWithHead, outputs: Sequence[tuple[Tensor, Tensor]], heads: Sequence[Head], aggregator: Aggregator
) -> None:
    """Add to `.grad` what an aggregator makes of the heads' gradients.

    On the encoder, which all heads share, it is the aggregation of the Jacobian of their losses. Each row of the linear
    layer belongs to one head and gets its plain gradient. With the sum as aggregator it is the plain backward pass.

    network (EncoderWithHead): The network.
    outputs (Sequence[tuple[Tensor, Tensor]]): For each pack of the batch its logits, shape (segments, columns), and the
        gradient of the sum of all losses with respect to them, of their shape. The losses are means over the whole
        batch, so that the packs' gradients add up.
    heads (Sequence[Head]): Those that have a label in the batch: a row of the Jacobian each.
    aggregator (Aggregator): Gets the Jacobian, shape (heads, parameters of the encoder), float32.
    """
    logits, gradients = [one for one, _ in outputs], [one for _, one in outputs]
    torch.autograd.backward(logits, gradients, inputs=list(network.output.parameters()), retain_graph=True)
    shared = [parameter for parameter in network.encoder.parameters() if parameter.requires_grad]
    sizes = [parameter.numel() for parameter in shared]
    jacobian = torch.empty(len(heads), sum(sizes), device=shared[0].device)
    reached: set[int] = set()
    for head, row in zip(heads, jacobian, strict=True):
        parts = [_only(head, gradient) for gradient in gradients]
        found = torch.autograd.grad(logits, shared, parts, retain_graph=head is not heads[-1], allow_unused=True)
        for i, (place, piece) in enumerate(zip(row.split(sizes), found, strict=True)):
            if piece is None:
                place.zero_()
            else:
                place.copy_(piece.flatten())
                reached.add(i)
    combined = aggregator(jacobian, tuple(head.name for head in heads))
    for i, (parameter, piece) in enumerate(zip(shared, combined.split(sizes), strict=True)):
        if i not in reached:  # stays without a gradient, as in the plain pass: weight decay must not touch it
            continue
        piece = piece.view_as(parameter)
        parameter.grad = piece if parameter.grad is None else parameter.grad + piece


def _only(head: Head, gradient: Tensor) -> Tensor:
    """The gradient of one head's loss with respect to all logits."""
    part = torch.zeros_like(gradient)
    part[:, head.columns] = gradient[:, head.columns]
    return part
