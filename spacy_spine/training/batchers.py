"""Batches that count what the models read, not reports."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from spacy.training import Example
from spacy.util import registry

from ..errors import ConfigError
from ..pipeline import annotations

Batcher = Callable[[Iterable[Example]], Iterator[list[Example]]]


@registry.batchers("spacy_spine.BatchBySegments.v1")
def create_batch_by_segments(size: int, *, get_length: Callable[[Any], int] | None = None) -> Batcher:
    """Batches of reports that hold a number of graded motion segments.

    size (int): Segments of a batch; the report that reaches it is the batch's last. Reports without a graded segment
        are left out.
    get_length (Callable): How many segments an example has; by default those with gold labels.
    RETURNS (Callable): Examples → batches of examples.
    """
    return _batcher(size, get_length or count_segments)


@registry.batchers("spacy_spine.BatchByCharacters.v1")
def create_batch_by_characters(size: int, *, get_length: Callable[[Any], int] | None = None) -> Batcher:
    """Batches of reports that hold a number of characters.

    size (int): Characters of a batch; the report that reaches it is the batch's last. Empty reports are left out.
    get_length (Callable): How many characters an example has.
    RETURNS (Callable): Examples → batches of examples.
    """
    return _batcher(size, get_length or count_characters)


def count_segments(example: Example) -> int:
    """Motion segments with gold labels."""
    return len(annotations.read(example.reference, "gold"))


def count_characters(example: Example) -> int:
    return len(example.reference.text)


def _batcher(size: int, get_length: Callable[[Any], int]) -> Batcher:
    if size < 1:
        raise ConfigError(f"A batch needs a size of at least 1, got {size}.")

    def batches(examples: Iterable[Example]) -> Iterator[list[Example]]:
        batch: list[Example] = []
        total = 0
        for example in examples:
            length = get_length(example)
            if not length:
                continue
            batch.append(example)
            total += length
            if total >= size:
                yield batch
                batch, total = [], 0
        if batch:
            yield batch

    return batches
