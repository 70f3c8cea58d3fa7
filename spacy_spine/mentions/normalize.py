"""A mention → the motion segments that it stands for."""

from ..anatomy import Region, Regions
from .chains import TRUNCATED
from .column import Column
from .context import RegionContext
from .matcher import read_mentions
from .reader import read_items
from .tokens import Kind, tokenize

# No mention is longer; what is longer is a text, for find_mentions.
MAX_CHARS = 2000


def normalize(text: str, region: str | Region | Regions) -> tuple[str, ...]:
    """The motion segments that a mention stands for.

    text (str): The mention, in any spelling: "L4-5", "L45", "L3-4 through L5-S1", "lower three levels".
    region (str | Region | Regions): The region, regions, or a registered name such as "lumbar". Numbers without
        a letter are read in the one region; with several they stand for nothing.
    RETURNS (tuple[str, ...]): Cranial to caudal, each once; empty where the text is no mention, an impossible
        one, or one outside the region.
    RAISES (AnatomyError): Where the name is not registered.
    """
    column = Column.of(region)
    if len(text) > MAX_CHARS:
        return ()
    named = {name for mention in read_mentions(text, column, strict=False) for name in mention.motion_segments}
    return tuple(name for name in column.regions.motion_segments if name in named) or _cut_off(text, column)


def _cut_off(text: str, column: Column) -> tuple[str, ...]:
    """A mention that ends after its separator: "L5/" is L5-S1."""
    tokens = tokenize(text, column)
    items = read_items(text, tokens, column, RegionContext(text, column.regions))
    if len(items) != 1 or not items[0].piece.single or items[0].piece.cost > TRUNCATED or items[0].first:
        return ()
    rest = tokens[items[0].last + 1 :]
    if len(rest) != 1 or rest[0].kind is not Kind.SEPARATOR or rest[0].text == ".":
        return ()
    return column.between(items[0].piece.top, items[0].piece.top + 1)
