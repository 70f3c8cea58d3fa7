"""What scanners and typists make of a mention of a level."""

import random
from collections.abc import Sequence

from ...anatomy import Regions
from ...mentions import normalize
from ...mentions.lexicon import table

TRIES = 6
SMUDGES = "?*%^;"
SEPARATORS = "-/–_—~."


def damaged_mention(
    mention: str, segments: Sequence[str], regions: Regions, channel: str, rng: random.Random, *, unreadable: bool
) -> str | None:
    """A mention with one damage.

    mention (str): As written.
    segments (Sequence[str]): What it stands for.
    regions (Regions): Of the report.
    channel (str): "scan", "typist" or "dictation".
    rng (Random): Source of chance.
    unreadable (bool): Whether it may be one that the normalizer no longer reads; never one that it reads otherwise.
    RETURNS (str | None): None where no damage was found that leaves it the same levels.
    """
    damages = UNREADABLE if unreadable else SCAN if channel == "scan" else TYPIST
    owner = regions.region_of(segments[0])
    for _ in range(TRIES):
        damaged = rng.choice(damages)(mention, rng)
        if damaged is None or damaged == mention or damaged != damaged.strip():
            continue
        read = normalize(damaged, owner) if owner else ()
        if read == tuple(segments) or (unreadable and not read):
            return damaged
    return None


def _shape(mention: str, rng: random.Random) -> str | None:
    """A letter or digit as a scanner reads it, by the normalizer's own table of confusions."""
    tables = [*table("confusions", "letters").items(), *table("confusions", "digits").items()]
    found = [
        (at, alike) for at, sign in enumerate(mention) for old, alikes in tables if sign == old for alike in alikes
    ]
    if not found:
        return None
    at, alike = rng.choice(found)
    return mention[:at] + alike + mention[at + 1 :]


def _separator(mention: str, rng: random.Random) -> str | None:
    places = [at for at, sign in enumerate(mention) if sign in SEPARATORS]
    if not places:
        return None
    at = rng.choice(places)
    return mention[:at] + rng.choice(SEPARATORS) + mention[at + 1 :]


def _spaced(mention: str, rng: random.Random) -> str | None:
    places = [at for at, sign in enumerate(mention) if at and (sign in SEPARATORS or mention[at - 1] in SEPARATORS)]
    places += [at for at in range(1, len(mention)) if mention[at].isdigit() and mention[at - 1].isalpha()]
    if not places:
        return None
    at = rng.choice(places)
    return f"{mention[:at]} {mention[at:]}"


def _broken(mention: str, rng: random.Random) -> str | None:
    places = [at + 1 for at, sign in enumerate(mention[:-1]) if sign in "-/–"]
    if not places:
        return None
    at = rng.choice(places)
    return f"{mention[:at]}\n{mention[at:]}"


def _closed(mention: str, rng: random.Random) -> str | None:
    """The separator or the spaces lost: "L45"."""
    return "".join(sign for sign in mention if sign not in SEPARATORS and not sign.isspace())


def _lower(mention: str, rng: random.Random) -> str | None:
    return mention.lower()


def _smudged(mention: str, rng: random.Random) -> str | None:
    """A letter or digit that nobody can read; what it was shows from the order of the list."""
    places = [at for at, sign in enumerate(mention) if sign.isalnum()]
    if len(places) < 2:
        return None
    at = rng.choice(places)
    return mention[:at] + rng.choice(SMUDGES) + mention[at + 1 :]


SCAN = (_shape, _shape, _shape, _spaced, _broken, _separator)
UNREADABLE = (_smudged, _shape)
TYPIST = (_closed, _spaced, _separator, _lower)
