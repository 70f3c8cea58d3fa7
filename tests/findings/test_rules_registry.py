"""Who grades what: clear errors, and pathologies of a plugin."""

from collections.abc import Sequence
from dataclasses import replace

import catalogue
import pytest

from spacy_spine import Pathology, Region, Regions
from spacy_spine.anatomy import CERVICAL, LUMBAR
from spacy_spine.errors import ConfigError
from spacy_spine.findings import Grader, Passage, Rule, Sentence, Verdict, finding_rules, gradable, rules_for
from spacy_spine.mentions import find_mentions

MODIC = Pathology("modic", ("none", "type_1", "type_2"))
STENOSIS, DISC, _ = LUMBAR.pathologies
THORACIC = Region(
    name="thoracic",
    vertebrae=(*(f"T{i}" for i in range(1, 13)), "L1"),
    pathologies=(DISC, STENOSIS, CERVICAL.pathologies[2]),
    letters={"D": "T", "TH": "T"},
)


def modic(sentences: Sequence[Sentence]) -> Verdict:
    said = " ".join(one.text[start:end] for one in sentences for start, end in one.parts).lower()
    types = [label for label in MODIC.labels[1:] if f"modic {label[-1]}" in said]
    return Verdict(types[-1], "modic_type") if types else Verdict(MODIC.lowest)


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.REGISTRY, (*finding_rules.namespace, "acme.modic.v1"), Rule(MODIC.labels, modic))


def with_modic() -> Region:
    return replace(LUMBAR, pathologies=(*LUMBAR.pathologies, MODIC))


def test_a_pathology_that_no_rule_grades_is_refused_with_those_that_can_be() -> None:
    with pytest.raises(ConfigError, match=r"'modic'.*cord, disc, foraminal, nerve, stenosis"):
        Grader(with_modic())
    assert gradable(with_modic()) == LUMBAR.pathologies


def test_a_rule_that_gives_other_labels_is_refused() -> None:
    other = Pathology("disc", ("absent", "present"))
    with pytest.raises(ConfigError, match=r"none_mild, moderate, severe.*absent, present"):
        rules_for(Regions.of(replace(LUMBAR, pathologies=(other,))))


@pytest.mark.usefixtures("plugin")
def test_a_plugin_grades_its_own_pathology_beside_ours() -> None:
    grader = Grader(with_modic())
    text = "L3-4: Modic 1. L4-5: large protrusion with Modic 2 changes."
    sentences = grader.read([Passage(text, find_mentions(text, LUMBAR))], "L4-L5")
    found = {name: verdict.label for name, verdict in grader.grade(sentences).items()}
    assert found == {"stenosis": "none_mild", "disc": "severe", "nerve": "normal", "modic": "type_2"}


@pytest.mark.parametrize(
    ("text", "segment", "expected"),
    [
        ("T11-12: large extrusion with cord compression.", "T11-T12", ("severe", "moderate", "abnormal")),
        ("D9/10 small protrusion, severe canal stenosis at T12-L1.", "T9-T10", ("none_mild", "none_mild", "normal")),
        ("D9/10 small protrusion, severe canal stenosis at T12-L1.", "T12-L1", ("none_mild", "severe", "normal")),
    ],
)
def test_a_region_of_a_plugin_is_graded_by_the_same_rules(text: str, segment: str, expected: tuple[str, ...]) -> None:
    grader = Grader(THORACIC)
    sentences = grader.read([Passage(text, find_mentions(text, THORACIC))], segment)
    assert tuple(verdict.label for verdict in grader.grade(sentences).values()) == expected


def test_roots_that_go_by_their_vertebra_are_those_of_the_region() -> None:
    grader = Grader(LUMBAR)
    for text, label in [
        ("L4-5: protrusion, L5 displaced.", "abnormal"),
        ("L4-5: protrusion displacing the left L5.", "abnormal"),
        ("L4-5: protrusion, L5 not displaced.", "normal"),
        ("L4-5: protrusion behind the L5 body.", "normal"),
    ]:
        sentences = grader.read([Passage(text, find_mentions(text, LUMBAR))], "L4-L5")
        assert grader.grade(sentences)["nerve"].label == label, text
