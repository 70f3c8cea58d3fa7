"""Heads of the multi-task model: which columns belong to which pathology, and the sum of their losses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thinc.types import Floats2d

from ..anatomy import Regions
from ..errors import CorpusError


@dataclass(frozen=True)
class Head:
    """The columns of one pathology.

    name (str): The pathology.
    labels (tuple[str, ...]): Its labels, one a column.
    start (int): Its first column.
    """

    name: str
    labels: tuple[str, ...]
    start: int

    def place(self, label: str) -> int:
        """Place of a label among the labels.

        RAISES (CorpusError): For a label that the pathology does not have.
        """
        if label not in self.labels:
            raise CorpusError(f"Unknown label '{label}' of {self.name}; there are {', '.join(self.labels)}.")
        return self.labels.index(label)

    @property
    def columns(self) -> slice:
        return slice(self.start, self.start + len(self.labels))


@dataclass(frozen=True)
class Heads:
    """All heads of a model, side by side.

    heads (tuple[Head, ...]): In the order of their columns.
    regions (Mapping[str, tuple[str, ...]]): Names of the heads that apply in each region.
    """

    heads: tuple[Head, ...]
    regions: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, regions: Regions) -> "Heads":
        """The union of the regions' pathologies: [3, 3, 2] columns for lumbar, [3, 3, 2, 2] for cervical."""
        heads: list[Head] = []
        for pathology in regions.pathologies:
            start = heads[-1].columns.stop if heads else 0
            heads.append(Head(pathology.name, pathology.labels, start))
        return cls(tuple(heads), {region.name: tuple(p.name for p in region.pathologies) for region in regions})

    @property
    def columns(self) -> int:
        """Columns of all heads together."""
        return self.heads[-1].columns.stop

    def labelled(self, gold: Iterable[Mapping[str, str]]) -> tuple[Head, ...]:
        """The heads that have a label in any of the segments: those that the loss is the sum of."""
        names = {name for labels in gold for name in labels}
        return tuple(head for head in self.heads if head.name in names)

    def probabilities(
        self, logits: Sequence[float], region: str, temperatures: Mapping[str, float] | None = None
    ) -> dict[str, dict[str, float]]:
        """Softmax of each head that applies in a region, its logits divided by the head's temperature.

        logits (Sequence[float]): One row of the model's output, shape (columns,).
        region (str): Region of the motion segment.
        temperatures (Mapping[str, float]): By pathology, above 0; 1 for one that is left out. The order of a head's
            probabilities is that of its logits, whatever its temperature.
        RETURNS (dict): Pathology → label → probability, least severe first.
        """
        from math import exp

        scores = {}
        for head in self.heads:
            if head.name not in self.regions[region]:
                continue
            temperature = (temperatures or {}).get(head.name, 1.0)
            row = [float(x) / temperature for x in logits[head.columns]]
            powers = [exp(x - max(row)) for x in row]
            scores[head.name] = {label: power / sum(powers) for label, power in zip(head.labels, powers, strict=True)}
        return scores

    def loss(self, logits: Floats2d, gold: Sequence[Mapping[str, str]], ops: Any) -> tuple[float, Floats2d]:
        """The sum over the heads of their mean cross-entropies.

        logits (Floats2d): Shape (segments, columns).
        gold (Sequence[Mapping[str, str]]): For each segment pathology → label. A missing pathology masks its head
            for that segment: neither the loss nor the gradient sees it.
        ops (Ops): Thinc's operations for the arrays.
        RETURNS (tuple[float, Floats2d]): The loss, and its gradient with respect to the logits, of their shape.
        """
        gradient = ops.alloc2f(*logits.shape)
        loss = 0.0
        for head in self.heads:
            known = [i for i, labels in enumerate(gold) if head.name in labels]
            if not known:
                continue
            targets = [head.place(gold[i][head.name]) for i in known]
            rows = list(range(len(known)))
            difference = ops.softmax(logits[known][:, head.columns], axis=-1)
            loss -= float(ops.xp.log(difference[rows, targets] + 1e-12).mean())
            difference[rows, targets] -= 1
            gradient[known, head.columns] = difference / len(known)
        return loss, gradient
