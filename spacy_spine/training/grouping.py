"""Sentences and groups measured on their own: given the gold locations, what the annotations settle.

Sentences. `locations_cut`: gold locations that a boundary runs through. `mid_phrase`: sentences that end in a word or
sign after which no phrase ends ("of", "and", a comma), where another sentence follows.

Pairs of a sentence and a segment. `named`: a sentence that holds a gold location has to go to the segments that it
stands for. `contradicted`: a pair of a segment that the report is not annotated for.

Segments, by mention. A gold segment of mention "other" counts neither way. `inferred`: of the segments that no location
names, those found against those annotated. `silent`: a found segment with a label above the lowest whose sentences
hold no word of that pathology: what is said of it went elsewhere.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span

from ..anatomy import Regions
from ..corpus.report import EXPLICIT, INFERRED, OTHER, AnnotatedReport, Location
from ..errors import CorpusError, ModelError
from ..pipeline import annotations
from .evaluation import location_pipes
from .gold_groups import group_gold
from .metrics import Counts

EVIDENCE = Path(__file__).with_name("evidence.json")
# A phrase goes on after these, whatever the sentencizer thinks.
UNFINISHED = re.compile(
    r"(?:[,(&+–—-]|(?<!/)/|(?<![\w-])(?:and|or|but|nor|of|the|an|with|without|to|from|into|through|between|by|than|is|are|was|were|"
    r"which|that|causing|measuring|due|at\s+the|on\s+the|in\s+the))$",
    re.I,
)
# A letter's first line, and a rule across the page.
LINES = re.compile(r"dear\b|[-–—_*=\s]+$", re.I)
CUT, MID_PHRASE, NOT_GIVEN = "location_cut", "mid_phrase", "sentence_not_given"
CONTRADICTED, MISSED, SILENT = "pair_contradicted", "segment_missed", "segment_silent"
Pipe = Callable[[Doc], Doc]


@dataclass
class GroupingMeasures:
    """What was counted over many reports.

    reports, sentences, locations, cut, mid_phrase (int): Numbers of them.
    named (Counts): Pairs that gold locations demand; no false positives.
    rules (Counter), contradicted (Counter): Pairs by the rule that made them.
    segments, inferred (Counts): Segments found against annotated.
    mentions (Counter): (mention, whether found) of the annotated segments.
    silent (Counter), graded (Counter): By pathology, of found segments with a label above the lowest.
    errors (list[dict]): Each with id, kind, segment, rule, pathology, start, end, and text where it was asked for.
    """

    reports: int = 0
    sentences: int = 0
    locations: int = 0
    cut: int = 0
    mid_phrase: int = 0
    named: Counts = field(default_factory=Counts)
    rules: Counter[str] = field(default_factory=Counter)
    contradicted: Counter[str] = field(default_factory=Counter)
    segments: Counts = field(default_factory=Counts)
    inferred: Counts = field(default_factory=Counts)
    mentions: Counter[tuple[str, bool]] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    graded: Counter[str] = field(default_factory=Counter)
    errors: list[dict[str, Any]] = field(default_factory=list, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain data, without the errors."""
        return {
            "reports": self.reports,
            "sentences": {"total": self.sentences, "mid_phrase": self.mid_phrase},
            "locations": {"total": self.locations, "cut": self.cut},
            "named": self.named.scores(),
            "rules": {
                name: {"pairs": count, "contradicted": self.contradicted[name]}
                for name, count in self.rules.most_common()
            },
            "segments": self.segments.scores(),
            "inferred": self.inferred.scores(),
            "mentions": {
                name: {"found": self.mentions[name, True], "missed": self.mentions[name, False]}
                for name in (EXPLICIT, INFERRED, OTHER)
            },
            "silent": {
                name: {"segments": count, "silent": self.silent[name]} for name, count in sorted(self.graded.items())
            },
        }


def measure_grouping(
    pipes: Sequence[Pipe],
    reports: Iterable[AnnotatedReport],
    *,
    nlp: Language,
    regions: Regions,
    with_text: bool = False,
) -> GroupingMeasures:
    """Give annotated reports their gold locations, group their sentences, and count.

    pipes (Sequence[Callable]): The sentencizer and the grouper, see `grouping_pipes`.
    reports (Iterable[AnnotatedReport]): The reports; those with nothing of the regions are left out.
    nlp (Language): For its tokenizer.
    regions (Regions): What is measured.
    with_text (bool): Whether errors hold text of the reports.
    RETURNS (GroupingMeasures): The figures.
    RAISES (CorpusError): Where there is no report to measure.
    """
    measures = GroupingMeasures()
    for doc, kept in group_gold(nlp, reports, regions, pipes):
        _Report(kept, doc, regions, with_text).count(measures)
    if not measures.reports:
        raise CorpusError(f"No report is annotated for region {' and '.join(regions.names)}.")
    return measures


def grouping_pipes(nlp: Language) -> list[Pipe]:
    """The pipes of a pipeline from text to groups, without those that find locations.

    nlp (Language): The pipeline.
    RAISES (ModelError): Where no pipe assigns doc._.segments.
    """
    found, finders = [], location_pipes(nlp)
    for name, pipe in nlp.pipeline:
        if name not in finders:
            found.append(pipe)
        if "doc._.segments" in nlp.get_pipe_meta(name).assigns:
            return found
    raise ModelError(f"No pipe of the pipeline assigns doc._.segments, of {', '.join(nlp.pipe_names) or 'none'}.")


class _Report:
    """One report, grouped."""

    def __init__(self, report: AnnotatedReport, doc: Doc, regions: Regions, with_text: bool) -> None:
        self.report, self.doc, self.regions, self.with_text = report, doc, regions, with_text
        self.pairs = [span for span in doc.spans[annotations.SEGMENT_SPANS] if regions.region_of(span.label_)]
        self.texts: dict[str, str] = {}
        for span in self.pairs:
            self.texts[span.label_] = f"{self.texts.get(span.label_, '')} {span.text.lower()}"

    def count(self, to: GroupingMeasures) -> None:
        to.reports += 1
        to.errors += [*self._sentences(to), *self._pairs(to), *self._segments(to), *self._silent(to)]

    def _sentences(self, to: GroupingMeasures) -> Iterator[dict[str, Any]]:
        sentences = [span for span in self.doc.sents if span.text.strip()]
        to.sentences += len(sentences)
        to.locations += len(self.report.locations)
        begins = {span.start_char for span in sentences[1:]}
        for one in self.report.locations:
            if any(one.start < at < one.end for at in begins):
                to.cut += 1
                yield self._error(CUT, one.start, one.end)
        named_first = {one.start for one in self.report.locations}
        for span, after in pairwise(sentences):
            end = span.text.rstrip()[-12:]
            listed = end.endswith(",") and after.start_char in named_first  # "L3-4 10 mm," "L4-5 8 mm"
            if UNFINISHED.search(end) and not listed and not LINES.match(span.text):
                to.mid_phrase += 1
                yield self._error(MID_PHRASE, span.start_char, span.end_char)

    def _pairs(self, to: GroupingMeasures) -> Iterator[dict[str, Any]]:
        for one in self.report.locations:
            for name in one.motion_segments:
                given = any(_holds(span, one) for span in self.pairs if span.label_ == name)
                to.named.add(1, int(given), int(given))
                if not given:
                    yield self._error(NOT_GIVEN, one.start, one.end, segment=name)
        for span in self.pairs:
            rule = span._.grouped_by or "(unknown)"
            to.rules[rule] += 1
            if span.label_ not in self.report.segments:
                to.contradicted[rule] += 1
                yield self._error(CONTRADICTED, span.start_char, span.end_char, segment=span.label_, rule=rule)

    def _segments(self, to: GroupingMeasures) -> Iterator[dict[str, Any]]:
        gold = {name: one.mention for name, one in self.report.segments.items()}
        counted = {name for name, mention in gold.items() if mention != OTHER}
        found = self.texts.keys() - (gold.keys() - counted)
        to.segments.add(len(counted), len(found), len(counted & found))
        named = {name for one in self.report.locations for name in one.motion_segments}
        inferred = {name for name in counted if gold[name] == INFERRED} - named
        to.inferred.add(len(inferred), len(found - named), len(inferred & (found - named)))
        for name, mention in gold.items():
            to.mentions[mention, name in self.texts] += 1
            if name not in self.texts and mention != OTHER:
                yield self._error(MISSED, None, None, segment=name, rule=mention)

    def _silent(self, to: GroupingMeasures) -> Iterator[dict[str, Any]]:
        words = _evidence()
        for name, text in self.texts.items():
            region, gold = self.regions.region_of(name), self.report.segments.get(name)
            for pathology in region.pathologies if region and gold else ():
                label = gold.labels.get(pathology.name, pathology.lowest) if gold else pathology.lowest
                if label == pathology.lowest or pathology.name not in words:
                    continue
                to.graded[pathology.name] += 1
                if not words[pathology.name].search(text):
                    to.silent[pathology.name] += 1
                    spans = [span for span in self.pairs if span.label_ == name]
                    edges = spans[0].start_char, spans[-1].end_char
                    yield self._error(SILENT, *edges, segment=name, pathology=pathology.name)

    def _error(self, kind: str, start: int | None, end: int | None, **about: Any) -> dict[str, Any]:
        empty = dict.fromkeys(("segment", "rule", "pathology"))
        error = {"id": self.report.id, "kind": kind, **empty, **about, "start": start, "end": end}
        return error | ({"text": self.report.text[start:end]} if self.with_text and start is not None else {})


@lru_cache(maxsize=1)
def _evidence() -> Mapping[str, re.Pattern[str]]:
    """By pathology, what a sentence about it has to hold; those of plugins are not known."""
    return {name: re.compile("|".join(words)) for name, words in srsly.read_json(EVIDENCE).items()}


def _holds(span: Span, location: Location) -> bool:
    return span.start_char < location.end and location.start < span.end_char
