"""Tokens → groups: runs of units that may be one piece, with nothing but separators, spaces and pair words between."""

from collections.abc import Iterator
from dataclasses import dataclass

from .chains import EXPLICIT
from .lexicon import table
from .tokens import DASHES, Kind, Token

MAX_UNITS = 16
# How a list's own number stands before a level: "1- L2/L3", "2 - L4-L5".
NUMBERING = ("-", " - ")


@dataclass(frozen=True, slots=True)
class Unit:
    """A token that may name a vertebra, and how it is joined to the one before."""

    at: int
    token: Token
    join: str


def find_groups(tokens: list[Token]) -> Iterator[list[Unit]]:
    """Runs of units with nothing but separators, spaces and pair words between them."""
    at = 0
    while at < len(tokens):
        if tokens[at].kind is not Kind.UNIT:
            at += 1
            continue
        group = [Unit(at, tokens[at], "")]
        while len(group) < MAX_UNITS:
            step = _next_unit(tokens, group[-1].at)
            if step is None:
                break
            group.append(step)
        at = group[-1].at + 1
        yield _without_measure(_without_numbering(group), tokens)


def _next_unit(tokens: list[Token], at: int) -> Unit | None:
    """The unit that is joined to the one at a place, if there is one."""
    place, signs = at + 1, []
    while place < len(tokens) and place <= at + 3 and tokens[place].kind in (Kind.SEPARATOR, Kind.PAIR):
        if tokens[place].gap == "\n" and tokens[place].kind is Kind.SEPARATOR:
            return None
        signs.append(tokens[place])
        place += 1
    if place >= len(tokens) or tokens[place].kind is not Kind.UNIT:
        return None
    unit = tokens[place]
    if not signs:
        return None if unit.gap in ("\n", "\t") else Unit(place, unit, unit.gap)
    if any(sign.kind is Kind.PAIR for sign in signs):
        return Unit(place, unit, "on") if len(signs) == 1 else None
    texts = {sign.text for sign in signs}
    spaced = bool(signs[0].gap and unit.gap)
    if "\t" in (signs[0].gap, unit.gap) or ("|" in texts and (signs[0].gap or unit.gap)):
        return None
    if len(signs) > 1 and texts == {"."}:
        return None
    if texts & {".", "·"} and not any(text in DASHES or text == "/" for text in texts):
        return None if signs[0].gap or unit.gap else Unit(place, unit, ".")
    join = "-" if texts <= set(DASHES) else "/"
    spoken = any(text.isalpha() for text in texts)
    return Unit(place, unit, f" {join} " if spaced and not spoken else join)


def _without_measure(group: list[Unit], tokens: list[Token]) -> list[Unit]:
    """Leave off the numbers at the end that a unit of measure follows: "L5-S1 3 mm", "L4-5: 4-5 mm"."""
    after = group[-1].at + 1
    if after >= len(tokens) or tokens[after].text not in table("lexicon", "units") or tokens[after].gap == "\n":
        return group
    kept = len(group) - 1
    while kept and group[kept].join not in (" ", " - ", " / ") and not _lettered(group[kept]):
        kept -= 1
    return group if _lettered(group[kept]) else group[:kept]


def _without_numbering(group: list[Unit]) -> list[Unit]:
    """Leave off a list's own number at the head of a line: "1- L2/L3", but not "4-L5", "3-L4-L5"."""
    first = group[0]
    opens = not first.at or first.token.gap == "\n"
    if not opens or len(group) < 2 or not first.token.text.isdecimal() or group[1].join not in NUMBERING:
        return group
    if not _lettered(group[1]) or not (group[1].token.gap or (len(group) > 2 and group[2].join != group[1].join)):
        return group
    joined = any(sum(bool(atom.number) for atom in reading) > 1 for reading in group[1].token.readings)
    return group[1:] if joined or (len(group) > 2 and group[2].join in EXPLICIT) else group


def _lettered(unit: Unit) -> bool:
    return any(reading[0].letter and not reading[0].cost for reading in unit.token.readings)


def is_sure(unit: Unit) -> bool:
    """Whether a unit that stands alone is more than a look-alike, as "a" after a comma is not."""
    return any(reading[0].letter or not reading[0].cost or reading[0].spoken for reading in unit.token.readings)


def is_mere_number(unit: Unit) -> bool:
    """Whether a unit is a number in digits, which begins nothing without a separator after it."""
    return all(len(r) == 1 and not r[0].spoken and (r[0].number or r[0].cost) for r in unit.token.readings)
