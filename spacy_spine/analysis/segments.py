"""Annotated motion segments that several models read, each in its own way, in one order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from spacy.language import Language
from spacy.training import Example

from ..anatomy import Regions
from ..corpus.formats import read_reports
from ..corpus.reader import create_corpus
from ..errors import CorpusError
from .networks import SeverityModel
from .samples import Corpus, Sample, read_samples


@dataclass(frozen=True)
class PartOfModel(SeverityModel):
    """A model as far as it grades some of its regions.

    kept (Regions): Those.
    """

    kept: Regions

    @property
    def regions(self) -> Regions:
        return self.kept


def read_files(
    models: Sequence[SeverityModel], paths: Sequence[Path | str], *, limit: int = 0
) -> tuple[dict[int, SeverityModel], dict[str, list[Sample]]]:
    """The annotated motion segments of files, as models read them.

    models (Sequence[SeverityModel]): The models.
    paths (Sequence[Path]): Annotated reports. They may be of some of the models' regions only.
    limit (int): Most segments of a region, the first ones; 0 for all.
    RETURNS (tuple): By their place, the models that grade a region of the files, as far as they do; and by region the
        segments, see `read_samples`, whose texts go by the order of those models.
    RAISES (CorpusError): Where no model grades anything in the files.
    """
    annotated = {name for path in paths for report in read_reports(path) for name in report.segments}
    parts: dict[int, SeverityModel] = {}
    for place, model in enumerate(models):
        kept = [region for region in model.regions if annotated.intersection(region.motion_segments)]
        if kept:
            parts[place] = PartOfModel(model.name, model.nlp, model.pipe, Regions(tuple(kept)))
    if not parts:
        names = dict.fromkeys(name for model in models for name in model.regions.names)
        raise CorpusError(f"No report is annotated for region {' or '.join(names)}.")
    return parts, read_samples(list(parts.values()), corpus_of(paths), segments=limit)


def shared_texts(models: Sequence[SeverityModel], paths: Sequence[Path | str], *, limit: int = 0) -> list[list[str]]:
    """The annotated motion segments of files as each of several models reads them, for `similarity.compare_many`.

    models, paths, limit: See `read_files`. A model that does not grade a segment's region reads what the first model
        that grades it reads: models of two regions are compared on the segments of both.
    RETURNS (list[list[str]]): For each model the texts, of the same segments in the same order.
    """
    parts, samples = read_files(models, paths, limit=limit)
    order = {place: i for i, place in enumerate(parts)}
    return [list(_read_by(order.get(place, -1), samples)) for place in range(len(models))]


def corpus_of(paths: Sequence[Path | str]) -> Corpus:
    """A corpus of several files with gold locations, one after the other."""
    readers = [create_corpus(path, gold_locations=True) for path in paths]

    def examples(nlp: Language) -> Iterator[Example]:
        return chain.from_iterable(reader(nlp) for reader in readers)

    return examples


def _read_by(place: int, samples: Mapping[str, Sequence[Sample]]) -> Iterator[str]:
    for own in samples.values():
        for sample in own:
            yield sample.texts.get(place, sample.texts[min(sample.texts)])
