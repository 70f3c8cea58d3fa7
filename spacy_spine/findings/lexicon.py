"""The words of findings, read once from their data file.

In the file "narrow/ed/ing" stands for "narrow", "narrowed" and "narrowing"; in a phrase only its last word is varied.
A hyphen counts as a space.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources

# A phrase as its words → the kinds of term that it is.
Phrases = dict[tuple[str, ...], str]
# Words that are written with a slash.
SLASHED = frozenset({"w/o", "w/out", "b/l", "c/w"})
PROTECTED, ABBREVIATIONS = "protected", "abbreviations"


@cache
def kinds() -> frozenset[str]:
    """The kinds of term."""
    return frozenset(_tables())


@cache
def phrases() -> Phrases:
    """Every phrase with its kind; where two tables hold one, the first counts."""
    found: Phrases = {}
    for kind, entries in _tables().items():
        if kind == ABBREVIATIONS:
            continue
        for entry in entries:
            for phrase in _expand(entry):
                found.setdefault(phrase, kind)
    return found


@cache
def vocabulary() -> frozenset[str]:
    """Every word of the lexicon, with those that are no typing error of another."""
    return frozenset(word for phrase in phrases() for word in phrase)


@cache
def abbreviations() -> frozenset[str]:
    """Words whose full stop ends no sentence."""
    return frozenset(_tables()[ABBREVIATIONS])


@cache
def longest() -> int:
    """Words of the longest phrase."""
    return max(map(len, phrases()))


def _expand(entry: str) -> Iterator[tuple[str, ...]]:
    *first, last = entry.replace("-", " ").split()
    stem, *endings = last.split("/")
    if endings and entry not in SLASHED:
        yield (*first, stem)
        for ending in endings:
            yield (*first, stem + ending)
    else:
        yield (*first, last)


@cache
def _tables() -> dict[str, list[str]]:
    return json.loads(resources.files(__package__).joinpath("lexicon.json").read_text(encoding="utf8"))
