"""The operations `scan`, `typos` and `dictation`: one channel of noise each, at the strength that is asked for."""

import random

from ..report import AnnotatedReport
from .noise import damage
from .pool import Pool

# Share of damaged mentions that a scanner leaves to the model: the normalizer no longer reads them.
UNREADABLE = 0.05


def scan(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """A report as a scanner reads it: letters that look alike, gaps, specks, line ends and page breaks.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    pool (Pool): For the strength.
    RETURNS (AnnotatedReport | None): None where nothing was damaged.
    """
    return _damaged(report, rng, pool, "scan")


def typos(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """A report as a hasty typist leaves it: neighbouring keys, swapped, omitted and doubled letters."""
    return _damaged(report, rng, pool, "typist")


def dictation(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """A report as voice recognition writes it: words that sound alike, fillers, lost commas."""
    return _damaged(report, rng, pool, "dictation")


def _damaged(report: AnnotatedReport, rng: random.Random, pool: Pool, channel: str) -> AnnotatedReport | None:
    damaged = damage(report, rng, pool.strength, channel=channel, unreadable=UNREADABLE)
    return damaged if damaged.text != report.text else None
