"""The reader `spacy_spine.Corpus.v1`: annotated reports as training examples."""

import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from spacy.language import Language
from spacy.training import Example
from spacy.util import registry

from .docs import set_locations, to_doc
from .formats import read_reports


@registry.readers("spacy_spine.Corpus.v1")
def create_corpus(
    path: str | Path, gold_locations: bool = False, shuffle: bool = False, seed: int = 0, limit: int = 0
) -> Callable[[Language], Iterator[Example]]:
    """Read annotated reports for `spacy train` and `spacy evaluate`.

    path (Path): Any form of our JSONL (one file, a pair, a folder) or a .spacy file.
    gold_locations (bool): Whether the pipes find the gold locations on the Docs, to train what comes after.
    shuffle (bool): Whether the order changes from one pass to the next.
    seed (int): Of the order.
    limit (int): Most reports; 0 for all.
    RETURNS (Callable): Pipeline → examples. The predicted Docs never hold gold labels of segments.
    RAISES (CorpusError): On reading, where the files hold anything else.
    """
    order = random.Random(seed)

    def examples(nlp: Language) -> Iterator[Example]:
        reports = list(islice(read_reports(path), limit or None))
        if shuffle:
            order.shuffle(reports)
        for report in reports:
            predicted = nlp.make_doc(report.text)
            if gold_locations:
                set_locations(predicted, report)
            yield Example(predicted, to_doc(report, nlp))

    return examples
