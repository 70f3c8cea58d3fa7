"""The vertebral column in which a region lies: which vertebra a letter and a number name, and what is next to it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..anatomy import Region, Regions, get_regions
from .lexicon import table

VERTEBRA = re.compile(r"([A-Za-z]+)(\d+)")


@dataclass(frozen=True)
class Column:
    """All vertebrae from the neck to the sacrum, with those of the regions in their places.

    regions (Regions): What a pipeline reads.
    vertebrae (tuple[tuple[str, int], ...]): Letter and number, cranial to caudal. A position in it is how the
        other modules name a vertebra.
    positions (dict): Position of each (letter, number).
    letters (dict[str, str]): Upper-case spellings of each letter, aliases included.
    names (dict[int, str]): Motion segments of the regions by the position of their upper vertebra.
    """

    regions: Regions
    vertebrae: tuple[tuple[str, int], ...]
    positions: dict[tuple[str, int], int]
    letters: dict[str, str]
    names: dict[int, str]

    @classmethod
    def of(cls, region: str | Region | Regions) -> "Column":
        """The column of a region, of several, or of a registered name such as "lumbar".

        RAISES (AnatomyError): Where the name is not registered.
        """
        return _column(get_regions(region) if isinstance(region, str) else Regions.of(region))

    def between(self, top: int, bottom: int) -> tuple[str, ...]:
        """Motion segments of the regions from one vertebra down to another, by position."""
        return tuple(self.names[upper] for upper in range(top, bottom) if upper in self.names)

    def follow(self, upper: int, number: int) -> int | None:
        """The vertebra meant by a number without a letter after another one: "L4-5", "L5-1", "C7/6", "C3-7".

        upper (int): Position of the vertebra before it.
        number (int): The number.
        RETURNS (int | None): Position, or None where no vertebra is natural.
        """
        same = self.positions.get((self.vertebrae[upper][0], number))
        if same is not None and same >= upper - 1:
            return same
        below = upper + 1
        return below if below < len(self.vertebrae) and self.vertebrae[below][1] == number else None

    def bare(self, first: int, second: int, region: Region) -> int | None:
        """The upper vertebra of the only motion segment of a region with these two numbers, or None."""
        found = [
            position
            for position, name in self.names.items()
            if name in region.motion_segments
            and (self.vertebrae[position][1], self.vertebrae[position + 1][1]) == (first, second)
        ]
        return found[0] if len(found) == 1 else None


@lru_cache(maxsize=32)
def _column(regions: Regions) -> Column:
    order = [(letter, n) for letter, last in table("lexicon", "column").items() for n in range(1, last + 1)]
    letters = dict(table("lexicon", "letters"))
    for region in regions:
        place = len(order) - 1
        named = [match for vertebra in region.vertebrae if (match := VERTEBRA.fullmatch(vertebra))]
        for match in named:
            vertebra = match[1].upper(), int(match[2])
            if vertebra not in order:
                order.insert(place + 1, vertebra)
            place = order.index(vertebra)
        letters.update({alias.upper(): letter.upper() for alias, letter in region.letters.items()})
    letters.update({letter: letter for letter, _ in order})
    positions = {vertebra: position for position, vertebra in enumerate(order)}
    names = {
        positions[upper[1].upper(), int(upper[2])]: segment
        for segment in regions.motion_segments
        if (upper := VERTEBRA.match(segment))
    }
    return Column(regions, tuple(order), positions, letters, names)
