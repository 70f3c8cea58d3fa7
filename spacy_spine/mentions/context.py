"""Which region a text speaks of at a place, where a pipeline reads several."""

import re
from bisect import bisect_right
from functools import lru_cache

from ..anatomy import Region, Regions
from .lexicon import table

# A heading stands in a line of its own, or at the head of one, or before a colon.
MAX_TITLE = 80
MAX_WORDS_BEFORE = 2
LINE = re.compile(r"[^\r\n]+")
COLON = re.compile(r"[\w ]{0,20}:")


class RegionContext:
    """The headings of a text and what has been read of its lettered mentions so far.

    text (str): The text.
    regions (Regions): What a pipeline reads. With one region, that one is spoken of everywhere.
    """

    def __init__(self, text: str, regions: Regions) -> None:
        self.regions = regions
        self.places: list[int] = []
        self.marks: list[Region] = []
        if len(regions) > 1:
            for offset, region in _headings(text, regions):
                self.note(offset, region)

    def note(self, offset: int, region: Region) -> None:
        """Say that a text speaks of a region from a character on."""
        place = bisect_right(self.places, offset)
        self.places.insert(place, offset)
        self.marks.insert(place, region)

    def at(self, offset: int) -> Region | None:
        """The region spoken of at a character: the nearest heading or lettered mention before it, or None."""
        if len(self.regions) == 1:
            return self.regions.parts[0]
        place = bisect_right(self.places, offset)
        return self.marks[place - 1] if place else None


def _headings(text: str, regions: Regions) -> list[tuple[int, Region]]:
    """Headings that name one region, by offset. A title that names several says nothing."""
    pattern, owners = _pattern(regions)
    found: list[tuple[int, Region]] = []
    for line in LINE.finditer(text):
        hits = [(match, owners[match[1].lower()]) for match in pattern.finditer(text, line.start(), line.end())]
        one = len({region.name for _, region in hits}) == 1
        title = one and len(line[0]) <= MAX_TITLE and not line[0].rstrip().endswith(".")
        for match, region in hits:
            before = match.start() - line.start()
            heads = one and before <= MAX_TITLE and len(line[0][:before].split()) <= MAX_WORDS_BEFORE
            if title or heads or COLON.match(text, match.end(), line.end()):
                found.append((match.start(), region))
    return found


@lru_cache(maxsize=32)
def _pattern(regions: Regions) -> tuple[re.Pattern[str], dict[str, Region]]:
    owners = {heading.lower(): region for region in regions for heading in region.headings}
    for alias, heading in table("lexicon", "heading_aliases").items():
        if heading in owners:
            owners.setdefault(alias, owners[heading])
    longest = sorted(owners, key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest)) or '(?!)'})(?!\w)", re.I), owners
