"""`rule_severity_classifier` as a spaCy pipe: the interface of the trained one, and the words behind each label."""

import pickle
from dataclasses import replace

import pytest
import spacy
from spacy.tokens import Doc, DocBin
from spacy.training import Example

import spacy_spine.pipeline.tokenizer  # noqa: F401
from spacy_spine import Pathology
from spacy_spine.anatomy import LUMBAR
from spacy_spine.errors import ConfigError
from spacy_spine.pipeline import annotations
from spacy_spine.pipeline.rule_severity_classifier import RuleSeverityClassifier

REPORT = """MRI LUMBAR SPINE
L3-4: Small protrusion. No canal stenosis.
L4-5: Large extrusion with moderate canal stenosis; the left L5 root is compressed.
L5-S1: Normal.
"""
BOTH = """CERVICAL SPINE
C5-6: Severe left foraminal stenosis. The cord is flattened.
LUMBAR SPINE
L4-5: Severe canal stenosis.
"""


def make(region="lumbar"):
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    where = {"region": {"@spine_regions": f"spacy_spine.{region}.v1"}}
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("rule_location_ner", config=where)
    nlp.add_pipe("segment_grouper", config=where)
    nlp.add_pipe("rule_severity_classifier", config=where)
    return nlp


@pytest.fixture(scope="module")
def lumbar():
    return make()


def graded(doc):
    return {s.name: {p: v.label for p, v in s.severities.items()} for s in doc._.segments}


EXPECTED = {
    "L3-L4": {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"},
    "L4-L5": {"stenosis": "moderate", "disc": "severe", "nerve": "abnormal"},
    "L5-S1": {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"},
}


def test_it_grades_what_the_report_says(lumbar):
    doc = lumbar(REPORT)
    assert graded(doc) == EXPECTED
    for segment in doc._.segments:
        for severity in segment.severities.values():
            assert sum(severity.scores.values()) == severity.confidence == 1


def test_a_user_can_ask_why(lumbar):
    segment = lumbar(REPORT)._.segments[1]
    assert segment.name == "L4-L5"
    assert [span.text for span in segment.severities["disc"].evidence] == ["Large", "extrusion"]
    assert segment.severities["disc"].rule == "extrusion_grade"
    assert "compressed" in [span.text for span in segment.severities["nerve"].evidence]
    normal = lumbar(REPORT)._.segments[2].severities["disc"]
    assert (normal.rule, normal.evidence) == ("", ())


def test_the_text_of_a_segment_is_what_was_read_of_it(lumbar):
    doc = lumbar("Severe canal stenosis at L4-5 and a small protrusion at L3-4.")
    assert [segment.text for segment in doc._.segments] == [
        "and a small protrusion at L3-4.",
        "Severe canal stenosis at L4-5",
    ]


def test_evidence_of_the_rules_is_not_that_of_another_pipe(lumbar):
    doc = lumbar(REPORT)
    severities = annotations.read(doc, "severities")
    severities["L4-L5"]["disc"] = {"none_mild": 0.9, "moderate": 0.1, "severe": 0.0}
    severity = doc._.segments[1].severities["disc"]
    assert (severity.label, severity.rule, severity.evidence) == ("none_mild", "", ())


def test_each_region_is_graded_by_its_own_pathologies():
    doc = make("both")(BOTH)
    assert graded(doc) == {
        "C5-C6": {"stenosis": "moderate", "disc": "none_mild", "cord": "abnormal", "foraminal": "abnormal"},
        "L4-L5": {"stenosis": "severe", "disc": "none_mild", "nerve": "normal"},
    }


def test_docs_without_segments_and_empty_input_are_fine(lumbar):
    for text in ("", "  \n", "Conus at normal level."):
        assert lumbar(text)._.segments == ()
    assert list(lumbar.pipe([])) == []


@pytest.mark.parametrize("way", ["bytes", "disk", "pickle", "config"])
def test_saved_pipelines_grade_the_same(lumbar, tmp_path, way):
    if way == "bytes":
        again = make().from_bytes(lumbar.to_bytes())
    elif way == "disk":
        lumbar.to_disk(tmp_path)
        again = spacy.load(tmp_path)
    elif way == "pickle":
        again = pickle.loads(pickle.dumps(lumbar))
    else:
        again = spacy.util.load_model_from_config(lumbar.config)
    assert graded(again(REPORT)) == EXPECTED


def test_docs_keep_findings_and_evidence(lumbar):
    doc = lumbar(REPORT)
    words = [span.text for span in doc._.segments[1].severities["disc"].evidence]
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    for copy in (
        Doc(lumbar.vocab).from_bytes(doc.to_bytes()),
        pickle.loads(pickle.dumps(doc)),
        next(iter(DocBin().from_bytes(stored).get_docs(lumbar.vocab))),
    ):
        assert graded(copy) == EXPECTED
        assert [span.text for span in copy._.segments[1].severities["disc"].evidence] == words


def test_worker_processes_grade_the_same(lumbar):
    for doc in lumbar.pipe([REPORT] * 4, n_process=2, batch_size=2):
        assert graded(doc) == EXPECTED


def test_it_is_scored_as_the_trained_one_is(lumbar):
    reference = lumbar.make_doc(REPORT)
    gold = {name: {"mention": "explicit", **labels} for name, labels in EXPECTED.items()}
    annotations.write(reference, "gold", gold)
    scores = lumbar.get_pipe("rule_severity_classifier").score([Example(lumbar(REPORT), reference)])
    assert scores["severity_accuracy"] == 1


def test_a_pathology_without_a_rule_is_one_clear_error():
    modic = Pathology("modic", ("none", "type_1"))
    with pytest.raises(ConfigError, match=r"'modic'.*stenosis"):
        RuleSeverityClassifier(region=replace(LUMBAR, pathologies=(*LUMBAR.pathologies, modic)))
