"""Sentences → motion segments: the rules applied in order, one sentence after the other."""

from collections.abc import Mapping, Sequence

from ...anatomy import Regions
from . import patterns as p
from .focus import Focus
from .registry import Rule
from .sentence import Sentence

HEADING = "heading"
ANTECEDENT = "antecedent"
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
    for sentence, here in zip(reversed(sentences), reversed(placed), strict=True):
        answers = paragraph if sentence.question else below if sentence.heading else None
        if answers is None:
            below.update(dict.fromkeys(sentence.named))
            paragraph.update(dict.fromkeys(sentence.named))
        else:
            if not here and p.FINDING_HEADING.search(sentence.head):
                here.update(dict.fromkeys(answers, HEADING))
            below, paragraph = {}, {}
        if sentence.begins_paragraph:
            paragraph = {}


def _share_antecedents(sentences: Sequence[Sentence], placed: list[Placed]) -> None:
    """Give a sentence that named no level to those of the next: "The canal is narrow. It is narrowest at L4-5." """
    for index in range(1, len(sentences)):
        sentence, before = sentences[index], placed[index - 1]
        if sentence.begins_line or before or not sentence.locations or not p.ANTECEDENT.match(sentence.head):
            continue
        if sentences[index - 1].about_finding and not sentences[index - 1].heading:
            before.update(dict.fromkeys(sentence.named, ANTECEDENT))
