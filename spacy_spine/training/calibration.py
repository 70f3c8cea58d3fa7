"""Temperature scaling: after training, one number a pathology makes probabilities say how often a grade is right.

The logits of a pathology are divided by its temperature T before the softmax (Guo et al. 2017). T is fitted on
annotated reports that the model was not trained on, given the gold locations. With β = 1 / T it minimises

    Σ -log softmax(β · logits)[label]  +  s · (β - 1 - log β)

The second term keeps T near 1 where there is little to learn from: it is a Gamma prior of β with its mode at 1 and a
standard deviation of about 1 / √s. With no labelled segment T is 1; where all are graded right, which alone would ask
for T = 0, it stays well above. Both terms are convex in β, so that there is one minimum, and it is found by halving the
interval between the least and the greatest temperature allowed. T > 0 keeps the order of the logits: labels never
change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy
from spacy.language import Language

from ..corpus.report import AnnotatedReport
from ..errors import CorpusError, ModelError
from ..pipeline.severity_classifier import SeverityClassifier
from ..pipeline.views import Segment, Severity
from .confidence import Grade, calibration_scores
from .evaluation import location_pipes
from .gold_groups import group_gold

PRIOR = 5.0
LEAST, GREATEST = 0.2, 10.0
STEPS = 60  # halvings: more than a float can tell apart


@dataclass(frozen=True)
class Calibrated:
    """What the fit of one pathology came to.

    temperature (float): What its logits are divided by from now on.
    segments (int): Labelled segments that it was fitted on.
    before, after (dict): Figures on those segments with a temperature of 1 and with this one, see
        `confidence.calibration_scores`.
    """

    temperature: float
    segments: int
    before: dict[str, Any]
    after: dict[str, Any]


def calibrate(nlp: Language, reports: Iterable[AnnotatedReport]) -> dict[str, Calibrated]:
    """Fit the temperatures of a pipeline's severity classifier, and set them there.

    nlp (Language): A pipeline with one `severity_classifier`; what stands before it groups the sentences.
    reports (Iterable[AnnotatedReport]): Annotated reports that it was not trained on.
    RETURNS (dict[str, Calibrated]): By pathology.
    RAISES (ModelError): Where the pipeline has no severity classifier of this package, or several.
    RAISES (CorpusError): Where no report has a labelled segment of its regions.
    """
    pipe = trained_classifier(nlp)
    segments, gold = labelled_segments(nlp, pipe, reports)
    if not segments:
        raise CorpusError(f"No report has a labelled motion segment of region {' and '.join(pipe.regions.names)}.")
    logits = numpy.asarray(pipe.logits(segments)[1], dtype="float64")
    fitted = {}
    for head in pipe.heads.heads:
        known = [i for i, labels in enumerate(gold) if head.name in labels]
        rows = logits[known][:, head.columns]
        targets = [head.place(gold[i][head.name]) for i in known]
        temperature = fit_temperature(rows, targets)
        before, after = (calibration_scores(_grades(rows, targets, head.labels, value)) for value in (1.0, temperature))
        fitted[head.name] = Calibrated(temperature, len(known), before, after)
    pipe.set_temperatures({name: one.temperature for name, one in fitted.items()})
    return fitted


def trained_classifier(nlp: Language) -> SeverityClassifier:
    """The severity classifier of a pipeline.

    RAISES (ModelError): Where there is none of this package, or more than one.
    """
    pipes = [pipe for _, pipe in nlp.pipeline if isinstance(pipe, SeverityClassifier)]
    if len(pipes) != 1:
        raise ModelError(
            f"Temperatures belong to one trained 'severity_classifier'; this pipeline has {len(pipes) or 'none'}, "
            f"its pipes are {', '.join(nlp.pipe_names) or 'none'}."
        )
    return pipes[0]


def labelled_segments(
    nlp: Language, pipe: SeverityClassifier, reports: Iterable[AnnotatedReport]
) -> tuple[list[Segment], list[dict[str, str]]]:
    """Annotated segments as the pipes before the classifier group them on gold locations.

    nlp (Language): The pipeline.
    pipe (SeverityClassifier): Its classifier.
    reports (Iterable[AnnotatedReport]): Annotated reports; what is of other regions is left out.
    RETURNS (tuple): The segments that were found, and the labels of each by pathology.
    """
    finders = location_pipes(nlp)
    before = takewhile(lambda one: one[1] is not pipe, nlp.pipeline)
    pipes: list[Any] = [one for name, one in before if name not in finders]
    segments, gold = [], []
    for doc, kept in group_gold(nlp, reports, pipe.regions, pipes):
        for segment in pipe.graded(doc):
            if segment.name in kept.segments:
                segments.append(segment)
                gold.append(dict(kept.segments[segment.name].labels))
    return segments, gold


def fit_temperature(logits: Any, targets: Sequence[int], *, prior: float = PRIOR) -> float:
    """The temperature with the least objective, see the top of this file.

    logits (Floats2d): Shape (segments, labels).
    targets (Sequence[int]): The column of each segment's annotated label.
    prior (float): s, at least 0. With 0 it is Guo et al.'s method.
    RETURNS (float): From LEAST to GREATEST.
    """
    low, high = 1 / GREATEST, 1 / LEAST
    if slope(low, logits, targets, prior=prior) >= 0:
        return GREATEST
    if slope(high, logits, targets, prior=prior) <= 0:
        return LEAST
    for _ in range(STEPS):
        middle = (low + high) / 2
        if slope(middle, logits, targets, prior=prior) < 0:
            low = middle
        else:
            high = middle
    return 2 / (low + high)


def objective(beta: float, logits: Any, targets: Sequence[int], *, prior: float = PRIOR) -> float:
    """What is minimised, as a function of β = 1 / T."""
    scaled = beta * numpy.asarray(logits, dtype="float64")
    rows = numpy.arange(len(scaled))
    loss = numpy.logaddexp.reduce(scaled, axis=1) - scaled[rows, list(targets)] if len(scaled) else numpy.zeros(0)
    return float(loss.sum() + prior * (beta - 1 - numpy.log(beta)))


def slope(beta: float, logits: Any, targets: Sequence[int], *, prior: float = PRIOR) -> float:
    """Derivative of the objective: Σ (mean logit under the softmax - logit of the label) + s · (1 - 1 / β)."""
    logits = numpy.asarray(logits, dtype="float64")
    total = prior * (1 - 1 / beta)
    if len(logits):
        expected = (softmax(beta * logits) * logits).sum(axis=1)
        total += (expected - logits[numpy.arange(len(logits)), list(targets)]).sum()
    return float(total)


def softmax(logits: Any) -> Any:
    """Of each row."""
    powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _grades(logits: Any, targets: Sequence[int], labels: Sequence[str], temperature: float) -> list[Grade]:
    rows = softmax(logits / temperature) if len(logits) else []
    return [
        Grade(labels[target], Severity(dict(zip(labels, map(float, row), strict=True))))
        for row, target in zip(rows, targets, strict=True)
    ]
