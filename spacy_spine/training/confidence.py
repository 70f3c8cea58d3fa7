"""How far a probability can be relied on: calibration, and what is gained where uncertain grades go to a person.

A grade is what a pipeline gave one pathology of one motion segment that it found: the most probable label, and its
probability as the confidence. A grade of an annotated segment is right where the labels agree.

Calibration, over the grades of annotated segments. `ece`, the expected calibration error: the grades are put into 15
bins of equal width by confidence, and ECE = Σ (grades in the bin / all grades) · |share right - mean confidence|; `mce`
is the largest of the differences (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017). `brier`: the mean over grades
of Σ (probability - 1 or 0)² over the labels, 0 to 2 (Brier 1950). `nll`: the mean of -log(probability of the annotated
label), natural logarithm, which temperature scaling minimises.

Risk and coverage (El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017). The least certain share of all grades, those of
invented segments among them, is left to a person and not counted; what stays is measured as always, with missed
segments as errors: they have no confidence that could point to them. A grade that is as certain as one that stays
stays too, so that fewer may be left than asked for; `coverage` is the share that stayed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log
from typing import Any

from ..pipeline.views import Severity
from .metrics import Gold, PathologyCounts, severity_pair

BINS = 15
LEAST_PROBABILITY = 1e-12  # so that a rule which is certain and wrong has a finite nll
SHARES_LEFT = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3)

# {"L4-L5": {"disc": {"none_mild": 0.1, …}}}
Scores = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True)
class Grade:
    """What was given to one pathology of one motion segment that was found.

    gold (str | None): The annotated label; None where the segment is not annotated.
    severity (Severity): Label and probabilities that were given.
    """

    gold: str | None
    severity: Severity

    @property
    def right(self) -> bool:
        return self.severity.label == self.gold


class ConfidenceCounts:
    """Grades of many reports.

    pathologies (Mapping[str, Sequence[str]]): Labels of each pathology, least severe first.
    """

    def __init__(self, pathologies: Mapping[str, Sequence[str]]) -> None:
        self.pathologies = pathologies
        self.grades: dict[str, list[Grade]] = {name: [] for name in pathologies}
        self.missed: dict[str, Counter[str]] = {name: Counter() for name in pathologies}

    def add(self, gold: Gold, predicted: Scores) -> None:
        """Add one report.

        gold (Gold): {"L4-L5": {"mention": "explicit", "disc": "moderate", …}, …}
        predicted (Scores): Probabilities of the segments found.
        """
        severities = {
            segment: {name: Severity(scores) for name, scores in one.items()} for segment, one in predicted.items()
        }
        for name in self.pathologies:
            for segment in {**gold, **predicted}:
                found = severities.get(segment)
                labels = None if found is None else {name: one.label for name, one in found.items()}
                right, given = severity_pair(gold.get(segment), labels, name)
                if found is not None and given is not None:
                    self.grades[name].append(Grade(right, found[name]))
                elif right is not None:
                    self.missed[name][right] += 1

    def scores(self) -> dict[str, dict[str, Any]]:
        """By pathology: confidence, see `calibration_scores`, and risk_coverage, see there."""
        return {
            name: {
                "confidence": calibration_scores(grades),
                "risk_coverage": risk_coverage(grades, self.missed[name], self.pathologies[name]),
            }
            for name, grades in self.grades.items()
        }


def calibration_scores(grades: Sequence[Grade]) -> dict[str, Any]:
    """How well the confidence tells how often a grade is right. Definitions at the top of this file.

    grades (Sequence[Grade]): Those of segments that are not annotated do not count.
    RETURNS (dict): grades (how many), mean (confidence), accuracy, ece, mce, brier, nll, and bins: for each of the 15
        its lower and upper bound, grades, mean confidence and accuracy. What cannot be told is None.
    """
    known = [grade for grade in grades if grade.gold is not None]
    bins = [_bin(known, number) for number in range(BINS)]
    gaps = [(one["grades"], abs(one["accuracy"] - one["mean"])) for one in bins if one["grades"]]
    total = len(known)
    return {
        "grades": total,
        "mean": _mean([grade.severity.confidence for grade in known]),
        "accuracy": _mean([float(grade.right) for grade in known]),
        "ece": fsum(count * gap for count, gap in gaps) / total if total else None,
        "mce": max((gap for _, gap in gaps), default=None),
        "brier": _mean([_brier(grade) for grade in known]),
        "nll": _mean([-log(max(_of_gold(grade), LEAST_PROBABILITY)) for grade in known]),
        "bins": bins,
    }


def risk_coverage(
    grades: Sequence[Grade],
    missed: Mapping[str, int],
    labels: Sequence[str],
    *,
    shares: Sequence[float] = SHARES_LEFT,
) -> list[dict[str, Any]]:
    """Figures of the grades that stay when the least certain are left to a person. Definition at the top of this file.

    grades (Sequence[Grade]): All grades of one pathology.
    missed (Mapping[str, int]): How many segments of each label were not found.
    labels (Sequence[str]): The pathology's labels.
    shares (Sequence[float]): Shares of the grades to leave, at most, 0 to 1.
    RETURNS (list[dict]): For each share: left (the share), coverage, grades, min_confidence (of those that stay),
        macro_f1, accuracy. What cannot be told is None.
    """
    confidences = sorted(grade.severity.confidence for grade in grades)
    points = []
    for share in shares:
        # Rounded first: 0.29 * 100 is 28.999… in binary.
        place = int(round(share * len(grades), 9))
        least = confidences[place] if place < len(grades) else None
        stay = [grade for grade in grades if least is not None and grade.severity.confidence >= least]
        counts = PathologyCounts(labels)
        for grade in stay:
            counts.add(grade.gold, grade.severity.label)
        for label, count in missed.items():
            for _ in range(count):
                counts.add(label, None)
        figures = counts.scores()
        points.append(
            {
                "left": share,
                "coverage": len(stay) / len(grades) if grades else None,
                "grades": len(stay),
                "min_confidence": least,
                "macro_f1": figures["macro_f1"],
                "accuracy": figures["accuracy"],
            }
        )
    return points


def _bin(grades: Sequence[Grade], number: int) -> dict[str, Any]:
    own = [one for one in grades if min(int(one.severity.confidence * BINS), BINS - 1) == number]
    return {
        "lower": number / BINS,
        "upper": (number + 1) / BINS,
        "grades": len(own),
        "mean": _mean([one.severity.confidence for one in own]),
        "accuracy": _mean([float(one.right) for one in own]),
    }


def _of_gold(grade: Grade) -> float:
    return grade.severity.scores.get(grade.gold or "", 0.0)


def _brier(grade: Grade) -> float:
    others = fsum(p * p for label, p in grade.severity.scores.items() if label != grade.gold)
    return others + (1 - _of_gold(grade)) ** 2


def _mean(values: Sequence[float]) -> float | None:
    # fsum: the order of the reports must not show in the last digits.
    return fsum(values) / len(values) if values else None
