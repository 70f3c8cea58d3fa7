"""Vertebrae in Roman numerals, as in "L.IV-V.", "L IV–L V", "CV-VI" and "L.V-S.I."; never without a region's letter."""

import re
from functools import lru_cache

from ..anatomy import Regions
from .column import Column
from .lexicon import words
from .readings import Atom, Reading

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
VALUES = {numeral: value for value, numeral in enumerate(ROMAN, 1)}
JOINER = r"\s?[-‐‑‒–—−/]\s?"

Numeral = tuple[int, Reading]


def find_numerals(text: str, column: Column) -> dict[int, Numeral]:
    """The vertebrae of all pairs in Roman numerals.

    text (str): Any text.
    column (Column): Decides which letters there are.
    RETURNS (dict[int, Numeral]): Where each vertebra begins, in order; where it ends, and its one reading. A pair
        without a letter counts where it goes on a list: "C.IV-V. and V-VI."
    """
    found: dict[int, Numeral] = {}
    first, more = _patterns(column.regions)
    pair = first.search(text)
    while pair:
        dotted = bool(pair["dot"])
        end = pair.end()
        while pair:
            _add(pair, dotted, found, text, column)
            end = pair.end()
            following = more.match(text, end)
            pair = following if following and _neighbours(following) else None
        pair = first.search(text, end)
    return found


def _neighbours(pair: re.Match[str]) -> bool:
    """Whether a pair without a letter before it names one segment; "I-V" in a list may count anything."""
    return bool(pair["l2"]) or VALUES[pair["n2"]] == VALUES[pair["n1"]] + 1


def _add(pair: re.Match[str], dotted: bool, found: dict[int, Numeral], text: str, column: Column) -> None:
    for name in ("1", "2"):
        letter, number = pair.groupdict().get(f"l{name}"), pair[f"n{name}"]
        start, middle, end = pair.start(f"v{name}"), pair.start(f"n{name}"), pair.end(f"n{name}")
        reading: Reading = (Atom("", VALUES[number], middle, end),)
        if letter:
            reading = (Atom(column.letters[letter.upper()], 0, start, middle), *reading)
        # The point of an ordinal belongs to it: "L.IV-V. bulge".
        found[start] = (end + (dotted and text.startswith(".", end)), reading)


@lru_cache(maxsize=32)
def _patterns(regions: Regions) -> tuple[re.Pattern[str], re.Pattern[str]]:
    column = Column.of(regions)
    spelt = {form for letter in column.letters for form in (letter, letter.capitalize())}
    letters, numerals = ("|".join(sorted(forms, key=len, reverse=True)) for forms in (sorted(spelt), ROMAN))
    second = rf"(?P<v2>(?:(?P<l2>{letters})(?:\.\s?|\s)?)?(?P<n2>{numerals}))(?![A-Za-z0-9])"
    first = rf"(?<![A-Za-z0-9])(?P<v1>(?P<l1>{letters})(?:(?P<dot>\.)\s?|\s)?(?P<n1>{numerals}))\.?{JOINER}{second}"
    grades = "|".join(sorted(words("grades")))
    tie = r"\.?(?:\s?[,;+&]\s?|\s(?:and|or|und|et)\s)"
    more = rf"{tie}(?P<v1>(?P<n1>{numerals}))\.?{JOINER}{second}(?!\.?\s?(?:{grades})\b)"
    return re.compile(first), re.compile(more)
