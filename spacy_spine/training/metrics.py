"""What is measured, on plain data: the scorers of `spacy train` and `spacy-spine evaluate` share these counts.

Locations. `spans`: the same characters. `overlap`: one-to-one matches that share a character. `resolved`: one-to-one
matches that share a character and stand for the same motion segments.

Segments. Found against annotated ones. A gold segment of mention "other" counts neither way, found or not.

Severity, end to end, each pathology by itself. A gold segment that was found makes a pair of labels; one that was not
is a miss, a false negative of its gold label; a found one that is not annotated is invented, a false positive of its
predicted label. A gold segment of mention "other" counts only where it was found. One without a label for the pathology
does not count for it. The macro F1 is the mean over the labels that occur in gold or predictions; the others are named.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .matching import Place, match, overlapping

MENTION, OTHER = "mention", "other"
MISSED, NOT_ANNOTATED = "(missed)", "(not annotated)"
KAPPA_MIN_LABELS = 3

Gold = Mapping[str, Mapping[str, str]]


class Counts:
    """True positives, false positives and false negatives."""

    def __init__(self, tp: int = 0, fp: int = 0, fn: int = 0) -> None:
        self.tp, self.fp, self.fn = tp, fp, fn

    def add(self, gold: int, predicted: int, matched: int) -> None:
        """Add the numbers of gold items, predicted items, and matches."""
        self.tp += matched
        self.fp += predicted - matched
        self.fn += gold - matched

    def scores(self) -> dict[str, Any]:
        """precision, recall, f1 and the counts.

        RETURNS (dict): The three are None where there was nothing to find and nothing was found; precision is 0
            where nothing was found, recall where there was nothing to find.
        """
        tp, fp, fn = self.tp, self.fp, self.fn
        if not tp + fp + fn:
            return {"precision": None, "recall": None, "f1": None, "tp": 0, "fp": 0, "fn": 0}
        precision = tp / (tp + fp) if tp + fp else 0.0
        recall = tp / (tp + fn) if tp + fn else 0.0
        return {
            "precision": precision,
            "recall": recall,
            "f1": 2 * tp / (2 * tp + fp + fn),
            "tp": tp,
            "fp": fp,
            "fn": fn,
        }


class LocationCounts:
    """Locations of many reports."""

    def __init__(self) -> None:
        self.spans, self.overlap, self.resolved = Counts(), Counts(), Counts()

    def add(self, gold: Iterable[Place], predicted: Iterable[Place]) -> None:
        """Add one report.

        gold, predicted (Iterable[Place]): (start, end, motion segments) of each location.
        """
        wanted, found = sorted(gold, key=_span), sorted(predicted, key=_span)
        same = Counter(map(_span, wanted)) & Counter(map(_span, found))
        edges = overlapping(wanted, found)
        agreeing = [
            [j for j in near if set(found[j][2]) == set(one[2])] for one, near in zip(wanted, edges, strict=True)
        ]
        self.spans.add(len(wanted), len(found), same.total())
        self.overlap.add(len(wanted), len(found), len(match(edges)))
        self.resolved.add(len(wanted), len(found), len(match(agreeing)))

    def scores(self) -> dict[str, dict[str, Any]]:
        """Scores of spans, overlap and resolved, see `Counts.scores`."""
        return {
            "spans": self.spans.scores(),
            "overlap": self.overlap.scores(),
            "resolved": self.resolved.scores(),
        }


class SegmentCounts:
    """Motion segments of many reports."""

    def __init__(self) -> None:
        self.counts = Counts()

    def add(self, gold: Gold, found: Iterable[str]) -> None:
        """Add one report.

        gold (Gold): {"L4-L5": {"mention": "explicit", …}, …}
        found (Iterable[str]): Names of the segments found.
        """
        counted = {name for name, labels in gold.items() if labels.get(MENTION) != OTHER}
        names = set(found) - (set(gold) - counted)
        self.counts.add(len(counted), len(names), len(counted & names))

    def scores(self) -> dict[str, Any]:
        """See `Counts.scores`."""
        return self.counts.scores()


class PathologyCounts:
    """Pairs of gold and predicted label of one pathology.

    labels (Sequence[str]): Least severe first.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.pairs: Counter[tuple[str, str]] = Counter()

    def add(self, gold: str | None, predicted: str | None) -> None:
        """Add one segment.

        gold (str | None): Its label; None where it is not annotated.
        predicted (str | None): The label given; None where it was not found.
        """
        if gold is not None or predicted is not None:
            self.pairs[gold or NOT_ANNOTATED, predicted or MISSED] += 1

    def scores(self) -> dict[str, Any]:
        """All figures of the pathology.

        RETURNS (dict): macro_f1, accuracy (of the pairs), kappa (quadratic weights, of the pairs, from three labels
            on), missed, invented, labels (scores of each, with support), left_out, confusion. What cannot be told
            is None.
        """
        labels = {label: self._label(label) for label in self.labels}
        counted = [one["f1"] for one in labels.values() if one["f1"] is not None]
        pairs = {(g, p): n for (g, p), n in self.pairs.items() if g != NOT_ANNOTATED and p != MISSED}
        total = sum(pairs.values())
        right = sum(n for (g, p), n in pairs.items() if g == p)
        return {
            "macro_f1": sum(counted) / len(counted) if counted else None,
            "accuracy": right / total if total else None,
            "kappa": weighted_kappa(pairs, self.labels) if len(self.labels) >= KAPPA_MIN_LABELS else None,
            "pairs": total,
            "missed": sum(n for (_, p), n in self.pairs.items() if p == MISSED),
            "invented": sum(n for (g, _), n in self.pairs.items() if g == NOT_ANNOTATED),
            "labels": labels,
            "left_out": [label for label, one in labels.items() if one["f1"] is None],
            "confusion": self.confusion(),
        }

    def confusion(self) -> dict[str, Any]:
        """The confusion matrix: a row for each gold label and "(not annotated)", a column for each predicted label
        and "(missed)"."""
        rows, columns = [*self.labels, NOT_ANNOTATED], [*self.labels, MISSED]
        return {"rows": rows, "columns": columns, "counts": [[self.pairs[g, p] for p in columns] for g in rows]}

    def _label(self, label: str) -> dict[str, Any]:
        gold = sum(n for (g, _), n in self.pairs.items() if g == label)
        predicted = sum(n for (_, p), n in self.pairs.items() if p == label)
        counts = Counts()
        counts.add(gold, predicted, self.pairs[label, label])
        return {**counts.scores(), "support": gold}


class SeverityCounts:
    """Severities of many reports.

    pathologies (Mapping[str, Sequence[str]]): Labels of each pathology, least severe first.
    """

    def __init__(self, pathologies: Mapping[str, Sequence[str]]) -> None:
        self.pathologies = {name: PathologyCounts(labels) for name, labels in pathologies.items()}

    def add(self, gold: Gold, predicted: Gold) -> None:
        """Add one report.

        gold (Gold): {"L4-L5": {"mention": "explicit", "disc": "moderate", …}, …}
        predicted (Gold): {"L4-L5": {"disc": "moderate", …}, …} of the segments found.
        """
        for name, counts in self.pathologies.items():
            for segment in {**gold, **predicted}:
                counts.add(*severity_pair(gold.get(segment), predicted.get(segment), name))

    def scores(self) -> dict[str, dict[str, Any]]:
        """By pathology, see `PathologyCounts.scores`."""
        return {name: counts.scores() for name, counts in self.pathologies.items()}


def severity_pair(
    gold: Mapping[str, str] | None, predicted: Mapping[str, str] | None, pathology: str
) -> tuple[str | None, str | None]:
    """How one segment counts for one pathology: (gold label, predicted label), both None where it does not.

    gold (Mapping[str, str] | None): Its annotation, None where it is not annotated.
    predicted (Mapping[str, str] | None): Its predicted labels, None where it was not found.
    pathology (str): The pathology.
    """
    found = None if predicted is None else predicted.get(pathology)
    if gold is None:
        return None, found
    label = gold.get(pathology)
    if label is None or (predicted is None and gold.get(MENTION) == OTHER):
        return None, None
    return label, found


def weighted_kappa(pairs: Mapping[tuple[str, str], int], labels: Sequence[str]) -> float | None:
    """Cohen's kappa with quadratic weights (Cohen 1968): 1 - Σ w·observed / Σ w·expected, w = (i - j)².

    pairs (Mapping[tuple[str, str], int]): How often each pair of labels occurs.
    labels (Sequence[str]): In their order.
    RETURNS (float | None): None where one label alone occurs, so that agreement by chance is complete.
    """
    place = {label: i for i, label in enumerate(labels)}
    total = sum(pairs.values())
    gold, predicted = Counter[int](), Counter[int]()
    observed = 0
    for (g, p), count in pairs.items():
        gold[place[g]] += count
        predicted[place[p]] += count
        observed += (place[g] - place[p]) ** 2 * count
    expected = sum((i - j) ** 2 * m * n for i, m in gold.items() for j, n in predicted.items())
    return 1 - observed * total / expected if expected else None


def _span(place: Place) -> tuple[int, int]:
    return place[0], place[1]
