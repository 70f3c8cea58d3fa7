"""The tokenizer: nothing is lost, and every mention of a location is a span of whole tokens."""

import pickle
import re
from pathlib import Path

import pytest
import spacy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from spacy.language import Language

import spacy_spine.pipeline.tokenizer  # noqa: F401 (registers the tokenizer)

CONFIG = {"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}}
TEXT = "L3-4,L4/5:mild 3.5 mm.At (L5_S1)&C5–6 e.g. T11-T12|L1@L2~x"
MENTIONS = [
    "L3-4",
    "L4/5",
    "L5_S1",
    "C5–6",
    "L4-\n5",
    "L 4 - 5",
    "L@L3",
    "T11-T12",
    "L4-5 and L5-S1",
    "lumbosacral junction",
]
AROUND = ["", " ", ",", ":", ";", "(", ")", "&", "|", "~", "=", "+", "-", "/", ".", "*", "\n"]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en", config=CONFIG)


def words(nlp: Language, text: str) -> list[str]:
    return [token.text for token in nlp.make_doc(text)]


@given(st.text(alphabet=st.sampled_from("LCTS1245 -/–_.,:;&()|@\n\tmild ß")))
@settings(deadline=None, max_examples=80)
def test_text_is_never_changed(text: str) -> None:
    assert NLP.make_doc(text).text == text


@given(
    st.sampled_from(AROUND), st.sampled_from(MENTIONS), st.sampled_from(AROUND), st.sampled_from(["", "mild", "5 mm"])
)
@settings(deadline=None, max_examples=200)
def test_a_mention_is_whole_tokens_whatever_surrounds_it(before: str, mention: str, after: str, word: str) -> None:
    assume(not (after in (".", ",") and word.startswith("5")))  # "L3-4.5" holds a decimal
    text = f"at{before or ' '}{mention}{after or ' '}{word}"
    start = text.index(mention)
    span = NLP.make_doc(text).char_span(start, start + len(mention))
    assert span is not None
    assert span.text == mention


@pytest.mark.parametrize("number", ["3.5", "1.5", "0,8", "12"])
def test_a_decimal_stays_one_token(nlp: Language, number: str) -> None:
    assert words(nlp, f"measures {number} mm.") == ["measures", number, "mm", "."]


def test_typists_who_leave_out_spaces(nlp: Language) -> None:
    assert words(nlp, "atL4/5and L5/S1with") == ["at", "L4", "/", "5", "and", "L5", "/", "S1", "with"]
    assert words(nlp, "stenosis.At L5-S1") == ["stenosis", ".", "At", "L5", "-", "S1"]


def test_survives_storing(nlp: Language, tmp_path: Path) -> None:
    expected = words(nlp, TEXT)
    nlp.to_disk(tmp_path / "model")
    assert words(spacy.load(tmp_path / "model"), TEXT) == expected
    assert words(spacy.blank("en", config=CONFIG).from_bytes(nlp.to_bytes()), TEXT) == expected
    assert words(pickle.loads(pickle.dumps(nlp)), TEXT) == expected


def test_other_languages_get_it_too() -> None:
    assert words(spacy.blank("de", config=CONFIG), "LWK4/5") == ["LWK4", "/", "5"]


def test_empty_and_blank(nlp: Language) -> None:
    assert words(nlp, "") == []
    assert re.fullmatch(r"\s+", "".join(words(nlp, " \n ")))


NLP = spacy.blank("en", config=CONFIG)
