"""The pipe `spine_sentencizer`: sentence boundaries of MRI reports, by rules."""

from typing import cast

import numpy
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from thinc.types import Ints2d

from .sentences.boundaries import sentence_starts

BEGINS, GOES_ON = 1, -1


@Language.factory("spine_sentencizer", assigns=["token.is_sent_start", "doc.sents"])
def make_spine_sentencizer(nlp: Language, name: str) -> "SpineSentencizer":
    """Make the pipe."""
    return SpineSentencizer(name)


class SpineSentencizer(Pipe):
    """Sets `token.is_sent_start` of every token.

    Headings, list items ("L4-5: …"), numbered impressions and page headers are sentences of their own; a line that
    only a scanner has broken goes on; a decimal or "vs." ends none.

    name (str): Name of the pipe.
    """

    def __init__(self, name: str = "spine_sentencizer") -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Set the sentence boundaries of one report.

        doc (Doc): A report; boundaries set before are overwritten.
        RETURNS (Doc): The same, with sentences.
        """
        starts = iter(sentence_starts(doc.text))
        following = next(starts, None)
        values = numpy.full((len(doc), 1), GOES_ON, dtype="int64")
        for token in doc:
            # A boundary inside a token moves to its end. White space belongs to the sentence before it.
            while following is not None and not token.is_space and token.idx >= following:
                values[token.i] = BEGINS
                following = next(starts, None)
        values[:1] = BEGINS
        # At once: each `token.is_sent_start = …` looks through the whole Doc.
        return doc.from_array(["SENT_START"], cast(Ints2d, values.astype("uint64")))
