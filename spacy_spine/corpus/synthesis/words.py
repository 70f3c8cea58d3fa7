"""What scanners, typists and dictation make of a word, one damage a function of the word and a source of chance."""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from .tables import table

# A damage gives the new word, or None where it does not apply to this one.
Damage = Callable[[str, random.Random], str | None]
MIN_LENGTH = 4


def is_kept(word: str) -> bool:
    """Whether a grade hangs on the word: it may be damaged, but not into another word."""
    return word.lower() in _kept()


def shape(word: str, rng: random.Random) -> str | None:
    """A letter read as one that looks alike: "cornplex", "norma1"."""
    confusions: Mapping[str, Sequence[str]] = table("noise")["safe_shape" if is_kept(word) else "shape"]
    found = [(at, old) for old in confusions for at in range(len(word)) if word.startswith(old, at)]
    if not found or len(word) < 2:
        return None
    at, old = rng.choice(found)
    return word[:at] + rng.choice(confusions[old]) + word[at + len(old) :]


def gap(word: str, rng: random.Random) -> str | None:
    """A gap inside the word: "protru sion". Neither part may be a word of grades."""
    if len(word) < 6:
        return None
    at = rng.randint(2, len(word) - 2)
    parts = word[:at], word[at:]
    return None if is_kept(word) or any(map(is_kept, parts)) else " ".join(parts)


def swap(word: str, rng: random.Random) -> str | None:
    """Two letters the wrong way round: "hernaition"."""
    if len(word) < MIN_LENGTH + is_kept(word):
        return None
    at = rng.randint(1, len(word) - 3)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def omit(word: str, rng: random.Random) -> str | None:
    """A letter left out: "stensis"."""
    if len(word) < MIN_LENGTH + 2 * is_kept(word):
        return None
    at = rng.randint(2, len(word) - 2)
    return word[:at] + word[at + 1 :]


def double(word: str, rng: random.Random) -> str | None:
    """A letter typed twice: "stennosis"."""
    if len(word) < MIN_LENGTH:
        return None
    at = rng.randint(1, len(word) - 1)
    return word[: at + 1] + word[at:]


def neighbour(word: str, rng: random.Random) -> str | None:
    """A key next to the right one: "stemosis"."""
    if len(word) < MIN_LENGTH + 2 * is_kept(word):
        return None
    at = rng.randint(1, len(word) - 1)
    keys: str = table("noise")["neighbour"].get(word[at].lower(), "")
    if not keys:
        return None
    key = rng.choice(keys)
    return word[:at] + (key.upper() if word[at].isupper() else key) + word[at + 1 :]


def case(word: str, rng: random.Random) -> str | None:
    """Capitals where none belong, or none where one does."""
    if word[0].isupper() and not word.isupper():
        return word[0].lower() + word[1:]
    return word.capitalize() if word.islower() else None


def homophone(word: str, rng: random.Random) -> str | None:
    """What voice recognition writes for it: "fecal sac"."""
    heard: Sequence[str] = table("noise")["homophone"].get(word.lower(), ())
    if not heard:
        return None
    written = rng.choice(heard)
    return written.upper() if word.isupper() else written.capitalize() if word[0].isupper() else written


def filler(word: str, rng: random.Random) -> str | None:
    """A word that nobody meant to dictate, before this one."""
    return f"{rng.choice(table('noise')['filler'])} {word}"


def speck(word: str, rng: random.Random) -> str | None:
    """Dirt on the page beside the word."""
    return f"{word} {rng.choice(table('noise')['speck'])}"


WORD_DAMAGES: Mapping[str, Damage] = {
    one.__name__: one for one in (shape, gap, swap, omit, double, neighbour, case, homophone, filler, speck)
}


@cache
def _kept() -> frozenset[str]:
    return frozenset(table("noise")["kept"])
