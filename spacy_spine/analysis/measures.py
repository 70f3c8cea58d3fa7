"""What the analysis measures, as its files hold it: gradients of tasks at one step, CKA of two models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CorpusError

CKA_FORMAT = "spacy_spine.cka.v1"
APART, ALL = "apart", "all"  # groups of a grid: each task a model, all tasks one model
ESTIMATORS = ("biased", "debiased")
POOLINGS = ("cls", "mean")
Array = NDArray[np.float64]

# How two models relate; the order is that of figures and tables.
SINGLES, MULTI, ACROSS, SEEDS, OTHER = KINDS = ("singles", "multi", "across", "seeds", "other")


@dataclass(frozen=True)
class Alignment:
    """Gradients of several tasks on the same mini-batches, at one step of the training. What cannot be told is NaN.

    step, epoch (int): Where in the training.
    batches, segments (int): What it was measured on.
    pairs (tuple[tuple[str, str], ...]): The tasks compared.
    aligned (Array): Share of mini-batches with a dot product above 0, of shape (pairs, layers, heads).
    cosine (Array): Mean cosine similarity, of the same shape.
    embedding_aligned, embedding_cosine (Array): The same of the token embedding, of shape (pairs,).
    apag (Array): Average proportion of aligned gradients: mean of aligned over layers, heads and the embedding as one
        head, of shape (pairs,).
    """

    step: int
    epoch: int
    batches: int
    segments: int
    pairs: tuple[tuple[str, str], ...]
    aligned: Array = field(repr=False)
    cosine: Array = field(repr=False)
    embedding_aligned: Array = field(repr=False)
    embedding_cosine: Array = field(repr=False)
    apag: Array = field(repr=False)

    @property
    def known_pairs(self) -> list[tuple[str, str]]:
        """The pairs that have numbers."""
        return [pair for pair, known in zip(self.pairs, np.isfinite(self.apag), strict=True) if known]

    @property
    def mean_cosine(self) -> Array:
        """Mean cosine over layers, heads and the embedding as one head, as APAG is taken, of shape (pairs,)."""
        heads = self.cosine.reshape(len(self.pairs), -1)
        return np.concatenate([heads, self.embedding_cosine[:, None]], axis=1).mean(axis=1)

    @classmethod
    def from_dict(cls, row: Any) -> "Alignment":
        """A row of gradients, as the training's callback writes it.

        RAISES (CorpusError): Where it is anything else, with what is wrong.
        """
        try:
            pairs = tuple((str(one), str(other)) for one, other in row["pairs"])
            embedding = row["embedding"]
            made = cls(
                step=int(row["step"]),
                epoch=int(row["epoch"]),
                batches=int(row["batches"]),
                segments=int(row["segments"]),
                pairs=pairs,
                aligned=_by_pair(row["aligned"], 3),
                cosine=_by_pair(row["cosine"], 3),
                embedding_aligned=_by_pair(embedding["aligned"], 1),
                embedding_cosine=_by_pair(embedding["cosine"], 1),
                apag=_by_pair(row["apag"], 1),
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise CorpusError("it holds a row of gradients that is damaged") from error
        arrays = (made.aligned, made.cosine, made.embedding_aligned, made.embedding_cosine, made.apag)
        if any(len(array) != len(pairs) for array in arrays) or made.aligned.shape != made.cosine.shape:
            raise CorpusError("it holds a row of gradients whose pairs and numbers do not match")
        return made


@dataclass(frozen=True)
class CellSimilarity:
    """CKA of two trained models.

    kind (str): How they relate: "singles" (two tasks of one region), "multi" (a task and all tasks), "across" (tasks
        of two regions), "seeds" (one task twice), or "other".
    region, encoder (str): Of both; two are written "lumbar – cervical".
    pair (tuple[str, str]): The tasks, in an order that is the same for all seeds.
    seeds (tuple[int, int]): Of the trainings.
    examples (int): Segments that they were compared on.
    matrices (tuple[str, ...]): Names of the activation matrices of a layer.
    same_layer (Mapping[tuple[str, str], Array]): By pooling and estimator, of shape (layers, matrices).
    layers (Mapping[tuple[str, str], Array]): By pooling and estimator, each layer's output against each, the embeddings
        first, of shape (layers + 1, layers + 1).
    """

    kind: str
    region: str
    encoder: str
    pair: tuple[str, str]
    seeds: tuple[int, int]
    examples: int
    matrices: tuple[str, ...]
    same_layer: Mapping[tuple[str, str], Array] = field(repr=False)
    layers: Mapping[tuple[str, str], Array] = field(repr=False)


def mean_known(arrays: Sequence[Array]) -> Array:
    """The mean of arrays of one shape, over what is known (not NaN) of each number; NaN where none is."""
    stacked = np.array(arrays, dtype=float)
    known = np.isfinite(stacked)
    with np.errstate(invalid="ignore"):
        return np.where(known, stacked, 0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)


def similarity_of(data: Mapping[str, Any]) -> CellSimilarity:
    """CKA of two models that belong to no grid, as `spacy-spine analyze cka` writes it.

    data (Mapping): A result of format spacy_spine.cka.v1.
    RAISES (CorpusError): Where it is anything else, with what is wrong.
    """
    blank = {"region": "", "encoder": "", "seed": 0, "aggregator": ""}
    names = [data.get("a"), data.get("b")]
    similarity = similarity_of_cells({**dict(data), "tasks": names}, blank, blank, {})
    return replace(similarity, kind=OTHER)


def similarity_of_cells(
    data: Any, a: Mapping[str, Any], b: Mapping[str, Any], order: Mapping[str, int]
) -> CellSimilarity:
    """CKA of the models of two cells of a grid.

    data (Mapping): A result of format spacy_spine.cka.v1 that names the two "tasks".
    a, b (Mapping): What the cells are: region, encoder, seed, aggregator.
    order (Mapping[str, int]): Place of each task, with its region, in the grid; empty to leave the models as they come.
    RAISES (CorpusError): Where it is anything else, with what is wrong.
    """
    try:
        if data["format"] != CKA_FORMAT:
            raise CorpusError(f"its format is not '{CKA_FORMAT}'")
        first, second = (str(task) for task in data["tasks"])
        poolings = data["poolings"]
        same, layers = (
            {
                (pooling, estimator): np.array(one[name][estimator], dtype=float)
                for pooling, one in poolings.items()
                for estimator in ESTIMATORS
            }
            for name in ("same_layer", "layers")
        )
        matrices, examples = tuple(map(str, data["matrices"])), int(data["examples"])
    except (KeyError, TypeError, ValueError) as error:
        raise CorpusError("it holds no CKA of two models") from error
    if not same or any(array.ndim != 2 or not array.size for array in (*same.values(), *layers.values())):
        raise CorpusError("it holds no CKA of two models")
    if any(array.shape[1] != len(matrices) for array in same.values()):
        raise CorpusError("its matrices and its numbers do not match")
    kind = _kind(a, b, first, second)
    if kind == ACROSS:
        first, second = full_name(a, first), full_name(b, second)
    if kind == OTHER:
        first, second = (
            f"{task} ({one['aggregator']})" if one["aggregator"] else task for one, task in ((a, first), (b, second))
        )
    # The same pair has one name over all seeds, whichever model came first: the model of all tasks is the second.
    keys = [
        (cell["encoder"], task == ALL, cell["region"], order.get(full_name(cell, task), len(order)), task)
        for cell, task in ((a, first), (b, second))
    ]
    if order and keys[1] < keys[0]:
        a, b, first, second = b, a, second, first
        layers = {name: array.T for name, array in layers.items()}
    regions, encoders = both(a, b, "region"), both(a, b, "encoder")
    return CellSimilarity(
        kind, regions, encoders, (first, second), (a["seed"], b["seed"]), examples, matrices, same, layers
    )


def _kind(a: Mapping[str, Any], b: Mapping[str, Any], first: str, second: str) -> str:
    single = [task not in (ALL, "") and "+" not in task for task in (first, second)]
    if a["aggregator"] or b["aggregator"]:
        return OTHER
    if all(single):
        if a["region"] != b["region"]:
            return ACROSS
        return SINGLES if first != second else SEEDS
    return MULTI if any(single) and ALL in (first, second) else OTHER


def both(a: Mapping[str, Any], b: Mapping[str, Any], name: str) -> str:
    """What two cells have under a name, once where it is the same."""
    return a[name] if a[name] == b[name] else f"{a[name]} – {b[name]}"


def full_name(cell: Mapping[str, Any], task: str) -> str:
    """A task with its region."""
    return task if "." in task else f"{cell['region']}.{task}"


def _by_pair(values: list[Any], dimensions: int) -> Array:
    """Numbers by pair, NaN for a pair that has none.

    values (list): A number or nested list, or None, for each pair.
    dimensions (int): Of the result.
    """
    if not values:
        return np.empty((0,) * dimensions)
    made = [None if one is None else np.array(one, dtype=float) for one in values]
    shape = next((one.shape for one in made if one is not None and one.ndim == dimensions - 1), (0,) * (dimensions - 1))
    return np.array([np.full(shape, np.nan) if one is None else _shaped(one, shape) for one in made]).reshape(
        -1, *shape
    )


def _shaped(one: Array, shape: tuple[int, ...]) -> Array:
    # Within a pair all numbers may be null, too.
    return np.full(shape, np.nan) if one.shape != shape and np.isnan(one).all() else one
