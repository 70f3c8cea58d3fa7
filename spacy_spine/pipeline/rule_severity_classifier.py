"""The pipe `rule_severity_classifier`: severities by rules, for those without a trained model and as its baseline."""

from collections.abc import Callable, Iterable
from typing import Any

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.training import Example

from ..anatomy import Region, Regions
from ..findings import Grader, Sentence, Verdict
from ..models.rule_verdicts import passages
from . import annotations
from .views import Segment


@Language.factory(
    "rule_severity_classifier",
    requires=["doc.spans"],
    assigns=["doc._.segments"],
    default_config={
        "region": {"@spine_regions": "spacy_spine.lumbar.v1"},
        "scorer": {"@scorers": "spacy_spine.SeverityScorer.v1"},
    },
    default_score_weights={"severity_macro_f": 1.0, "severity_accuracy": None, "severity_kappa": None},
)
def make_rule_severity_classifier(
    nlp: Language, name: str, region: Region | Regions, scorer: Callable | None
) -> "RuleSeverityClassifier":
    """Make the pipe.

    region (Region | Regions): What is graded.
    scorer (Callable): Figures for `spacy evaluate`.
    """
    return RuleSeverityClassifier(name, region=region, scorer=scorer)


class RuleSeverityClassifier(Pipe):
    """Grades all pathologies of all motion segments with the rules of `spacy_spine.findings`.

    A label has the score 1 and the others 0: rules know no probabilities. `severity.rule` names the rule and
    `severity.evidence` holds the words that it read; both are empty where the report says nothing and the label is
    the lowest for that reason. `segment.text` holds the parts of the sentences that were read.

    name (str): Name of the pipe.
    region (Region | Regions): What is graded.
    RAISES (ConfigError): Where no rule grades one of the pathologies.
    """

    def __init__(
        self, name: str = "rule_severity_classifier", *, region: Region | Regions, scorer: Callable | None = None
    ) -> None:
        self.name = name
        self.regions = Regions.of(region)
        self.graders = {part.name: Grader(part) for part in self.regions}
        self.scorer = scorer

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, as "pathology.label"."""
        return tuple(f"{one.name}.{label}" for one in self.regions.pathologies for label in one.labels)

    def __call__(self, doc: Doc) -> Doc:
        """Grade one report.

        doc (Doc): A report with the spans of the grouper.
        RETURNS (Doc): The same, with severities and what they were read from.
        """
        texts: dict[str, str] = {}
        severities: dict[str, dict[str, dict[str, float]]] = {}
        evidence: dict[str, dict[str, dict[str, Any]]] = {}
        for segment in doc._.segments:
            grader = self.graders.get(segment.region)
            if grader is None:
                continue
            sentences = grader.read(passages(segment.spans), segment.name)
            verdicts = grader.grade(sentences)
            texts[segment.name] = _text(sentences)
            severities[segment.name] = {
                pathology.name: {label: float(label == verdicts[pathology.name].label) for label in pathology.labels}
                for pathology in grader.region.pathologies
            }
            evidence[segment.name] = {name: _evidence(verdict, segment) for name, verdict in verdicts.items()}
        annotations.write(doc, "texts", texts)
        annotations.write(doc, "severities", severities)
        annotations.write(doc, "evidence", evidence)
        annotations.write(doc, "truncated", [])
        return doc

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Figures of the regions' pathologies, see the scorer."""
        return self.scorer(examples, regions=self.regions, **kwargs) if self.scorer else {}


def _text(sentences: Iterable[Sentence]) -> str:
    parts = (sentence.text[start:end] for sentence in sentences for start, end in sentence.parts)
    return " ".join(" ".join(parts).split())


def _evidence(verdict: Verdict, segment: Segment) -> dict[str, Any]:
    """A verdict as plain data, by characters of the Doc."""
    spans = {
        (segment.spans[finding.sentence].start_char + start, segment.spans[finding.sentence].start_char + end)
        for finding in verdict.findings
        for start, end in finding.spans
    }
    return {"label": verdict.label, "rule": verdict.rule, "spans": [list(span) for span in sorted(spans)]}
