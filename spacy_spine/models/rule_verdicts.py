"""What the rules of `findings` make of a segment's sentences, for the models that read it beside the text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from spacy.tokens import Span

from ..anatomy import Region
from ..findings import Grader, Passage, Verdict, gradable
from ..mentions import Mention

HEADING = "heading"  # the grouper's rule that places a heading with the levels below it


def rule_verdicts(segment: str, sentences: Sequence[Span], region: Region) -> Mapping[str, Verdict]:
    """The rules' verdict on each pathology that they can grade.

    segment (str): Its name.
    sentences (Sequence[Span]): Those that the grouper gave to it, in order.
    region (Region): Its region.
    RETURNS (Mapping[str, Verdict]): By pathology; the rule of a verdict is empty where nothing is said.
    """
    return _verdicts(segment, tuple(passages(sentences)), region)


def passages(sentences: Sequence[Span]) -> list[Passage]:
    """Sentences that the grouper gave to a segment, as `findings` takes them."""
    return [
        Passage(sentence.text, _mentions(sentence), heading=sentence._.grouped_by == HEADING) for sentence in sentences
    ]


def _mentions(sentence: Span) -> tuple[Mention, ...]:
    first = sentence.start_char
    return tuple(
        Mention(entity.start_char - first, entity.end_char - first, entity._.motion_segments)
        for entity in sentence.ents
        if entity._.motion_segments
    )


# The hint and the weight of a batch's segments ask for the same verdicts one after the other.
@lru_cache(maxsize=1024)
def _verdicts(segment: str, read: tuple[Passage, ...], region: Region) -> Mapping[str, Verdict]:
    grader = _grader(region)
    return MappingProxyType(grader.grade(grader.read(read, segment)) if grader else {})


@lru_cache(maxsize=8)
def _grader(region: Region) -> Grader | None:
    """Of those pathologies that have a rule."""
    known = gradable(region)
    return Grader(replace(region, pathologies=known)) if known else None
