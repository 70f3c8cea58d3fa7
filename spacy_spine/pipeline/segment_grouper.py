"""The pipe `segment_grouper`: sentences and locations → the sentences of each motion segment."""

import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span
from spacy.util import registry

from ..anatomy import Region, Regions, spine_regions
from ..mentions import RegionContext
from . import annotations
from .grouping import Location, Sentence, get_rules, group_sentences

# Configs are resolved against spaCy's registries, so ours has to be one of them.
setattr(registry, "spine_regions", spine_regions)  # noqa: B010 (spaCy's class does not declare it)

DEFAULT_RULES = ("explicit", "reference", "collective", "item", "continuation")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@Language.factory(
    "segment_grouper",
    requires=["doc.sents", "doc.ents", "span._.motion_segments"],
    assigns=["doc.spans", "span._.grouped_by", "doc._.segments"],
    default_config={"region": {"@spine_regions": "spacy_spine.lumbar.v1"}, "rules": list(DEFAULT_RULES)},
)
def make_segment_grouper(nlp: Language, name: str, region: Region | Regions, rules: list[str]) -> "SegmentGrouper":
    """Make the pipe.

    region (Region | Regions): The regions whose segments sentences are given to.
    rules (list[str]): Names of grouping rules, in the order in which they are tried.
    """
    return SegmentGrouper(name, region=region, rules=rules)


class SegmentGrouper(Pipe):
    """Fills `doc.spans["motion_segments"]` with a span for each sentence and segment, and `doc.spans["no_motion_segment"]`
    with the other sentences. A sentence of several segments goes to each; `span._.grouped_by` says which rule did it.

    name (str): Name of the pipe.
    region (Region | Regions): The regions whose segments sentences are given to.
    rules (Sequence[str]): Names of grouping rules, in the order in which they are tried.
    RAISES (ConfigError): Where a rule is unknown.
    """

    def __init__(
        self,
        name: str = "segment_grouper",
        *,
        region: Region | Regions,
        rules: Sequence[str] = DEFAULT_RULES,
    ) -> None:
        self.name = name
        self.regions = Regions.of(region)
        self.rules = get_rules(rules)

    def __call__(self, doc: Doc) -> Doc:
        """Group one report.

        doc (Doc): A report with sentences and with locations in `doc.ents`.
        RETURNS (Doc): The same, with its motion segments.
        """
        spans = [span for span in doc.sents if span.text.strip()] if len(doc) else []
        placed = group_sentences(_sentences(doc, spans, self.regions), self.regions, self.rules)
        order = self.regions.motion_segments
        grouped, others, grouped_by = [], [], {}
        for span, segments in zip(spans, placed, strict=True):
            for name in sorted(segments, key=order.index):
                grouped.append(Span(doc, span.start, span.end, label=name))
                grouped_by[annotations.grouping_key(grouped[-1])] = segments[name]
            if not segments:
                others.append(Span(doc, span.start, span.end))
        doc.spans[annotations.SEGMENT_SPANS] = grouped
        doc.spans[annotations.OTHER_SPANS] = others
        found = {name for segments in placed for name in segments}
        owners = {name: region.name for region in self.regions for name in region.motion_segments}
        annotations.write(doc, "regions", {name: owners[name] for name in order if name in found})
        annotations.write(doc, "grouped_by", grouped_by)
        return doc


def _sentences(doc: Doc, spans: Sequence[Span], regions: Regions) -> list[Sentence]:
    """Plain data for the rules, from the sentences of a Doc."""
    text, known = doc.text, set(regions.motion_segments)
    context = RegionContext(text, regions)
    ents = [ent for ent in doc.ents if ent.label_ == annotations.LOCATION and known.issuperset(ent._.motion_segments)]
    ents = [ent for ent in ents if ent._.motion_segments]
    for ent in ents:
        region = regions.region_of(ent._.motion_segments[0])
        if region is not None:
            context.note(ent.start_char, region)
    sentences, end, next_ent = [], 0, 0
    for span in spans:
        content = span.text.strip()
        start = span.start_char + len(span.text) - len(span.text.lstrip())
        gap, line_start = text[end:start], text.rfind("\n", end, start) + 1
        locations = []
        while next_ent < len(ents) and ents[next_ent].start < span.end:
            ent = ents[next_ent]
            place = (ent.start_char - start, ent.end_char - start)
            locations.append(Location(*place, ent._.motion_segments))
            next_ent += 1
        end = start + len(content)
        region = context.at(end - 1)
        sentences.append(
            Sentence(
                text=content,
                locations=tuple(locations),
                begins_line=not sentences or "\n" in gap,
                begins_paragraph=not sentences or BLANK_LINE.search(gap) is not None,
                ends_line=end == len(text)
                or "\n" in text[end : end + 40]
                and not text[end : text.find("\n", end)].strip(),
                indent=start - line_start if line_start else 0,
                region=region.name if region else None,
            )
        )
    return sentences
