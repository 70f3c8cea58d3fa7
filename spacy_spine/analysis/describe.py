"""One comparison of models as a Markdown table, as the command line shows it."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from ..training.tables import figure, table
from .measures import ALL, APART, ESTIMATORS, POOLINGS, Alignment
from .representations.similarity import Similarity
from .results import GradientRun


def cka_table(similarity: Similarity) -> str:
    """CKA of two models: a row a layer, the mean over its activation matrices, by pooling and estimator.

    similarity (Similarity): Of two models.
    RETURNS (str): Markdown.
    """
    columns = list(product(POOLINGS, ESTIMATORS))
    values = {
        (pooling, estimator): getattr(similarity.poolings[pooling].same_layer, estimator)
        for pooling, estimator in columns
    }
    depth = len(next(iter(values.values())))
    rows = [["layer", *(f"{'[CLS]' if pooling == 'cls' else pooling}, {estimator}" for pooling, estimator in columns)]]
    rows += [[str(layer + 1), *(figure(_mean(values[one][layer])) for one in columns)] for layer in range(depth)]
    whole = [figure(_mean([value for row in values[one] for value in row])) for one in columns]
    title = f"CKA of {similarity.a} and {similarity.b}, {similarity.examples:,} motion segments"
    return f"{title}\n\n{table([*rows, ['all', *whole]])}"


def gradients_table(row: Mapping[str, Any]) -> str:
    """Gradients of pairs of tasks: aligned share and cosine by layer, of the embedding, and over all.

    row (Mapping): A measurement, see `alignment_row`.
    RETURNS (str): Markdown, two tables.
    """
    measured = Alignment.from_dict(row)
    names = [" – ".join(pair) for pair in measured.pairs]
    layers = [str(layer + 1) for layer in range(measured.aligned.shape[1])]

    def rows(heads: Any, embedding: Any, whole: Any) -> list[list[str]]:
        by_layer = heads.mean(axis=2)
        return [
            [name, *map(_known, by_layer[i]), _known(embedding[i]), _known(whole[i])] for i, name in enumerate(names)
        ]

    head = ["layer", *layers, "embedding"]
    aligned = rows(measured.aligned, measured.embedding_aligned, measured.apag)
    cosine = rows(measured.cosine, measured.embedding_cosine, measured.mean_cosine)
    parts = [
        f"{measured.batches} mini-batches, {measured.segments} motion segments. Share on which gradients are aligned:",
        table([[*head, "APAG"], *aligned]),
        "Cosine of the gradients:",
        table([[*head, "mean"], *cosine]),
    ]
    return "\n\n".join(parts)


def gradients_run(row: Mapping[str, Any], models: int) -> GradientRun:
    """A measurement that belongs to no grid, for a figure.

    row (Mapping): See `alignment_row`.
    models (int): How many it was measured between.
    """
    return GradientRun("", "", ALL if models == 1 else APART, "", 0, (Alignment.from_dict(row),))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _known(value: float) -> str:
    return figure(float(value) if np.isfinite(value) else None)
