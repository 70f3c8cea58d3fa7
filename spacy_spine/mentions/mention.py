"""A mention of motion segments."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that names one or more motion segments.

    start, end (int): Characters of the text.
    motion_segments (tuple[str, ...]): What it stands for, cranial to caudal.
    """

    start: int
    end: int
    motion_segments: tuple[str, ...]
