"""The pipe `segment_grouper`: sentences and locations → the sentences of each motion segment."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span
from spacy.training import Example

from ..anatomy import Region, Regions
from ..mentions import RegionContext
from . import annotations
from .annotations import LOCATION
from .grouping import Location, Sentence, get_rules, group_sentences

DEFAULT_RULES = (
    "spacy_spine.explicit.v1",
    "spacy_spine.reference.v1",
    "spacy_spine.collective.v1",
    "spacy_spine.item.v1",
    "spacy_spine.continuation.v1",
)
# Reports come with line ends of every system, and with form feeds between pages.
BREAK = r"(?>\r\n|[\n\r\v\f\x85\u2028\u2029])"
LINE_BREAK = re.compile(BREAK)
BLANK_LINE = re.compile(rf"{BREAK}[ \t\xa0]*{BREAK}")
LINE_END = re.compile(rf"[ \t\xa0]*{BREAK}")


@Language.factory(
    "segment_grouper",
    requires=["doc.sents", "doc.ents", "span._.motion_segments"],
    assigns=["doc.spans", "span._.grouped_by", "doc._.segments"],
    default_config={
        "region": {"@spine_regions": "spacy_spine.lumbar.v1"},
        "rules": list(DEFAULT_RULES),
        "scorer": {"@scorers": "spacy_spine.SegmentScorer.v1"},
    },
    default_score_weights={"segments_f": None, "segments_p": None, "segments_r": None},
)
def make_segment_grouper(
    nlp: Language, name: str, region: Region | Regions, rules: list[str], scorer: Callable | None
) -> "SegmentGrouper":
    """Make the pipe.

    region (Region | Regions): The regions whose segments sentences are given to.
    rules (list[str]): Names of grouping rules, in the order in which they are tried.
    scorer (Callable): Figures for `spacy train` and `spacy evaluate`.
    """
    return SegmentGrouper(name, region=region, rules=rules, scorer=scorer)


class SegmentGrouper(Pipe):
    """Fills `doc.spans["motion_segments"]` with a span for each sentence and segment, and
    `doc.spans["no_motion_segment"]` with the other sentences. A sentence of several segments goes to each;
    `span._.grouped_by` says which rule did it.

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
        scorer: Callable | None = None,
    ) -> None:
        self.name = name
        self.regions = Regions.of(region)
        self.rules = get_rules(rules)
        self.scorer = scorer

    def __call__(self, doc: Doc) -> Doc:
        """Group one report.

        doc (Doc): A report with sentences and with locations in `doc.ents`.
        RETURNS (Doc): The same, with its motion segments.
        """
        spans = [_trimmed(span) for span in doc.sents if not span.text.isspace()] if len(doc) else []
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
        annotations.clear(doc, "texts", "severities", "evidence", "truncated")  # of groups made before
        annotations.write(doc, "regions", {name: owners[name] for name in order if name in found})
        annotations.write(doc, "grouped_by", grouped_by)
        return doc

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Precision, recall and F1 of the motion segments found, see the scorer."""
        return self.scorer(examples, regions=self.regions, **kwargs) if self.scorer else {}


def _trimmed(sentence: Span) -> Span:
    """A sentence without the white space around it, of which it has more than that."""
    start, end, doc = sentence.start, sentence.end, sentence.doc
    while doc[end - 1].is_space:
        end -= 1
    while doc[start].is_space:
        start += 1
    return doc[start:end]


def _sentences(doc: Doc, spans: Sequence[Span], regions: Regions) -> list[Sentence]:
    """Plain data for the rules, from the sentences of a Doc."""
    text, context = doc.text, RegionContext(doc.text, regions)
    locations = _locations(doc, regions)
    for location in locations:
        region = regions.region_of(location.motion_segments[0])
        if region is not None:
            context.note(location.start, region)
    sentences: list[Sentence] = []
    end, taken = 0, 0
    for span in spans:
        content, start = span.text, span.start_char
        first = taken
        while taken < len(locations) and locations[taken].start < span.end_char:
            taken += 1
        gap = text[end:start]
        breaks = [match.end() for match in LINE_BREAK.finditer(gap)]
        end = start + len(content)
        region = context.at(end - 1)
        sentences.append(
            Sentence(
                text=content,
                locations=tuple(location.moved(-start) for location in locations[first:taken]),
                begins_line=not sentences or bool(breaks),
                begins_paragraph=not sentences or BLANK_LINE.search(gap) is not None,
                ends_line=end == len(text) or LINE_END.match(text, end) is not None,
                indent=len(gap) - breaks[-1] if breaks else 0,
                region=region.name if region else None,
            )
        )
    return sentences


def _locations(doc: Doc, regions: Regions) -> list[Location]:
    """The mentions that stand for segments of the regions, by characters of the Doc."""
    known, found = set(regions.motion_segments), []
    for ent in doc.ents:
        names = tuple(name for name in ent._.motion_segments if name in known) if ent.label_ == LOCATION else ()
        if names:
            found.append(Location(ent.start_char, ent.end_char, names))
    return found
