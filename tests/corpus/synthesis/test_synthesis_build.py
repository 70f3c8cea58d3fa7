"""`build_corpus`: size, shares, practices, ids."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from composed import composed, practices
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spacy_spine.anatomy import Region
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels, read_reports
from spacy_spine.corpus.check import check_report
from spacy_spine.corpus.split import practice_of, split_reports
from spacy_spine.corpus.synthesis import Recipe, build_corpus, get_recipe
from spacy_spine.errors import ConfigError, CorpusError

ASSETS = Path(__file__).parents[3] / "assets" / "corpora"
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
QUICK = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.filter_too_much])


@pytest.fixture(scope="module")
def authored() -> list[AnnotatedReport]:
    """Some authored reports of training practices of both regions."""
    test = set((ASSETS / "test_practices.txt").read_text(encoding="utf-8").splitlines())
    names = ("lumbar-01", "lumbar-08", "cervical-06")
    reports = [[one for one in read_reports(ASSETS / name) if one.practice not in test] for name in names]
    return [one for own in reports for one in own[:16]]


@pytest.fixture(scope="module")
def built(authored: list[AnnotatedReport]) -> list[AnnotatedReport]:
    return build_corpus(authored, segments=2 * _segments(authored), seed=1)


def test_the_originals_come_first_as_they_are(authored: list[AnnotatedReport], built: list[AnnotatedReport]) -> None:
    assert built[: len(authored)] == authored


def test_the_number_of_segments_is_reached_and_hardly_passed(
    authored: list[AnnotatedReport], built: list[AnnotatedReport]
) -> None:
    assert 0 <= _segments(built) - 2 * _segments(authored) < max(len(one.segments) for one in built)


def test_what_is_built_passes_the_check(built: list[AnnotatedReport]) -> None:
    before = {one.id for one in built if any(True for _ in check_report(one)) and "+" not in one.id}
    problems = {one.id: list(check_report(one)) for one in built if one.id.split("+")[0] not in before}
    assert not {id: found for id, found in problems.items() if any(not warning for _, warning in found)}
    # Mentions that a scanner made unreadable are warnings, and few.
    assert sum(map(bool, problems.values())) < len(built) / 10


def test_ids_are_unique_and_say_what_was_done(built: list[AnnotatedReport]) -> None:
    assert len({one.id for one in built}) == len(built)
    originals = {one.id for one in built if "+" not in one.id}
    done = Counter(name for one in built for name in one.id.split("~")[0].split("+")[1:])
    assert {one.id.split("+")[0] for one in built} <= originals
    assert {"relevel", "respell", "recombine", "permute", "distract", "identify", "scan", "typos"} <= set(done)


def test_texts_are_all_different(built: list[AnnotatedReport]) -> None:
    assert len({one.text for one in built}) == len(built)


def test_a_quarter_of_the_new_reports_is_scanned(built: list[AnnotatedReport]) -> None:
    new = [one for one in built if "+" in one.id]
    scanned = sum(one.id.split("~")[0].endswith("+scan") for one in new)
    assert scanned == int(len(new) * 0.25)


def test_the_shares_of_the_labels_stay(authored: list[AnnotatedReport], built: list[AnnotatedReport]) -> None:
    before, after = _shares(authored), _shares(built)
    assert before.keys() == after.keys()
    assert all(abs(after[key] - before[key]) < 0.05 for key in before)


def test_balanced_brings_the_rare_labels_forward(authored: list[AnnotatedReport]) -> None:
    lumbar = [one for one in authored if one.region == "lumbar"]
    balanced = build_corpus(lumbar, segments=2 * _segments(lumbar), recipe="balanced", seed=1)
    before, after = _shares(lumbar), _shares(balanced)
    for pathology in ("stenosis", "disc", "nerve"):
        own = [key for key in before if key[0] == pathology]
        assert after[min(own, key=before.__getitem__)] > 1.15 * min(before[key] for key in own)


def test_shares_of_ones_own_are_aimed_at(authored: list[AnnotatedReport]) -> None:
    lumbar = [one for one in authored if one.region == "lumbar"]
    target = {"disc": {"none_mild": 0.2, "moderate": 0.2, "severe": 0.6}}
    recipe = Recipe("severe", get_recipe("balanced").operations, target)
    shares = _shares(build_corpus(lumbar, segments=2 * _segments(lumbar), recipe=recipe))
    assert shares["disc", "severe"] > _shares(lumbar)["disc", "severe"] + 0.05


def test_a_synthetic_report_stays_with_its_practice(
    authored: list[AnnotatedReport], built: list[AnnotatedReport]
) -> None:
    practice = {one.id: practice_of(one) for one in authored}
    assert all(practice_of(one) == practice[one.id.split("+")[0]] for one in built)
    parts = split_reports(built, {"train": 0.6, "test": 0.4})
    sources = [{one.id.split("+")[0] for one in own} for own in parts.values()]
    assert not sources[0] & sources[1]


@given(st.lists(composed(practice=""), min_size=2, max_size=4))
@QUICK
def test_a_report_of_nobody_stands_for_itself(reports: list[AnnotatedReport]) -> None:
    reports = [AnnotatedReport(**{**vars(one), "id": f"r{number}"}) for number, one in enumerate(reports)]
    built = build_corpus(reports, segments=2 * _segments(reports), noise=1.0)
    assert {practice_of(one) for one in built} == {practice_of(one) for one in reports}
    assert all(practice_of(one) == f"(report {one.id.split('+')[0]})" for one in built)


@given(practices(), st.integers(0, 3), st.sampled_from(["as_is", "balanced"]))
@QUICK
def test_the_same_seed_builds_the_same(reports: list[AnnotatedReport], seed: int, recipe: str) -> None:
    first, second = (build_corpus(reports, segments=2 * _segments(reports), recipe=recipe, seed=seed) for _ in "ab")
    assert first == second


def test_another_seed_builds_another(authored: list[AnnotatedReport], built: list[AnnotatedReport]) -> None:
    assert built != build_corpus(authored, segments=2 * _segments(authored), seed=2)


def test_a_corpus_that_is_large_enough_stays(authored: list[AnnotatedReport]) -> None:
    assert build_corpus(authored, segments=1) == authored


def test_progress_counts_segments(authored: list[AnnotatedReport]) -> None:
    counts: list[int] = []
    built = build_corpus(authored, segments=_segments(authored) + 30, progress=counts.append)
    assert counts[-1] == _segments(built)
    assert all(a <= b for a, b in pairwise(counts))


def test_a_plugins_region_is_built(thoracic: Region) -> None:
    labels = {"disc": "moderate", "modic": "type_1"}
    segments = {name: SegmentLabels("explicit", labels) for name in ("T9-T10", "T11-T12")}
    places = (Location(0, 5, ("T9-T10",)), Location(20, 26, ("T11-T12",)))
    text = "T9-10: Protrusion.\n\nT11-12: Protrusion and type 1 changes."
    report = AnnotatedReport("r", text, "thoracic", "A", places, segments)
    built = build_corpus([report], segments=30, noise=0.5)
    assert not [reason for one in built for reason, warning in check_report(one) if not warning]


def test_too_few_reports_are_said_to_be_too_few() -> None:
    report = AnnotatedReport("r", "L4-5 ok", "lumbar", "A", (Location(0, 4, ("L4-L5",)),))
    report = AnnotatedReport(**{**vars(report), "segments": {"L4-L5": SegmentLabels("explicit", LOWEST)}})
    recipe = Recipe("shuffle", {"spacy_spine.shuffle.v1": 1.0})
    with pytest.raises(CorpusError, match=r"Only 1 of 9 motion segments could be made of 1 reports; ask for fewer"):
        build_corpus([report], segments=9, recipe=recipe, scanned=0)
    with pytest.raises(CorpusError, match="hold no motion segment"):
        build_corpus([AnnotatedReport("r", "ok", "lumbar")])


@pytest.mark.parametrize("settings", [{"noise": 2}, {"scanned": -0.1}, {"recipe": "paper"}])
def test_settings_that_cannot_be_right_are_refused(settings: dict) -> None:
    with pytest.raises(ConfigError):
        build_corpus([AnnotatedReport("r", "ok", "lumbar")], **settings)


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "{}", '{"operations": {"a": 2}}', '{"operations": {"a": 1}, "target": "paper"}',
     '{"operations": {"a": 1}, "target": {"disc": {"severe": 0}}}'],
)  # fmt: skip
def test_a_recipe_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(content)
    with pytest.raises(ConfigError, match="mine"):
        get_recipe(str(path))


def test_a_recipe_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"operations": {"spacy_spine.respell.v1": 1}, "target": {"disc": {"severe": 1}}}))
    assert get_recipe(str(path)) == Recipe("mine", {"spacy_spine.respell.v1": 1}, {"disc": {"severe": 1}})


def _segments(reports: list[AnnotatedReport]) -> int:
    return sum(len(one.segments) for one in reports)


def _shares(reports: list[AnnotatedReport]) -> dict[tuple[str, str], float]:
    counts = Counter(item for one in reports for labels in one.segments.values() for item in labels.labels.items())
    whole = Counter[str]()
    for (pathology, _), count in counts.items():
        whole[pathology] += count
    return {key: count / whole[key[0]] for key, count in counts.items()}
