"""Which grade and which size is of which head."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .phrases import DISCS, EFFECTS, GRADES, HEADS, NARROWS, OF_SIZE, OTHERS, SITES, WEAK, Phrase
from .scope import denied
from .term import SIZE, Term

COORDINATING = frozenset({"and", "or", "&", "/", "+"})
# After these a grade by itself is of what follows: "causing mild, severe and moderate stenosis respectively".
FORWARD = frozenset({"with", "causing", "producing", "giving", "leading to", "resulting in"})
# Grades that stand behind what they grade.
POSTPOSED = (" degree", " entity", " way", " volume")
ADJECTIVES = frozenset({"disc", "side"})
SIZED = DISCS | OTHERS | {"canal", "sac"}


@dataclass
class Reading:
    """What is known of each term while a sentence is read."""

    phrases: list[Phrase]
    grades: dict[Term, list[Term]] = field(default_factory=dict)
    sizes: dict[Term, list[Term]] = field(default_factory=dict)
    loose: list[Term] = field(default_factory=list)
    denied: set[Term] = field(default_factory=set)
    resolved: set[Term] = field(default_factory=set)

    @classmethod
    def of(cls, phrases: list[Phrase]) -> "Reading":
        """Read the phrases of a sentence."""
        no, gone = denied(phrases)
        reading = cls(phrases, denied=no, resolved=gone)
        _attach(reading)
        return reading


def of_canal(phrases: Sequence[Phrase], i: int) -> bool:
    """Whether a diameter is that of the canal rather than of a protrusion."""
    phrase = phrases[i]
    if phrase.has(DISCS | OTHERS | {"cord", "foramen", "recess"}):
        return False
    if phrase.has(frozenset({"canal", "sac"})) or not i or phrase.strong:
        return True
    before = next((one for one in reversed(phrases[:i]) if one.has(HEADS) or one.strong), phrases[i - 1])
    return before.has(NARROWS | {"canal", "sac"}) or not before.has(DISCS)


def _attach(reading: Reading) -> None:
    """Give each grade and size to its head."""
    for i, phrase in enumerate(reading.phrases):
        past = False
        for j, term in enumerate(phrase.terms):
            past = (past or term.kind == "formerly") and term.kind != "now"
            if past or (term.kind not in GRADES and term.kind != SIZE):
                continue
            if term.kind == SIZE and phrase.joiner == "by" and not phrase.has(HEADS):
                continue  # "displaced by 3 mm"
            if term.kind == SIZE and "diameter" in phrase.kinds and of_canal(reading.phrases, i):
                continue
            kinds = SIZED if term.kind == SIZE else HEADS
            head = _measured(phrase, j) if term.kind == SIZE or term.text in OF_SIZE else None
            if term.text.endswith(POSTPOSED) and not any(one.kind == "of" for one in phrase.terms[j + 1 : j + 2]):
                head = _head_before(phrase, j, kinds)  # "stenosis of severe degree"
            head = head or _head_after(phrase, j, kinds) or _head_before(phrase, j, kinds)
            head = head or _head_elsewhere(reading.phrases, i, SIZED if term.kind == SIZE else kinds)
            if head:
                given = reading.sizes if term.kind == SIZE else reading.grades
                if any(one.kind == "now" for one in phrase.terms[:j]):
                    given[head] = []  # "was moderate and is now mild"
                given.setdefault(head, []).append(term)
            else:
                reading.loose.append(term)


def _measured(phrase: Phrase, j: int) -> Term | None:
    """What a size follows at once: "a bulge of 4 mm indenting the sac", "prolapse, huge, …"."""
    before = [term for term in phrase.terms[:j] if term.kind not in ADJECTIVES | {"of", "verb"}]
    after = [term for term in phrase.terms[j + 1 :] if term.kind in HEADS]
    if phrase.terms[j].kind != SIZE and after and after[0].kind in DISCS:
        return None
    return before[-1] if before and before[-1].kind in DISCS else None


def _head_after(phrase: Phrase, j: int, kinds: frozenset[str]) -> Term | None:
    """What a grade stands before: "severe canal stenosis", "moderate disc bulge"."""
    for place in range(j + 1, len(phrase.terms)):
        term = phrase.terms[place]
        if term.kind == "verb" or (kinds is SIZED and term.kind in EFFECTS | NARROWS):
            return None
        if term.kind in GRADES:
            if _head_before(phrase, j, kinds):
                return None
            continue
        if term.kind in kinds:
            # "severe canal stenosis", "large foraminal protrusion": the site only says of which.
            following = next((one for one in phrase.terms[place + 1 :] if one.kind not in ADJECTIVES), None)
            if term.kind in SITES and following and following.kind in kinds - SITES:
                return following
            return term
    return None


def _head_before(phrase: Phrase, j: int, kinds: frozenset[str]) -> Term | None:
    """What a grade follows: "the canal is moderately …", "stenosis, severe"."""
    for place in range(j - 1, -1, -1):
        term = phrase.terms[place]
        if term.kind in kinds:
            # "narrowing of the canal is severe"
            earlier = [one for one in phrase.terms[:place] if one.kind in NARROWS | EFFECTS]
            return earlier[-1] if term.kind in SITES and earlier else term
    return None


def _head_elsewhere(phrases: Sequence[Phrase], i: int, kinds: frozenset[str]) -> Term | None:
    """What a grade by itself is of: the next of its list, else what stands before."""
    following = phrases[i + 1] if i + 1 < len(phrases) else None
    if following and following.joiner in COORDINATING and following.terms[0].kind in GRADES:
        # "severe left and moderate right foraminal narrowing"
        head = _head_after(following, 0, kinds)
        if head:
            return head
    if phrases[i].joiner in FORWARD and following and following.joiner in {*COORDINATING, ","}:
        head = _head_after(Phrase("", [following.terms[0], *following.terms]), 0, kinds)
        if head:
            return head
    if not (phrases[i].strong and phrases[i].joiner not in WEAK):
        for phrase in reversed(phrases[:i]):
            heads = [term for term in phrase.terms if term.kind in kinds]
            if heads:
                narrowing = [term for term in heads if term.kind in NARROWS]
                return (narrowing or heads)[-1]
            if phrase.strong:
                break
    if following and following.joiner in {*COORDINATING, ","}:
        return _head_after(Phrase("", [following.terms[0], *following.terms]), 0, kinds)
    return None
