"""What a report speaks of as its sentences are read one after the other."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from ...anatomy import Region, Regions
from ...mentions.lexicon import table
from . import patterns as p
from .sentence import Location, Sentence

HISTORY_LENGTH = 12
MAX_TITLE = 60


@dataclass
class Focus:
    """The segments that the next sentence may go on about.

    regions (Regions): What the pipeline reads.
    everything_named (frozenset[str]): All segments that the report names anywhere.
    current (tuple[str, ...]): The segments spoken of; empty after a heading or a statement about something else.
    last (tuple[str, ...]): The segments last named, which "at this level" means even then.
    history (list[tuple[str, ...]]): The mentions before, the latest last, for "the former", "both".
    item (bool): Whether a line or paragraph opened with the current segments.
    bare (bool): Whether that line held nothing but their name.
    marked (bool): Whether that line began with a bullet or number.
    indent (int): White space before that line.
    background (bool): Whether the section tells history, technique or comparison: up to the next heading, item or
        blank line.
    background_line (bool): Whether that is said in a line ("History: fall."), which the next line's findings end.
    after_heading (bool): Whether the sentence before was a heading.
    foreign (bool): Whether the text speaks of a part of the spine that the pipeline does not read.
    region (str | None): Name of the region of the segments last named.
    """

    regions: Regions
    everything_named: frozenset[str] = frozenset()
    current: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    history: list[tuple[str, ...]] = field(default_factory=list)
    item: bool = False
    bare: bool = False
    marked: bool = False
    indent: int = 0
    background: bool = False
    background_line: bool = False
    after_heading: bool = False
    foreign: bool = False
    region: str | None = None

    def enter(self, sentence: Sentence) -> None:
        """Let go of what a sentence does not go on about, before it is placed."""
        if sentence.region is not None and self.region is not None and sentence.region != self.region:
            self.current = self.last = ()
            self.history.clear()
        self.region = sentence.region or self.region
        if sentence.locations:
            self.foreign = False
        else:
            self._turn(sentence)
        if self.background and (
            sentence.opens
            or (sentence.begins_paragraph and not self.after_heading)
            or (self.background_line and sentence.begins_line and sentence.locations and sentence.about_finding)
        ):
            self.background = False
        self.after_heading = sentence.heading
        if p.BACKGROUND_LEAD.match(sentence.head) and sentence.begins_line:
            self.background, self.current = True, ()
            self.background_line = not sentence.text.endswith(":")
        elif sentence.heading:
            self._enter_heading(sentence)
        elif sentence.question:
            self.current = ()
        elif not sentence.locations and not self.goes_on(sentence):
            self.current = ()

    def leave(self, sentence: Sentence, placed: dict[str, str]) -> None:
        """Remember what a sentence was about, after it has been placed."""
        if not sentence.locations:
            # A reference moves the focus; a collective statement ends it unless it opened an item itself.
            moved = tuple(placed)
            if moved and moved != self.current and not sentence.heading:
                referred = not {"collective", "heading"}.intersection(placed.values())
                self.current = moved if referred or sentence.text.endswith(":") else ()
                self.item = self.bare = False
            return
        if self.bare and self.current and not sentence.leads and set(sentence.named) <= set(self.current):
            return  # "L3-4, L4-5:" over "Bulges, larger at L4-5, …": the heading stays
        topic = topic_of(sentence)
        if not sentence.about_something_else or not p.CONUS.search(sentence.head):
            self.last = topic
            self.history += [location.motion_segments for location in sentence.locations]
            del self.history[:-HISTORY_LENGTH]
        self.region = sentence.region or self.region
        self.item, self.bare, self.marked = sentence.opens, sentence.bare, sentence.marked
        self.indent = sentence.indent
        gone = self.background or (sentence.about_something_else and p.CONUS.search(sentence.head) is not None)
        if sentence.about_something_else and not sentence.leads:
            gone = gone or p.GRADED.search(sentence.head) is None
        self.current = () if gone else topic

    def goes_on(self, sentence: Sentence) -> bool:
        """Whether a sentence that names no segment can be about the current ones."""
        if not self.current or self.background or sentence.about_something_else:
            return False
        pronoun = p.PRONOUN.match(sentence.head) is not None
        if not sentence.begins_line:
            return p.OVERALL.match(sentence.head) is None
        if sentence.begins_paragraph and not self.bare:
            return False
        if sentence.marked and not (sentence.indent > self.indent or (self.item and not self.marked)):
            return False
        if self.bare:
            return True
        return pronoun or (
            sentence.about_finding and p.GLOBAL.match(sentence.head) is None and p.OVERALL.match(sentence.head) is None
        )

    def region_spoken_of(self, sentence: Sentence) -> Region | None:
        """The region that a collective statement covers."""
        spoken = [region for region in self.regions if _announced(region, sentence.head)]
        if len(spoken) == 1:
            return spoken[0]
        if not spoken and (p.SPINE_WORDS.search(sentence.head) or p.NECK.search(sentence.head)):
            return None
        if self.foreign:
            return None
        if len(self.regions) == 1:
            return self.regions.parts[0]
        return next((region for region in self.regions if region.name == self.region), None)

    def _enter_heading(self, sentence: Sentence) -> None:
        background = p.BACKGROUND_HEADING.search(sentence.head) is not None
        finding = p.FINDING_HEADING.search(sentence.head) is not None
        if not (self.bare and finding and not sentence.begins_paragraph):
            self.current = ()
        self.background, self.background_line = background and not finding, False

    def _turn(self, sentence: Sentence) -> None:
        """Note whether a sentence is about another part of the spine than the pipeline reads."""
        if p.ANY_LEVEL.match(sentence.text[:40].lstrip(" \t-*•([")):
            self.current = self.last = ()
        if sentence.heading or (sentence.begins_line and len(sentence.text) < MAX_TITLE):
            own = any(_announced(region, sentence.head) for region in self.regions)
            if own or p.SPINE_WORDS.search(sentence.head) or p.NECK.search(sentence.head):
                self.foreign = not own
            if self.foreign:
                self.current = self.last = ()


def topic_of(sentence: Sentence) -> tuple[str, ...]:
    """The segments that the next sentence would go on about.

    sentence (Sentence): One that names segments.
    RETURNS (tuple[str, ...]): Those it opens with; else all but those it only compares with.
    """
    locations = list(sentence.locations)
    if sentence.leads:
        locations = opening_list(sentence)
    kept = [loc for loc in locations if not p.COMPARED.search(sentence.text[max(0, loc.start - 40) : loc.start])]
    return tuple(dict.fromkeys(name for location in kept or locations for name in location.motion_segments))


def opening_list(sentence: Sentence) -> list[Location]:
    """The locations at the head of a sentence that only commas and the like part: "L3-4 and L4-5: …"."""
    first, *others = sentence.locations
    found = [first]
    for location in others:
        if not p.LIST_JOINT.match(sentence.text[found[-1].end : location.start]):
            break
        found.append(location)
    return found


def _announced(region: Region, text: str) -> bool:
    """Whether a text in small letters names a region, as a heading, "the other lumbar discs" or "in the neck" does."""
    return bool(region.headings) and _headings(region.headings, region.vertebrae[0]).search(text) is not None


@lru_cache(maxsize=32)
def _headings(headings: tuple[str, ...], vertebra: str) -> re.Pattern[str]:
    # "All other C levels": the letter stands for the region.
    letter = rf"{re.escape(vertebra[0].lower())}(?=\s+(?:levels?|dis[ck]s?|segments?)\b)"
    aliases = (alias for alias, heading in table("lexicon", "heading_aliases").items() if heading in headings)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, (*headings, *aliases)))}|{letter})(?!\w)")
