"""`location_ner` as a spaCy pipe: learns, keeps other entities, survives every way of saving."""

import pickle

import pytest
import spacy
from spacy.tokens import Span
from spacy.training import Example
from spacy.util import fix_random_seed

from spacy_spine.errors import CorpusError, ModelError

TEXTS = ["severe stenosis at L4-5.", "L5/S1 normal. no disc bulge.", "normal disc"]


def blank():
    return spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})


def make(encoder, **model):
    nlp = blank()
    nlp.add_pipe("spine_sentencizer")
    architecture = {"@architectures": "spacy_spine.LocationTagger.v1", "encoder": encoder, "precision": "fp32", **model}
    nlp.add_pipe("location_ner", config={"model": architecture})
    return nlp


def examples(nlp):
    rows = [(TEXTS[0], [(19, 23)]), (TEXTS[1], [(0, 5)]), (TEXTS[2], [])]
    made = []
    for text, spans in rows:
        reference = nlp.make_doc(text)
        reference.ents = [reference.char_span(*span, label="LOCATION") for span in spans]
        predicted = nlp.get_pipe("spine_sentencizer")(nlp.make_doc(text))
        made.append(Example(predicted, reference))
    return made


@pytest.fixture(scope="module")
def trained(tiny_encoder):
    fix_random_seed(0)
    nlp = make(tiny_encoder)
    data = examples(nlp)
    optimizer = nlp.initialize(lambda: data)
    optimizer.learn_rate = 0.003
    for _ in range(80):
        losses = nlp.update(data, sgd=optimizer, annotates=["spine_sentencizer"])
    assert losses["location_ner"] < 0.1
    return nlp


def found(docs):
    return [[(ent.text, ent.label_) for ent in doc.ents] for doc in docs]


EXPECTED = [[("L4-5", "LOCATION")], [("L5/S1", "LOCATION")], []]


def test_it_learns_where_locations_are(trained):
    assert found(map(trained, TEXTS)) == EXPECTED
    assert found(trained.pipe(TEXTS)) == EXPECTED
    scores = trained.evaluate(examples(trained))
    assert scores["locations_f"] == 1.0


def test_training_moves_the_encoder_too(tiny_encoder, trained):
    fresh = make(tiny_encoder)
    fresh.initialize(lambda: examples(fresh))
    before = fresh.get_pipe("location_ner").model.shims[0].network.encoder.embeddings.word_embeddings.weight
    after = trained.get_pipe("location_ner").model.shims[0].network.encoder.embeddings.word_embeddings.weight
    assert (before - after).abs().max() > 1e-3


def test_empty_input_is_fine(trained):
    assert trained("").ents == ()
    assert trained("  \n ").ents == ()
    assert list(trained.pipe([])) == []
    assert found(trained.pipe(["", TEXTS[0], " "])) == [[], EXPECTED[0], []]


def test_other_entities_stay_unless_a_location_overlaps_them(trained):
    doc = trained.get_pipe("spine_sentencizer")(trained.make_doc(TEXTS[0]))
    doc.ents = [Span(doc, 0, 1, label="GRADE"), Span(doc, 3, 4, label="CODE"), Span(doc, 1, 2, label="LOCATION")]
    trained.get_pipe("location_ner")(doc)
    assert [ent.label_ for ent in doc.ents] == ["GRADE", "LOCATION"]


@pytest.mark.parametrize("way", ["bytes", "disk", "pickle"])
def test_saved_pipelines_find_the_same(trained, tmp_path, way):
    if way == "bytes":
        again = make("/no/such/folder").from_bytes(trained.to_bytes())
    elif way == "disk":
        trained.to_disk(tmp_path)
        again = spacy.load(tmp_path)
        assert again.config["components"]["location_ner"] == trained.config["components"]["location_ner"]
    else:
        again = pickle.loads(pickle.dumps(trained))
    assert found(again.pipe(TEXTS)) == EXPECTED


def test_worker_processes_find_the_same(trained):
    assert found(trained.pipe(TEXTS * 3, n_process=2, batch_size=2)) == EXPECTED * 3


def test_a_truncated_model_is_one_clear_error(trained, tmp_path):
    trained.to_disk(tmp_path)
    file = tmp_path / "location_ner" / "model"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(ModelError, match="'location_ner': the saved model is damaged"):
        spacy.load(tmp_path)
    file.unlink()
    with pytest.raises(ModelError, match="incomplete"):
        spacy.load(tmp_path)


def test_training_data_without_locations_is_one_clear_error(tiny_encoder):
    nlp = make(tiny_encoder)
    with pytest.raises(CorpusError, match="LOCATION"):
        nlp.initialize(lambda: examples(nlp)[2:])
