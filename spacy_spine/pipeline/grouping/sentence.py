"""A sentence as the grouping rules see it: plain data, without spaCy."""

import re
from dataclasses import dataclass
from functools import cached_property

from ..sentences.patterns import HEADING_FILLERS, HEADINGS, PAGE_LINE
from . import patterns as p

MAX_HEADING_WORDS = 8
MAX_STOPPED_WORDS = 3
MAX_LENGTH = 2000
BROKEN_WORD = re.compile(r"(?<=[a-z])(-[^\S\n]*\n[^\S\n]*)([a-z]+)")


@dataclass(frozen=True)
class Location:
    """A mention of motion segments inside a sentence.

    start, end (int): Characters, counted from the beginning of the sentence.
    motion_segments (tuple[str, ...]): What it stands for.
    """

    start: int
    end: int
    motion_segments: tuple[str, ...]

    def moved(self, by: int) -> "Location":
        """The same, counted from another character."""
        return Location(self.start + by, self.end + by, self.motion_segments)


@dataclass(frozen=True)
class Sentence:
    """One sentence, with where it stands on the page.

    text (str): Its text, white space at the end left out.
    locations (tuple[Location, ...]): The motion segments that it names, in order.
    begins_line, begins_paragraph (bool): Whether a line break, or a blank line, stands before it.
    ends_line (bool): Whether a line break or the end of the text follows.
    indent (int): White space before it in its line.
    region (str | None): Name of the region spoken of, where that is known.
    """

    text: str
    locations: tuple[Location, ...] = ()
    begins_line: bool = True
    begins_paragraph: bool = True
    ends_line: bool = True
    indent: int = 0
    region: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The segments it names, each once, in order of mention."""
        return tuple(dict.fromkeys(name for location in self.locations for name in location.motion_segments))

    @cached_property
    def head(self) -> str:
        """What the patterns read: small letters, broken words joined, every character at its place; cut, as a sentence
        may be as long as a text.
        """
        text = self.text[:MAX_LENGTH]
        small = text.lower()
        if len(small) != len(text):
            small = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        return BROKEN_WORD.sub(_join, small) if "\n" in small else small

    @cached_property
    def marked(self) -> bool:
        """Whether it begins with a bullet or number."""
        return self.begins_line and p.MARKER.match(self.text) is not None

    @cached_property
    def opens(self) -> bool:
        """Whether it opens a line with a segment's name: "L4-5: …", "- At L4-5 …"."""
        return self.begins_line and self.leads

    @cached_property
    def leads(self) -> bool:
        """Whether its first words are a segment's name."""
        if not self.locations:
            return False
        start = self.locations[0].start
        return start <= 40 and p.OPENING.match(self.text[:start]) is not None

    @cached_property
    def bare(self) -> bool:
        """Whether it is a segment's name and nothing more: the heading of what follows."""
        if not self.opens:
            return False
        return (
            len(self.text) - self.locations[-1].end <= 20
            and p.BARE.match(self.text[self.locations[-1].end :]) is not None
        )

    @cached_property
    def heading(self) -> bool:
        """Whether it is a heading: it ends with a colon, or a line of its own holds only words that headings hold."""
        if self.locations or len(self.text) > 80 or not (self.begins_line or self.text.endswith(":")):
            return False
        words = re.findall(r"[a-z]+", self.text.lower())
        if not words or len(words) > MAX_HEADING_WORDS + 4 * self.text.endswith(":"):
            return False
        if self.text.rstrip().endswith(":"):
            return True
        # "Spinal cord. Compressed at …"
        stopped = self.text.rstrip()[-1] == "." and self.text[0].isupper() and len(words) <= MAX_STOPPED_WORDS
        stopped = stopped and (not self.ends_line or self.text.isupper())
        if not stopped and (not self.ends_line or self.text.rstrip()[-1] in ".!?;,"):
            return False
        known = all(word in HEADINGS or word in HEADING_FILLERS or word in TOPICS for word in words)
        return known and not self.marked

    @cached_property
    def question(self) -> bool:
        """Whether it asks what the sentences after it answer: "Is there canal stenosis?"."""
        return self.begins_line and not self.locations and self.text.endswith("?") and len(self.text) <= 80

    @cached_property
    def page_line(self) -> bool:
        """Whether it is a page's header or footer, which interrupts nothing."""
        return self.begins_line and not self.locations and PAGE_LINE.match(self.text) is not None

    @cached_property
    def about_something_else(self) -> bool:
        """Whether its subject is no part of a motion segment: conus, marrow, alignment, soft tissues, the patient."""
        if p.CORD_END.search(self.head):
            return True
        other, finding = p.ELSEWHERE.search(self.head), p.FINDING.search(self.head)
        return other is not None and (finding is None or other.start() <= finding.start())

    @cached_property
    def about_finding(self) -> bool:
        return p.FINDING.search(self.head) is not None


# Headings of one topic: "Discs", "Spinal canal", "Foramina".
TOPICS = frozenset(
    """disc discs disk disks canal canals foramina foramen nerve roots root cord spinal central other degenerative
    changes level levels vertebrae bones marrow alignment stenosis soft tissues conus paraspinal neural by whole with
    without contrast segment rt lt right left side r l mm grade ap
    sagittal diameter diameters myelon neuroforamina key size height width max axial disease herniation herniations
    protrusions bulges recess recesses lateral nerves""".split()
)


def _join(broken: re.Match[str]) -> str:
    return broken[2] + " " * len(broken[1])
