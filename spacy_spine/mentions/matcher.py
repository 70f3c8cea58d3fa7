"""The rule matcher over a whole report."""

from ..anatomy import Region, Regions
from .column import Column
from .combine import combine
from .context import RegionContext
from .mention import Mention
from .phrases import counts_levels, find_phrases
from .plausible import plausible_items
from .reader import read_items
from .tokens import tokenize


def find_mentions(text: str, region: str | Region | Regions) -> list[Mention]:
    """Mentions of motion segments in a report.

    text (str): The report.
    region (str | Region | Regions): The region, regions, or a registered name such as "lumbar".
    RETURNS (list[Mention]): In the order of the text, without overlaps.
    RAISES (AnatomyError): Where the name is not registered.
    """
    return read_mentions(text, Column.of(region), strict=True)


def read_mentions(text: str, column: Column, *, strict: bool) -> list[Mention]:
    """All mentions in a text, of which the longer wins where two overlap.

    text (str): The text.
    column (Column): The vertebral column with its regions.
    strict (bool): Whether it is running text, where numbers mean other things too, or a mention.
    RETURNS (list[Mention]): In the order of the text.
    """
    context = RegionContext(text, column.regions)
    tokens = tokenize(text, column)
    items = read_items(text, tokens, column, context)
    if strict:
        items = plausible_items(items, text, tokens)
    found = combine(items, tokens, column, strict)
    named = list(found)
    for phrase in find_phrases(text, column.regions):
        if not counts_levels(phrase, text, named, strict):
            continue
        segments = phrase.resolve(context.at(phrase.start))
        if segments:
            found.append(Mention(phrase.start, phrase.end, segments))
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif mention.end - mention.start > kept[-1].end - kept[-1].start:
            kept[-1] = mention
    return kept
