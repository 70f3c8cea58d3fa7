"""Phrases that name motion segments without a number of their own: junctions and "the lower three levels"."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ..anatomy import Region, Regions
from .lexicon import table, words
from .mention import Mention

# How far before a bare count the discs or levels may be spoken of.
MAX_DISTANCE = 120


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a text.

    start, end (int): Its characters.
    motion_segments (tuple[str, ...]): What it stands for by itself, empty where its region must be known.
    count (int): How many segments it counts, from the bottom where negative.
    region (Region | None): The region it names.
    named (bool): Whether it says what it counts; "the upper three" does not.
    """

    start: int
    end: int
    motion_segments: tuple[str, ...]
    count: int = 0
    region: Region | None = None
    named: bool = True

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
        name = _stem(match[0])
        for region in regions:
            for junction, segment in region.junctions.items():
                if _stem(junction) == name and segment in region.motion_segments:
                    found.append(Phrase(match.start(), match.end(), (segment,)))
    headings = {heading: region for region in regions for heading in region.headings}
    for match in counted.finditer(text):
        end = (match["a"] or match["b"]).lower()
        number = (match["n"] or match["m"]).lower()
        count = int(number) if number.isdecimal() else table("lexicon", "numbers")[number]
        named = headings.get((match["region"] or "").lower().strip())
        if count:
            signed = -count if end in table("lexicon", "bottom") else count
            found.append(Phrase(match.start(), match.end(), (), signed, named, bool(match["noun"])))
    return found


def counts_levels(phrase: Phrase, text: str, mentions: list[Mention], strict: bool) -> bool:
    """Whether a phrase counts levels of the region, where it does not say what it counts: "the upper three are dry".

    phrase (Phrase): The phrase.
    text (str): The text.
    mentions (list[Mention]): The levels named in it. Soon after one, "the last two" are two of those named.
    strict (bool): Whether it is running text, where discs or levels must be spoken of before.
    RETURNS (bool): Whether it does.
    """
    if phrase.named:
        return True
    begin = max(0, phrase.start - MAX_DISTANCE)
    levels, closing = _surroundings()
    if not closing.match(text, phrase.end) or any(begin < m.end and m.start < phrase.start for m in mentions):
        return False
    return not strict or bool(levels.search(text, begin, phrase.start))


def _stem(junction: str) -> str:
    """A junction's name without its noun: the lumbosacral disc is the one at the lumbosacral junction."""
    name = re.sub(r"[\s-]+", " ", junction.lower())
    stem, _, noun = name.rpartition(" ")
    return stem if noun in table("lexicon", "junction") else name


@lru_cache(maxsize=32)
def _patterns(regions: Regions) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
    junctions = _junctions([name for region in regions for name in region.junctions])
    ends, numbers = _any(words("bottom", "top")), rf"{_any(words('numbers'))}|[1-9]"
    headings = _any(frozenset(heading for region in regions for heading in region.headings))
    rest = rf"(?:(?:{_any(words('remaining'))})\s{{1,3}})?"
    count = rf"(?P<a>{ends})\s{{1,3}}(?P<n>{numbers})|(?P<m>{numbers})\s{{1,3}}{rest}(?P<b>{ends})"
    named = rf"(?P<region>(?:{headings or '(?!)'})\s{{1,3}})?(?:(?:{_any(words('levels_openers'))})\s{{1,3}})?"
    counted = re.compile(
        rf"\b(?:the\s{{1,3}})?(?:{count})\b(?:\s{{1,3}}{named}(?P<noun>(?:{_any(words('levels'))})\b))?",
        re.I,
    )
    return junctions, counted


def _junctions(names: list[str]) -> re.Pattern[str] | None:
    nouns, diseases = _any(words("junction")), _any(words("junction_diseases"))
    spelled = set()
    for name in names:
        *stem, noun = map(re.escape, re.split(r"[\s-]+", name))
        any_noun = rf"(?:{nouns})(?!\s{{1,3}}(?:{diseases})\b)" if noun.lower() in words("junction") else noun
        spelled.add(r"[\s-]{1,3}".join([*stem, any_noun]))
    return re.compile(rf"\b(?:{'|'.join(sorted(spelled))})\b", re.I) if names else None


@cache
def _surroundings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What must stand before and right after a count of nothing in particular."""
    plural = _any(frozenset(word for word in words("levels") if word.endswith("s")))
    return re.compile(rf"\b(?:{plural})\b", re.I), re.compile(rf"\s*(?:$|[.,;:)]|(?:{_any(words('verbs'))})\b)", re.I)


def _any(group: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(group, key=lambda word: (-len(word), word)))
