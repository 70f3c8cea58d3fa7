"""What printing and scanning do to the lines of a report: other line ends, hyphens, page breaks."""

import random
import re

from ...pipeline.sentences.boundaries import sentence_starts
from ..report import AnnotatedReport
from .draft import Edit
from .tables import table

WIDTHS = (58, 90)
HYPHENATED = 0.25
MIN_HALF = 4
SPACE = re.compile(r"(?<=\S)[ ](?=\S)")
WORD = re.compile(r"[A-Za-z]+")
# Shorter lines are items, headings and tables, which no printer breaks.
PROSE = 120
BLANK_LINES = re.compile(r"\n[ \t]*\n+")


def wrap(report: AnnotatedReport, rng: random.Random) -> list[Edit]:
    """Break the long lines of a report at a width, some words by a hyphen.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    RETURNS (list[Edit]): Line ends instead of spaces inside of sentences. None next to a mention, where a line that
        begins with a level would open an item, and none where a table's columns may be.
    """
    width = rng.randint(*WIDTHS)
    edits: list[Edit] = []
    line_start = 0
    for line in report.text.splitlines(keepends=True):
        begin, length = line_start, len(line.rstrip())
        line_start += len(line)
        if length < PROSE or "  " in line.strip() or "|" in line or "\t" in line:
            continue
        starts = set(sentence_starts(line))
        last = 0
        for match in SPACE.finditer(line, 0, length):
            at = match.start()
            if at - last < width or match.end() in starts or _near_mention(report, begin + at):
                continue
            edits.append(_line_end(line, begin, at, rng))
            last = at
    return edits


def page(report: AnnotatedReport, rng: random.Random) -> list[Edit]:
    """A page break between two paragraphs.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    RETURNS (list[Edit]): One, or none for a report of one paragraph.
    """
    places = list(BLANK_LINES.finditer(report.text.rstrip()))
    if not places:
        return []
    place = rng.choice(places)
    return [Edit(place.start(), place.end(), rng.choice(table("noise")["page"]))]


def _line_end(line: str, begin: int, at: int, rng: random.Random) -> Edit:
    """A line end for the space at a character of the line, or inside the word after it."""
    word = WORD.match(line, at + 1)
    chance, place = rng.random(), rng.random()
    if word and chance < HYPHENATED and len(word[0]) >= 2 * MIN_HALF + 1:
        cut = word.start() + MIN_HALF + int(place * (len(word[0]) - 2 * MIN_HALF))
        return Edit(begin + cut, begin + cut, "-\n")
    return Edit(begin + at, begin + at + 1, "\n")


def _near_mention(report: AnnotatedReport, at: int) -> bool:
    return any(one.start - 12 <= at <= one.end + 2 for one in report.locations)
