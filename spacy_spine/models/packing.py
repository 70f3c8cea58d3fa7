"""Which texts go through the encoder together: sorted by length, packed by padded wordpieces."""

from collections.abc import Sequence
from itertools import pairwise


def pack(lengths: Sequence[int], limit: int) -> list[list[int]]:
    """Pack texts so that little of a batch is padding.

    lengths (Sequence[int]): Wordpieces of each text.
    limit (int): Most wordpieces of a batch, padding included. A text longer than that gets a batch of its own.
    RETURNS (list[list[int]]): Indices of the texts of each batch, shortest first; every index exactly once.
    """
    packs: list[list[int]] = []
    current: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if current and lengths[index] * (len(current) + 1) > limit:
            packs.append(current)
            current = []
        current.append(index)
    if current:
        packs.append(current)
    return packs


def windows(length: int, limit: int) -> list[tuple[int, int]]:
    """Cut a row that is longer than the encoder takes into windows of nearly equal length.

    length (int): Wordpieces of the row.
    limit (int): Most wordpieces of a window, at least 1.
    RETURNS (list[tuple[int, int]]): Start and end of each window; together they cover the row, none overlap.
    """
    count = max(1, -(-length // limit))
    bounds = [round(length * i / count) for i in range(count + 1)]
    return list(pairwise(bounds))
