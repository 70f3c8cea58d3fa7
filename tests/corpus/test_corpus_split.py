"""`corpus split`: by practice, stratified, the same for the same seed."""

import random
from collections import Counter, defaultdict

import pytest
from annotated import labels, reports, row
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.corpus import AnnotatedReport
from spacy_spine.corpus.report import from_dict
from spacy_spine.corpus.split import practice_of, split_practices, split_reports
from spacy_spine.errors import CorpusError

SHARES = {"train": 0.7, "dev": 0.1, "test": 0.2}
QUICK = settings(deadline=None, max_examples=30)
CORPORA = st.lists(reports(), max_size=12, unique_by=lambda one: one.id)


def skewed(practices: int, seed: int = 0) -> list[AnnotatedReport]:
    """A corpus in which some practices are large and most severe labels come from few."""
    draw = random.Random(seed)
    corpus = []
    for practice in range(practices):
        bad = draw.random() < 0.2
        for number in range(draw.choice([1, 1, 2, 3, 8])):
            disc = draw.choices(["none_mild", "moderate", "severe"], [1, 3, 6] if bad else [8, 3, 0.3])[0]
            nerve = draw.choices(["normal", "abnormal"], [1, 1] if bad else [9, 1])[0]
            segments = {"L4-L5": labels(disc=disc, nerve=nerve)}
            corpus.append(from_dict(row(f"{practice}-{number}", practice=f"P{practice}", segments=segments)))
    return corpus


def shares(parts: dict[str, list[AnnotatedReport]]) -> dict[tuple[str, str], dict[str, float]]:
    counts: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for part, own in parts.items():
        for report in own:
            for one in report.segments.values():
                for item in one.labels.items():
                    counts[item][part] += 1
    return {item: {part: count[part] / count.total() for part in parts} for item, count in counts.items()}


@given(CORPORA, st.integers(0, 5))
@QUICK
def test_every_report_is_in_one_part_and_no_practice_in_two(corpus: list[AnnotatedReport], seed: int) -> None:
    parts = split_reports(corpus, SHARES, seed=seed)
    assert sorted(one.id for own in parts.values() for one in own) == sorted(one.id for one in corpus)
    practices = [{practice_of(one) for one in own} for own in parts.values()]
    assert sum(map(len, practices)) == len(set().union(*practices))


@given(CORPORA, st.randoms(use_true_random=False))
@QUICK
def test_the_order_of_the_reports_does_not_matter(corpus: list[AnnotatedReport], order: random.Random) -> None:
    shuffled = list(corpus)
    order.shuffle(shuffled)
    assert split_reports(shuffled, SHARES) == split_reports(corpus, SHARES)


@pytest.mark.parametrize("seed", range(5))
def test_labels_and_reports_keep_their_shares(seed: int) -> None:
    corpus = skewed(300)
    parts = split_reports(corpus, SHARES, seed=seed)
    for item, found in shares(parts).items():
        for part, share in SHARES.items():
            assert found[part] == pytest.approx(share, abs=0.02), (item, part)
    for part, share in SHARES.items():
        assert len(parts[part]) / len(corpus) == pytest.approx(share, abs=0.02)


def test_it_stratifies_better_than_chance() -> None:
    corpus = skewed(60)

    def worst(parts: dict[str, list[AnnotatedReport]]) -> float:
        return max(abs(found[part] - share) for found in shares(parts).values() for part, share in SHARES.items())

    def by_chance(seed: int) -> dict[str, list[AnnotatedReport]]:
        draw = random.Random(seed)
        dealt = {f"P{i}": draw.choices(list(SHARES), list(SHARES.values()))[0] for i in range(60)}
        return {part: [one for one in corpus if dealt[one.practice] == part] for part in SHARES}

    assert worst(split_reports(corpus, SHARES)) < min(worst(by_chance(seed)) for seed in range(50))


def test_seeds_differ() -> None:
    corpus = skewed(60)
    assert split_practices(corpus, SHARES, seed=1) == split_practices(corpus, SHARES, seed=1)
    assert split_practices(corpus, SHARES, seed=1) != split_practices(corpus, SHARES, seed=2)


def test_reports_without_a_practice_stand_for_themselves() -> None:
    corpus = [from_dict(row(f"r{i}", practice=None)) for i in range(10)]
    assert {part: len(own) for part, own in split_reports(corpus, {"a": 0.5, "b": 0.5}).items()} == {"a": 5, "b": 5}


def test_a_fixed_part_has_its_practices_and_no_others() -> None:
    corpus = skewed(60)
    fixed = {"P1": "test", "P2": "test", "not in the corpus": "test"}
    dealt = split_practices(corpus, SHARES, fixed=fixed)
    assert {practice for practice, part in dealt.items() if part == "test"} == {"P1", "P2"}
    rest = [one for one in corpus if one.practice not in fixed]
    parts = {part: [one for one in rest if dealt[one.practice] == part] for part in ("train", "dev")}
    assert len(parts["train"]) / len(rest) == pytest.approx(7 / 8, abs=0.03)


def test_fixed_practices_that_do_not_occur_settle_nothing() -> None:
    corpus = skewed(30)
    assert split_practices(corpus, SHARES, fixed={"of another corpus": "test"}) == split_practices(corpus, SHARES)


@pytest.mark.parametrize(
    ("parts", "fixed", "reason"),
    [
        ({"train": 0.7, "test": 0.2}, {}, "together 1, got train=0.7, test=0.2"),
        ({"train": 1.2, "test": -0.2}, {}, "must be above 0"),
        ({}, {}, "got none"),
        (SHARES, {"P1": "holdout"}, "fixed to part 'holdout', which is none of train, dev, test"),
        ({"a": 1.0}, {"P1": "a"}, "All parts are fixed"),
    ],
)
def test_what_cannot_be_split_is_one_sentence(parts: dict, fixed: dict, reason: str) -> None:
    with pytest.raises(CorpusError, match=reason):
        split_practices(skewed(5), parts, fixed=fixed)
