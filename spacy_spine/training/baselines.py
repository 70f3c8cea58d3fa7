"""What the trained parts have to beat: majority label, word counts with logistic regression, rule grader, rule matcher.

Each takes the place of a trained pipe in the assembled pipeline, so that all are measured alike, from raw text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc

from ..anatomy import Region, Regions
from ..corpus.report import AnnotatedReport
from ..errors import ConfigError, CorpusError, ModelError
from ..findings import gradable
from ..models.text_strategies import marked
from ..pipeline import annotations
from ..pipeline.motion_segment_normalizer import MotionSegmentNormalizer
from ..pipeline.severity_classifier import SeverityClassifier
from ..pipeline.views import Segment
from .evaluation import Evaluation, evaluate, location_pipes
from .gold_groups import group_gold

CLASSIFIER, SENTENCIZER, GROUPER = "severity_classifier", "spine_sentencizer", "segment_grouper"
KINDS = ("majority", "word_counts")
RULES, NER, MATCHER = "rule_severity_classifier", "location_ner", "rule_location_ner"


@Language.factory(
    "baseline_severity_classifier",
    requires=["doc.spans"],
    assigns=["doc._.segments"],
    default_config={"region": {"@spine_regions": "spacy_spine.lumbar.v1"}, "kind": "majority"},
)
def make_baseline(nlp: Language, name: str, region: Region | Regions, kind: str) -> "BaselineClassifier":
    """Make the pipe. It has to be fitted before use and is not saved.

    kind (str): "majority" gives each pathology's most frequent label; "word_counts" a logistic regression on counts
        of words and pairs of words.
    """
    return BaselineClassifier(name, region=region, kind=kind)


class BaselineClassifier(Pipe):
    """Grades segments without an encoder, each pathology by itself.

    It reads the segment's sentences with its own mentions marked.
    """

    def __init__(self, name: str, *, region: Region | Regions, kind: str) -> None:
        if kind not in KINDS:
            raise ConfigError(f"There is no baseline '{kind}'; there are {', '.join(KINDS)}.")
        self.name = name
        self.kind = kind
        self.regions = Regions.of(region)
        self._fitted: dict[str, Any] = {}

    def fit(self, segments: Iterable[tuple[Segment, dict[str, str]]]) -> None:
        """Learn from segments with their labels.

        segments (Iterable[tuple[Segment, dict]]): Segments and their labels by pathology.
        RAISES (CorpusError): Where a pathology has no label at all.
        """
        rows = [(self._text(segment), labels) for segment, labels in segments]
        for pathology in self.regions.pathologies:
            known = [(text, labels[pathology.name]) for text, labels in rows if pathology.name in labels]
            if not known:
                raise CorpusError(f"No training segment has a label for {pathology.name}.")
            texts, labels = zip(*known, strict=True)
            self._fitted[pathology.name] = self._learn(texts, labels)

    def __call__(self, doc: Doc) -> Doc:
        severities: dict[str, dict[str, dict[str, float]]] = {}
        for segment in doc._.segments:
            region = self.regions.region_of(segment.name)
            if region is None:
                continue
            text = self._text(segment)
            severities[segment.name] = {
                pathology.name: self._grade(pathology.name, pathology.labels, text) for pathology in region.pathologies
            }
        annotations.write(doc, "severities", severities)
        return doc

    def _text(self, segment: Segment) -> str:
        region = self.regions.region_of(segment.name)
        return marked(segment.name, segment.spans, region) if region else ""

    def _learn(self, texts: Sequence[str], labels: Sequence[str]) -> Any:
        if self.kind == "majority":
            return {label: count / len(labels) for label, count in Counter(labels).items()}
        try:
            from sklearn.feature_extraction.text import CountVectorizer
            from sklearn.linear_model import LogisticRegression
            from sklearn.pipeline import make_pipeline
        except ImportError as error:
            raise ModelError("The word counts need scikit-learn: pip install 'spacy-spine[baselines]'.") from error
        counts = CountVectorizer(ngram_range=(1, 2), min_df=2, binary=True)
        return make_pipeline(counts, LogisticRegression(max_iter=2000)).fit(texts, labels)

    def _grade(self, name: str, labels: Sequence[str], text: str) -> dict[str, float]:
        fitted = self._fitted[name]
        if self.kind == "majority":
            known = fitted
        else:
            known = dict(zip(fitted.classes_, map(float, fitted.predict_proba([text])[0]), strict=True))
        return {label: known.get(label, 0.0) for label in labels}


def compare(
    nlp: Language, train: Iterable[AnnotatedReport], test: Sequence[AnnotatedReport], *, regions: Regions
) -> dict[str, Evaluation]:
    """Measure a pipeline and its baselines on the same reports, end to end.

    nlp (Language): An assembled pipeline. It is changed: at the end it holds the last baseline's pipes.
    train, test (Iterable[AnnotatedReport]): Annotated reports.
    RETURNS (dict[str, Evaluation]): By name: "trained"; with another severity model "majority", "word_counts" and,
        where rules grade all pathologies, "rule_severity_classifier"; with other locations "location_ner" (the NER
        alone, where the pipeline joins the rules' mentions to it) and "rule_location_ner" (the rules alone).
    RAISES (ModelError): Where the pipeline has no severity classifier of ours.
    """
    found = {"trained": evaluate(nlp, test, regions=regions)}
    classifier = nlp.get_pipe(CLASSIFIER) if CLASSIFIER in nlp.pipe_names else None
    if not isinstance(classifier, SeverityClassifier):
        raise ModelError(f"The pipeline has no pipe '{CLASSIFIER}' of this package to compare with.")
    region = nlp.get_pipe_config(GROUPER)["region"]
    segments = list(gold_segments(nlp, train, regions))
    for kind in KINDS:
        with nlp.select_pipes(disable=[CLASSIFIER]):
            baseline: Any = nlp.add_pipe(
                "baseline_severity_classifier", name=kind, after=CLASSIFIER, config={"kind": kind, "region": region}
            )
            baseline.fit(segments)
            found[kind] = evaluate(nlp, test, regions=regions)
            nlp.remove_pipe(kind)
    if all(gradable(one) == one.pathologies for one in regions):
        with nlp.select_pipes(disable=[CLASSIFIER]):
            nlp.add_pipe(RULES, after=CLASSIFIER, config={"region": region})
            found[RULES] = evaluate(nlp, test, regions=regions)
            nlp.remove_pipe(RULES)
    for name in nlp.pipe_names:
        normalizer = nlp.get_pipe(name)
        if isinstance(normalizer, MotionSegmentNormalizer) and normalizer.rule_mentions:
            normalizer.rule_mentions = False
            found[NER] = evaluate(nlp, test, regions=regions)
    with nlp.select_pipes(disable=location_pipes(nlp)):
        nlp.add_pipe(MATCHER, before=GROUPER, config={"region": region})
        found[MATCHER] = evaluate(nlp, test, regions=regions)
    return found


def gold_segments(
    nlp: Language, reports: Iterable[AnnotatedReport], regions: Regions
) -> Iterable[tuple[Segment, dict[str, str]]]:
    """Annotated segments as the pipeline's rules group them on gold locations, with their labels."""
    wanted = set(regions.motion_segments)
    pipes: list[Any] = [nlp.get_pipe(name) for name in (SENTENCIZER, GROUPER)]
    for doc, report in group_gold(nlp, reports, regions, pipes):
        for segment in doc._.segments:
            if segment.name in wanted and segment.name in report.segments:
                yield segment, dict(report.segments[segment.name].labels)
