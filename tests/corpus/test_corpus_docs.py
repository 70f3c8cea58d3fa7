"""Annotated reports as Docs, in DocBins, and through spaCy's own reader."""

from pathlib import Path

import pytest
import spacy
from annotated import corpora, labels, reports, row
from hypothesis import given, settings
from spacy.tokens import Doc, DocBin
from spacy.training import Corpus, Example

from spacy_spine.corpus import write_any
from spacy_spine.corpus.docs import blank_pipeline, from_doc, read_docbin, to_doc, write_docbin
from spacy_spine.corpus.reader import create_corpus
from spacy_spine.corpus.report import from_dict
from spacy_spine.errors import CorpusError
from spacy_spine.pipeline import annotations

QUICK = settings(deadline=None, max_examples=40)
OURS = blank_pipeline()
SPACYS = spacy.blank("en")  # its tokenizer leaves "L4L5L5S1" whole: locations fall inside tokens


@pytest.mark.parametrize("nlp", [OURS, SPACYS], ids=["our tokenizer", "spaCy's"])
@given(report=reports())
@QUICK
def test_a_doc_holds_all_of_a_report(nlp, report) -> None:
    doc = to_doc(report, nlp)
    assert from_doc(doc) == report
    assert from_doc(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == report
    for ent in doc.ents:
        covered = [one for one in report.locations if one.start < ent.end_char and ent.start_char < one.end]
        assert covered
        assert set(ent._.motion_segments) <= {name for one in covered for name in one.motion_segments}


def test_what_stands_on_the_doc() -> None:
    doc = to_doc(from_dict(row(source="s")), OURS)
    assert [(ent.text, ent.label_, ent._.motion_segments) for ent in doc.ents] == [("L4-5", "LOCATION", ("L4-L5",))]
    assert annotations.read(doc, "gold") == {"L4-L5": labels(disc="severe"), "L5-S1": labels("inferred")}
    assert annotations.read(doc, "report") == {"id": "r1", "practice": "A", "region": "lumbar", "meta": {"source": "s"}}


def test_locations_within_one_token_share_its_span() -> None:
    report = from_dict(row(text="L4L5L5S1 normal", locations=[[0, 4, ["L4-L5"]], [4, 8, ["L5-S1"]]]))
    doc = to_doc(report, SPACYS)
    assert [(ent.text, ent._.motion_segments) for ent in doc.ents] == [("L4L5L5S1", ("L4-L5", "L5-S1"))]
    assert from_doc(doc) == report


def test_corrected_ents_are_what_is_read() -> None:
    doc = to_doc(from_dict(row(text="L4-5 and x/L5-S1", locations=[[0, 4, ["L4-L5"]], [11, 16, ["L5-S1"]]])), SPACYS)
    doc.ents = doc.ents[:1]
    assert [(one.start, one.motion_segments) for one in from_doc(doc).locations] == [(0, ("L4-L5",))]


def test_a_location_outside_the_text_is_one_sentence() -> None:
    with pytest.raises(CorpusError, match=r"^r1: location 50:99 is not in the text\.$"):
        to_doc(from_dict(row(locations=[[50, 99, ["L4-L5"]]])), OURS)


def test_docs_of_others_are_one_sentence(tmp_path: Path) -> None:
    DocBin(docs=[OURS("text")], store_user_data=True).to_disk(tmp_path / "x.spacy")
    with pytest.raises(CorpusError, match=r"x.spacy: Doc 1: a Doc is not of an annotated report"):
        list(read_docbin(tmp_path / "x.spacy"))


@given(corpora())
@settings(deadline=None, max_examples=10)
def test_spacys_own_reader_reads_the_file(tmp_path_factory, corpus) -> None:
    path = tmp_path_factory.mktemp("docbin") / "x.spacy"
    write_docbin(path, corpus, SPACYS)
    examples = [one for one in Corpus(path)(SPACYS) if len(one.reference)]
    assert [from_doc(one.reference) for one in examples] == [one for one in corpus if one.text]
    assert not any(one.predicted.ents or one.predicted.user_data for one in examples)


def read(path: Path, **settings) -> list[Example]:
    return list(create_corpus(path, **settings)(OURS))


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reader") / "x.jsonl"
    write_any(path, [from_dict(row(f"r{i}")) for i in range(10)])
    return path


def test_the_predicted_docs_hold_the_text_alone(ten: Path) -> None:
    for example in read(ten):
        assert example.reference.ents
        assert not example.predicted.ents
        assert annotations.KEY not in example.predicted.user_data


def test_gold_locations_are_given_but_never_gold_labels(ten: Path) -> None:
    for example in read(ten, gold_locations=True):
        assert [ent._.motion_segments for ent in example.predicted.ents] == [("L4-L5",)]
        assert set(example.predicted.user_data[annotations.KEY]) == {"locations"}
        assert annotations.read(example.reference, "gold")["L4-L5"]["disc"] == "severe"


@pytest.mark.parametrize("name", ["x.spacy", "x.texts.jsonl", "y.jsonl"])
def test_every_form_gives_the_same_examples(ten: Path, tmp_path: Path, name: str) -> None:
    corpus = [from_doc(one.reference) for one in read(ten)]
    write_any(tmp_path / name, corpus)
    assert [from_doc(one.reference) for one in read(tmp_path / name)] == corpus


def ids(examples: list[Example]) -> list[str]:
    return [annotations.read(one.reference, "report")["id"] for one in examples]


def test_shuffling_is_seeded_and_changes_from_pass_to_pass(ten: Path) -> None:
    first, second = create_corpus(ten, shuffle=True, seed=1), create_corpus(ten, shuffle=True, seed=1)
    passes = [ids(list(first(OURS))) for _ in range(3)]
    assert passes == [ids(list(second(OURS))) for _ in range(3)]
    assert len({tuple(one) for one in passes}) == 3
    assert all(sorted(one) == sorted(ids(read(ten))) for one in passes)
    assert ids(list(create_corpus(ten, shuffle=True, seed=2)(OURS))) != passes[0]


def test_limit(ten: Path) -> None:
    assert ids(read(ten, limit=3)) == ["r0", "r1", "r2"]
    assert len(read(ten, limit=0)) == 10


def test_the_reader_is_found_by_its_name(ten: Path) -> None:
    resolved = spacy.registry.resolve({"corpus": {"@readers": "spacy_spine.Corpus.v1", "path": str(ten), "limit": 2}})
    assert len(list(resolved["corpus"](OURS))) == 2
