"""What the classifier gets to read of a motion segment. Registered under `@misc`, chosen in the config."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from spacy.tokens import Span
from spacy.util import registry

from ..anatomy import Region
from ..findings import Grader, Passage, clauses, gradable
from ..mentions import Mention

# (the segment's name, its sentences in order, its region) → text
TextStrategy = Callable[[str, Sequence[Span], Region], str]

# Common words, so that every pretrained encoder has them in its vocabulary.
OWN, OTHER = "this level", "other level"
# One wordpiece for each label of the rules' verdict.
SHORT = {"none_mild": "none"}
BLANK = " ,;.-"


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


@registry.misc("spacy_spine.clauses_text.v1")
def create_clauses() -> TextStrategy:
    """Marked text without the parts of a sentence that speak of other levels alone, see `findings.clauses`."""
    return clauses_only


@registry.misc("spacy_spine.hinted_text.v1")
def create_hinted() -> TextStrategy:
    """Marked text after what the rules of `findings` make of the segment, one word a pathology.

    The encoder learns how far the rules can be trusted, and where the text says otherwise. A pathology that no rule
    grades gets no word.
    """
    return hinted


def concat(segment: str, sentences: Sequence[Span], region: Region) -> str:
    return " ".join(_flat(sentence.text) for sentence in sentences)


def marked(segment: str, sentences: Sequence[Span], region: Region) -> str:
    return " ".join(_marked(segment, passage, 0, len(passage.text)) for passage in _passages(sentences))


def clauses_only(segment: str, sentences: Sequence[Span], region: Region) -> str:
    parts = (
        _marked(segment, passage, start, end)
        for passage in _passages(sentences)
        for start, end in clauses(passage.text, passage.mentions, segment)
    )
    return " ".join(part for part in parts if part.strip(BLANK))


def hinted(segment: str, sentences: Sequence[Span], region: Region) -> str:
    text = marked(segment, sentences, region)
    grader = _grader(region)
    if grader is None:
        return text
    verdicts = grader.grade(grader.read(_passages(sentences), segment))
    words = [SHORT.get(verdict.label, verdict.label) for verdict in verdicts.values()]
    return " ".join([*words, ":", text])


@lru_cache(maxsize=8)
def _grader(region: Region) -> Grader | None:
    """Of those pathologies that have a rule."""
    known = gradable(region)
    return Grader(replace(region, pathologies=known)) if known else None


def _passages(sentences: Sequence[Span]) -> list[Passage]:
    return [Passage(sentence.text, _mentions(sentence)) for sentence in sentences]


def _mentions(sentence: Span) -> list[Mention]:
    first = sentence.start_char
    return [
        Mention(entity.start_char - first, entity.end_char - first, entity._.motion_segments)
        for entity in sentence.ents
        if entity._.motion_segments
    ]


def _marked(segment: str, passage: Passage, start: int, end: int) -> str:
    """Characters start to end of a sentence, each mention among them replaced by whose it is."""
    parts, last = [], start
    for mention in passage.mentions:
        if start <= mention.start and mention.end <= end:
            parts += [passage.text[last : mention.start], OWN if segment in mention.motion_segments else OTHER]
            last = mention.end
    return _flat("".join([*parts, passage.text[last:end]]))


def _flat(text: str) -> str:
    return " ".join(text.split())
