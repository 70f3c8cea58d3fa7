"""What stands around numbers without a letter, "4/5", where they are a level: no date, no strength, no measure."""

import re

from .lexicon import table, words
from .reader import Item
from .tokens import Kind, Token

# How many tokens before a list of bare levels the discs may be spoken of: "discs a bit dry, 3/4 and 2/3".
MAX_DISTANCE = 8
MEASURE = re.compile(rf"\d+(?:{'|'.join(sorted(unit for unit in words('units') if unit.isalpha()))})")


def opens_clause(item: Item, tokens: list[Token]) -> bool:
    """Whether an item stands at the head of a line or after a sign."""
    before = tokens[item.first - 1] if item.first else None
    return before is None or tokens[item.first].gap == "\n" or before.kind in (Kind.BREAK, Kind.LIST)


def after_measure(at: int, tokens: list[Token]) -> Token | None:
    """The token at a place, or the one after a measure that stands there: "4/5 5 mm protrusion"."""
    if at + 2 < len(tokens) and tokens[at].text.isdecimal() and tokens[at + 1].text in words("units"):
        at += 2
    elif at + 1 < len(tokens) and MEASURE.fullmatch(tokens[at].text):
        at += 1
    return tokens[at] if at < len(tokens) else None


def is_headed(item: Item, tokens: list[Token]) -> bool:
    """Whether the word before says that it is a level: "ruptured disc 4/5", "prolapse 4/5"."""
    heads = words("bare_levels", "bare_findings") if item.piece.join == "/" else table("lexicon", "bare_levels")
    return _before(item, tokens) in heads and _ends(item, tokens)


def is_operated(item: Item, tokens: list[Token]) -> bool:
    """Whether it is what was operated on; "surgery 4/5" alone may be a date."""
    operated = _before(item, tokens) in table("lexicon", "operations")
    return item.piece.join == "/" and operated and _ends(item, tokens)


def begins_list(item: Item, tokens: list[Token]) -> bool:
    """Whether it begins a list of bare levels soon after discs or levels: "discs dry, 3/4 and 2/3"."""
    at = item.last + 1
    while at < len(tokens) and tokens[at].kind is Kind.LIST:
        at += 1
    following = [token.text for token in tokens[at : at + 3]]
    pair = len(following) == 3 and following[1] == "/" and following[0].isdecimal() and following[2].isdecimal()
    if item.piece.join != "/" or at == item.last + 1 or not pair:
        return False
    before = {token.text for token in tokens[max(0, item.first - MAX_DISTANCE) : item.first]}
    return bool(before & table("lexicon", "bare_levels"))


def _before(item: Item, tokens: list[Token]) -> str:
    return tokens[item.first - 1].text if item.first and tokens[item.first].gap in ("", " ") else ""


def _ends(item: Item, tokens: list[Token]) -> bool:
    """Whether nothing is tied to its end, as in a date, and no grade follows."""
    after = tokens[item.last + 1] if item.last + 1 < len(tokens) else None
    if after is None or after.gap == "\n":
        return True
    return after.text not in words("grades") and not (after.kind is Kind.SEPARATOR and after.text != ".")
