"""Words, sizes, ranges and what typists and scanners do to them."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.findings.lexicon import phrases, vocabulary
from spacy_spine.findings.phrases import GRADES, phrases_of
from spacy_spine.findings.spelling import repair
from spacy_spine.findings.terms import read_terms

LONG = sorted(
    {words[0] for words, kind in phrases().items() if len(words) == 1 and len(words[0]) >= 9 and kind != "protected"}
)


def kinds(text: str) -> list[str]:
    return [term.kind for term in read_terms(text)]


def sizes(text: str) -> list[float]:
    return [term.value for term in read_terms(text) if term.kind == "size"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("protruson", ["protrusion"]),
        ("cornpression of the c0rd", ["compress", "of", "of", "cord"]),
        ("rnoderate stcnosis", ["moderate", "narrow"]),
        ("ste-\nnosis", ["narrow"]),
        ("mlid", ["mild"]),
        ("foraminalnarrowing", ["foramen", "narrow"]),
        ("thecal sac", ["sac"]),
        ("high-grade", ["severe"]),
        ("exit neural canal", ["foramen"]),
    ],
)
def test_damaged_and_joined_words_are_read(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize("word", ["patient", "ventral", "several", "larger", "existing", "matter"])
def test_words_that_only_look_like_a_term_are_none(word: str) -> None:
    assert kinds(word) == []


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(LONG), st.integers(1, 30))
def test_a_long_word_without_one_letter_keeps_its_meaning(word: str, place: int) -> None:
    damaged = word[: place % (len(word) - 1) + 1] + word[place % (len(word) - 1) + 2 :]
    table = phrases()
    meant = {table.get((part,)) for part in repair(damaged)}
    # What is left may be another form of the word, or another word that is as near.
    near = {other for other in vocabulary() if _distance_one(damaged, other)} | {damaged}
    assert meant & ({table.get((word,))} | {table.get((other,)) for other in near})


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_read_and_terms_never_overlap(text: str) -> None:
    terms = read_terms(text)
    assert all(a.end <= b.start or (a.start, a.end) == (b.start, b.end) for a, b in pairwise(terms))
    assert all(0 <= term.start < term.end <= len(text) for term in terms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 mm", [4.0]),
        ("0.7 cm", [7.0]),
        ("7,5mm", [7.5]),
        ("nine millimetre", [9.0]),
        ("11 x 8 mm", [11.0, 8.0]),
        ("3 to 4 mm", [4.0]),
        ("2-3 mm", [3.0]),
        ("from 2 mm to 4.5 mm", [4.5]),
        ("8, 9 and 11 mm", [8.0, 9.0, 11.0]),
        ("grade 2 at L4-5", []),
    ],
)
def test_sizes_are_read_in_millimetres(text: str, expected: list[float]) -> None:
    assert sizes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mild to moderate", "moderate"),
        ("moderate-severe", "severe"),
        ("mild/moderate", "moderate"),
        ("moderately severe", "severe"),
        ("moderate to high-grade", "severe"),
    ],
)
def test_a_range_of_grades_is_its_upper_end(text: str, expected: str) -> None:
    terms = [term for phrase in phrases_of(read_terms(text), len(text)) for term in phrase.terms]
    assert [term.kind for term in terms if term.kind in GRADES] == [expected]


def test_boxes_that_are_not_ticked_say_nothing() -> None:
    assert kinds("Disc [ ] bulge [X] protrusion [ ] extrusion") == ["disc", "mark", "mark", "protrusion"]
    assert "severe" not in kinds("canal: ok(X) mild( ) moderate( ) severe( )")


def test_long_texts_are_read_in_time_that_grows_with_their_length() -> None:
    def seconds(count: int) -> float:
        text = " ".join(f"qxzv{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}wq{'y' * (i % 7)}" for i in range(count))
        start = time.perf_counter()
        read_terms(text)
        return time.perf_counter() - start

    seconds(200)
    assert seconds(8000) < 40 * max(seconds(800), 0.01)


def _distance_one(a: str, b: str) -> bool:
    if abs(len(a) - len(b)) > 1:
        return False
    shorter, longer = sorted((a, b), key=len)
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) <= 1
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
