"""Spellings of motion segments: a plain one in the manner of a report, and any one that the normalizer reads."""

import random
import re
from collections.abc import Sequence
from functools import lru_cache

from ...anatomy import Region, Regions
from ...mentions import normalize
from ...mentions.column import Column
from ..report import AnnotatedReport
from .tables import table
from .vertebrae import NUMBER_WORDS, move_mention

# Only mentions of these characters have another spelling that fits into their sentence; "L4 on L5" has not.
PLAIN = re.compile(r"[A-Za-z\d\s/–_-]+")
NOUN = re.compile(r"(?i)disc|disk|space|level|junction|\b(?:on|over|upon|and|or)\b")
SHORT = re.compile(r"([A-Za-z])\d{1,2}\s?[-/–]\s?\d")
FULL = re.compile(r"([A-Za-z])\d{1,2}\s?[-/–]\s?\1\d")
SEPARATOR = re.compile(r"\d\s?([-/–])\s?[A-Za-z]?\d")


def moved_spelling(
    report: AnnotatedReport, mention: str, segments: Sequence[str], steps: int, region: Region
) -> str | None:
    """A mention some levels further down, in its own spelling, else in a plain one in the manner of the report.

    report (AnnotatedReport): Where it stands.
    mention (str): As written.
    segments (Sequence[str]): What it stands for.
    steps (int): Levels; negative for up.
    region (Region): Of the segments.
    RETURNS (str | None): What the normalizer reads as those segments, None where there is no such spelling.
    """
    names = moved_names(segments, steps, region)
    if not names:
        return None
    column = Column.of(Regions.of(region))
    own = move_mention(mention, segments, steps, region, column, writes_short(report))
    if own and normalize(own, region) == names:
        return own
    if not any(sign.isdigit() for sign in mention):
        return None  # "lumbosacral junction", "lower three levels"
    if NOUN.search(mention) or len(names) > 1:
        return None
    plain = _plain(report, names[0])
    return plain if normalize(plain, region) == names else None


def moved_names(segments: Sequence[str], steps: int, region: Region) -> tuple[str, ...]:
    """Motion segments some levels further down; empty where one leaves the region."""
    order = region.motion_segments
    places = [order.index(name) + steps for name in segments]
    inside = all(0 <= place < len(order) for place in places)
    return tuple(order[place] for place in places) if inside else ()


def writes_short(report: AnnotatedReport) -> bool:
    """Whether most mentions of a report are like "L4-5" rather than "L4-L5"."""
    mentions = [report.text[one.start : one.end] for one in report.locations]
    short = sum(SHORT.match(mention) is not None for mention in mentions)
    # "L5-S1" says nothing: it has two letters in either manner.
    return short >= sum(FULL.match(mention) is not None for mention in mentions)


def other_spelling(mention: str, segments: Sequence[str], region: Region, form: str) -> str | None:
    """A mention in another form.

    mention (str): As written.
    segments (Sequence[str]): What it stands for: one segment, or several below each other.
    region (Region): Of the segments.
    form (str): One of `forms`.
    RETURNS (str | None): What the normalizer reads as those segments; None where the mention is a phrase that
        another spelling does not replace, or the form is none for them.
    """
    if not PLAIN.fullmatch(mention) or NOUN.search(mention) or not any(sign.isdigit() for sign in mention):
        return None
    order = region.motion_segments
    first = order.index(segments[0])
    if tuple(order[first : first + len(segments)]) != tuple(segments):
        return None
    values = _values(segments[0], segments[-1])
    if len(segments) > 1:
        values |= {"first": segments[0], "last": segments[-1]}
    spelt = form.format(**values)
    return spelt if normalize(spelt, region) == tuple(segments) else None


def draw_form(rng: random.Random, kind: str) -> str:
    """A form of spelling by chance.

    rng (Random): Source of chance.
    kind (str): "single" or "range".
    """
    forms, weights = _forms(kind)
    return rng.choices(forms, weights)[0]


@lru_cache(maxsize=8)
def _forms(kind: str) -> tuple[list[str], list[float]]:
    rows = table("spellings")[kind]
    return [row["form"] for row in rows], [row["weight"] for row in rows]


@lru_cache(maxsize=256)
def _values_of(upper: str, lower: str) -> tuple[tuple[str, str], ...]:
    A, B = upper.rstrip("0123456789"), lower.rstrip("0123456789")
    u, low = upper[len(A) :], lower[len(B) :]
    short = low if A == B else lower
    words = {"v": NUMBER_WORDS.get(int(u), u), "w": NUMBER_WORDS.get(int(low), low)}
    if A != B:
        words["w"] = f"{B} {words['w']}"
    plain = {"U": upper, "L": lower, "A": A, "a": A.lower(), "u": u, "l": low, "n": short, "k": short.lower()}
    return tuple((plain | words).items())


def _values(first: str, last: str) -> dict[str, str]:
    return dict(_values_of(first.split("-")[0], last.split("-")[1]))


def _plain(report: AnnotatedReport, name: str) -> str:
    values = _values(name, name)
    signs = [match[1] for match in SEPARATOR.finditer(report.text)]
    sign = max(sorted(set(signs)), key=signs.count) if signs else "-"
    return f"{values['U']}{sign}{values['n'] if writes_short(report) else values['L']}"
