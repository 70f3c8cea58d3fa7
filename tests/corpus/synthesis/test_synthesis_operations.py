"""Operations: what is read off the changed text are the changed labels, whatever the operation."""

import copy
import random
from collections.abc import Callable

import catalogue
import pytest
from composed import composed, gold, labels_in_text, pool, practices
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from spacy_spine import get_regions
from spacy_spine.anatomy import Region
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.corpus.check import check_report
from spacy_spine.corpus.report import to_dict
from spacy_spine.corpus.synthesis import get_operations, operations
from spacy_spine.errors import ConfigError
from spacy_spine.mentions import normalize

NAMES = ["relevel", "permute", "recombine", "shuffle", "drop", "respell", "distract", "identify"]
NOISY = ["typos", "dictation", "scan"]
# Many reports are none that an operation applies to.
QUICK = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}


def apply(name: str, reports: list[AnnotatedReport], seed: int = 0) -> AnnotatedReport | None:
    (operation,) = get_operations([f"spacy_spine.{name}.v1"]).values()
    return operation(reports[0], random.Random(seed), pool(reports))


def lumbar(text: str, **segments: dict[str, str] | str) -> AnnotatedReport:
    """A report with «mentions» marked, and labels by segment: L4_L5={"disc": "severe"} or "inferred"."""
    locations, plain = [], ""
    for number, part in enumerate(text.replace("»", "«").split("«")):
        if number % 2:
            locations.append(Location(len(plain), len(plain) + len(part), normalize(part, "lumbar")))
        plain += part
    labels = {}
    for name, given_labels in segments.items():
        if isinstance(given_labels, str):
            labels[name.replace("_", "-")] = SegmentLabels(given_labels, LOWEST)
        else:
            labels[name.replace("_", "-")] = SegmentLabels("explicit", LOWEST | given_labels)
    return AnnotatedReport("r", plain, "lumbar", "A", tuple(locations), labels)


@pytest.mark.parametrize("name", NAMES)
@given(practices(), st.integers(0, 3))
@QUICK
def test_the_text_says_what_the_labels_say(name: str, reports: list[AnnotatedReport], seed: int) -> None:
    assume(all(labels_in_text(one) == gold(one) for one in reports))
    after = apply(name, reports, seed)
    assume(after is not None)
    assert after is not None
    assert after.text != reports[0].text
    assert labels_in_text(after) == gold(after)
    assert not list(check_report(after))


@pytest.mark.parametrize("name", [*NAMES, *NOISY])
@given(practices(), st.integers(0, 3))
@QUICK
def test_chance_is_settled_by_the_seed_and_nothing_else_changes(
    name: str, reports: list[AnnotatedReport], seed: int
) -> None:
    before = copy.deepcopy([to_dict(one) for one in reports])
    state = random.getstate()
    first, second = apply(name, reports, seed), apply(name, reports, seed)
    assert first == second
    assert random.getstate() == state
    assert [to_dict(one) for one in reports] == before
    assert first is None or first.practice == reports[0].practice


@given(composed(), st.integers(0, 3))
@QUICK
def test_respelling_keeps_all_but_the_mentions(report: AnnotatedReport, seed: int) -> None:
    after = apply("respell", [report], seed)
    assume(after is not None)
    assert after is not None
    assert after.segments == report.segments
    for old, new in zip(report.locations, after.locations, strict=True):
        assert new.motion_segments == old.motion_segments
        assert normalize(after.text[new.start : new.end], report.region) == old.motion_segments
    assert _without_mentions(after) == _without_mentions(report)


@given(composed(), st.integers(0, 3), st.sampled_from(["distract", "identify"]))
@QUICK
def test_what_is_added_leaves_all_the_rest(report: AnnotatedReport, seed: int, name: str) -> None:
    after = apply(name, [report], seed)
    assume(after is not None)
    assert after is not None
    assert after.segments == report.segments
    lines = iter(after.text.splitlines())
    assert all(line in lines for line in report.text.splitlines())


def test_every_operation_does_something_on_lists() -> None:
    text = "FINDINGS:\n«L2-3»: disc moderate.\n«L3-4»: Normal.\n«L4-5»: disc severe. nerve abnormal.\n"
    segments = {"L2_L3": {"disc": "moderate"}, "L3_L4": {}, "L4_L5": {"disc": "severe", "nerve": "abnormal"}}
    other = lumbar("FINDINGS:\n«L4-5»: stenosis severe.\n", L4_L5={"stenosis": "severe"})
    for name in [*NAMES, *NOISY]:
        results = [apply(name, [lumbar(text, **segments), other], seed) for seed in range(20)]
        assert any(results), name


def test_relevel_moves_vertebrae_and_roots_along() -> None:
    report = lumbar("«L4-5» extrusion behind the L4 body, L5 root compressed.", L4_L5={"disc": "severe"})
    texts = {after.text for seed in range(20) if (after := apply("relevel", [report], seed))}
    assert "L3-4 extrusion behind the L3 body, L4 root compressed." in texts
    assert "L5-S1 extrusion behind the L5 body, S1 root compressed." in texts
    assert all(text.startswith(("L1-2", "L2-3", "L3-4", "L5-S1")) for text in texts)


def test_relevel_leaves_sequences_and_sizes() -> None:
    report = lumbar("Sagittal T1 and T2. «L4-5» protrusion L 5 mm.", L4_L5={"disc": "moderate"})
    after = apply("relevel", [report])
    assert after is not None
    assert after.text.startswith("Sagittal T1 and T2.")
    assert after.text.endswith("protrusion L 5 mm.")


def test_relevel_moves_ranges_and_the_levels_left() -> None:
    text = "Bulges from «L2-3 to L4-5». The remaining discs are normal."
    own = {name: {} for name in ("L2_L3", "L3_L4", "L4_L5")}
    after = [apply("relevel", [lumbar(text, L1_L2="inferred", L5_S1="inferred", **own)], seed) for seed in range(9)]
    found = {one.text: one for one in after if one}
    moved = found["Bulges from L3-4 to L5-S1. The remaining discs are normal."]
    assert {name: one.mention for name, one in moved.segments.items()} == {
        "L1-L2": "inferred",
        "L2-L3": "inferred",
        "L3-L4": "explicit",
        "L4-L5": "explicit",
        "L5-S1": "explicit",
    }
    assert moved.locations[0].motion_segments == ("L3-L4", "L4-L5", "L5-S1")


@pytest.mark.parametrize(
    "text",
    [
        "«L4-5» protrusion. The level above is normal.",
        "Transitional anatomy. «L4-5» protrusion.",
        "«L4-5» protrusion, T12-L1 spared.",
        "«L4-5» protrusion, LS root touched.",
        "«L1-2» to «L5-S1» protrusions.",
        "Protrusions of the «lower two levels».",
    ],
)
def test_relevel_refuses_what_holds_of_one_level_only(text: str) -> None:
    report = lumbar(text)
    names = {name for one in report.locations for name in one.motion_segments}
    report = lumbar(text, **{name.replace("-", "_"): {} for name in names})
    assert not any(apply("relevel", [report], seed) for seed in range(10))


def test_cervical_roots_are_not_moved_over_the_end_of_their_count() -> None:
    text = "C6-7 protrusion, C7 root compressed, C8 root free."
    lowest = {one.name: one.lowest for one in get_regions("cervical").pathologies}
    labels = {"C6-C7": SegmentLabels("explicit", lowest)}
    report = AnnotatedReport("r", text, "cervical", "A", (Location(0, 4, ("C6-C7",)),), labels)
    assert not any(apply("relevel", [report], seed) for seed in range(10))


def test_an_item_goes_with_its_labels_into_another_report() -> None:
    report = lumbar("- «L3-4»: Normal.\n- «L4-5»: Bulge.", L3_L4={}, L4_L5={})
    other = lumbar("- «L5/S1»: Large extrusion, S1 root compressed.", L5_S1={"disc": "severe", "nerve": "abnormal"})
    results = [after for seed in range(20) if (after := apply("recombine", [report, other], seed))]
    texts = {after.text for after in results}
    assert "- L3-4: Normal.\n- L4/5: Large extrusion, L5 root compressed." in texts
    moved = next(one for one in results if one.text.endswith("L5 root compressed."))
    assert moved.segments["L4-L5"].labels == LOWEST | {"disc": "severe", "nerve": "abnormal"}
    assert moved.segments["L3-L4"].labels == LOWEST


@pytest.mark.parametrize("said", ["similar to the other levels", "worse than at the level above", "ditto"])
def test_an_item_that_leans_on_others_is_not_moved(said: str) -> None:
    report = lumbar(f"- «L3-4»: Bulge.\n- «L4-5»: Bulge, {said}.", L3_L4={}, L4_L5={})
    other = lumbar(f"- «L2-3»: Stenosis, {said}.", L2_L3={})
    for name in ("recombine", "permute", "shuffle"):
        assert not any(apply(name, [report, other], seed) for seed in range(10))


def test_reports_of_other_practices_lend_nothing() -> None:
    report = lumbar("- «L3-4»: Normal.", L3_L4={})
    other = lumbar("- «L4-5»: Large extrusion.", L4_L5={"disc": "severe"})
    stranger = AnnotatedReport(**{**vars(other), "practice": "B"})
    assert not any(apply("recombine", [report, stranger], seed) for seed in range(10))


def test_a_level_that_a_collective_statement_would_cover_is_not_dropped() -> None:
    text = "«L3-4»: Bulge.\n«L4-5»: Protrusion.\n{}"
    segments = {"L3_L4": {}, "L4_L5": {"disc": "moderate"}}
    after = apply("drop", [lumbar(text.format("Conus normal."), **segments)])
    assert after is not None
    assert len(after.segments) == len(after.locations) == 1
    inferred = {"L1_L2": "inferred", "L2_L3": "inferred", "L5_S1": "inferred"}
    covered = lumbar(text.format("The remaining discs are normal."), **segments, **inferred)
    assert not any(apply("drop", [covered], seed) for seed in range(10))


def test_regions_of_plugins_have_all_operations(thoracic: Region) -> None:
    text = "T9-10: disc moderate. modic type_1.\nT11-12: disc severe. modic type_2.\n"
    places = (Location(0, 5, ("T9-T10",)), Location(36, 42, ("T11-T12",)))
    segments = {
        "T9-T10": SegmentLabels("explicit", {"disc": "moderate", "modic": "type_1"}),
        "T11-T12": SegmentLabels("explicit", {"disc": "severe", "modic": "type_2"}),
    }
    report = AnnotatedReport("r", text, "thoracic", "A", places, segments)
    assert labels_in_text(report) == gold(report)
    for name in NAMES:
        results = [after for seed in range(10) if (after := apply(name, [report], seed))]
        assert results or name == "recombine", name
        for after in results:
            assert labels_in_text(after) == gold(after)
            assert not list(check_report(after))


def test_a_plugin_adds_an_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    def shout(report: AnnotatedReport, rng: random.Random, pool: object) -> AnnotatedReport:
        return AnnotatedReport(**{**vars(report), "text": report.text.upper()})

    monkeypatch.setitem(catalogue.REGISTRY, ("spacy", "spine_operations", "acme.shout.v1"), shout)
    found: dict[str, Callable] = get_operations(["acme.shout.v1", "spacy_spine.respell.v1"])
    assert list(found) == ["acme.shout.v1", "spacy_spine.respell.v1"]
    assert found["acme.shout.v1"] is shout


def test_an_unknown_operation_is_named() -> None:
    with pytest.raises(ConfigError, match=r"Unknown operation 'acme\.x\.v1'.*spacy_spine\.relevel\.v1"):
        get_operations(["acme.x.v1"])
    assert {f"spacy_spine.{name}.v1" for name in [*NAMES, *NOISY]} <= set(operations.get_all())


def _without_mentions(report: AnnotatedReport) -> list[str]:
    edges = [0, *(edge for one in report.locations for edge in (one.start, one.end)), len(report.text)]
    return [report.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
