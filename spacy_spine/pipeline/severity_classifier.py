"""The pipe `severity_classifier`: motion segments → severity of each pathology."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Model
from thinc.types import Floats2d

from ..anatomy import Region, Regions
from ..errors import CorpusError
from . import annotations
from .calibrated_pipe import TEMPERATURES, CalibratedPipe
from .views import Segment

DEFAULT_MODEL = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": "minilm-l6"}


@Language.factory(
    "severity_classifier",
    requires=["doc.spans"],
    assigns=["doc._.segments"],
    default_config={
        "region": {"@spine_regions": "spacy_spine.lumbar.v1"},
        "model": DEFAULT_MODEL,
        "text_strategy": {"@misc": "spacy_spine.marked_text.v1"},
        "rule_weight": 0.0,
        "aggregator": None,
        "scorer": {"@scorers": "spacy_spine.SeverityScorer.v1"},
    },
    default_score_weights={"severity_macro_f": 1.0, "severity_accuracy": None, "severity_kappa": None},
)
def make_severity_classifier(
    nlp: Language,
    name: str,
    region: Region | Regions,
    model: Model[list[str], Floats2d],
    text_strategy: Callable[..., str],
    rule_weight: float,
    aggregator: Callable | None,
    scorer: Callable | None,
) -> "SeverityClassifier":
    """Make the pipe.

    region (Region | Regions): What is graded; one head a pathology, masked by region where there are several.
    model (Model): Texts → logits of all heads, shape (texts, columns).
    text_strategy (Callable): What the model reads of a segment, see `models.text_strategies`.
    rule_weight (float): What is added to the logit of the label that the rules of `findings` give. The model then
        needs that much more to outvote them. The loss does not see it, the scores of a dev part do.
    aggregator (Callable): What makes one gradient of the heads' gradients on the encoder, see `models.aggregation`; by
        default it is their sum. Used in training only.
    scorer (Callable): Figures for `spacy train` and `spacy evaluate`.
    """
    return SeverityClassifier(
        nlp.vocab,
        model,
        name,
        region=region,
        text_strategy=text_strategy,
        rule_weight=rule_weight,
        aggregator=aggregator,
        scorer=scorer,
    )


class SeverityClassifier(CalibratedPipe):
    """Grades all pathologies of all motion segments in one pass of the encoder.

    It reads the spans that the grouper placed, trains on the gold labels of the segments among them, and leaves
    texts, probabilities, and the names of segments that were too long for the encoder. The probabilities are calibrated
    where temperatures were fitted, see `training.calibration`.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[str], Floats2d],
        name: str = "severity_classifier",
        *,
        region: Region | Regions,
        text_strategy: Callable[..., str],
        rule_weight: float = 0.0,
        aggregator: Callable | None = None,
        scorer: Callable | None = None,
    ) -> None:
        # Imported here: importing a factory must not import torch.
        from ..models.heads import Heads

        super().__init__(vocab, model, name)
        self.regions = Regions.of(region)
        self.heads = Heads.of(self.regions)
        self.text_strategy = text_strategy
        self.rule_weight = rule_weight
        self.aggregator = aggregator
        self.scorer = scorer
        self.expected = {"pathologies": {p.name: list(p.labels) for p in self.regions.pathologies}}
        self.cfg.update(self.expected)
        if model.has_dim("nO") is None:
            model.set_dim("nO", self.heads.columns)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels of all heads, as "pathology.label", in the order of the model's columns."""
        return tuple(f"{head.name}.{label}" for head in self.heads.heads for label in head.labels)

    def logits(self, segments: Iterable[Segment]) -> tuple[list[str], Any]:
        """What the model says of segments, the rules' labels raised by their weight, before any temperature.

        segments (Iterable[Segment]): Of any Docs.
        RETURNS (tuple): The texts that were read, and a numpy array of their logits, shape (segments, columns).
        """
        segments = list(segments)
        texts = [self.text_of(segment) for segment in segments]
        logits = self.model.ops.to_numpy(self.model.predict(texts)).copy()
        if self.rule_weight:
            for row, segment in zip(logits, segments, strict=True):
                for column in self._ruled(segment):
                    row[column] += self.rule_weight
        return texts, logits

    def predict(self, docs: Iterable[Doc]) -> list[dict[str, dict]]:
        """Grade a batch.

        RETURNS (list[dict]): For each Doc the parts "texts", "severities" and "truncated" of its annotations.
        """
        from ..models.severity_classifier import too_long

        docs = list(docs)
        segments = [(i, segment) for i, doc in enumerate(docs) for segment in self.graded(doc)]
        found: list[dict[str, Any]] = [{"texts": {}, "severities": {}, "truncated": []} for _ in docs]
        if not segments:
            return found
        texts, logits = self.logits(segment for _, segment in segments)
        temperatures = self.temperatures
        for (i, segment), text, row, long in zip(segments, texts, logits, too_long(self.model, texts), strict=True):
            found[i]["texts"][segment.name] = text
            found[i]["severities"][segment.name] = self.heads.probabilities(row, segment.region, temperatures)
            if long:
                found[i]["truncated"].append(segment.name)
        return found

    def set_annotations(self, docs: Iterable[Doc], scores: list[dict[str, dict]]) -> None:
        """Store what `predict` found, beside what other classifiers of the pipeline found for other pathologies."""
        for doc, found in zip(docs, scores, strict=True):
            others = annotations.read(doc, "severities")
            severities = {name: {**others.get(name, {}), **own} for name, own in found["severities"].items()}
            annotations.write(doc, "texts", {**annotations.read(doc, "texts"), **found["texts"]})
            annotations.write(doc, "severities", {**others, **severities})
            annotations.write(doc, "truncated", sorted({*annotations.read(doc, "truncated"), *found["truncated"]}))

    def learn(self, examples: Iterable[Example]) -> float:
        """Gather the gradients of the segments that the predicted Docs hold and the reference Docs grade."""
        texts, gold = [], []
        for example in examples:
            labels = annotations.read(example.reference, "gold")
            for segment in self.graded(example.predicted):
                if segment.name in labels:
                    texts.append(self.text_of(segment, training=True))
                    gold.append(labels[segment.name])
        if not texts:
            return 0.0
        logits, backprop = self.model.begin_update(texts)
        loss, gradient = self.heads.loss(logits, gold, self.model.ops)
        backward = self._backward(gold)
        if backward is None:
            backprop(gradient)
        else:
            backprop(gradient, backward)
        return loss

    def initialize(self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None) -> None:
        """Load the pretrained encoder and make the heads.

        RAISES (CorpusError): Where none of the examples has a graded segment of the region.
        RAISES (SpineError): Where the aggregator says that it cannot work.
        """
        check = getattr(self.aggregator, "check", None)
        if check is not None:
            check(tuple(head.name for head in self.heads.heads))
        wanted = set(self.regions.motion_segments)
        examples = islice(get_examples(), 100)
        if not any(wanted & set(annotations.read(example.reference, "gold")) for example in examples):
            raise CorpusError(
                f"No training report has graded motion segments of region {', '.join(self.regions.names)}."
            )
        self.cfg.pop(TEMPERATURES, None)  # those of other weights
        self.model.initialize()

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Figures of the regions' pathologies, see the scorer."""
        return self.scorer(examples, regions=self.regions, **kwargs) if self.scorer else {}

    def graded(self, doc: Doc) -> list[Segment]:
        """The motion segments of a Doc that the pipe grades: those of its regions."""
        return [segment for segment in doc._.segments if segment.region in self.regions.names]

    def text_of(self, segment: Segment, *, training: bool = False) -> str:
        """What the model reads of a motion segment.

        training (bool): As in training, where a strategy may give other texts.
        """
        strategy = getattr(self.text_strategy, "for_training", self.text_strategy) if training else self.text_strategy
        return strategy(segment.name, segment.spans, self._region(segment))

    def describe(self) -> dict[str, str]:
        """Encoder, size, precision, temperatures, and what else the grades depend on, for `spacy-spine info`."""
        return {
            **super().describe(),
            "text strategy": _name_of(self.text_strategy),
            "rule weight": f"{self.rule_weight:g}",
            "aggregator": _name_of(self.aggregator) if self.aggregator else "none, gradients are summed",
        }

    def _backward(self, gold: list[dict[str, str]]) -> Callable | None:
        """The backward pass of a batch; None for the plain one, which is all there is for a single head."""
        heads = self.heads.labelled(gold)
        if self.aggregator is None or len(heads) < 2:
            return None
        from ..models.jacobian import combined_backward

        network = self.model.shims[0].network
        return partial(combined_backward, network, heads=heads, aggregator=self.aggregator)

    def _ruled(self, segment: Segment) -> list[int]:
        """The columns of the labels that the rules give."""
        from ..models.rule_verdicts import rule_verdicts

        verdicts = rule_verdicts(segment.name, segment.spans, self._region(segment))
        return [
            head.start + head.place(verdicts[head.name].label) for head in self.heads.heads if head.name in verdicts
        ]

    def _region(self, segment: Segment) -> Region:
        region = self.regions.region_of(segment.name)
        assert region is not None  # only graded segments come here
        return region


def _name_of(function: Any) -> str:
    """What a function or an object that acts as one is called."""
    return getattr(function, "name", None) or getattr(function, "__name__", None) or type(function).__name__.lower()
