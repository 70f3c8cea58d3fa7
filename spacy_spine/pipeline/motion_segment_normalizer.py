"""The pipe `motion_segment_normalizer`: locations → the motion segments that they stand for."""

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
    default_config={"region": {"@spine_regions": "spacy_spine.lumbar.v1"}, "keep_unresolved": False},
)
def make_motion_segment_normalizer(
    nlp: Language, name: str, region: Region | Regions, keep_unresolved: bool
) -> "MotionSegmentNormalizer":
    """Make the pipe.

    region (Region | Regions): The regions whose motion segments are named.
    keep_unresolved (bool): Whether a location that stands for nothing stays in `doc.ents`.
    """
    return MotionSegmentNormalizer(name, region=region, keep_unresolved=keep_unresolved)


class MotionSegmentNormalizer(Pipe):
    """Sets `ent._.motion_segments` of each location in `doc.ents`; other entities are left alone.

    name (str): Name of the pipe.
    region (Region | Regions): The regions whose motion segments are named.
    keep_unresolved (bool): Whether a location that stands for nothing stays in `doc.ents`.
    """

    def __init__(
        self,
        name: str = "motion_segment_normalizer",
        *,
        region: Region | Regions,
        keep_unresolved: bool = False,
    ) -> None:
        self.name = name
        self.regions = Regions.of(region)
        self.keep_unresolved = keep_unresolved

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the locations of one report.

        doc (Doc): A report with locations in `doc.ents`.
        RETURNS (Doc): The same, with their motion segments.
        """
        reading = _Reading(doc.text, self.regions)
        resolved = {ent: reading.resolve(ent) for ent in doc.ents if ent.label_ == annotations.LOCATION}
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
        self._mentions: list[Mention] | None = None

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
        if self._mentions is None:
            self._mentions = find_mentions(self.text, self.regions)
        for mention in self._mentions:
            if mention.start < ent.end_char and ent.start_char < mention.end:
                return mention.motion_segments
        return ()
