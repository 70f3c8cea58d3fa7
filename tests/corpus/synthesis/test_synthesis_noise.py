"""The noise channel: offsets go along, what labels hang on stays, and strength means more of the same."""

import random
import re

import pytest
from composed import composed
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.corpus.check import check_report
from spacy_spine.corpus.synthesis import damage, noise
from spacy_spine.corpus.synthesis.layout import misread
from spacy_spine.corpus.synthesis.noise import channels
from spacy_spine.corpus.synthesis.tables import table
from spacy_spine.corpus.synthesis.words import WORD_DAMAGES, is_kept
from spacy_spine.errors import ConfigError
from spacy_spine.mentions import normalize

QUICK = settings(deadline=None, max_examples=40)
STRENGTHS = st.floats(0, 1, allow_nan=False)
NUMBERS = re.compile(r"\b\d+(?:\.\d+)? mm\b")


def report(text: str, *mentions: str) -> AnnotatedReport:
    """A lumbar report in which each mention stands once."""
    locations = [(text.index(one), text.index(one) + len(one), normalize(one, "lumbar")) for one in mentions]
    lowest = {one.name: one.lowest for one in get_regions("lumbar").pathologies}
    segments = {name: SegmentLabels("explicit", lowest) for _, _, names in locations for name in names}
    return AnnotatedReport("r", text, "lumbar", "A", tuple(Location(*one) for one in sorted(locations)), segments)


LONG = report(
    "FINDINGS:\nL3-4: Moderate disc bulge of 3 mm without significant canal stenosis or nerve root impingement, "
    "the thecal sac is mildly indented and the foramina remain open on both sides of the spinal canal.\n\n"
    "L4-5: Severe narrowing. No sequestration. Extrusion of 9 mm compresses the traversing root.\n\n"
    "IMPRESSION:\nSevere stenosis L4/5.",
    "L3-4",
    "L4-5",
    "L4/5",
)


@given(composed(), STRENGTHS, st.integers(0, 5), st.sampled_from(channels()))
@QUICK
def test_mentions_stand_for_the_same_levels(one: AnnotatedReport, strength: float, seed: int, channel: str) -> None:
    (after,) = noise([one], strength, seed, channel=channel)
    assert (after.id, after.practice, after.segments) == (one.id, one.practice, one.segments)
    for old, new in zip(one.locations, after.locations, strict=True):
        assert new.motion_segments == old.motion_segments
        assert normalize(after.text[new.start : new.end], one.region) == old.motion_segments
    assert not [reason for reason, warning in check_report(after) if not warning]


@given(composed(), STRENGTHS, st.integers(0, 5), st.sampled_from(channels()))
@QUICK
def test_a_repaired_report_is_read_as_before(one: AnnotatedReport, strength: float, seed: int, channel: str) -> None:
    after = damage(one, random.Random(seed), strength, channel=channel)
    assert misread(after) <= misread(one)


@given(composed(), st.integers(0, 5), st.sampled_from(channels()))
@QUICK
def test_no_strength_changes_nothing(one: AnnotatedReport, seed: int, channel: str) -> None:
    assert list(noise([one], 0.0, seed, channel=channel)) == [one]


@given(st.integers(0, 300), st.sampled_from(channels()))
@QUICK
def test_sizes_and_negations_survive_the_worst(seed: int, channel: str) -> None:
    (after,) = noise([LONG], 1.0, seed, channel=channel)
    assert re.findall(r"\b(\d) [mnr]{2}", _flat(after).lower()) == ["3", "9"]
    assert re.search(r"(?i)\bn[o0]\W+[s5]", _flat(after))  # "No sequestration", whatever became of the long word
    # A damaged grade never becomes another grade ("mild|y" is still mild).
    grades = re.findall(r"(?i)\b(?:mild|moderate|severe|minimal|marked|normal|small|large)\b", after.text)
    assert {word.lower() for word in grades} <= {"mild", "moderate", "severe"}


@given(st.sampled_from(sorted(table("noise")["kept"])), st.sampled_from(sorted(WORD_DAMAGES)), st.integers(0, 50))
@QUICK
def test_words_of_grades_stay_recognisable(word: str, name: str, seed: int) -> None:
    damaged = WORD_DAMAGES[name](word, random.Random(seed))
    if damaged is None or name in ("filler", "speck", "homophone"):
        assert damaged is None or name == "homophone" or word in damaged
        return
    assert not is_kept(damaged) or damaged.lower() == word
    assert abs(len(damaged) - len(word)) <= 1
    assert damaged[0].lower() == word[0].lower() or name == "shape"


@pytest.mark.parametrize("channel", ["scan", "typist", "dictation"])
def test_more_strength_is_more_of_the_same(channel: str) -> None:
    changed = []
    for strength in (0.1, 0.3, 0.6, 1.0):
        total = 0
        for seed in range(30):
            (after,) = noise([LONG], strength, seed, channel=channel)
            total += sum(word not in after.text.split() for word in LONG.text.split())
        changed.append(total)
    assert changed == sorted(changed)
    assert changed[0] < changed[-1] / 3


def test_a_reports_noise_hangs_on_its_id_and_the_seed_alone() -> None:
    other = AnnotatedReport(**{**vars(LONG), "id": "s"})
    one, two = noise([LONG, other], 0.8, 3)
    assert list(noise([other, LONG], 0.8, 3)) == [two, one]
    assert one.text != two.text
    assert one != next(noise([LONG], 0.8, 4))


def test_unreadable_mentions_are_read_as_nothing_else() -> None:
    lost = 0
    for seed in range(60):
        (after,) = noise([LONG], 1.0, seed, channel="scan", unreadable=1.0)
        for place in after.locations:
            read = normalize(after.text[place.start : place.end], "lumbar")
            assert read in ((), place.motion_segments)
            lost += not read
    assert lost
    (after,) = noise([LONG], 1.0, 0, channel="scan")
    assert all(normalize(after.text[one.start : one.end], "lumbar") for one in after.locations)


def test_scans_break_lines_and_pages() -> None:
    texts = [next(noise([LONG], 1.0, seed, channel="scan")).text for seed in range(30)]
    assert any(text.count("\n") > LONG.text.count("\n") for text in texts)
    assert any("-\n" in text for text in texts)
    assert any("age " in text or "(continued)" in text for text in texts)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"strength": 1.5}, "strength of the noise must be between 0 and 1, got 1.5"),
        ({"strength": float("nan")}, "between 0 and 1"),
        ({"strength": 0.5, "channel": "fax"}, "Unknown channel of noise 'fax'; there are scan"),
        ({"strength": 0.5, "unreadable": -1}, "share of unreadable mentions"),
    ],
)
def test_what_is_no_noise_is_refused(settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        list(noise([LONG], **settings))


def _flat(after: AnnotatedReport) -> str:
    """The text without its mentions, specks and line ends."""
    text, edges = "", [0, *(edge for one in after.locations for edge in (one.start, one.end)), len(after.text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        text += after.text[start:end]
    return " ".join(re.sub(r"\b(?:um|uh|er|okay) ", "", text).split())
