"""Gradients of each task's loss for each attention head, between the heads of one model or between several models."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ...errors import ModelError
from ...models.heads import Head
from ..networks import SeverityModel, evaluating
from ..samples import MiniBatch, Sample
from .alignment import Grams, alignment_row
from .attention_heads import AttentionHeads


@dataclass(frozen=True)
class Task:
    """A pathology of a region, graded by a model.

    model (int): Place of the model among the models.
    region (str): Name of the region.
    head (Head): The columns of the pathology.
    """

    model: int
    region: str
    head: Head


@dataclass
class TaskGradient:
    """The gradient of one task's loss on a mini-batch.

    parameters (list[Tensor]): Of the attention heads, see `AttentionHeads.parameters`; empty without labels.
    embedding (list): Ids, and gradients of their vectors, see `AttentionHeads.embedding_gram`.
    """

    parameters: list[Tensor] = field(default_factory=list)
    embedding: list[tuple[Tensor, Tensor]] = field(default_factory=list)


class TaskGradients:
    """Inner products of the tasks' gradients on mini-batches. Gradients live as long as their mini-batch.

    Tasks of one model share its forward pass. The gradients of two models are compared parameter by parameter, so that
    their encoders must have the same shapes. The models, their `.grad` and torch's random numbers stay as they are.

    models (Sequence[SeverityModel]): One with several heads, or several.
    dropout (bool): Whether dropout is on.
    autocast (bool): Whether matrix products are in bf16.
    RAISES (ModelError): For fewer than two tasks, or encoders that cannot be compared.
    """

    def __init__(self, models: Sequence[SeverityModel], *, dropout: bool = False, autocast: bool = False) -> None:
        self.models = list(models)
        self.dropout = dropout
        self.autocast = autocast
        self.tasks = [
            Task(place, region, head)
            for place, model in enumerate(self.models)
            for region in model.regions.names
            for head in model.pipe.heads.heads
            if head.name in model.pipe.heads.regions[region]
        ]
        if len(self.tasks) < 2:
            raise ModelError("Gradients are compared between tasks: give a model with two heads, or two models.")
        self.encoders = [AttentionHeads(model.network.encoder) for model in self.models]
        first = self.encoders[0]
        for model, one in zip(self.models, self.encoders, strict=True):
            if (one.heads, one.shapes) != (first.heads, first.shapes):
                raise ModelError(
                    f"The encoders of '{self.models[0].name}' and '{model.name}' differ in their shapes, "
                    "so that their gradients cannot be compared."
                )

    @property
    def names(self) -> list[str]:
        """The tasks: "stenosis", "lumbar.stenosis" where regions mix, "2:stenosis" where two models have it."""
        mixed = len({task.region for task in self.tasks}) > 1
        names = [f"{task.region}.{task.head.name}" if mixed else task.head.name for task in self.tasks]
        if len(set(names)) == len(names):
            return names
        return [f"{task.model + 1}:{name}" for task, name in zip(self.tasks, names, strict=True)]

    def grams(self, batch: MiniBatch) -> Grams:
        """Inner products of the tasks' gradients.

        batch (MiniBatch): For each region its segments. The loss of a task is the mean cross-entropy over the segments
            of its region that have a label of it.
        RETURNS (Grams): NaN for a task without labels.
        """
        gradients: list[TaskGradient] = []
        for (model, region), tasks in groupby(self.tasks, key=lambda task: (task.model, task.region)):
            gradients += self._gradients(model, [task.head for task in tasks], batch.get(region, ()))
        count, first = len(self.tasks), self.encoders[0]
        heads = np.full((len(first.layers), first.heads, count, count), np.nan)
        embedding = np.full((count, count), np.nan)
        known = [i for i, one in enumerate(gradients) if one.parameters]
        if known:
            rows, columns = np.ix_(known, known)
            heads[:, :, rows, columns] = first.grams([gradients[i].parameters for i in known]).numpy()
            embedding[rows, columns] = first.embedding_gram([gradients[i].embedding for i in known]).numpy()
        return Grams(heads, embedding)

    def _gradients(self, place: int, heads: Sequence[Head], samples: Sequence[Sample]) -> list[TaskGradient]:
        """The gradients of one model's heads on segments of one region."""
        model, encoder = self.models[place], self.encoders[place]
        samples = [sample for sample in samples if any(head.name in sample.gold for head in heads)]
        totals = [sum(head.name in sample.gold for sample in samples) for head in heads]
        found = [TaskGradient() for _ in heads]
        wanted = encoder.parameters
        texts = [sample.texts[place] for sample in samples]
        for pack, ids, mask in model.batches(texts, model.shim.settings.batch_wordpieces):
            gold = [samples[i].gold for i in pack]
            with self._mode(model), _outputs(encoder.embedding) as outputs:
                logits = model.network(ids, mask)
            # A pack holds a part of the mini-batch: the sum over packs is the mean over the labelled segments.
            losses = [
                (one, _loss(logits, head, gold) / total)
                for one, head, total in zip(found, heads, totals, strict=True)
                if any(head.name in labels for labels in gold)
            ]
            for one, loss in losses:
                last = loss is losses[-1][1]
                vectors, *own = torch.autograd.grad(loss, [outputs[0], *wanted], retain_graph=not last)
                one.embedding.append((ids.flatten(), vectors.flatten(0, 1)))
                if one.parameters:
                    torch._foreach_add_(one.parameters, own)
                else:
                    one.parameters = own
        return found

    @contextmanager
    def _mode(self, model: SeverityModel) -> Iterator[None]:
        device = model.shim.device
        with (
            torch.enable_grad(),
            torch.autocast(device.type, dtype=torch.bfloat16, enabled=self.autocast),
            torch.random.fork_rng([device] if device.type == "cuda" else []) if self.dropout else nullcontext(),
            evaluating(model.network),
        ):
            model.network.train(self.dropout)
            yield


def measure(gradients: TaskGradients, batches: Iterable[MiniBatch], *, step: int = 0, epoch: int = 0) -> dict[str, Any]:
    """Gradient alignment of all pairs of tasks over mini-batches, as plain data, see `alignment_row`.

    gradients (TaskGradients): The tasks.
    batches (Iterable[MiniBatch]): See `mini_batches`.
    step, epoch (int): When it is measured, in training.
    """
    batches = list(batches)
    segments = sum(len(samples) for batch in batches for samples in batch.values())
    grams = [gradients.grams(batch) for batch in batches]
    return alignment_row(grams, gradients.names, step=step, epoch=epoch, segments=segments)


def _loss(logits: Tensor, head: Head, gold: Sequence[Mapping[str, str]]) -> Tensor:
    """The sum of the cross-entropies of the segments that have a label of a head."""
    rows = [i for i, labels in enumerate(gold) if head.name in labels]
    targets = torch.tensor([head.place(gold[i][head.name]) for i in rows], device=logits.device)
    return cross_entropy(logits[rows][:, head.columns], targets, reduction="sum")


@contextmanager
def _outputs(module: nn.Module) -> Iterator[list[Tensor]]:
    """What a module gives, each time that it is called inside."""
    outputs: list[Tensor] = []
    handle = module.register_forward_hook(lambda _module, _arguments, output: outputs.append(output))
    try:
        yield outputs
    finally:
        handle.remove()
