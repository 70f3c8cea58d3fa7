"""The pipe `segment_grouper`: sentences → the motion segments that they speak of."""

from collections.abc import Callable

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span

from ..anatomy import Region, Regions
from ..errors import ConfigError
from ..mentions import region_context
from . import annotations
from .grouping import patterns as p
from .grouping import rules
from .grouping.rules import Rule, State
from .grouping.sentence import Sentence, read_sentences

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        rules.explicit,
        rules.reference,
        rules.this_level,
        rules.item,
        rules.continuation,
        rules.collective,
    )
}


@Language.factory(
    "segment_grouper",
    requires=["doc.sents", "doc.ents", "span._.motion_segments"],
    assigns=["doc.spans", "doc._.segments", "span._.grouped_by"],
    default_config={
        "region": {"@spine_regions": "spacy_spine.lumbar.v1"},
        "rules": list(RULES),
        "scorer": {"@scorers": "spacy_spine.SegmentScorer.v1"},
    },
    default_score_weights={"segments_f": None, "segments_p": None, "segments_r": None},
)
def make_segment_grouper(
    nlp: Language, name: str, region: Region | Regions, rules: list[str], scorer: Callable | None
) -> "SegmentGrouper":
    """Make the pipe.

    region (Region | Regions): What is read.
    rules (list[str]): Names of the rules, in the order in which they are tried.
    scorer (Callable): Figures for `spacy train` and `spacy evaluate`.
    """
    return SegmentGrouper(name, region=region, rules=rules, scorer=scorer)


class SegmentGrouper(Pipe):
    """Places each sentence with the motion segments that it speaks of, and keeps the rule that placed it.

    RAISES (ConfigError): For the name of a rule that there is not.
    """

    def __init__(
        self,
        name: str = "segment_grouper",
        *,
        region: Region | Regions,
        rules: list[str] | None = None,
        scorer: Callable | None = None,
    ) -> None:
        self.name = name
        self.regions = Regions.of(region)
        self.rules = list(RULES) if rules is None else rules
        self.scorer = scorer
        unknown = [rule for rule in self.rules if rule not in RULES]
        if unknown:
            raise ConfigError(f"Pipe '{name}': no grouping rule {', '.join(unknown)}; there are {', '.join(RULES)}.")

    def __call__(self, doc: Doc) -> Doc:
        grouped: list[Span] = []
        others: list[Span] = []
        grouped_by: dict[str, str] = {}
        for sent, placed in zip(doc.sents, self._place(doc), strict=True) if len(doc) else ():
            start, end = _trimmed(sent)
            if start == end:
                continue
            if not placed:
                others.append(doc[start:end])
            for segment, rule in placed.items():
                span = Span(doc, start, end, label=segment)
                grouped.append(span)
                grouped_by[annotations.grouping_key(span)] = rule
        doc.spans[annotations.SEGMENT_SPANS] = grouped
        doc.spans[annotations.OTHER_SPANS] = others
        found = {span.label_ for span in grouped}
        names = [name for name in self.regions.motion_segments if name in found]
        annotations.write(doc, "regions", {n: self.regions.region_of(n).name for n in names})  # type: ignore[union-attr]
        annotations.write(doc, "grouped_by", grouped_by)
        return doc

    def score(self, examples: list, **kwargs: object) -> dict:
        """Precision, recall and F1 of the motion segments found, see the scorer."""
        return self.scorer(examples, regions=self.regions, **kwargs) if self.scorer else {}

    def _place(self, doc: Doc) -> list[dict[str, str]]:
        context = region_context(doc.text, self.regions)

        def region_at(offset: int) -> str | None:
            region = context.at(offset)
            return region.name if region else None

        sentences = read_sentences(doc, self.regions, region_at)
        state = State(self.regions, frozenset(name for sentence in sentences for name in sentence.named))
        placed = []
        for sentence in sentences:
            _end_topic(sentence, state)
            placed.append(self._apply(sentence, state))
            _set_topic(sentence, state, tuple(placed[-1]))
        return placed

    def _apply(self, sentence: Sentence, state: State) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self.rules:
            # A sentence that names a level may still speak of "the remaining levels" besides.
            if found and name != rules.collective.__name__:
                continue
            for segment in RULES[name](sentence, state):
                found.setdefault(segment, name)
        return found


def _end_topic(sentence: Sentence, state: State) -> None:
    """Forget the topic where the text cannot go on about it."""
    if sentence.heading and not p.GRADED.search(sentence.text):
        state.topic = ()
        if p.NOT_FINDINGS.search(sentence.text) and not p.FINDINGS.search(sentence.text):
            state.findings = False
        elif p.FINDINGS.search(sentence.text):
            state.findings = True
    if sentence.region and state.topic:
        region = state.regions.region_of(state.topic[0])
        if region and region.name != sentence.region and not sentence.named:
            state.topic = ()
    if sentence.breaks == 2 and not state.bare:
        state.topic = ()
    elif sentence.breaks and not state.item and not sentence.text[:1].islower():
        state.topic = ()
    elif sentence.breaks and sentence.marker and sentence.marker == state.marker:
        state.topic = ()
    if p.ELSEWHERE.search(sentence.text) and not p.GRADED.search(sentence.text):
        state.topic = ()


def _set_topic(sentence: Sentence, state: State, placed: tuple[str, ...]) -> None:
    """Remember what the sentence was about."""
    if sentence.groups:
        state.recent += sentence.groups
        state.topic = sentence.groups[0] if sentence.opens else sentence.groups[-1]
        state.item = sentence.opens
        state.bare = sentence.bare and sentence.opens
        state.marker = sentence.marker
    elif placed and not set(placed) & set(state.topic) and len(placed) == 1:
        state.topic = placed
        state.recent.append(placed)
        state.item = state.bare = False
    elif not placed:
        state.topic = ()


def _trimmed(sent: Span) -> tuple[int, int]:
    start, end = sent.start, sent.end
    while start < end and sent.doc[start].is_space:
        start += 1
    while end > start and sent.doc[end - 1].is_space:
        end -= 1
    return start, end
