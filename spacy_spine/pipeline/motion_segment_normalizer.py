"""The pipe `motion_segment_normalizer`: locations → the motion segments that they stand for."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span

from ..anatomy import Region, Regions
from ..mentions import Mention, RegionContext, find_mentions, normalize, region_context
from . import annotations


@Language.factory(
    "motion_segment_normalizer",
    requires=["doc.ents"],
    assigns=["doc.ents", "span._.motion_segments"],
    default_config={
        "region": {"@spine_regions": "spacy_spine.lumbar.v1"},
        "keep_unresolved": False,
        "rule_mentions": False,
    },
)
def make_motion_segment_normalizer(
    nlp: Language, name: str, region: Region | Regions, keep_unresolved: bool, rule_mentions: bool
) -> "MotionSegmentNormalizer":
    """Make the pipe.

    region (Region | Regions): The regions whose motion segments are named.
    keep_unresolved (bool): Whether a location that stands for nothing stays in `doc.ents`.
    rule_mentions (bool): Whether mentions that the rules find join those of the NER: they are added where it saw
        none, and take the place of those that they overlap.
    """
    return MotionSegmentNormalizer(name, region=region, keep_unresolved=keep_unresolved, rule_mentions=rule_mentions)


class MotionSegmentNormalizer(Pipe):
    """Sets `ent._.motion_segments` of each location in `doc.ents`; other entities are left alone.

    name (str): Name of the pipe.
    region (Region | Regions): The regions whose motion segments are named.
    keep_unresolved (bool): Whether a location that stands for nothing stays in `doc.ents`.
    rule_mentions (bool): Whether mentions that the rules find join those of the NER.
    """

    def __init__(
        self,
        name: str = "motion_segment_normalizer",
        *,
        region: Region | Regions,
        keep_unresolved: bool = False,
        rule_mentions: bool = False,
    ) -> None:
        self.name = name
        self.regions = Regions.of(region)
        self.keep_unresolved = keep_unresolved
        self.rule_mentions = rule_mentions

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the locations of one report.

        doc (Doc): A report with locations in `doc.ents`.
        RETURNS (Doc): The same, with their motion segments.
        """
        reading = _Reading(doc.text, self.regions)
        known = _join(doc, reading.mentions) if self.rule_mentions else {}
        resolved = {
            ent: known.get((ent.start_char, ent.end_char)) or reading.resolve(ent)
            for ent in doc.ents
            if ent.label_ == annotations.LOCATION
        }
        locations = {annotations.location_key(ent): list(names) for ent, names in resolved.items() if names}
        annotations.write(doc, "locations", locations)
        if not self.keep_unresolved:
            doc.ents = [ent for ent in doc.ents if ent not in resolved or resolved[ent]]
        return doc


class _Reading:
    """A report's text, read as far as its locations need it."""

    def __init__(self, text: str, regions: Regions) -> None:
        self.text = text
        self.regions = regions
        self._context: RegionContext | None = None

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """All mentions that the rules find."""
        return tuple(find_mentions(self.text, self.regions))

    def resolve(self, ent: Span) -> tuple[str, ...]:
        """By its own letters, by the region spoken of there, or by the mention that it is a part of."""
        return normalize(ent.text, self.regions) or self._in_context(ent) or self._as_part(ent)

    def _in_context(self, ent: Span) -> tuple[str, ...]:
        if len(self.regions) == 1:
            return ()
        if self._context is None:
            self._context = region_context(self.text, self.regions)
        region = self._context.at(ent.start_char)
        return normalize(ent.text, region) if region else ()

    def _as_part(self, ent: Span) -> tuple[str, ...]:
        """ "C2" in "the C2 and C3 interspaces", or one end of a range whose other end was missed."""
        for mention in self.mentions:
            if mention.start < ent.end_char and ent.start_char < mention.end:
                return mention.motion_segments
        return ()


def _join(doc: Doc, mentions: Iterable[Mention]) -> dict[tuple[int, int], tuple[str, ...]]:
    """Make the mentions locations, beside those entities that none of them overlaps.

    RETURNS (dict): What the mentions stand for, by their characters.
    """
    known = {(mention.start, mention.end): mention.motion_segments for mention in mentions}
    places = sorted(known)
    kept = [
        (ent.start_char, ent.end_char)
        for ent in doc.ents
        if ent.label_ == annotations.LOCATION and not _any_overlaps(places, ent)
    ]
    annotations.set_locations(doc, sorted([*places, *kept]))
    return known


def _any_overlaps(places: list[tuple[int, int]], ent: Span) -> bool:
    """Whether an entity shares a character with one of the places, which are in order and share none themselves."""
    before = bisect_left(places, (ent.end_char, 0))
    return before > 0 and places[before - 1][1] > ent.start_char
