"""Text → tokens: runs that may name vertebrae, the words that join them, and everything else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from .column import Column
from .lexicon import table, words
from .numerals import Numeral, find_numerals
from .readings import Atom, Reading, readings

RUN = re.compile(r"[A-Za-z0-9@$!|#]+|[^\sA-Za-z0-9]")
DASHES = "-‐‑‒–—−~=_"
SEPARATORS = DASHES + "/\\.|·"
# Scans lose the spaces around a level: "andC3-4", "toL4/5", "L4-5shows".
GLUED_TAIL = re.compile(r"(?<=[2-9])(?=[A-Za-z]{3,})|(?<=[A-Za-z-]1)(?=[A-Za-z]{3,})")
ALIKES = "@$!|#"


class Kind(Enum):
    UNIT = "may name a vertebra or a part of one"
    SEPARATOR = "joins two vertebrae or two segments"
    PAIR = "on, over"
    RANGE = "to, through"
    LIST = "and, a comma"
    WORD = "any other word"
    BREAK = "any other sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    kind (Kind): Its role.
    text (str): Lower case.
    start, end (int): Characters of the text.
    gap (str): White space before it: "", " ", "\\t" for the wide gap of a table, or "\\n".
    readings (tuple[Reading, ...]): For a unit, cheapest first.
    """

    kind: Kind
    text: str
    start: int
    end: int
    gap: str
    readings: tuple[Reading, ...] = ()


def tokenize(text: str, column: Column) -> list[Token]:
    """Split a text into tokens.

    text (str): Any text.
    column (Column): Decides which letters and numbers can name a vertebra.
    RETURNS (list[Token]): In order; white space lies between them.
    """
    tokens: list[Token] = []
    end = 0
    glue, numerals = _glue_pattern(column), find_numerals(text, column)
    for start, piece in _pieces(text, glue, numerals):
        between = text[end:start]
        gap = "\n" if "\n" in between or "\r" in between else "\t" if len(between) > 3 else " " if between else ""
        kind, found = (Kind.UNIT, (numerals[start][1],)) if start in numerals else _classify(piece, start, column)
        end = start + len(piece)
        tokens.append(Token(kind, piece.lower(), start, end, gap, found))
    return [_as_measure(tokens, at, column) for at in range(len(tokens))]


def _as_measure(tokens: list[Token], at: int, column: Column) -> Token:
    """A number with a point is a measure, unless a letter stands before it: "C5-6 7.8", "L3/L4-9.4", but "L 4.5"."""
    token = tokens[at]
    if not token.text.isdecimal():
        return token
    pointed = at + 2 < len(tokens) and tokens[at + 1].text in (".", ",") and tokens[at + 2].text[0].isdecimal()
    pointed = pointed and not (tokens[at + 1].gap or tokens[at + 2].gap)
    if not token.gap:
        measure = _follows_pair(tokens, at) and (pointed or not _may_follow(tokens, at, column))
        return replace(token, kind=Kind.WORD, readings=()) if measure else token
    before = tokens[at - 1] if at else None
    waits = before is not None and before.kind is Kind.UNIT and before.text.isalpha()
    return replace(token, kind=Kind.WORD, readings=()) if pointed and not waits else token


def _follows_pair(tokens: list[Token], at: int) -> bool:
    """Whether a number is tied by a dash to a pair that has a stroke: "L3/L4-9"."""
    if at < 4 or any(token.gap for token in tokens[at - 3 : at]):
        return False
    upper, stroke, lower, dash = tokens[at - 4 : at]
    lettered = upper.kind is Kind.UNIT and bool(upper.readings[0][0].letter)
    return lettered and stroke.text == "/" and lower.kind is Kind.UNIT and dash.text in DASHES


def _may_follow(tokens: list[Token], at: int, column: Column) -> bool:
    letters = {reading[0].letter for token in (tokens[at - 4], tokens[at - 2]) for reading in token.readings}
    return any((letter, int(tokens[at].text)) in column.positions for letter in letters)


def _glue_pattern(column: Column) -> re.Pattern[str]:
    letters = "".join(sorted({vertebra[0][0] for vertebra in column.positions}))
    return re.compile(rf"(?<=[A-Za-z][a-z])(?=[{letters}](?:\d|[A-Z](?![A-Za-z])))|{GLUED_TAIL.pattern}")


def _pieces(text: str, glue: re.Pattern[str], numerals: dict[int, Numeral]) -> Iterator[tuple[int, str]]:
    at = 0
    for start, (end, _) in numerals.items():
        yield from _runs(text, at, start, glue)
        yield start, text[start:end]
        at = end
    yield from _runs(text, at, len(text), glue)


def _runs(text: str, begin: int, stop: int, glue: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for match in RUN.finditer(text, begin, stop):
        run, start = match[0], match.start()
        if not run[0].isalnum() and run[0] not in ALIKES:
            yield start, run
            continue
        # A look-alike at the edge is more often a table's rule or an exclamation mark than a digit.
        at, tail = 0, len(run)
        while at + 1 < tail and run[at] in "|!" and not run[at + 1].isdecimal():
            yield start + at, run[at]
            at += 1
        while tail > at + 1 and run[tail - 1] in ALIKES and run[tail - 2].isdecimal():
            tail -= 1
        for cut in [*(m.start() for m in glue.finditer(run, at, tail) if m.start()), tail]:
            if cut > at:
                yield start + at, run[at:cut]
            at = max(at, cut)
        for place in range(tail, len(run)):
            yield start + place, run[place]


def _classify(piece: str, start: int, column: Column) -> tuple[Kind, tuple[Reading, ...]]:
    """Kind and readings of a piece."""
    word, end = piece.lower(), start + len(piece)
    if word in table("lexicon", "range"):
        return Kind.RANGE, ()
    if word in table("lexicon", "pair"):
        return Kind.PAIR, ()
    if word in table("lexicon", "list"):
        return Kind.LIST, ()
    if word in table("lexicon", "separators") or (piece in SEPARATORS):
        return Kind.SEPARATOR, ()
    spoken = _spoken(word, start, end, column)
    if spoken:
        return Kind.UNIT, (spoken,)
    if not piece.isascii():
        return (Kind.WORD if piece.isalnum() else Kind.BREAK), ()
    if not (piece[0].isalnum() or piece[0] in ALIKES):
        return Kind.BREAK, ()
    if word in words("units", "glued") or (len(piece) > 2 and piece.isalpha() and word.upper() not in column.letters):
        return Kind.WORD, ()
    found = tuple(readings(piece, start, column))
    if len(piece) == 2 and piece.isalpha() and word.upper() not in column.letters:
        found = tuple(reading for reading in found if not reading[0].cost and reading[0].letter)
    if not found:
        return (Kind.WORD if piece[0].isalnum() else Kind.BREAK), ()
    return Kind.UNIT, found


def _spoken(word: str, start: int, end: int, column: Column) -> Reading:
    letter = table("lexicon", "spoken_letters").get(word)
    if letter in column.letters:
        return (Atom(letter, 0, start, end, spoken=True),)
    number = table("lexicon", "numbers").get(word)
    if number:
        return (Atom("", number, start, end, spoken=True),)
    number = table("lexicon", "number_homophones").get(word)
    if number:
        return (Atom("", number, start, end, 0.5, spoken=True),)
    vertebra = table("lexicon", "vertebrae").get(word)
    if vertebra:
        middle = start + 1
        return (Atom(vertebra[0], 0, start, middle, spoken=True), Atom("", int(vertebra[1:]), middle, end, spoken=True))
    return ()
