"""A sentence in pieces: neighbouring mentions with what is said of them alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from . import clause_patterns as p
from .spans import Spans
from .term import Term


class Named(Protocol):
    """A mention of motion segments in a sentence, such as `mentions.Mention`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def motion_segments(self) -> tuple[str, ...]: ...


@dataclass
class Piece:
    """Neighbouring mentions with what is said of them alone.

    mentions (list[Named]): Parted by commas and the like only.
    start, end (int): Characters of the sentence, the mentions among them.
    terms (list[Term]): Terms between start and end, those of the mentions left out.
    """

    mentions: list[Named]
    start: int
    end: int
    terms: list[Term] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {name for mention in self.mentions for name in mention.motion_segments}

    @property
    def kinds(self) -> set[str]:
        return {term.kind for term in self.terms}


@dataclass(frozen=True)
class Foreign:
    """A level of no region that is read."""

    start: int
    end: int
    motion_segments: tuple[str, ...] = ()


def with_foreign(sentence: str, mentions: Sequence[Named]) -> list[Named]:
    """Mentions in order, with those of levels that no region of the pipeline has."""
    foreign = [
        Foreign(match.start(), match.end())
        for match in p.FOREIGN.finditer(sentence)
        if not any(mention.start < match.end() and match.start() < mention.end for mention in mentions)
    ]
    return sorted([*mentions, *foreign], key=lambda mention: (mention.start, mention.end))


def groups_of(sentence: str, mentions: Sequence[Named]) -> list[list[Named]]:
    """Mentions that only commas and the like part, together."""
    groups = [[mentions[0]]]
    for mention in mentions[1:]:
        gap = sentence[groups[-1][-1].end : mention.start]
        # "…, more at L4-5": the same statement still, of levels that it has named.
        again = set(mention.motion_segments) <= {name for group in groups for name in names(group)}
        if (again and p.WORST.search(gap)) or p.JOINT.fullmatch(gap):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def names(group: Sequence[Named]) -> set[str]:
    """The motion segments of some mentions."""
    return {name for mention in group for name in mention.motion_segments}


def pieces_of(
    sentence: str, groups: Sequence[list[Named]], terms: Sequence[Term], others: tuple[int, int] | None
) -> tuple[list[Piece], Spans]:
    """What is said of each group of mentions, and what is said of all."""
    first, last = groups[0], groups[-1]
    colon = sentence.rfind(":", 0, first[0].start)
    begin = colon + 1 if len(groups) > 1 and colon >= 0 else 0
    shared: Spans = [(0, begin)] if begin else []
    end = len(sentence)
    together = p.TOGETHER.search(sentence, last[-1].end) if len(groups) > 1 else None
    if together:
        shared.append((together.start(), end))
        end = together.start()
    cuts = [begin]
    topic = _opens(sentence, begin, first[0].start) and sentence[first[-1].end : end].strip(" .,;:") != ""
    for left, right in pairwise(groups):
        cuts.append(_cut(sentence, left[-1].end, right[0].start, topic))
        topic = _opens(sentence, cuts[-1], right[0].start)
    cuts.append(end)
    pieces = []
    for i, group in enumerate(groups):
        start, stop = cuts[i], cuts[i + 1]
        if others and others[0] <= start < others[1] <= group[0].start:
            start = others[1]
        elif others and group[-1].end <= others[0] < stop:
            stop = others[0]
        pieces.append(Piece(group, start, stop, [t for t in terms if start <= t.start < stop]))
    return pieces, shared


def _opens(sentence: str, start: int, mention: int) -> bool:
    """Whether a mention opens its clause: "At L4-5 there is …", "L4-5: …"."""
    return p.OPENING.fullmatch(sentence, start, mention) is not None


def _cut(sentence: str, left: int, right: int, topic: bool) -> int:
    """Where what is said of one mention ends and what is said of the next begins.

    topic (bool): Whether the first mention opens its clause, so that most of what follows is about it.
    """
    bracket = p.BRACKET.match(sentence, left, right)
    left = bracket.end() if bracket else left  # "L3-4 (severe, cord flattened) and L4-5 (mild)"
    strong = [match.end() for match in p.STRONG.finditer(sentence, left, right)]
    if strong:
        return strong[-1]
    breaks = list(p.BREAK.finditer(sentence, left, right))
    if not breaks:
        return right if topic and not p.PREPOSITION.search(sentence, left, right) else left
    if topic:
        return breaks[-1].start()
    commas = [match for match in breaks if match.group() not in p.WEAK_BREAKS]
    if commas and p.TRAILING.match(sentence, left, right):
        breaks = commas  # "with compression and oedema, moderate stenosis at …"
    for match, following in zip(breaks, [*breaks[1:], None], strict=True):
        ends = following.start() if following else right
        if following is None or not p.TRAILING.match(sentence, match.end(), ends):
            return match.start()
    return breaks[-1].start()
