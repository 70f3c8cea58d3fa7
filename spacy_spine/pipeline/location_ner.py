"""The pipe `location_ner`: sentences → mentions of motion segments."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Model

from ..errors import CorpusError
from . import annotations
from .annotations import LOCATION
from .encoder_pipe import EncoderPipe

DEFAULT_MODEL = {"@architectures": "spacy_spine.LocationTagger.v1", "encoder": "minilm-l6"}


@Language.factory(
    "location_ner",
    requires=["token.is_sent_start"],
    assigns=["doc.ents"],
    default_config={"model": DEFAULT_MODEL, "scorer": {"@scorers": "spacy_spine.LocationScorer.v1"}},
    default_score_weights={"locations_f": 1.0, "locations_p": None, "locations_r": None, "locations_exact_f": None},
)
def make_location_ner(nlp: Language, name: str, model: Model, scorer: Callable | None) -> "LocationNer":
    """Make the pipe.

    model (Model): Sentences → scores of their wordpieces, see `models.location_tagger`.
    scorer (Callable): Figures for `spacy train` and `spacy evaluate`.
    """
    return LocationNer(nlp.vocab, model, name, scorer=scorer)


class LocationNer(EncoderPipe):
    """Finds mentions of motion segments, sentence by sentence.

    Entities with other labels stay unless a location overlaps them.
    """

    def __init__(
        self, vocab: Vocab, model: Model, name: str = "location_ner", *, scorer: Callable | None = None
    ) -> None:
        super().__init__(vocab, model, name)
        self.scorer = scorer
        self.expected = {"labels": [LOCATION]}
        self.cfg.update(self.expected)

    @property
    def labels(self) -> tuple[str, ...]:
        return (LOCATION,)

    def predict(self, docs: Iterable[Doc]) -> list[list[tuple[int, int]]]:
        """Find the locations of a batch.

        RETURNS (list[list[tuple[int, int]]]): For each Doc the characters of its locations.
        """
        from ..models.location_tagger import decode_spans

        docs = list(docs)
        sentences = [(i, sentence) for i, doc in enumerate(docs) for sentence in _sentences(doc)]
        found: list[list[tuple[int, int]]] = [[] for _ in docs]
        if not sentences:
            return found
        tagged = self.model.predict([sentence.text for _, sentence in sentences])
        for (i, sentence), scores in zip(sentences, tagged, strict=True):
            classes = self.model.ops.to_numpy(scores.logits).argmax(axis=1).tolist()
            offset = sentence.start_char
            found[i] += [(offset + start, offset + end) for start, end in decode_spans(scores.offsets, classes)]
        return found

    def set_annotations(self, docs: Iterable[Doc], scores: list[list[tuple[int, int]]]) -> None:
        """Add the locations to `doc.ents`, widened to whole tokens."""
        for doc, found in zip(docs, scores, strict=True):
            annotations.set_locations(doc, found)

    def learn(self, examples: Iterable[Example]) -> float:
        """Gather the gradients of the predicted Docs' sentences against the reference Docs' locations."""
        from ..models.location_tagger import encode_spans

        texts, gold = [], []
        for example in examples:
            locations = [ent for ent in example.reference.ents if ent.label_ == LOCATION]
            for sentence in _sentences(example.predicted):
                texts.append(sentence.text)
                gold.append(_within(sentence, locations))
        if not texts:
            return 0.0
        tagged, backprop = self.model.begin_update(texts)
        classes = [encode_spans(scores.offsets, spans) for scores, spans in zip(tagged, gold, strict=True)]
        loss, gradients = self._loss([scores.logits for scores in tagged], classes)
        backprop(gradients)
        return loss

    def initialize(self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None) -> None:
        """Load the pretrained encoder and make the linear layer.

        RAISES (CorpusError): Where none of the examples has a location.
        """
        examples = islice(get_examples(), 100)
        if not any(ent.label_ == LOCATION for example in examples for ent in example.reference.ents):
            raise CorpusError(f"No training report has an entity with label {LOCATION}.")
        self.model.initialize()

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Precision, recall and F1 of locations, see the scorer."""
        return self.scorer(examples, **kwargs) if self.scorer else {}

    def _loss(self, logits: list, classes: list[list[int]]) -> tuple[float, list]:
        # Cross-entropy, mean over all wordpieces of the batch.
        ops = self.model.ops
        total = sum(map(len, classes)) or 1
        loss, gradients = 0.0, []
        for scores, labels in zip(logits, classes, strict=True):
            difference = ops.softmax(scores, axis=-1)
            rows = list(range(len(labels)))
            loss -= float(ops.xp.log(difference[rows, labels] + 1e-12).sum()) / total
            difference[rows, labels] -= 1
            gradients.append(difference / total)
        return loss, gradients


def _sentences(doc: Doc) -> list[Span]:
    return [sentence for sentence in doc.sents if not sentence.text.isspace()] if len(doc) else []


def _within(sentence: Span, locations: list[Span]) -> list[tuple[int, int]]:
    start, end = sentence.start_char, sentence.end_char
    return [
        (max(ent.start_char, start) - start, min(ent.end_char, end) - start)
        for ent in locations
        if ent.start_char < end and start < ent.end_char
    ]
