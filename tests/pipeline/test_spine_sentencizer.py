"""Sentence boundaries of MRI reports."""

import pickle
import time
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import spacy_spine.pipeline.spine_sentencizer
import spacy_spine.pipeline.tokenizer  # noqa: F401
from spacy_spine.pipeline.sentences.boundaries import sentence_starts

# One string a report; "¦" where a sentence begins.
CASES = {
    "heading": "FINDINGS: ¦There is a bulge. ¦No stenosis.\n¦IMPRESSION:\n¦Normal.",
    "capitals alone": "MRI LUMBAR SPINE\n\n¦FINDINGS\n¦Normal alignment.",
    "list of levels": "L3-4: Bulge. ¦No stenosis.\n¦L4-5: Normal.\n¦L5/S1 - Extrusion.",
    "bullets": "- L3/4 bulge\n¦- L4/5 normal\n¦* L5/S1 extrusion\n¦• conus normal",
    "numbers": "1. Extrusion at L4-5.\n¦2) Bulge at L3-4.\n¦(3) Conus normal.",
    "one line": "L3-4: mild bulge; ¦L4-5: extrusion; ¦L5-S1: normal",
    "slashes": "L3-4: bulge // ¦L4-5: extrusion // ¦conus normal",
    "semicolon without level": "L4-5: bulge; canal patent; roots free.",
    "levels before one colon": "L3-4, L4-5: mild bulges.",
    "broken line": "There is a large disc\nextrusion at the\nL4-5 level, compressing\nthe root. ¦No fracture.",
    "broken mention": "A bulge at L4-\n5 and at L5/\nS1 is seen.",
    "broken word": "There is fora-\nminal narrowing.",
    "page header": "The disc bulges and the\n¦Page 2 of 3\n¦canal is narrow.",
    "name line": "MRN: 12345 Name: A B\n¦The disc bulges.",
    "decimal": "A 3.5 mm bulge on 1.5 Tesla. ¦Normal.",
    "abbreviations": "Seen by Dr. Smith, e.g. left vs. right, approx. 4 mm, no. 4. ¦Normal.",
    "initials": "Reported by J. Doe. ¦Normal.",
    "missing space": "Severe stenosis.¦At L5-S1 a bulge.",
    "blank line": "bulge at L4-5\n\n¦Small cyst",
    "question": "Is there stenosis? ¦Yes, at L4-5.\n¦?L5 radiculopathy",
    "small letters": "c4-5 bulge, canal severe\n¦c5-6 normal\n¦other levels normal",
    "table": "C3/4  8.1  protrusion  mild\n¦C4/5  6.2  extrusion  severe\n¦C5/6  9  bulge  mild",
    "two digits": "T11-T12: bulge. ¦Canal patent.\n¦T12-L1: normal.",
    "heading over levels": "Foramina, right side: ¦C3-4 open; ¦C4-5 severe.",
    "numbered question": "Q1. Is there a slip? ¦No.\n¦Q2. Stenosis? ¦Severe at L4-5.",
    "page header of a practice": "The disc bulges and\n¦ACME IMAGING  Page 1 of 2\n¦narrows the canal.",
    "dots in levels": "L3.4, L4.5: nad.\n¦L5.S1: bulge. ¦Levels L2/3 .. L5/S1 are listed.",
    "levels under one name": "Segments L1-L2, L2-L3 - normal.\n¦First, L3/4: a bulge.",
    "topic over levels": "Foramina: ¦Small at C2-3. ¦At C3-4, mild. ¦At C4-5, severe.",
    "topic inside a line": "No herniation. ¦Foramina: ¦C3/4 free; ¦C4/5 severe on the left.",
    "topic over nothing": "Canal: patent.\n¦Foramina: severe at C4-5.",
    "bullet over levels": "• Canal AP diameter: ¦C3-4 - 10 mm, ¦C4-5 - 9 mm.\n¦• Conus normal.",
    "mention broken after a heading": "Findings: ¦L3-\n4 disc: bulge.",
    "small letters alone": "mri neck\n¦c6/7 narrow canals\n¦straight neck\n¦no other disc lesion\n¦rest nad",
    "small letters, long lines": "there is a bulge at the level of l4/5 narrowing\nthe canal and recesses\n¦nil else",
    "regions": 'Spine MRI, "both studies"\n¦neck - C5-6 bulge, rest fine\n¦back - L4-5 bulge',
    "spoken stops": "there is a bulge at L four five full stop ¦the canal is patent full stop",
}


def pipeline() -> Language:
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    nlp.add_pipe("spine_sentencizer")
    return nlp


NLP = pipeline()


def sentences(doc: Doc) -> list[str]:
    return [sentence.text.strip() for sentence in doc.sents]


@pytest.mark.parametrize("case", CASES)
def test_boundaries(case: str) -> None:
    expected = [part.strip() for part in CASES[case].split("¦")]
    assert sentences(NLP(CASES[case].replace("¦", ""))) == expected


def test_dictation_without_any_stop_is_cut_at_its_levels() -> None:
    text = "there is a bulge with a narrow canal and free roots on both sides of the midline in this patient " * 2
    spoken = f"at L3 4 {text}at L4 5 {text}at L5 S1 {text}"
    assert [part[:7] for part in sentences(NLP(spoken))] == ["at L3 4", "at L4 5", "at L5 S"]


REPORT = st.lists(
    st.sampled_from(["L4-5", "bulge", ".", "\n", ";", "FINDINGS:", "1.", "-", " ", "no", "Page 2", "//"])
).map(" ".join)


@given(REPORT | st.text(max_size=60))
@settings(deadline=None, max_examples=150)
def test_every_character_is_in_one_sentence(text: str) -> None:
    doc = NLP(text)
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == text
    starts = sentence_starts(text)
    assert starts == sorted(set(starts))
    assert not any(text[start].isspace() for start in starts)


@given(REPORT, REPORT)
@settings(deadline=None, max_examples=60)
def test_a_blank_line_and_a_heading_keep_reports_apart(first: str, second: str) -> None:
    """What stands above changes nothing below, unless the text as a whole is in capitals."""
    head = "There was nothing else to see here.\n\n"
    shifted = [start - len(head) for start in sentence_starts(head + "FINDINGS: " + second) if start >= len(head)]
    other = first.lower() + "\n\nThere was nothing else to see here.\n\n"
    again = [start - len(other) for start in sentence_starts(other + "FINDINGS: " + second) if start >= len(other)]
    assert shifted == again


@pytest.mark.parametrize(
    "unit", ["a", "word ", "Flat. ", "L4-5 ", "L4-5: bulge.\n", "; L4-5 mild", "(", "\n", "a: ", "at L4 5 a bulge "]
)
def test_long_texts_take_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.perf_counter()
    sentence_starts(text)
    assert time.perf_counter() - began < 10


def test_one_megabyte_of_one_word_is_one_sentence() -> None:
    assert len(list(NLP("a" * 999_999).sents)) == 1


def test_empty_and_blank() -> None:
    assert list(NLP("").sents) == []
    assert len(list(NLP(" \n\n ").sents)) == 1
    assert list(NLP.pipe([])) == []


def test_overwrites_boundaries_set_before() -> None:
    doc = NLP.make_doc("The canal is patent. Normal.")
    for token in doc:
        token.is_sent_start = True
    assert len(list(NLP.get_pipe("spine_sentencizer")(doc).sents)) == 2


def test_pipe_equals_call() -> None:
    texts = [case.replace("¦", "") for case in CASES.values()]
    one_by_one = [sentences(NLP(text)) for text in texts]
    assert [sentences(doc) for doc in NLP.pipe(texts, batch_size=4)] == one_by_one
    assert [sentences(doc) for doc in NLP.pipe(texts, batch_size=4, n_process=2)] == one_by_one


def test_survives_storing(tmp_path: Path) -> None:
    text = CASES["list of levels"].replace("¦", "")
    doc = NLP(text)
    expected = sentences(doc)
    assert sentences(Doc(NLP.vocab).from_bytes(doc.to_bytes())) == expected
    assert sentences(next(DocBin(store_user_data=True, docs=[doc]).get_docs(NLP.vocab))) == expected
    NLP.to_disk(tmp_path / "model")
    assert sentences(spacy.load(tmp_path / "model")(text)) == expected
    assert sentences(pipeline().from_bytes(NLP.to_bytes())(text)) == expected
    assert sentences(pickle.loads(pickle.dumps(NLP))(text)) == expected
