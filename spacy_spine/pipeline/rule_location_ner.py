"""The pipe `rule_location_ner`: mentions of motion segments by rules, the baseline that a trained one has to beat."""

from collections.abc import Callable, Iterable
from typing import Any

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.training import Example

from ..anatomy import Region, Regions
from ..mentions import find_mentions
from . import annotations


@Language.factory(
    "rule_location_ner",
    assigns=["doc.ents", "span._.motion_segments"],
    default_config={
        "region": {"@spine_regions": "spacy_spine.lumbar.v1"},
        "scorer": {"@scorers": "spacy_spine.LocationScorer.v1"},
    },
    default_score_weights={"locations_f": None, "locations_p": None, "locations_r": None, "locations_exact_f": None},
)
def make_rule_location_ner(
    nlp: Language, name: str, region: Region | Regions, scorer: Callable | None
) -> "RuleLocationNer":
    """Make the pipe.

    region (Region | Regions): The regions whose motion segments are looked for.
    scorer (Callable): Figures for `spacy evaluate`.
    """
    return RuleLocationNer(name, region=region, scorer=scorer)


class RuleLocationNer(Pipe):
    """Finds mentions of motion segments by rules and sets what they stand for.

    Entities that no location overlaps stay; locations of earlier pipes are replaced.

    name (str): Name of the pipe.
    region (Region | Regions): The regions whose motion segments are looked for.
    """

    def __init__(
        self, name: str = "rule_location_ner", *, region: Region | Regions, scorer: Callable | None = None
    ) -> None:
        self.name = name
        self.regions = Regions.of(region)
        self.scorer = scorer

    @property
    def labels(self) -> tuple[str, ...]:
        return (annotations.LOCATION,)

    def __call__(self, doc: Doc) -> Doc:
        """Find the locations of one report.

        doc (Doc): A report.
        RETURNS (Doc): The same, with locations in `doc.ents` and their motion segments.
        """
        mentions = find_mentions(doc.text, self.regions)
        locations = annotations.set_locations(doc, [(mention.start, mention.end) for mention in mentions])
        found = {}
        for span in locations:
            # A tokenizer that splits no slash makes one span of several mentions.
            inside = [m for m in mentions if m.start < span.end_char and span.start_char < m.end]
            names = {name for mention in inside for name in mention.motion_segments}
            ordered = [name for name in self.regions.motion_segments if name in names]
            found[annotations.location_key(span)] = ordered
        annotations.write(doc, "locations", found)
        return doc

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Precision, recall and F1 of locations, see the scorer."""
        return self.scorer(examples, **kwargs) if self.scorer else {}
