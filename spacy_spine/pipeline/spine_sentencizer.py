"""The pipe `spine_sentencizer`: sentence boundaries of MRI reports, by rules."""

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc

from .sentences.boundaries import sentence_starts


@Language.factory("spine_sentencizer", assigns=["token.is_sent_start", "doc.sents"])
def make_spine_sentencizer(nlp: Language, name: str) -> "SpineSentencizer":
    """Make the pipe."""
    return SpineSentencizer(name)


class SpineSentencizer(Pipe):
    """Sets `token.is_sent_start` of every token.

    Headings, list items ("L4-5: …"), numbered impressions and page headers are sentences of their own; a line that
    only a scanner has broken goes on; a decimal or "vs." ends none.
    """

    def __init__(self, name: str = "spine_sentencizer") -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        starts = iter(sentence_starts(doc.text))
        following = next(starts, None)
        for token in doc:
            begins = token.i == 0
            # A boundary inside a token moves to its end. White space belongs to the sentence before it.
            while following is not None and not token.is_space and token.idx >= following:
                begins = True
                following = next(starts, None)
            token.is_sent_start = begins
        return doc
