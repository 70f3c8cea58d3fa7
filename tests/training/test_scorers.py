"""The scorers on Docs whose findings are written by hand; the counting itself is tested with `metrics`."""

import pytest
import spacy
from spacy.training import Example

from spacy_spine import get_regions
from spacy_spine.pipeline import annotations
from spacy_spine.training.scorers import score_locations, score_segments, score_severities

REGIONS = get_regions("lumbar")
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
SEVERE = {"stenosis": "severe", "disc": "severe", "nerve": "abnormal"}


def one_hot(labels):
    return {p.name: {label: float(label == labels[p.name]) for label in p.labels} for p in REGIONS.pathologies}


def example(gold, found):
    nlp = spacy.blank("en")
    predicted, reference = nlp.make_doc("text"), nlp.make_doc("text")
    annotations.write(reference, "gold", {name: {"mention": "explicit", **labels} for name, labels in gold.items()})
    annotations.write(predicted, "regions", dict.fromkeys(found, "lumbar"))
    annotations.write(predicted, "severities", {name: one_hot(labels) for name, labels in found.items()})
    return Example(predicted, reference)


def test_all_right_is_one():
    examples = [example({"L4-L5": SEVERE, "L5-S1": LOWEST}, {"L4-L5": SEVERE, "L5-S1": LOWEST})]
    assert score_segments(examples, regions=REGIONS)["segments_f"] == 1
    scores = score_severities(examples, regions=REGIONS)
    assert scores["severity_macro_f"] == scores["disc_macro_f"] == scores["disc_found_macro_f"] == 1


@pytest.mark.parametrize("found", [{"L4-L5": SEVERE}, {"L4-L5": SEVERE, "L5-S1": LOWEST, "L1-L2": LOWEST}])
def test_missed_and_invented_segments_are_errors_end_to_end(found):
    examples = [example({"L4-L5": SEVERE, "L5-S1": LOWEST}, found)]
    scores = score_severities(examples, regions=REGIONS)
    assert scores["nerve_macro_f"] < 1
    assert scores["nerve_found_macro_f"] == 1
    assert score_segments(examples, regions=REGIONS)["segments_f"] < 1


def test_gold_of_other_regions_does_not_count():
    examples = [example({"L4-L5": SEVERE, "C5-C6": {"cord": "abnormal"}}, {"L4-L5": SEVERE})]
    assert score_severities(examples, regions=REGIONS)["severity_macro_f"] == 1


def test_nothing_annotated_and_nothing_found_is_no_figure():
    examples = [example({}, {})]
    assert score_severities(examples, regions=REGIONS)["severity_macro_f"] is None
    assert score_segments(examples, regions=REGIONS)["segments_f"] is None
    assert score_locations(examples)["locations_f"] is None
