"""How severe a label is, for colours."""

from collections.abc import Iterable
from typing import Literal

Level = Literal["low", "middle", "high"]


def level(label: str, labels: Iterable[str]) -> Level:
    """Where a label stands among the labels of its pathology.

    label (str): The label.
    labels (Iterable[str]): All labels, least severe first.
    RETURNS (Level): "low" for the first, "high" for the last, "middle" between.
    """
    order = list(labels)
    if label == order[0]:
        return "low"
    return "high" if label == order[-1] else "middle"
