"""The pipe `spine_quality_flagger`: what a reader should know before relying on a report's findings."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc

from ..anatomy import Region, Regions
from ..errors import ConfigError
from . import annotations

NO_TEXT = "no_text"
NO_SEGMENTS = "no_segments"
MISSING = "missing"
TOO_LONG = "too_long"
LOW_CONFIDENCE = "low_confidence"

# A confidence is the probability that the label is right, once temperatures were fitted (training/calibration.py). On
# lumbar reports not trained on, a tenth of the grades lie below 0.7. They hold half of all errors, and every second one
# of them is wrong: worth a person's look. 0.6 points to a third of the errors, 0.8 to two thirds among a sixth of the
# grades.
DEFAULT_MIN_CONFIDENCE = 0.7


@Language.factory(
    "spine_quality_flagger",
    requires=["doc._.segments"],
    assigns=["doc._.quality_flags"],
    default_config={
        "region": {"@spine_regions": "spacy_spine.lumbar.v1"},
        "min_confidence": DEFAULT_MIN_CONFIDENCE,
    },
)
def make_spine_quality_flagger(
    nlp: Language, name: str, region: Region | Regions, min_confidence: float
) -> "SpineQualityFlagger":
    """Make the pipe.

    region (Region | Regions): The regions whose segments are expected in a report.
    min_confidence (float): Probability of a label being right below which it is flagged, 0 to 1; 0 flags none.
    """
    return SpineQualityFlagger(name, region=region, min_confidence=min_confidence)


class SpineQualityFlagger(Pipe):
    """Flags, in this order:

    - `no_text`: the report is empty or blank;
    - `no_segments`: no motion segment was found;
    - `missing:L1-L2`: a region is spoken of, this segment of it is not;
    - `too_long:L4-L5`: what stands about the segment did not fit the encoder and was cut;
    - `low_confidence:L4-L5.disc`: no label of the pathology reached the least confidence. With a calibrated classifier
      that means: the label that was given is right with a lower probability than this.

    name (str): Name of the pipe.
    region (Region | Regions): The regions whose segments are expected in a report.
    min_confidence (float): Probability of a label being right below which it is flagged, 0 to 1; 0 flags none.
    RAISES (ConfigError): Where it is not 0 to 1.
    """

    def __init__(
        self,
        name: str = "spine_quality_flagger",
        *,
        region: Region | Regions,
        min_confidence: float = DEFAULT_MIN_CONFIDENCE,
    ) -> None:
        if not 0 <= min_confidence <= 1:
            raise ConfigError(f"Pipe '{name}': min_confidence must be from 0 to 1, got {min_confidence}.")
        self.name = name
        self.regions = Regions.of(region)
        self.min_confidence = min_confidence

    def __call__(self, doc: Doc) -> Doc:
        """Flag one report.

        doc (Doc): A report with the findings of the pipes before.
        RETURNS (Doc): The same, with `doc._.quality_flags`.
        """
        annotations.write(doc, "quality_flags", list(self._flags(doc)))
        return doc

    def _flags(self, doc: Doc) -> Iterator[str]:
        segments = doc._.segments
        if not doc.text.strip():
            yield NO_TEXT
        if not segments:
            yield NO_SEGMENTS
        names = {segment.name for segment in segments}
        for region in self.regions:
            if names.intersection(region.motion_segments):
                yield from (f"{MISSING}:{name}" for name in region.motion_segments if name not in names)
        truncated = set(annotations.read(doc, "truncated"))
        yield from (f"{TOO_LONG}:{segment.name}" for segment in segments if segment.name in truncated)
        for segment in segments:
            for pathology, severity in segment.severities.items():
                if severity.confidence < self.min_confidence:
                    yield f"{LOW_CONFIDENCE}:{segment.name}.{pathology}"
