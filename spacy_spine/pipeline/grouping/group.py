"""Sentences → motion segments: the rules applied in order, one sentence after the other."""

from collections.abc import Mapping, Sequence
from itertools import islice, takewhile

from ...anatomy import Regions
from . import patterns as p
from .focus import Focus
from .registry import Rule
from .sentence import Sentence

EXPLICIT, REFERENCE = "explicit", "reference"
HEADING = "heading"
ANTECEDENT = "antecedent"
MAX_AFTER = 6  # sentences that may say where one holds
# The segments of one sentence → the rule that placed it there.
Placed = dict[str, str]


def group_sentences(sentences: Sequence[Sentence], regions: Regions, rules: Mapping[str, Rule]) -> list[Placed]:
    """Place the sentences of one report.

    sentences (Sequence[Sentence]): All sentences of the report, in order.
    regions (Regions): What the pipeline reads.
    rules (Mapping[str, Rule]): By name, in the order in which they are tried. Each sees what those before it placed;
        the first that places a sentence with a segment gives its name.
    RETURNS (list[Placed]): For each sentence its segments with the rule's name, empty for a sentence of no segment.
    """
    focus = Focus(regions, everything_named=frozenset(name for sentence in sentences for name in sentence.named))
    placed: list[Placed] = []
    for sentence in sentences:
        here: Placed = {}
        placed.append(here)
        if sentence.page_line:
            continue
        focus.enter(sentence)
        for name, rule in rules.items():
            for segment in rule(sentence, focus, here):
                here.setdefault(segment, name)
        focus.leave(sentence, here)
    _share_headings(sentences, placed)
    _share_antecedents(sentences, placed)
    return placed


def _share_headings(sentences: Sequence[Sentence], placed: list[Placed]) -> None:
    """Give a heading that says what was found to the segments below it: "STENOSIS:" over "L4-5 severe." """
    below: dict[str, None] = {}
    paragraph: dict[str, None] = {}
    line: dict[str, None] = {}
    for sentence, here in zip(reversed(sentences), reversed(placed), strict=True):
        if sentence.question or sentence.heading:
            inline = sentence.heading and not sentence.ends_line
            answers = line if inline and sentence.marked else paragraph if inline or sentence.question else below
            if p.FINDING_HEADING.search(sentence.head) and (inline or not here):
                here.update({name: HEADING for name in answers if name not in here})
            below, paragraph, line = {}, {}, {}
        pointed_to = [name for name, rule in here.items() if rule in (EXPLICIT, REFERENCE)]
        for names in (below, paragraph, line):
            names.update(dict.fromkeys(pointed_to))
        if sentence.marked:
            line = {}
        if sentence.begins_paragraph:
            paragraph = {}


def _share_antecedents(sentences: Sequence[Sentence], placed: list[Placed]) -> None:
    """Give a sentence that named no level to those of the next: "The canal is narrow. It is narrowest at L4-5." """
    for index, (sentence, here) in enumerate(zip(sentences, placed, strict=True)):
        if not here and sentence.about_finding and not sentence.heading:
            following = list(islice(sentences, index + 1, index + 1 + MAX_AFTER))
            here.update(dict.fromkeys(_announced(sentence, following) or _said_where(following), ANTECEDENT))


def _said_where(following: Sequence[Sentence]) -> list[str]:
    """Segments of the sentences that only say where the one before them holds."""
    tied = takewhile(
        lambda one: not one.begins_line and one.locations and p.ANTECEDENT.match(one.head) is not None, following
    )
    return [name for sentence in tied for name in sentence.named]


def _announced(sentence: Sentence, following: Sequence[Sentence]) -> list[str]:
    """The segments to come where a sentence says their number: "There is stenosis at three levels." """
    announced = p.ANNOUNCED.search(sentence.head)
    if announced is None or p.GRADED.search(sentence.head) is None:
        return []
    paragraph = takewhile(lambda one: not one.begins_paragraph, following)
    named = dict.fromkeys(name for one in paragraph for name in one.named)
    return list(named)[: p.NUMBERS.get(announced["count"])]
