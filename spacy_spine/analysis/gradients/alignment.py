"""Do gradients pull the same way? Gram matrices of tasks' gradients → dot products, cosines, aligned shares, APAG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelError

DIGITS = 4  # significant ones, of every number of a row

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grams:
    """Inner products of the tasks' gradients on one mini-batch. Rows and columns of a task without labels are NaN.

    heads (Floats): For the parameters of each attention head, shape (layers, heads, tasks, tasks).
    embedding (Floats): For the token embedding, shape (tasks, tasks).
    """

    heads: Floats
    embedding: Floats


def cosines(grams: Floats) -> Floats:
    """Cosine similarities of Gram matrices' vectors: G_ij / √(G_ii G_jj).

    grams (Floats): Shape (…, tasks, tasks).
    RETURNS (Floats): Of the same shape; 0 where one of the two vectors is 0, NaN where one is.
    """
    lengths = norms(grams)
    product = lengths[..., :, None] * lengths[..., None, :]
    shares = np.divide(grams, product, out=np.zeros_like(grams), where=product != 0)
    return np.clip(shares, -1, 1)


def norms(grams: Floats) -> Floats:
    """Lengths of Gram matrices' vectors, shape (…, tasks)."""
    return np.sqrt(np.clip(np.diagonal(grams, axis1=-2, axis2=-1), 0, None))


def aligned(grams: Floats) -> Floats:
    """1 where two vectors have a dot product above 0 and 0 elsewhere, NaN where one is NaN; of the same shape."""
    return np.where(np.isnan(grams), np.nan, grams > 0)


def apag(heads: Floats, embedding: float) -> float:
    """Average proportion of aligned gradients (Sehanobish et al. 2022): the mean over the heads of all layers, the
    token embedding being one head more.

    heads (Floats): Aligned shares, shape (layers, heads).
    embedding (float): That of the token embedding.
    """
    return float((heads.sum() + embedding) / (heads.size + 1))


def alignment_row(
    grams: Iterable[Grams], tasks: Sequence[str], *, step: int = 0, epoch: int = 0, segments: int = 0
) -> dict[str, Any]:
    """One measurement as plain data.

    grams (Iterable[Grams]): Of each mini-batch.
    tasks (Sequence[str]): Names of the tasks, in the order of the matrices.
    step, epoch (int): When it was taken.
    segments (int): How many motion segments were read.
    RETURNS (dict): "aligned", "cosine" and "dot" are [pair][layer][head], means over the mini-batches that have labels
        of both tasks, and null where none has; "norm" is [task][layer][head]; "embedding" holds the same of the token
        embedding, and "apag" is [pair].
    RAISES (ModelError): Where there is no mini-batch.
    """
    batches = list(grams)
    if not batches:
        raise ModelError("There is no mini-batch to measure gradients on.")
    pairs = list(combinations(range(len(tasks)), 2))
    heads = _means(np.stack([one.heads for one in batches]))
    embedding = _means(np.stack([one.embedding for one in batches]))
    names = ("aligned", "cosine", "dot")
    return {
        "step": step,
        "epoch": epoch,
        "batches": len(batches),
        "segments": segments,
        "tasks": list(tasks),
        "pairs": [[tasks[i], tasks[j]] for i, j in pairs],
        **{name: [_plain(heads[name][..., i, j]) for i, j in pairs] for name in names},
        "norm": [_plain(heads["norm"][..., i]) for i in range(len(tasks))],
        "embedding": {name: [_plain(embedding[name][i, j]) for i, j in pairs] for name in names},
        "apag": [_plain(np.asarray(apag(heads["aligned"][..., i, j], embedding["aligned"][i, j]))) for i, j in pairs],
    }


def _means(grams: Floats) -> dict[str, Floats]:
    """Means over the first axis of what is not NaN; NaN where all is."""
    parts = {"aligned": aligned(grams), "cosine": cosines(grams), "dot": grams, "norm": norms(grams)}
    found = {}
    for name, part in parts.items():
        known = ~np.isnan(part)
        count = known.sum(0)
        total = np.where(known, part, 0).sum(0)
        found[name] = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return found


def _plain(values: Floats) -> Any:
    """Numbers or lists of them; null for an array of NaN."""
    if np.isnan(values).any():
        return None
    rounded = [float(f"{value:.{DIGITS}g}") for value in values.flat]
    return np.reshape(rounded, values.shape).tolist()
