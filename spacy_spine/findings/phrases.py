"""Terms of a sentence → phrases: what stands between commas, conjunctions and the like."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .term import MARK, Term

GRADES = {"mild": 1, "moderate": 2, "severe": 3}
SITES = frozenset({"canal", "sac", "csf", "foramen", "recess", "root", "cord", "cauda"})
EFFECTS = frozenset({"compress", "impinge", "deform", "displace", "efface", "irritate", "contact"})
DISCS = frozenset({"bulge", "protrusion", "extrusion", "ridge", "migration"})
NARROWS = frozenset({"narrow", "canal_narrow", "foramen_narrow"})
OTHERS = frozenset({"facet", "wear"})
SIGNALS = frozenset({"signal", "signal_word"})
# What a grade can be of.
HEADS = SITES | EFFECTS | DISCS | NARROWS | OTHERS | SIGNALS
STRONG_MARKS = frozenset(";.|•–—-!?")
MARKS = STRONG_MARKS | frozenset(",:()[]/+&=>")
DENIALS = frozenset({"not", "no longer", "rather than", "never"})
# Words that measure a disc; a canal that is large is not narrow.
OF_SIZE = frozenset(
    {"large", "small", "tiny", "huge", "big", "medium", "massive", "medium sized", "moderate sized", "lg"}
)
# What parts two statements, yet lets the second be about what the first is about.
WEAK = frozenset(
    {"-", "–", "—", "except", "apart from", "other than", "but", "although", "though", "however", "while", "whereas"}
)
RANGE = frozenset({"to", "or"})


@dataclass
class Phrase:
    """Terms that nothing parts.

    joiner (str): What stands before: "," or ";" and the like, or the word; "" at the beginning.
    terms (list[Term]): In order.
    strong (bool): Whether the joiner ends what was said before.
    end (int): Where it ends; words without meaning may stand before that.
    """

    joiner: str = ""
    terms: list[Term] = field(default_factory=list)
    strong: bool = True
    end: int = 0

    @property
    def kinds(self) -> set[str]:
        return {term.kind for term in self.terms}

    def has(self, kinds: frozenset[str]) -> bool:
        return any(term.kind in kinds for term in self.terms)


def phrases_of(terms: Sequence[Term], end: int) -> list[Phrase]:
    """Part the terms of a sentence.

    terms (Sequence[Term]): In order.
    end (int): Where the sentence ends.
    RETURNS (list[Phrase]): In order; a range of grades has become one, its upper end.
    """
    found = [Phrase()]
    for term in _with_central(_with_tight(_with_ranges(_without_empty_brackets(terms)))):
        if term.kind == MARK or term.kind in ("break", "but", "or"):
            if term.kind == MARK and term.text not in MARKS:
                continue
            strong = term.kind == "but" or (term.kind == MARK and term.text in STRONG_MARKS)
            if found[-1].terms:
                found[-1].end = term.start
                found.append(Phrase(term.text, [], strong))
            elif strong or not found[-1].strong:
                found[-1].joiner = term.text if not found[-1].joiner or term.kind != MARK else found[-1].joiner
                found[-1].strong = found[-1].strong or strong
        elif term.kind not in ("to",):
            found[-1].terms.append(term)
    if found[-1].terms and not found[-1].end:
        found[-1].end = end
    return _without_denied_grades([phrase for phrase in found if phrase.terms])


def _without_denied_grades(phrases: list[Phrase]) -> list[Phrase]:
    """ "moderately and not severely narrowed", "no longer severe but moderate": without the grade that is not meant."""
    for i, phrase in enumerate(phrases):
        for j, term in enumerate(phrase.terms[:-1]):
            if term.text not in DENIALS or phrase.terms[j + 1].kind not in GRADES:
                continue
            others = [*(phrases[i - 1 : i] if j == 0 and not _ends(phrase) else []), *phrases[i + 1 : i + 2]]
            meant = phrases[i + 1 : i + 2] and phrases[i + 1].joiner == "but" and phrases[i + 1].terms[0].kind in GRADES
            if (
                j == 0 and any(one.kinds & GRADES.keys() for one in others[:1]) and i and others[0] is phrases[i - 1]
            ) or meant:
                del phrase.terms[j : j + 2]
                break
    return [phrase for phrase in phrases if phrase.terms]


def _ends(phrase: Phrase) -> bool:
    return phrase.strong and not phrase.joiner.isalpha()


def _without_empty_brackets(terms: Sequence[Term]) -> list[Term]:
    """ "the (left) thecal sac" as "the thecal sac"."""
    found: list[Term] = []
    for term in terms:
        found.append(term)
        if term.text == ")":
            inside = [one.kind for one in found[-3:-1]]
            if len(found) > 1 and found[-2].text == "(":
                del found[-2:]
            elif len(found) > 2 and found[-3].text == "(" and inside[1] == "side":
                del found[-3:]
    return found


def _with_ranges(terms: Sequence[Term]) -> list[Term]:
    """ "mild to moderate", "moderate-severe", "mild/moderate", "moderately severe" as their upper end."""
    found: list[Term] = []
    i = 0
    while i < len(terms):
        term = terms[i]
        i += 1
        if term.kind in GRADES:
            while True:
                step = 0
                if i < len(terms) and terms[i].kind in GRADES:
                    step = 1
                elif i + 1 < len(terms) and terms[i + 1].kind in GRADES and _ranges(terms[i]):
                    step = 2
                if not step:
                    break
                other = terms[i + step - 1]
                top = max(term, other, key=_rank)
                term = Term(term.start, other.end, top.kind, top.text)
                i += step
        found.append(term)
    return found


def _with_tight(terms: Sequence[Term]) -> list[Term]:
    """ "tight" as a grade where a stenosis follows: "tight canal stenosis"."""
    found = list(terms)
    for i, term in enumerate(found):
        after = [one for one in found[i + 1 : i + 3] if one.kind != "canal"]
        if term.text == "tight" and after and "steno" in after[0].text:
            found[i] = Term(term.start, term.end, "severe", term.text)
    return found


def _rank(term: Term) -> int:
    return GRADES[term.kind]


def _ranges(term: Term) -> bool:
    return (term.kind in ("of", "or", "to") and term.text in RANGE) or (term.kind == MARK and term.text in "/-–—")


def _with_central(terms: Sequence[Term]) -> list[Term]:
    """ "central" as the canal where it is narrowed, left out where it says where a protrusion lies."""
    found = []
    for i, term in enumerate(terms):
        if term.kind != "central":
            found.append(term)
            continue
        after = [one for one in terms[i + 1 : i + 4] if one.kind not in GRADES]
        kinds = [one.kind for one in after]
        joined = (
            len(after) > 1 and (after[0].text in ("and", "or", "/", "&", ",")) and kinds[1] in ("foramen", "recess")
        )
        if kinds[:1] and (kinds[0] in NARROWS or joined):
            found.append(Term(term.start, term.end, "canal", term.text))
    return found
