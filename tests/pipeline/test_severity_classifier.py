"""`severity_classifier` as a spaCy pipe: learns, grades per region, survives every way of saving."""

import pickle

import pytest
import spacy
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import fix_random_seed

from spacy_spine.errors import CorpusError, ModelError
from spacy_spine.pipeline import annotations

LUMBAR = ("L4-5: severe canal stenosis.\nL5-S1: normal.", {"L4-5": ["L4-L5"], "L5-S1": ["L5-S1"]})
CERVICAL = ("C5-6: large disc extrusion.", {"C5-6": ["C5-C6"]})
GOLD = {
    "L4-L5": {"mention": "explicit", "stenosis": "severe", "disc": "none_mild", "nerve": "abnormal"},
    "L5-S1": {"mention": "explicit", "stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"},
    "C5-C6": {
        "mention": "explicit",
        "stenosis": "none_mild",
        "disc": "severe",
        "cord": "abnormal",
        "foraminal": "normal",
    },
}


def make(encoder, region="lumbar", **settings):
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    where = {"region": {"@spine_regions": f"spacy_spine.{region}.v1"}}
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("segment_grouper", config=where)
    model = {
        "@architectures": "spacy_spine.SeverityClassifier.v1",
        "encoder": encoder,
        "precision": "fp32",
        "dropout": 0.0,
    }
    nlp.add_pipe("severity_classifier", config={**where, "model": model, **settings})
    return nlp


def located(nlp, text, names):
    doc = nlp.make_doc(text)
    spans = {mention: doc.char_span(text.index(mention), text.index(mention) + len(mention)) for mention in names}
    doc.ents = [doc.char_span(span.start_char, span.end_char, label="LOCATION") for span in spans.values()]
    annotations.write(doc, "locations", {annotations.location_key(span): names[m] for m, span in spans.items()})
    return doc


def examples(nlp, *reports):
    made = []
    for text, names in reports:
        reference = located(nlp, text, names)
        annotations.write(reference, "gold", {s: GOLD[s] for segments in names.values() for s in segments})
        made.append(Example(located(nlp, text, names), reference))
    return made


def train(nlp, data, steps=60):
    fix_random_seed(0)
    optimizer = nlp.initialize(lambda: data)
    optimizer.learn_rate = 0.003
    for _ in range(steps):
        losses = nlp.update(data, sgd=optimizer, annotates=["spine_sentencizer", "segment_grouper"])
    return losses["severity_classifier"]


@pytest.fixture(scope="module")
def lumbar(tiny_encoder):
    nlp = make(tiny_encoder)
    assert train(nlp, examples(nlp, LUMBAR)) < 0.1
    return nlp


@pytest.fixture(scope="module")
def both(tiny_encoder):
    nlp = make(tiny_encoder, "both")
    assert train(nlp, examples(nlp, LUMBAR, CERVICAL)) < 0.2
    return nlp


def graded(doc):
    return {s.name: {p: v.label for p, v in s.severities.items()} for s in doc._.segments}


def gold(*segments):
    return {s: {p: label for p, label in GOLD[s].items() if p != "mention"} for s in segments}


def test_it_learns_all_pathologies_at_once(lumbar):
    doc = lumbar(located(lumbar, *LUMBAR))
    assert graded(doc) == gold("L4-L5", "L5-S1")
    assert doc._.segments[0].text == "this level: severe canal stenosis."
    for segment in doc._.segments:
        for severity in segment.severities.values():
            assert sum(severity.scores.values()) == pytest.approx(1)
            assert severity.confidence == severity.scores[severity.label]


def test_a_joint_model_grades_each_region_by_its_own_pathologies(both):
    assert graded(both(located(both, *CERVICAL))) == gold("C5-C6")
    assert graded(both(located(both, *LUMBAR))) == gold("L4-L5", "L5-S1")


def test_a_missing_label_is_not_learnt_as_anything(tiny_encoder):
    nlp = make(tiny_encoder)
    data = examples(nlp, LUMBAR)
    stored = annotations.read(data[0].reference, "gold")
    annotations.write(
        data[0].reference,
        "gold",
        {name: {"mention": "explicit", "nerve": row["nerve"]} for name, row in stored.items()},
    )
    fix_random_seed(0)
    nlp.initialize(lambda: data)
    pipe = nlp.get_pipe("severity_classifier")
    head = {h.name: h.columns for h in pipe.heads.heads}
    nlp.update(data, sgd=False, annotates=["spine_sentencizer", "segment_grouper"])
    gradient = pipe.model.shims[0].network.output.weight.grad
    assert gradient[head["nerve"]].abs().sum() > 0
    assert gradient[head["disc"]].abs().sum() == 0


def test_docs_without_segments_and_empty_input_are_fine(lumbar):
    for text in ("", "  \n", "Conus at normal level."):
        assert lumbar(text)._.segments == ()
    assert list(lumbar.pipe([])) == []
    docs = list(lumbar.pipe([lumbar.make_doc(""), located(lumbar, *LUMBAR)]))
    assert [len(doc._.segments) for doc in docs] == [0, 2]


def test_long_texts_are_named(lumbar):
    text = "L4-5: " + "disc bulge, " * 300 + "severe."
    doc = lumbar(located(lumbar, text, {"L4-5": ["L4-L5"]}))
    assert annotations.read(doc, "truncated") == ["L4-L5"]


@pytest.mark.parametrize("way", ["bytes", "disk", "pickle"])
def test_saved_pipelines_grade_the_same(lumbar, tmp_path, way):
    if way == "bytes":
        again = make("/no/such/folder").from_bytes(lumbar.to_bytes())
    elif way == "disk":
        lumbar.to_disk(tmp_path)
        again = spacy.load(tmp_path)
        assert again.config["components"] == lumbar.config["components"]
    else:
        again = pickle.loads(pickle.dumps(lumbar))
    assert graded(again(located(again, *LUMBAR))) == gold("L4-L5", "L5-S1")


@pytest.fixture
def warm(lumbar):
    """The trained pipeline with temperatures, which are taken out again."""
    lumbar.get_pipe("severity_classifier").set_temperatures({"disc": 3.0, "nerve": 0.5})
    yield lumbar
    lumbar.get_pipe("severity_classifier").cfg.pop("temperatures")


def confidences(nlp):
    segment = nlp(located(nlp, *LUMBAR))._.segments[0]
    return {name: severity.confidence for name, severity in segment.severities.items()}


def test_temperatures_change_how_sure_it_is_and_nothing_else(lumbar, warm):
    assert graded(warm(located(warm, *LUMBAR))) == gold("L4-L5", "L5-S1")
    after = confidences(warm)
    warm.get_pipe("severity_classifier").set_temperatures({})
    before = confidences(warm)
    assert after["disc"] < before["disc"]
    assert after["nerve"] > before["nerve"]
    assert after["stenosis"] == before["stenosis"]


@pytest.mark.parametrize("way", ["bytes", "disk", "pickle", "pipe"])
def test_temperatures_are_saved_with_the_pipe(warm, tmp_path, way):
    if way == "bytes":
        again = make("/no/such/folder").from_bytes(warm.to_bytes())
    elif way == "disk":
        warm.to_disk(tmp_path)
        again = spacy.load(tmp_path)
    elif way == "pickle":
        again = pickle.loads(pickle.dumps(warm))
    else:
        again = make("/no/such/folder")
        again.get_pipe("severity_classifier").from_bytes(warm.get_pipe("severity_classifier").to_bytes())
    expected = {"stenosis": 1.0, "disc": 3.0, "nerve": 0.5}
    assert again.get_pipe("severity_classifier").temperatures == expected
    assert again.get_pipe("severity_classifier").describe()["temperatures"] == "stenosis 1.00, disc 3.00, nerve 0.50"
    assert confidences(again) == pytest.approx(confidences(warm))


def test_worker_processes_use_the_temperatures(warm):
    expected = confidences(warm)
    for doc in warm.pipe([located(warm, *LUMBAR) for _ in range(2)], n_process=2, batch_size=1):
        found = {name: severity.confidence for name, severity in doc._.segments[0].severities.items()}
        assert found == pytest.approx(expected)


def test_a_model_without_temperatures_has_those_of_no_other(lumbar, warm):
    plain = lumbar.get_pipe("severity_classifier")
    plain.cfg.pop("temperatures")
    saved = plain.to_bytes()
    plain.set_temperatures({"disc": 3.0})
    plain.from_bytes(saved)
    assert set(plain.temperatures.values()) == {1.0}
    assert plain.describe()["temperatures"] == "none, not calibrated"
    plain.set_temperatures({})  # for the fixture to take out


def test_new_weights_have_no_temperatures(tiny_encoder):
    nlp = make(tiny_encoder)
    nlp.get_pipe("severity_classifier").set_temperatures({"disc": 3.0})
    nlp.initialize(lambda: examples(nlp, LUMBAR))
    assert set(nlp.get_pipe("severity_classifier").temperatures.values()) == {1.0}


IMPOSSIBLE = [
    ({"cord": 2.0}, "temperature for 'cord', which it does not grade"),
    ({"disc": 0.0}, "temperature of disc must be a number above 0"),
    ({"disc": -1}, "temperature of disc"),
    ({"disc": "2"}, "temperature of disc"),
    ([1.0], "must be numbers by pathology"),
]
NOT_FINITE = [({"disc": float(value)}, "temperature of disc") for value in ("nan", "inf")]


@pytest.mark.parametrize(("temperatures", "message"), IMPOSSIBLE + NOT_FINITE)
def test_impossible_temperatures_are_refused(lumbar, temperatures, message):
    with pytest.raises(ModelError, match=message):
        lumbar.get_pipe("severity_classifier").set_temperatures(temperatures)
    assert set(lumbar.get_pipe("severity_classifier").temperatures.values()) == {1.0}


@pytest.mark.parametrize(("temperatures", "message"), IMPOSSIBLE)
def test_a_model_with_impossible_temperatures_is_refused(warm, temperatures, message):
    warm.get_pipe("severity_classifier").cfg["temperatures"] = temperatures
    saved = warm.get_pipe("severity_classifier").to_bytes()
    with pytest.raises(ModelError, match=message):
        make("/no/such/folder").get_pipe("severity_classifier").from_bytes(saved)


def test_docs_keep_their_findings(lumbar):
    doc = lumbar(located(lumbar, *LUMBAR))
    scores = {s.name: {p: dict(v.scores) for p, v in s.severities.items()} for s in doc._.segments}
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    copies = [
        Doc(lumbar.vocab).from_bytes(doc.to_bytes()),
        pickle.loads(pickle.dumps(doc)),
        next(iter(DocBin().from_bytes(stored).get_docs(lumbar.vocab))),
    ]
    for copy in copies:
        assert {s.name: {p: dict(v.scores) for p, v in s.severities.items()} for s in copy._.segments} == scores
        assert [span.text for s in copy._.segments for span in s.spans] == [
            span.text for s in doc._.segments for span in s.spans
        ]


def test_worker_processes_grade_the_same(lumbar):
    docs = [located(lumbar, *LUMBAR) for _ in range(4)]
    for doc in lumbar.pipe(docs, n_process=2, batch_size=2):
        assert graded(doc) == gold("L4-L5", "L5-S1")


def test_a_model_of_another_region_is_refused(lumbar, both):
    with pytest.raises(ModelError, match="trained for pathologies"):
        make("unused", "both").from_bytes(lumbar.to_bytes())
    with pytest.raises(ModelError, match="trained for pathologies"):
        make("unused", "cervical").from_bytes(lumbar.to_bytes())


def test_training_data_of_another_region_is_one_clear_error(tiny_encoder):
    nlp = make(tiny_encoder, "cervical")
    with pytest.raises(CorpusError, match="region cervical"):
        nlp.initialize(lambda: examples(nlp, LUMBAR))


def test_an_unknown_region_or_pathology_in_a_config_is_refused(lumbar, tmp_path):
    lumbar.to_disk(tmp_path)
    config = (tmp_path / "config.cfg").read_text().replace("spacy_spine.lumbar.v1", "spacy_spine.thoracic.v1")
    (tmp_path / "config.cfg").write_text(config)
    with pytest.raises(Exception, match=r"spacy_spine\.thoracic\.v1"):
        spacy.load(tmp_path)


def test_the_rules_have_the_weight_that_they_are_given(tiny_encoder) -> None:
    text, names = "L4-5: severe canal stenosis, L4 root compressed.\nL5-S1: large extrusion.", LUMBAR[1]
    nlp = make(tiny_encoder)
    train(nlp, examples(nlp, LUMBAR), steps=1)  # has learned nothing yet
    pipe = nlp.get_pipe("severity_classifier")

    def graded(weight: float) -> dict[tuple[str, str], tuple[str, float]]:
        pipe.rule_weight = weight
        doc = nlp(located(nlp, text, names))
        return {(s.name, t): (v.label, v.confidence) for s in doc._.segments for t, v in s.severities.items()}

    rules = {
        ("L4-L5", "stenosis"): "severe", ("L4-L5", "disc"): "none_mild", ("L4-L5", "nerve"): "abnormal",
        ("L5-S1", "stenosis"): "none_mild", ("L5-S1", "disc"): "severe", ("L5-S1", "nerve"): "normal",
    }  # fmt: skip
    assert {key: label for key, (label, _) in graded(50.0).items()} == rules
    assert {key: label for key, (label, _) in graded(0.0).items()} != rules
    # A weight of w multiplies the odds of the rules' label by e to the w.
    before, after = graded(6.0), graded(7.0)
    for key, label in rules.items():
        assert before[key][0] == after[key][0] == label
        odds = [p / (1 - p) for _, p in (before[key], after[key])]
        assert odds[1] / odds[0] == pytest.approx(2.718, rel=0.01)


def test_the_weight_of_the_rules_is_the_config_s(tiny_encoder) -> None:
    assert make(tiny_encoder).get_pipe("severity_classifier").rule_weight == 0
    assert make(tiny_encoder, rule_weight=1.5).get_pipe("severity_classifier").rule_weight == 1.5
