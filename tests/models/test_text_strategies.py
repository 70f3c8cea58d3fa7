"""What the classifier reads of a motion segment."""

from collections import Counter

import pytest
import spacy
from spacy.language import Language
from spacy.util import registry

from spacy_spine import get_regions
from spacy_spine.anatomy import Pathology, Region
from spacy_spine.errors import ConfigError
from spacy_spine.models.text_strategies import HIDDEN, SILENT
from spacy_spine.pipeline.views import Segment

TEXT = "Severe stenosis at L4-5 and mild at L3-4. At L5-S1 a small protrusion."
LUMBAR = next(iter(get_regions("lumbar")))


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    for name in ("spine_sentencizer", "rule_location_ner", "segment_grouper", "rule_severity_classifier"):
        nlp.add_pipe(name)
    return nlp


def segments(nlp: Language, text: str = TEXT) -> dict[str, Segment]:
    return {segment.name: segment for segment in nlp(text)._.segments}


def strategy(name: str, **settings: float):
    return registry.misc.get(f"spacy_spine.{name}_text.v1")(**settings)


def texts(nlp: Language, name: str, region: Region = LUMBAR, **settings: float) -> dict[str, str]:
    read = strategy(name, **settings)
    return {name: read(name, segment.spans, region) for name, segment in segments(nlp).items()}


def test_concat_is_the_sentences_as_they_are(nlp: Language) -> None:
    assert texts(nlp, "concat")["L3-L4"] == "Severe stenosis at L4-5 and mild at L3-4."


def test_marked_tells_own_and_other_levels(nlp: Language) -> None:
    found = texts(nlp, "marked")
    assert found["L3-L4"] == "Severe stenosis at other level and mild at this level."
    assert found["L4-L5"] == "Severe stenosis at this level and mild at other level."


def test_clauses_leave_out_what_is_said_of_other_levels(nlp: Language) -> None:
    found = texts(nlp, "clauses")
    assert "mild" not in found["L4-L5"]
    assert "Severe" in found["L4-L5"]
    assert "Severe" not in found["L3-L4"]
    assert "mild at this level" in found["L3-L4"]


def test_hints_are_what_the_rules_say(nlp: Language) -> None:
    graded = segments(nlp)
    for name, text in texts(nlp, "hinted").items():
        words, _, rest = text.partition(" : ")
        assert rest == texts(nlp, "marked")[name]
        for word, (pathology, severity) in zip(words.split(), graded[name].severities.items(), strict=True):
            expected = {"none_mild": "none"}.get(severity.label, severity.label) if severity.rule else SILENT
            assert word == expected, (name, pathology)
    assert texts(nlp, "hinted")["L4-L5"].startswith(f"severe {SILENT} {SILENT} : ")


def test_a_pathology_without_a_rule_gets_no_hint(nlp: Language) -> None:
    own = Pathology("modic", ("none", "type_1"))
    region = Region("lumbar", LUMBAR.vertebrae, (LUMBAR.pathologies[0], own))
    assert texts(nlp, "hinted", region)["L4-L5"].startswith("severe : ")
    region = Region("lumbar", LUMBAR.vertebrae, (own,))
    assert texts(nlp, "hinted", region) == texts(nlp, "marked")


def test_training_hides_and_falsifies_hints_in_the_given_shares(nlp: Language) -> None:
    segment = segments(nlp)["L4-L5"]
    read = strategy("hinted", hidden=0.3, wrong=0.3, seed=1)
    drawn = [read.for_training(segment.name, segment.spans, LUMBAR).split()[0] for _ in range(2000)]
    counts = Counter(drawn)
    assert counts[HIDDEN] / 2000 == pytest.approx(0.3, abs=0.05)
    assert counts["none"] / 2000 == pytest.approx(0.1, abs=0.03)  # one of three labels
    assert counts["severe"] / 2000 == pytest.approx(0.4 + 0.1, abs=0.05)
    assert read(segment.name, segment.spans, LUMBAR).startswith("severe ")  # none of it at prediction
    again = strategy("hinted", hidden=0.3, wrong=0.3, seed=1)
    assert drawn == [again.for_training(segment.name, segment.spans, LUMBAR).split()[0] for _ in range(2000)]


@pytest.mark.parametrize("settings", [{"hidden": -0.1}, {"wrong": 1.2}, {"hidden": 0.6, "wrong": 0.6}])
def test_shares_must_be_shares(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="shares"):
        strategy("hinted", **settings)
