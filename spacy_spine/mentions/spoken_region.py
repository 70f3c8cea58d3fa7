"""Which of several regions a report speaks of at a place."""

from ..anatomy import Region, Regions
from .column import Column
from .context import RegionContext
from .reader import read_items
from .tokens import tokenize


def region_at(text: str, offset: int, region: str | Region | Regions) -> Region | None:
    """The region that a text speaks of at a character.

    text (str): The report.
    offset (int): A character of it.
    region (str | Region | Regions): What a pipeline reads.
    RETURNS (Region | None): By the nearest heading or lettered mention up to the character, None where there is
        none. Where only one region is read, that one.
    """
    return region_context(text, region).at(offset)


def region_context(text: str, region: str | Region | Regions) -> RegionContext:
    """The context of a whole text, its lettered mentions included, to ask about many places.

    text (str): The report.
    region (str | Region | Regions): What a pipeline reads.
    RETURNS (RegionContext): With a method `at(offset)`.
    """
    column = Column.of(region)
    context = RegionContext(text, column.regions)
    if len(column.regions) > 1:
        read_items(text, tokenize(text, column), column, context)
    return context
