"""Which terms of a sentence are denied, or told of the past."""

from collections.abc import Sequence

from .phrases import EFFECTS, GRADES, HEADS, OTHERS, SITES, Phrase
from .term import Term

FINITE = frozenset(
    {"is", "are", "was", "were", "has", "have", "shows", "show", "remains", "remain", "appears", "appear"}
)
# These go on over a list: "no herniation, stenosis or root compression".
LISTING = frozenset(
    {
        "no",
        "without",
        "w/o",
        "nor",
        "neither",
        "free of",
        "free from",
        "absence of",
        "lack of",
        "negative for",
        "none",
        "non",
        "nothing",
        "no evidence of",
        "devoid of",
        "nil",
        "with out",
        "without any",
        "no sign of",
        "no signs of",
    }
)
WHOSE = frozenset({"with", "which"})
CAUSES = frozenset({"causing", "producing", "resulting in", "leading to"})
NEAR = 3  # characters between a word and the end of its phrase where no other word stands there
RELATIVE = frozenset({"none", "neither"})
OWN_CLAUSE = frozenset({"where", "which", "that", "because of", "due to"})
PAST = frozenset({"was", "were", "showed", "described", "had", "placed", "called", "graded", "reported"})
CONTINUING = frozenset({"is", "are", "remains", "remain", "has", "have", "shows"})


def denied(phrases: Sequence[Phrase]) -> tuple[set[Term], set[Term]]:
    """The heads that a sentence denies.

    phrases (Sequence[Phrase]): Of one sentence.
    RETURNS (tuple[set[Term], set[Term]]): Those denied or of the past, and those of them that the sentence says have
        gone.
    """
    found: set[Term] = set()
    gone: set[Term] = set()
    active: Term | None = None
    past: Term | None = None
    for i, phrase in enumerate(phrases):
        if active and not _goes_on(active, phrases, i):
            active = None
        if past and (phrase.strong or phrase.joiner != "with"):
            past = None
        for j, term in enumerate(phrase.terms):
            following = phrases[i + 1] if i + 1 < len(phrases) else None
            if term.kind in ("neg", "none") and not _heads(phrase.terms[j + 1 :]) and _is_relative(phrase, following):
                active = term
            elif term.kind == "neg" or (term.kind == "none" and _heads(phrase.terms[j + 1 :])):
                if _is_answer(phrase, j) and not _list_follows(phrases, i):
                    found |= _before(phrases, i, j)
                else:
                    active = term if _denies_something(phrase, j) or _list_follows(phrases, i) else None
                    if any(one.kind == "not_seen" for one in phrase.terms[j + 1 : j + 4]) and not _heads(
                        phrase.terms[j + 1 :]
                    ):
                        found |= _before(phrases, i, j)
                        active = None
            elif term.kind == "none":
                found |= _before(phrases, i, j)
            elif term.kind == "resolved":
                gone |= _before(phrases, i, j) | set(_heads(phrase.terms[j + 1 :]))
            elif term.kind == "formerly":
                # "previously 6 mm with cord flattening", but not "previously described protrusion"
                past = None if any(one.kind in ("not_seen", "verb") for one in phrase.terms[j + 1 : j + 2]) else term
            elif term.kind == "now":
                past = None
            elif (active or past) and term.kind in HEADS:
                found.add(term)
    return found | gone | _past(phrases), gone


def _goes_on(negation: Term, phrases: Sequence[Phrase], i: int) -> bool:
    """Whether a denial reaches over the beginning of a phrase."""
    phrase = phrases[i]
    if i and not phrase.strong and phrase.joiner in {*WHOSE, *CAUSES} and not _heads_after(phrases[i - 1], negation):
        return True  # "none with stenosis", "neither of which narrows the canal"
    if phrase.joiner == "from" and not _heads_after(phrases[i - 1], negation):
        return True  # "no disc from L1 to S1 is herniated"
    if _suffers(phrase) and not _or_follows(phrases, i):
        return False
    if phrase.strong or phrase.joiner == ":" or phrase.joiner in OWN_CLAUSE:
        return False
    if phrase.joiner in ("or", "nor", "/"):
        return True
    first = next((term for term in phrase.terms if term.kind in HEADS or term.kind in GRADES), None)
    graded = first is not None and first.kind in GRADES
    finite = any(term.kind == "verb" and term.text in FINITE for term in phrase.terms)
    if graded or finite or "normal" in phrase.kinds or not _heads(phrase.terms):
        later = phrases[i + 1] if i + 1 < len(phrases) else None
        return bool(graded and not finite and later and later.joiner in ("or", "nor"))
    if phrase.joiner in ("with", "plus"):
        return False
    return negation.text in LISTING or _or_follows(phrases, i)


def _suffers(phrase: Phrase) -> bool:
    """Whether a phrase says by itself what is done to a site: "left root displaced"."""
    heads = _heads(phrase.terms)
    return len(heads) > 1 and heads[0].kind in SITES and heads[-1].kind in EFFECTS and heads[-1].text.endswith("ed")


def _heads_after(phrase: Phrase, negation: Term) -> bool:
    return any(term.start > negation.start for term in _heads(phrase.terms))


def _is_relative(phrase: Phrase, following: Phrase | None) -> bool:
    """Whether a denial at the end of a phrase is of what follows: "none | with …", "neither of | which …"."""
    if following is None or following.strong or following.joiner not in {*WHOSE, *CAUSES}:
        return False
    if following.joiner in CAUSES:
        return phrase.terms[-1].kind == "neg"  # "not by itself causing stenosis"
    return phrase.terms[-1].text in RELATIVE or phrase.terms[-1].kind == "of"


def _or_follows(phrases: Sequence[Phrase], i: int) -> bool:
    for phrase in phrases[i + 1 :]:
        if phrase.strong:
            return False
        if phrase.joiner in ("or", "nor"):
            return True
    return False


def _is_answer(phrase: Phrase, j: int) -> bool:
    """Whether a denial answers what stands before it: "Root compression: no."; not so "of no consequence"."""
    if phrase.end - phrase.terms[-1].end > NEAR or phrase.terms[j].text == "nothing":
        return False
    return not phrase.terms[j + 1 :] or all(one.kind in ("of", "verb") for one in phrase.terms[j + 1 :])


def _denies_something(phrase: Phrase, j: int) -> bool:
    """Whether a denial is of a term, rather than of words without meaning: "no consequence"."""
    return bool(phrase.terms[j + 1 :]) or phrase.end - phrase.terms[-1].end <= NEAR


def _list_follows(phrases: Sequence[Phrase], i: int) -> bool:
    following = phrases[i + 1] if i + 1 < len(phrases) else None
    if following is None or following.strong or following.joiner in (",", ":"):
        return False
    return bool(_heads(following.terms))


def _before(phrases: Sequence[Phrase], i: int, j: int) -> set[Term]:
    """The heads that a word at the end of a phrase speaks of: those before it, else those of the phrase before."""
    here = _heads(phrases[i].terms[:j])
    found = set(here)
    while not here and i and not (phrases[i].strong and phrases[i].joiner != "-"):
        i -= 1
        here = _heads(phrases[i].terms)
        found |= set(here)
    # "Canal stenosis or root compression is not seen": the list before it too.
    while i and phrases[i].joiner in ("or", "nor", "/") and found:
        i -= 1
        found |= set(_heads(phrases[i].terms))
    return found


def _past(phrases: Sequence[Phrase]) -> set[Term]:
    """Heads of a clause that only tells what was."""
    found: set[Term] = set()
    clause: list[Phrase] = []
    for phrase in [*phrases, Phrase(";", [], True)]:
        if phrase.strong and not phrase.joiner.isalpha() and clause:
            terms = [term for one in clause for term in one.terms]
            told = [term for term in terms if term.kind == "history"]
            verbs = {term.text for term in terms if term.kind == "verb"}
            if told and verbs & PAST and not verbs & CONTINUING:
                found |= set(_heads(terms))
            clause = []
        clause.append(phrase)
    return found


def _heads(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if term.kind in HEADS and term.kind not in OTHERS]
