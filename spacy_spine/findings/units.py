"""Numbers → sizes in millimetres."""

import re
from collections.abc import Sequence

from .term import NUMBER, SIZE, Term

UNIT = re.compile(r"\s*-?(?P<unit>mm|cm|rnm|rnrn|millimet(?:er|re)s?|centimet(?:er|re)s?)\b", re.I)
# Between numbers that share a unit: "4 x 6 mm", "5, 7 and 6 mm"; after the second kind the upper end counts.
SHARED = re.compile(r"\s*(?:x|×|by|/|,|and)\s*", re.I)
BETWEEN = 2  # terms that may stand between two such numbers and their unit, marks and the like
UP_TO = re.compile(r"\s*(?:to|-|–)\s*", re.I)


def with_units(text: str, terms: Sequence[Term]) -> list[Term]:
    """Terms with sizes in place of the numbers that have a unit, or share that of a later one.

    text (str): What the terms are of.
    terms (Sequence[Term]): In order.
    RETURNS (list[Term]): In order; "3 to 4 mm" is one size, the upper end.
    """
    found: list[Term] = []
    factor = 1.0
    for term in reversed(terms):
        if term.kind != NUMBER:
            found.append(term)
            continue
        place = next((i for i in range(-1, -1 - min(BETWEEN, len(found)), -1) if found[i].kind == SIZE), 0)
        later = found[place] if place else None
        unit = UNIT.match(text, term.end)
        end = unit.end() if unit else term.end
        gap = text[end : later.start] if later else ""
        if later and UP_TO.fullmatch(gap):
            found[place] = Term(term.start, later.end, SIZE, later.text, later.value)
        elif unit:
            factor = 10.0 if unit["unit"].lower().startswith("c") else 1.0
            found.append(Term(term.start, end, SIZE, term.text, term.value * factor))
        elif later and SHARED.fullmatch(gap):
            found.append(Term(term.start, end, SIZE, term.text, term.value * factor))
        else:
            found.append(term)
    return found[::-1]
