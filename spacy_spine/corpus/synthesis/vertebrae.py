"""Vertebrae as a mention spells them, and the same spelling some levels further up or down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...anatomy import Region
from ...mentions.column import Column
from ...mentions.lexicon import table

PART = re.compile(r"(?P<letter>(?<![A-Za-z])[A-Za-z]{1,3}|(?<=\d)[A-Za-z]{1,3})?(?P<gap>[ \t.-]?)(?P<digits>\d{1,4})")
# "LWK 4/5": a family of names that goes on over the regions.
FAMILY = {"HWK": "C", "BWK": "T", "LWK": "L", "SWK": "S"}
NOUNS = ("disc", "disk", "space", "discs", "disks", "spaces")
WORD = re.compile(r"[A-Za-z]+")
NUMBER_WORDS = {number: word for word, number in table("lexicon", "numbers").items()}


@dataclass(frozen=True)
class Written:
    """A vertebra as it is written.

    start, end (int): Characters of the mention.
    letter (str): As written, empty where it is left out.
    gap (str): What stands between letter and number.
    number (str): As written.
    position (int): In the column.
    """

    start: int
    end: int
    letter: str
    gap: str
    number: str
    position: int


def written_vertebrae(mention: str, segments: Sequence[str], column: Column) -> list[Written]:
    """The vertebrae of a mention in plain spelling.

    mention (str): e.g. "L4-5", "L3/4 to L5/S1", "l45", "four-five".
    segments (Sequence[str]): What it stands for.
    column (Column): The vertebral column.
    RETURNS (list[Written]): In order; empty where the mention is spelt in another way or damaged.
    """
    numbers = _digits(mention, column) or _words(mention, column)
    first = next(position for position, name in column.names.items() if name == segments[0])
    found: list[Written] = []
    for start, end, letter, gap, number in numbers:
        value = int(number) if number.isdecimal() else table("lexicon", "numbers")[number.lower()]
        if letter:
            position = column.positions.get((column.letters[letter.upper()], value))
        elif found:
            position = column.follow(found[-1].position, value)
        else:
            position = first if column.vertebrae[first][1] == value else None
        if position is None:
            return []
        found.append(Written(start, end, letter, gap, number, position))
    # "L5 disc" names one vertebra; any other lone one is a damaged mention.
    return found if len(found) > 1 or (len(segments) == 1 and mention.lower().endswith(NOUNS)) else []


def move_mention(
    mention: str, segments: Sequence[str], steps: int, region: Region, column: Column, short: bool
) -> str | None:
    """A mention in its own spelling, some levels further down.

    mention (str): As written.
    segments (Sequence[str]): What it stands for.
    steps (int): Levels; negative for up.
    region (Region): Of the segments.
    column (Column): The vertebral column.
    short (bool): Whether the report writes "L4-5" rather than "L4-L5", where the mention alone does not say.
    RETURNS (str | None): The new spelling, None where the mention cannot be taken apart.
    """
    parts = written_vertebrae(mention, segments, column)
    if not parts:
        return None
    text, at, before = "", 0, None
    for part in parts:
        letter, number = column.vertebrae[part.position + steps]
        crossing = before is not None and _crosses(before, part, mention, column)
        same = before is not None and column.vertebrae[before.position + steps][0] == letter
        bare = not parts[0].letter or (same and (not part.letter or (crossing and short)))
        if before is not None and not part.letter and not same and parts[0].letter:
            bare = False
        shown = "" if bare else _letter(part.letter or parts[0].letter, letter)
        gap = part.gap if part.letter and not bare else ""
        # An omitted letter leaves its gap to what stands before it: "L4-5", "four-five".
        text += mention[at : part.start] + shown + (gap if shown else "" if part.letter else part.gap)
        text += _number(part.number, number)
        at, before = part.end, part
    return text + mention[at:]


def _crosses(before: Written, part: Written, mention: str, column: Column) -> bool:
    """Whether a letter stands there only because another region begins: "L5-S1", not "L4 to S1"."""
    other = column.vertebrae[before.position][0] != column.vertebrae[part.position][0]
    joined = part.position == before.position + 1 and not any(map(str.isalpha, mention[before.end : part.start]))
    return other and joined


def _digits(mention: str, column: Column) -> list[tuple[int, int, str, str, str]]:
    found = []
    for match in PART.finditer(mention):
        letter, gap, digits = match["letter"] or "", match["gap"], match["digits"]
        start = match.start()
        if letter and letter.upper() not in column.letters:
            letter, gap, start = "", "", match.start("digits")
        elif not letter:
            gap, start = "", match.start("digits")
        known = (column.letters[letter.upper()], int(digits)) in column.positions if letter else int(digits) <= 12
        pieces = [digits] if len(digits) == 1 or known else list(digits)
        for number, piece in enumerate(pieces):
            end = match.start("digits") + (number + 1 if len(pieces) > 1 else len(digits))
            found.append((start, end, letter if not number else "", gap if not number else "", piece))
            start = end
    return found


def _words(mention: str, column: Column) -> list[tuple[int, int, str, str, str]]:
    """Numbers spelt out: "L four five", "see five six"; a letter stands right before its number."""
    spoken, numbers = table("lexicon", "spoken_letters"), table("lexicon", "numbers")
    found: list[tuple[int, int, str, str, str]] = []
    letter: re.Match[str] | None = None
    for match in WORD.finditer(mention):
        word = match[0].lower()
        if word in numbers:
            if letter is not None and letter[0].lower() in spoken:
                return []  # "see five": kept as the typist heard it
            start = letter.start() if letter else match.start()
            gap = mention[letter.end() : match.start()] if letter else ""
            found.append((start, match.end(), letter[0] if letter else "", gap, match[0]))
            letter = None
        else:
            letter = match if match[0].upper() in column.letters or word in spoken else None
    return found


def _letter(written: str, letter: str) -> str:
    """A letter in the manner of another: small, or of the family "LWK"."""
    if written.upper() in FAMILY:
        letter = next(name for name, stands_for in FAMILY.items() if stands_for == letter)
    elif written.upper() == "D" and letter == "T":
        letter = "D"
    return letter.lower() if written.islower() else letter


def _number(written: str, number: int) -> str:
    if written.isdecimal():
        return str(number)
    word = NUMBER_WORDS[number]
    return word.upper() if written.isupper() else word.capitalize() if written[0].isupper() else word
