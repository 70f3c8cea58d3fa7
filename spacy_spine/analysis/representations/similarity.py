"""How alike severity models represent the same motion segments: linear CKA of all their layers."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import combinations
from math import isnan
from typing import Any

from ...errors import CorpusError
from ..networks import SeverityModel
from .activations import MATRICES, POOLINGS, Spot, gather, reading, spots_of
from .cka import LinearCKAs

FORMAT = "spacy_spine.cka.v1"
CHUNK = 256  # segments that all models read before the next ones
DIGITS = 6

Value = float | None  # None where CKA is undefined, see `linear_cka`
Table = tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Estimates:
    """The same values by both estimators, see `linear_cka`.

    biased, debiased (Table): Rows of values; None where a value is undefined. So are the embeddings of [CLS] and what
        the first layer's query, key and value make of them: the same for every text.
    """

    biased: Table
    debiased: Table

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Estimates":
        """From `asdict`'s plain data."""
        biased, debiased = (tuple(tuple(row) for row in data[name]) for name in ("biased", "debiased"))
        return cls(biased, debiased)


@dataclass(frozen=True)
class PooledSimilarity:
    """The similarities of two models under one pooling.

    same_layer (Estimates): A row a layer that both have, from the first; a column a matrix of MATRICES.
    layers (Estimates): Outputs of the layers: a row a layer of the first model, a column a layer of the second; layer 0
        is the embeddings.
    """

    same_layer: Estimates
    layers: Estimates


@dataclass(frozen=True)
class Similarity:
    """The similarities of two models.

    a, b (str): Names of the models.
    examples (int): Segments that they read.
    matrices (tuple[str, ...]): What the columns of `same_layer` are.
    poolings (Mapping[str, PooledSimilarity]): By "cls" and "mean", see `Spot`.
    """

    a: str
    b: str
    examples: int
    matrices: tuple[str, ...]
    poolings: Mapping[str, PooledSimilarity]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        data = asdict(self)
        for pooled in data["poolings"].values():
            for estimates in pooled.values():
                estimates.update({name: [list(row) for row in rows] for name, rows in estimates.items()})
        return {"format": FORMAT, **data, "matrices": list(self.matrices)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Similarity":
        """From plain data; other keys are left alone.

        RAISES (CorpusError): Where it is of another format or incomplete.
        """
        if data.get("format") != FORMAT:
            raise CorpusError(f"These similarities have format {data.get('format')!r}; this version reads {FORMAT!r}.")
        try:
            poolings = {
                name: PooledSimilarity(Estimates.from_dict(one["same_layer"]), Estimates.from_dict(one["layers"]))
                for name, one in data["poolings"].items()
            }
            return cls(data["a"], data["b"], data["examples"], tuple(data["matrices"]), poolings)
        except (KeyError, TypeError, AttributeError) as error:
            raise CorpusError(f"The similarities are incomplete ({type(error).__name__}: {error}).") from error


def compare(
    a: SeverityModel,
    b: SeverityModel,
    texts_a: Sequence[str],
    texts_b: Sequence[str],
    *,
    batch_wordpieces: int = 0,
    progress: bool = False,
) -> Similarity:
    """Compare two models.

    a, b (SeverityModel): The models; their encoders may differ.
    texts_a, texts_b (Sequence[str]): The same segments in the same order, as each of them reads them.
    batch_wordpieces, progress: See `compare_many`.
    RAISES (CorpusError): See `compare_many`.
    RAISES (ModelError): For an encoder that cannot be analysed.
    """
    return compare_many([a, b], [texts_a, texts_b], batch_wordpieces=batch_wordpieces, progress=progress)[0]


def compare_many(
    models: Sequence[SeverityModel],
    texts: Sequence[Sequence[str]],
    *,
    pairs: Iterable[tuple[int, int]] | None = None,
    batch_wordpieces: int = 0,
    progress: bool = False,
) -> list[Similarity]:
    """Compare several models, each of which reads the segments once.

    models (Sequence[SeverityModel]): The models; their encoders may differ.
    texts (Sequence[Sequence[str]]): For each model the segments as it reads them: the same ones in the same order.
    pairs (Iterable[tuple[int, int]]): Places of the models to compare; None for all pairs.
    batch_wordpieces (int): Most wordpieces that go through an encoder at once, padding included; 0 for the model's own
        setting. Values do not depend on it.
    progress (bool): Show a progress bar.
    RETURNS (list[Similarity]): One for each pair, in the order of the pairs. Values have six digits.
    RAISES (CorpusError): For fewer than 4 segments, or models that do not read the same number of them.
    RAISES (ModelError): For an encoder that cannot be analysed.
    """
    from tqdm import tqdm

    wanted = list(combinations(range(len(models)), 2) if pairs is None else pairs)
    examples = _check(models, texts)
    if not wanted:
        return []
    spots = [spots_of(model) for model in models]
    table: LinearCKAs[tuple[int, Spot]] = LinearCKAs(
        [((a, x), (b, y)) for a, b in wanted for x, y in _spot_pairs(spots[a], spots[b])], examples=examples
    )
    with ExitStack() as stack:
        bar = stack.enter_context(
            tqdm(total=examples * len(models), desc="activations", unit=" segments", disable=not progress)
        )
        readers = [stack.enter_context(reading(model)) for model in models]
        for start in range(0, examples, CHUNK):
            chunk = {}
            for place, (model, read) in enumerate(zip(models, readers, strict=True)):
                part = texts[place][start : start + CHUNK]
                rows = gather(model, read, part, batch_wordpieces=batch_wordpieces)
                chunk.update({(place, spot): values for spot, values in rows.items()})
                bar.update(len(part))
            table.update(chunk)
    titles = tqdm(wanted, desc="similarities", unit=" pairs", disable=not progress)
    return [_similarity(table, a, b, models, spots) for a, b in titles]


def _check(models: Sequence[SeverityModel], texts: Sequence[Sequence[str]]) -> int:
    counts = [len(one) for one in texts]
    if len(counts) != len(models) or len(set(counts)) != 1:
        raise CorpusError(
            f"{len(models)} models must read the same segments; they were given {', '.join(map(str, counts))} texts."
        )
    if counts[0] < 4:
        raise CorpusError(f"Models are compared on at least 4 segments, got {counts[0]}.")
    return counts[0]


def _spot_pairs(a: Sequence[Spot], b: Sequence[Spot]) -> list[tuple[Spot, Spot]]:
    """What is compared: the same spot of both, and the outputs of all layers under the same pooling."""
    common = set(b)
    outputs = [spot for spot in b if spot.matrix == "output"]
    return [(x, x) for x in a if x in common] + [
        (x, y) for x in a if x.matrix == "output" for y in outputs if x.pooling == y.pooling
    ]


def _similarity(
    table: LinearCKAs[tuple[int, Spot]], a: int, b: int, models: Sequence[SeverityModel], spots: Sequence[list[Spot]]
) -> Similarity:
    def estimates(rows: Sequence[Sequence[tuple[Spot, Spot]]]) -> Estimates:
        biased, debiased = (
            tuple(tuple(_rounded(table.value((a, x), (b, y), debiased=which)) for x, y in row) for row in rows)
            for which in (False, True)
        )
        return Estimates(biased, debiased)

    depth_a, depth_b = (max(spot.layer for spot in spots[place]) for place in (a, b))
    poolings = {}
    for pooling in POOLINGS:
        same = [[Spot(pooling, layer, name) for name in MATRICES] for layer in range(1, min(depth_a, depth_b) + 1)]
        outputs_a, outputs_b = (
            [Spot(pooling, layer, "output") for layer in range(depth + 1)] for depth in (depth_a, depth_b)
        )
        poolings[pooling] = PooledSimilarity(
            same_layer=estimates([[(spot, spot) for spot in row] for row in same]),
            layers=estimates([[(x, y) for y in outputs_b] for x in outputs_a]),
        )
    return Similarity(models[a].name, models[b].name, table.examples, MATRICES, poolings)


def _rounded(value: float) -> Value:
    return None if isnan(value) else round(value, DIGITS)
