"""One-to-one matches between annotated and found places of a text."""

from collections.abc import Sequence

# (start, end, motion segments)
Place = tuple[int, int, Sequence[str]]


def overlapping(gold: Sequence[Place], predicted: Sequence[Place]) -> list[list[int]]:
    """Which predicted spans share a character with each gold span.

    gold, predicted (Sequence[Place]): Sorted by their characters.
    RETURNS (list[list[int]]): Positions in `predicted` for each of `gold`.
    """
    edges: list[list[int]] = []
    longest = max((end - start for start, end, _ in predicted), default=0)
    first = 0
    for start, end, _ in gold:
        while first < len(predicted) and predicted[first][0] + longest <= start:
            first += 1
        near = []
        for j in range(first, len(predicted)):
            if predicted[j][0] >= end:
                break
            if predicted[j][1] > start:
                near.append(j)
        edges.append(near)
    return edges


def match(edges: Sequence[Sequence[int]]) -> dict[int, int]:
    """A largest one-to-one matching, by augmenting paths (Kuhn 1955).

    edges (Sequence[Sequence[int]]): For each item on the left the items on the right that it may be matched with.
    RETURNS (dict[int, int]): Right → left.
    """
    owner: dict[int, int] = {}
    for root in range(len(edges)):
        came_from: dict[int, int] = {}
        queue = [root]
        free: int | None = None
        while queue and free is None:
            left = queue.pop()
            for right in edges[left]:
                if right not in came_from:
                    came_from[right] = left
                    if right not in owner:
                        free = right
                        break
                    queue.append(owner[right])
        while free is not None:
            left = came_from[free]
            previous = next((right for right, one in owner.items() if one == left), None)
            owner[free] = left
            free = previous if left != root else None
    return owner
