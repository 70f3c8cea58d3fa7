"""Phrases that name motion segments without a number of their own: junctions and "the lower three levels"."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..anatomy import Region, Regions
from .lexicon import table, words


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a text.

    start, end (int): Its characters.
    motion_segments (tuple[str, ...]): What it stands for by itself, empty where its region must be known.
    count (int): How many segments it counts, from the bottom where negative.
    region (Region | None): The region it names.
    """

    start: int
    end: int
    motion_segments: tuple[str, ...]
    count: int = 0
    region: Region | None = None

    def resolve(self, region: Region | None) -> tuple[str, ...]:
        """What it stands for in a region."""
        region = self.region or region
        if self.motion_segments or region is None:
            return self.motion_segments
        segments = region.motion_segments
        if abs(self.count) > len(segments):
            return ()
        return segments[self.count :] if self.count < 0 else segments[: self.count]


def find_phrases(text: str, regions: Regions) -> list[Phrase]:
    """All junctions and counted levels of a text, in no order."""
    junctions, counted = _patterns(regions)
    found = []
    for match in junctions.finditer(text) if junctions else ():
        name = _plain(match[0])
        for region in regions:
            for junction, segment in region.junctions.items():
                if _plain(junction) == name and segment in region.motion_segments:
                    found.append(Phrase(match.start(), match.end(), (segment,)))
    headings = {heading: region for region in regions for heading in region.headings}
    for match in counted.finditer(text):
        end = (match["a"] or match["b"]).lower()
        number = (match["n"] or match["m"]).lower()
        count = int(number) if number.isdecimal() else table("lexicon", "numbers")[number]
        named = headings.get((match["region"] or "").lower().strip())
        if count:
            signed = -count if end in table("lexicon", "bottom") else count
            found.append(Phrase(match.start(), match.end(), (), signed, named))
    return found


def _plain(phrase: str) -> str:
    return re.sub(r"[\s-]+", " ", phrase.lower())


@lru_cache(maxsize=32)
def _patterns(regions: Regions) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
    names = [name for region in regions for name in region.junctions]
    spelled = (r"[\s-]{1,3}".join(map(re.escape, re.split(r"[\s-]+", name))) for name in names)
    junctions = re.compile(rf"\b(?:{'|'.join(spelled)})\b", re.I) if names else None
    ends, numbers = _any(words("bottom", "top")), rf"{_any(words('numbers'))}|[1-9]"
    headings = _any(frozenset(heading for region in regions for heading in region.headings))
    counted = re.compile(
        rf"\b(?:the\s{{1,3}})?(?:(?P<a>{ends})\s{{1,3}}(?P<n>{numbers})|(?P<m>{numbers})\s{{1,3}}(?P<b>{ends}))\s{{1,3}}"
        rf"(?P<region>(?:{headings or '(?!)'})\s{{1,3}})?(?:(?:{_any(words('levels_openers'))})\s{{1,3}})?"
        rf"(?:{_any(words('levels'))})\b",
        re.I,
    )
    return junctions, counted


def _any(group: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(group, key=lambda word: (-len(word), word)))
