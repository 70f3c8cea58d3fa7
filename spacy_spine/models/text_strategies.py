"""What the classifier gets to read of a motion segment. Registered under `@misc`, chosen in the config."""

from collections.abc import Callable, Iterable, Sequence
from random import Random

from spacy.tokens import Span
from spacy.util import registry

from ..anatomy import Region
from ..errors import ConfigError
from ..findings import Passage, clauses
from .rule_verdicts import passages, rule_verdicts

# (the segment's name, its sentences in order, its region) → text. A strategy that has a method `for_training` of the
# same arguments gives other texts in training.
TextStrategy = Callable[[str, Sequence[Span], Region], str]

# Common words, so that every pretrained encoder has them in its vocabulary.
OWN, OTHER = "this level", "other level"
# One wordpiece for each label of the rules' verdict, for a verdict that nothing is said, and for one that is hidden.
SHORT = {"none_mild": "none"}
SILENT, HIDDEN = "silent", "unknown"
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
def create_hinted(hidden: float = 0.15, wrong: float = 0.02, seed: int = 0) -> TextStrategy:
    """Marked text after what the rules of `findings` make of the segment, one word a pathology.

    The encoder learns how far the rules can be trusted, and where the text says otherwise.

    hidden (float): Share of the hints that training hides, so that the encoder learns to do without.
    wrong (float): Share that training draws at random from the pathology's labels, so that it learns to doubt them:
        the rules were written with the training reports in sight and err less there than elsewhere.
    seed (int): Of both.
    """
    return Hinted(hidden, wrong, seed)


def concat(segment: str, sentences: Sequence[Span], region: Region) -> str:
    return " ".join(_flat(sentence.text) for sentence in sentences)


def marked(segment: str, sentences: Sequence[Span], region: Region) -> str:
    return " ".join(_marked(segment, passage, 0, len(passage.text)) for passage in passages(sentences))


def clauses_only(segment: str, sentences: Sequence[Span], region: Region) -> str:
    parts = (
        _marked(segment, passage, start, end)
        for passage in passages(sentences)
        for start, end in clauses(passage.text, passage.mentions, segment)
    )
    return " ".join(part for part in parts if part.strip(BLANK))


class Hinted:
    """See `create_hinted`. A pathology that no rule grades gets no word.

    RAISES (ConfigError): Where `hidden` and `wrong` are no shares of a whole.
    """

    def __init__(self, hidden: float, wrong: float, seed: int) -> None:
        if min(hidden, wrong) < 0 or hidden + wrong > 1:
            raise ConfigError(f"hidden and wrong must be shares of the hints, got {hidden} and {wrong}.")
        self.hidden, self.wrong = hidden, wrong
        self._random = Random(seed)

    def __call__(self, segment: str, sentences: Sequence[Span], region: Region) -> str:
        return _hinted(hints(segment, sentences, region).values(), segment, sentences, region)

    def for_training(self, segment: str, sentences: Sequence[Span], region: Region) -> str:
        """The text with some of its hints hidden and some drawn at random."""
        labels = {pathology.name: pathology.labels for pathology in region.pathologies}
        words = (self._noisy(word, labels[name]) for name, word in hints(segment, sentences, region).items())
        return _hinted(words, segment, sentences, region)

    def _noisy(self, word: str, labels: Sequence[str]) -> str:
        draw = self._random.random()
        if draw < self.hidden:
            return HIDDEN
        return _word(self._random.choice(labels)) if draw < self.hidden + self.wrong else word


def hints(segment: str, sentences: Sequence[Span], region: Region) -> dict[str, str]:
    """What the rules make of a segment, in a word a pathology: a label, or SILENT where nothing is said."""
    found = rule_verdicts(segment, sentences, region)
    return {name: _word(verdict.label) if verdict.rule else SILENT for name, verdict in found.items()}


def _word(label: str) -> str:
    return SHORT.get(label, label)


def _hinted(words: Iterable[str], segment: str, sentences: Sequence[Span], region: Region) -> str:
    shown = list(words)
    return " ".join([*shown, *([":"] if shown else []), marked(segment, sentences, region)])


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
