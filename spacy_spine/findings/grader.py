"""The rule grader: the sentences of a motion segment → a label of each pathology, with the words that say so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..anatomy import Region, Regions
from .clauses import Named, clauses
from .context import Context
from .finding import Finding
from .registry import rules_for
from .rules import Sentence, Verdict
from .statements import findings
from .term import Term
from .terms import read_terms
from .vertebrae import RootNames


@dataclass(frozen=True)
class Passage:
    """A sentence that the grouper gave to a segment.

    text (str): The sentence.
    mentions (Sequence[Named]): The motion segments that it names, by its characters.
    heading (bool): Whether it is known to be a heading; one that ends with a colon is recognised.
    """

    text: str
    mentions: Sequence[Named] = ()
    heading: bool = False


class Grader:
    """Grades the motion segments of a region.

    region (Region): What is graded.
    RAISES (ConfigError): Where no rule grades one of its pathologies.
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        self.rules = rules_for(Regions.of(region))
        self._roots = RootNames(region)

    def read(self, passages: Sequence[Passage], segment: str) -> list[Sentence]:
        """What a segment's sentences say of it.

        passages (Sequence[Passage]): Its sentences, in order.
        segment (str): Its name.
        RETURNS (list[Sentence]): One for each.
        """
        found: list[Sentence] = []
        context = Context()
        for number, passage in enumerate(passages):
            parts = clauses(passage.text, passage.mentions, segment)
            terms = self._terms(passage, parts)
            said: list[Finding] = []
            if passage.heading or context.is_heading(passage.text, terms):
                context = Context.of_heading(terms)
            else:
                own, loose = findings(terms, len(passage.text), context.place, context.pressed)
                said = context.completed(_blanked(passage, parts, loose), own, loose, terms)
                context = context.after(said, terms)
            numbered = tuple(replace(one, sentence=number) for one in said)
            found.append(Sentence(passage.text, tuple(parts), numbered))
        return found

    def grade(self, sentences: Sequence[Sentence]) -> dict[str, Verdict]:
        """Grade a segment.

        sentences (Sequence[Sentence]): What its sentences say of it.
        RETURNS (dict[str, Verdict]): By pathology; the findings of a verdict say in which sentence, and where in it.
        """
        return {pathology: rule.grade(sentences) for pathology, rule in self.rules.items()}

    def _terms(self, passage: Passage, parts: Sequence[tuple[int, int]]) -> list[Term]:
        """The terms of the parts that count, roots among them that go by their vertebra alone."""
        named = [(mention.start, mention.end) for mention in passage.mentions]
        roots = [
            Term(start, end, "root", passage.text[start:end])
            for start, end in self._roots.find(passage.text)
            if not any(a < end and start < b for a, b in named)
        ]
        hidden = [*named, *((term.start, term.end) for term in roots)]
        terms = [
            term for term in read_terms(passage.text) if not any(a < term.end and term.start < b for a, b in hidden)
        ]
        return [
            term
            for term in sorted([*terms, *roots], key=lambda term: term.start)
            if any(start <= term.start and term.end <= end for start, end in parts)
        ]


def _blanked(passage: Passage, parts: Sequence[tuple[int, int]], grades: Sequence[Term]) -> str:
    """A sentence with blanks for what does not count of it, for the segments that it names and for some words."""
    kept = [False] * len(passage.text)
    for start, end in parts:
        kept[start:end] = [True] * (end - start)
    for start, end in ((one.start, one.end) for group in (passage.mentions, grades) for one in group):
        kept[start:end] = [False] * (end - start)
    return "".join(char if keep else " " for char, keep in zip(passage.text, kept, strict=True))
