"""Stretches of a text, as pairs of start and end."""

Spans = list[tuple[int, int]]


def without(start: int, end: int, cut: Spans) -> Spans:
    """A stretch with others cut out of it."""
    found, at = [], start
    for left, right in sorted(cut):
        if at < left:
            found.append((at, left))
        at = max(at, right)
    if at < end:
        found.append((at, end))
    return found


def merged(spans: Spans) -> Spans:
    """In order, those that touch joined, empty ones left out."""
    found: Spans = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def overlap(spans: Spans, allowed: Spans) -> Spans:
    """What of some stretches lies in others."""
    return [(max(a, c), min(b, d)) for a, b in spans for c, d in allowed if max(a, c) < min(b, d)]
