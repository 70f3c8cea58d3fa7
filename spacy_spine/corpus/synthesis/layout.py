"""Which sentences of an annotated report belong to which segments, by the rules of the pipeline on gold locations."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ...anatomy import Regions
from ...mentions import RegionContext, find_mentions
from ...pipeline.grouping import Location as Place
from ...pipeline.grouping import Sentence, get_rules, group_sentences
from ...pipeline.segment_grouper import DEFAULT_RULES
from ...pipeline.sentences.boundaries import sentence_starts
from ..report import AnnotatedReport, regions_named
from .draft import Draft

BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
BLANK = re.compile(r"(?:\r\n|[\n\r\v\f\x85\u2028\u2029])[ \t\xa0]*(?:\r\n|[\n\r\v\f\x85\u2028\u2029])")
LINE_END = re.compile(r"[ \t\xa0]*(?:\r\n|[\n\r\v\f\x85\u2028\u2029]|$)")


@dataclass(frozen=True)
class Passage:
    """A sentence in its place.

    start, end (int): Its characters, white space around it left out.
    sentence (Sentence): What the grouping rules read.
    placed (dict[str, str]): Segments that it belongs to, with the rule that says so.
    """

    start: int
    end: int
    sentence: Sentence
    placed: dict[str, str]


def lay_out(report: AnnotatedReport) -> list[Passage]:
    """The sentences of a report with the segments that they belong to.

    report (AnnotatedReport): The report; its gold locations are taken as found.
    RETURNS (list[Passage]): In order.
    """
    regions = regions_named(report.region)
    text, starts = report.text, sentence_starts(report.text)
    context = RegionContext(text, regions)
    for location in report.locations:
        region = regions.region_of(location.motion_segments[0])
        if region is not None:
            context.note(location.start, region)
    spans, end = [], 0
    sentences: list[Sentence] = []
    for start, after in zip(starts, [*starts[1:], len(text)], strict=True):
        gap, content = text[end:start], text[start:after].rstrip()
        end = start + len(content)
        breaks = [match.end() for match in BREAK.finditer(gap)]
        region = context.at(end - 1)
        inside = [one for one in report.locations if start <= one.start < after]
        spans.append((start, end))
        sentences.append(
            Sentence(
                text=content,
                locations=tuple(Place(one.start - start, one.end - start, one.motion_segments) for one in inside),
                begins_line=not sentences or bool(breaks),
                begins_paragraph=not sentences or BLANK.search(gap) is not None,
                ends_line=LINE_END.match(text, end) is not None,
                indent=len(gap) - breaks[-1] if breaks else 0,
                region=region.name if region else None,
            )
        )
    placed = group_sentences(sentences, regions, _rules())
    return [Passage(*span, one, here) for span, one, here in zip(spans, sentences, placed, strict=True)]


def segments_at(passages: list[Passage], offset: int) -> set[str]:
    """The segments of the sentence at a character."""
    return next((set(one.placed) for one in reversed(passages) if one.start <= offset), set())


def still_placed(before: list[Passage], draft: Draft, after: AnnotatedReport) -> bool:
    """Whether all sentences that edits did not replace still belong to the same segments.

    before (list[Passage]): Of the report as it was.
    draft (Draft): The edits.
    after (AnnotatedReport): The report with them.
    """
    passages = lay_out(after)
    replaced = [edit for edit in draft.edits if edit.locations is not None and edit.end > edit.start]
    for one in before:
        if any(edit.start <= one.start < edit.end for edit in replaced):
            continue
        if segments_at(passages, draft.moved_end(one.end) - 1) != set(one.placed):
            return False
    return True


def misread(report: AnnotatedReport, regions: Regions | None = None) -> int:
    """How many gold locations the rules do not read, and how many others they read: no operation may add to them."""
    regions = regions or regions_named(report.region)
    found = {(one.start, one.end, one.motion_segments) for one in find_mentions(report.text, regions)}
    gold = {(one.start, one.end, one.motion_segments) for one in report.locations}
    return len(found ^ gold)


@lru_cache(maxsize=1)
def _rules() -> dict:
    return get_rules(DEFAULT_RULES)
