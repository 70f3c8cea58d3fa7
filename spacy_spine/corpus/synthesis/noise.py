"""The noise channel: reports as scanners, typists and dictation leave them, with gold offsets moved along."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping

from ...errors import ConfigError
from ..report import AnnotatedReport, regions_named
from .draft import Draft, Edit
from .mentions import damaged_mention
from .pages import page, wrap
from .repair import repaired
from .tables import table
from .words import WORD_DAMAGES, is_kept

MIXED = "mixed"
WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2,}(?:-[a-z]+)?(?![A-Za-z0-9])")
LAYOUT = {"wrap": wrap, "page": page}


def channels() -> tuple[str, ...]:
    """Names of the channels, and "mixed" for one of them by chance."""
    return (*table("noise")["channels"], MIXED)


def noise(
    reports: Iterable[AnnotatedReport], strength: float, seed: int = 0, *, channel: str = MIXED, unreadable: float = 0.0
) -> Iterator[AnnotatedReport]:
    """Damage reports, e.g. an evaluation set for a figure of accuracy over strength.

    reports (Iterable[AnnotatedReport]): The reports.
    strength (float): From 0, which changes nothing, to 1. What is damaged at a lower strength is
        damaged at a higher one too.
    seed (int): With it and the report's id, all chance is settled; the order of the reports does not matter.
    channel (str): One of `channels`.
    unreadable (float): Share of the damaged mentions that may be ones the normalizer no longer reads.
    YIELDS (AnnotatedReport): The same id and labels, with moved locations.
    RAISES (ConfigError): For an unknown channel, or a strength or share that is not between 0 and 1.
    """
    check_noise(strength, channel, unreadable)
    for report in reports:
        rng = random.Random(f"{seed}\n{report.id}")
        yield damage(report, rng, strength, channel=channel, unreadable=unreadable, repair=False)


def damage(
    report: AnnotatedReport,
    rng: random.Random,
    strength: float,
    *,
    channel: str = MIXED,
    unreadable: float = 0.0,
    repair: bool = True,
) -> AnnotatedReport:
    """One report with noise.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    strength (float): From 0 to 1.
    channel (str): One of `channels`.
    unreadable (float): Share of the damaged mentions that may be ones the normalizer no longer reads.
    repair (bool): Whether to take back what makes the rules misread a level or place a sentence otherwise: for
        training, where they choose what the classifier reads. Not for measuring, which they must not embellish.
    RETURNS (AnnotatedReport): Words that a grade hangs on stay recognisable, numbers stay as they are, and mentions
        stand for the same levels as before.
    RAISES (ConfigError): See `noise`.
    """
    check_noise(strength, channel, unreadable)
    mixture: Mapping[str, float] = table("noise")["mixture"]
    drawn = rng.choices(list(mixture), list(mixture.values()))[0]
    name = drawn if channel == MIXED else channel
    rates = table("noise")["channels"][name]
    edits, free = _mention_edits(report, rng, strength * rates["mentions"], name, unreadable)
    edits += _word_edits(report, rng, strength, rates["words"])
    for layout, rate in rates["layout"].items():
        chance, seed = rng.random(), rng.random()
        if chance < strength * rate:
            edits += LAYOUT[layout](report, random.Random(seed))
    edits = _without_overlaps(edits)
    return repaired(report, edits, free) if repair else Draft(report, edits).finish()


def check_noise(strength: float, channel: str = MIXED, unreadable: float = 0.0) -> None:
    """Refuse what is no noise.

    RAISES (ConfigError): See `noise`.
    """
    if channel not in channels():
        raise ConfigError(f"Unknown channel of noise '{channel}'; there are {', '.join(channels())}.")
    for what, value in (("strength of the noise", strength), ("share of unreadable mentions", unreadable)):
        if not 0 <= value <= 1:
            raise ConfigError(f"The {what} must be between 0 and 1, got {value:g}.")


def _word_edits(report: AnnotatedReport, rng: random.Random, strength: float, rates: Mapping[str, float]) -> list[Edit]:
    edits = []
    for match in WORD.finditer(report.text):
        # All is drawn before it is decided, so that a word's fate does not hang on the strength of those before it.
        chance, seed = rng.random(), rng.random()
        if any(one.start < match.end() and match.start() < one.end for one in report.locations):
            continue
        for name, rate in rates.items():
            if chance < rate:
                hit = chance < strength * rate
                edit = _word_edit(report.text, match, name, random.Random(seed)) if hit else None
                edits += [edit] if edit else []
                break
            chance -= rate
    return edits


def _word_edit(text: str, match: re.Match[str], name: str, rng: random.Random) -> Edit | None:
    start, end = match.span()
    if name == "comma":
        return Edit(end, end + 1, "") if text.startswith(", ", end) else None
    if name == "join":
        joins = text.startswith(" ", end) and text[end + 1 : end + 2].isalpha() and not is_kept(match[0])
        follower = WORD.match(text, end + 1)
        return Edit(end, end + 1, "") if joins and follower and not is_kept(follower[0]) else None
    if name in ("gap", "filler", "speck") and _touches_number(text, start, end):
        return None
    damaged = WORD_DAMAGES[name](match[0], rng)
    if damaged is None or damaged == match[0] or (is_kept(damaged) and name != "case"):
        return None
    return Edit(start, end, damaged)


def _touches_number(text: str, start: int, end: int) -> bool:
    """Whether a number stands next to the word: "7 mm" must stay a measure."""
    return text[max(0, start - 2) : start].strip().isdigit() or text[end : end + 2].strip().isdigit()


def _mention_edits(
    report: AnnotatedReport, rng: random.Random, rate: float, channel: str, unreadable: float
) -> tuple[list[Edit], set[int]]:
    """Edits of mentions, and the starts of those that need not be read."""
    regions, edits, free = regions_named(report.region), [], set()
    for location in report.locations:
        chance, share, seed = rng.random(), rng.random(), rng.random()
        if chance >= rate:
            continue
        mention = report.text[location.start : location.end]
        lost = share < unreadable
        names = location.motion_segments
        damaged = damaged_mention(mention, names, regions, channel, random.Random(seed), unreadable=lost)
        if damaged:
            edits.append(Edit(location.start, location.end, damaged))
            free |= {location.start} if lost else set()
    return edits, free


def _without_overlaps(edits: list[Edit]) -> list[Edit]:
    """Damages that come first stay; a mention's comes before those of words."""
    kept: list[Edit] = []
    taken: set[int] = set()
    for edit in edits:
        span = range(edit.start, max(edit.end, edit.start + 1))
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(edit)
    return kept
