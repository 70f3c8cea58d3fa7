"""What the classifier gets to read of a motion segment. Registered under `@misc`, chosen in the config."""

from collections.abc import Callable, Sequence

from spacy.tokens import Span
from spacy.util import registry

# (the segment's name, its sentences in order) → text
TextStrategy = Callable[[str, Sequence[Span]], str]

# Common words, so that every pretrained encoder has them in its vocabulary.
OWN, OTHER = "this level", "other level"


@registry.misc("spacy_spine.concat_text.v1")
def create_concat() -> TextStrategy:
    """All sentences of the segment, as they are (Sehanobish et al. 2022)."""
    return concat


@registry.misc("spacy_spine.marked_text.v1")
def create_marked() -> TextStrategy:
    """The same with the segment's own mentions as one phrase and those of other segments as another.

    The encoder then knows which level of a sentence is asked about, and reads the same words for every level.
    """
    return marked


def concat(segment: str, sentences: Sequence[Span]) -> str:
    return " ".join(_flat(sentence.text) for sentence in sentences)


def marked(segment: str, sentences: Sequence[Span]) -> str:
    return " ".join(_marked_sentence(segment, sentence) for sentence in sentences)


def _marked_sentence(segment: str, sentence: Span) -> str:
    parts, last = [], sentence.start_char
    for location in sentence.ents:
        names = location._.motion_segments
        if not names:
            continue
        parts += [sentence.doc.text[last : location.start_char], OWN if segment in names else OTHER]
        last = location.end_char
    return _flat("".join([*parts, sentence.doc.text[last : sentence.end_char]]))


def _flat(text: str) -> str:
    return " ".join(text.split())
