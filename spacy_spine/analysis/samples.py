"""The annotated motion segments of a corpus, as each of several models reads them, and mini-batches of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from ..errors import ConfigError, CorpusError
from ..pipeline import annotations
from ..training.grouping import grouping_pipes
from .networks import SeverityModel

Corpus = Callable[[Language], Iterable[Example]]


@dataclass(frozen=True)
class Sample:
    """A graded motion segment.

    texts (Mapping[int, str]): What a model reads, by its place among the models; of those that grade its region.
    gold (Mapping[str, str]): Annotated label by pathology.
    """

    texts: Mapping[int, str] = field(repr=False)
    gold: Mapping[str, str]


MiniBatch = Mapping[str, Sequence[Sample]]  # region → its segments


def read_samples(models: Sequence[SeverityModel], corpus: Corpus, *, segments: int = 0) -> dict[str, list[Sample]]:
    """Read a corpus.

    models (Sequence[SeverityModel]): The models, of one pipeline or several, whose rules place the sentences.
    corpus (Callable): A reader with gold locations, `spacy_spine.Corpus.v1`.
    segments (int): Most segments of a region, the first ones; 0 for all.
    RETURNS (dict): Region → its segments that all models of the region find and that have a label of one of them.
    RAISES (CorpusError): Where a region has none.
    """
    pipelines = list({id(model.nlp): model.nlp for model in models}.values())
    rules = [grouping_pipes(nlp) for nlp in pipelines]
    found: dict[str, list[Sample]] = {name: [] for model in models for name in model.regions.names}
    for examples in zip(*(corpus(nlp) for nlp in pipelines), strict=True):
        if len({example.reference.text for example in examples}) > 1:
            raise CorpusError("The corpus must give all pipelines the same reports in the same order: do not shuffle.")
        docs = {}
        for nlp, pipes, example in zip(pipelines, rules, examples, strict=True):
            doc = example.predicted
            for pipe in pipes:
                doc = pipe(doc)
            docs[id(nlp)] = doc
        gold = annotations.read(examples[0].reference, "gold")
        wanting = [region for region, samples in found.items() if not segments or len(samples) < segments]
        for region in wanting:
            found[region] += _samples(models, docs, region, gold)
        if not wanting:
            break
    for region, samples in found.items():
        if not samples:
            raise CorpusError(
                f"The corpus has no annotated motion segment of region {region} with a gold location; "
                "does its reader say gold_locations = true?"
            )
    return {region: samples[: segments or None] for region, samples in found.items()}


def mini_batches(samples: Mapping[str, Sequence[Sample]], size: int) -> list[MiniBatch]:
    """Cut segments into mini-batches, in the order they came.

    samples (Mapping): Region → its segments.
    size (int): Segments of each region in a mini-batch; its last mini-batch may hold fewer.
    RETURNS (list): As many as the region with the most segments fills.
    RAISES (ConfigError): For a size below 1.
    """
    if size < 1:
        raise ConfigError(f"A mini-batch needs at least 1 segment, got {size}.")
    longest = max(map(len, samples.values()))
    return [{name: own[start : start + size] for name, own in samples.items()} for start in range(0, longest, size)]


def _samples(
    models: Sequence[SeverityModel], docs: Mapping[int, Doc], region: str, gold: Mapping[str, Mapping[str, str]]
) -> list[Sample]:
    owners = {place: model for place, model in enumerate(models) if region in model.regions.names}
    graded = {name for model in owners.values() for name in model.pipe.heads.regions[region]}
    labels = {name: {key: label for key, label in own.items() if key in graded} for name, own in gold.items()}
    texts: dict[str, dict[int, str]] = {}
    for place, model in owners.items():
        for segment in model.pipe.graded(docs[id(model.nlp)]):
            if segment.region == region and labels.get(segment.name):
                texts.setdefault(segment.name, {})[place] = model.pipe.text_of(segment)
    return [Sample(own, labels[name]) for name, own in texts.items() if len(own) == len(owners)]
