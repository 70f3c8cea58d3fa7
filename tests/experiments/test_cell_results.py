"""Result files: what is written is what is read, codes count as the evaluation did, and damage is told with a name."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import catalogue
import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, Span

from spacy_spine import get_regions
from spacy_spine.anatomy import Pathology, Region, Regions
from spacy_spine.corpus import AnnotatedReport, SegmentLabels
from spacy_spine.corpus.report import regions_named
from spacy_spine.errors import CorpusError
from spacy_spine.experiments.results import (
    CellResult,
    digest,
    read_result,
    read_results,
    report_codes,
    task_scores,
    write_result,
)
from spacy_spine.pipeline import annotations
from spacy_spine.training.evaluation import evaluate
from spacy_spine.training.metrics import PathologyCounts

LUMBAR, BOTH = get_regions("lumbar"), get_regions("both")
# A plugin's region, one of its pathologies with many labels.
GRADED = Pathology("width", tuple(f"grade {i}" for i in range(12)))
THIRD = Regions((Region("thoracic", ("T1", "T2", "T3", "T4"), (GRADED, LUMBAR.parts[0].pathologies[1])),))

# Report text → {segment: {pathology: label}} that the toy pipe finds.
TOLD: dict[str, dict[str, dict[str, str]]] = {}


@Language.component("codes_told", assigns=["doc.ents", "doc.spans", "doc._.segments"])
def codes_told(doc: Doc) -> Doc:
    found = TOLD[doc.text]
    doc.spans[annotations.SEGMENT_SPANS] = [Span(doc, 0, len(doc), label=name) for name in found]
    annotations.write(doc, "regions", {name: _region(name) for name in found})
    scores = {name: {task: {label: 1.0} for task, label in one.items()} for name, one in found.items()}
    annotations.write(doc, "severities", scores)
    return doc


def _region(segment: str) -> str:
    region = BOTH.region_of(segment) or THIRD.region_of(segment)
    assert region
    return region.name


def labels_of(regions: Regions, segment: str) -> dict[str, Any]:
    region = regions.region_of(segment)
    assert region
    return {one.name: st.sampled_from(one.labels) for one in region.pathologies}


@st.composite
def findings(draw: st.DrawFn, regions: Regions) -> list[tuple[dict[str, SegmentLabels], dict[str, dict[str, str]]]]:
    """Reports: what is annotated, missing labels and mention "other" included, and what is found."""
    segments = st.lists(st.sampled_from(regions.motion_segments), unique=True)
    reports = []
    for _ in range(draw(st.integers(1, 5))):
        mention = st.sampled_from(["explicit", "inferred", "other"])
        gold = {
            name: SegmentLabels(draw(mention), draw(st.fixed_dictionaries({}, optional=labels_of(regions, name))))
            for name in draw(segments)
        }
        found = {name: draw(st.fixed_dictionaries(labels_of(regions, name))) for name in draw(segments)}
        reports.append((gold, found))
    return reports


def counted(codes: dict[str, Any], task: str, labels: tuple[str, ...]) -> float | None:
    """Macro F1 of a task from codes alone."""
    places = {"0123456789abcdefghijklmnopqrstuvwxyz"[i]: label for i, label in enumerate(labels)} | {"-": None}
    counts = PathologyCounts(labels)
    for report in codes.values():
        for gold, predicted in report[task]:
            counts.add(places[gold], places[predicted])
    return counts.scores()["macro_f1"]


@pytest.fixture
def third_region(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    name = ("spacy", "spine_regions", "acme.thoracic_width.v1")
    monkeypatch.setitem(catalogue.REGISTRY, name, lambda: THIRD.parts[0])
    regions_named.cache_clear()
    yield
    regions_named.cache_clear()


@pytest.mark.parametrize(
    ("regions", "name"),
    [(LUMBAR, "lumbar"), (BOTH, "both"), (THIRD, "thoracic_width")],
    ids=["lumbar", "both", "third-party"],
)
@pytest.mark.usefixtures("third_region")
def test_macro_f1_of_the_codes_is_that_of_the_evaluation(regions: Regions, name: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("codes_told")

    @settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(findings(regions))
    def check(drawn: list) -> None:
        reports = []
        for number, (gold, found) in enumerate(drawn):
            TOLD[f"SECRET {number}"] = found
            reports.append(AnnotatedReport(f"patient {number}", f"SECRET {number}", name, segments=gold))
        evaluation = evaluate(nlp, reports, regions=regions, progress=False)
        codes, scores = report_codes(evaluation.outcomes, regions), task_scores(evaluation)
        assert list(codes) == [digest(one.id) for one in reports]
        assert "patient" not in json.dumps(codes) + json.dumps(scores)
        for region in regions:
            for one in region.pathologies:
                task = f"{region.name}.{one.name}" if len(regions) > 1 else one.name
                if one.name in evaluation.not_graded:
                    assert task not in scores
                    continue
                assert counted(codes, task, one.labels) == scores[task]["macro_f1"]
                part = region.name if len(regions) > 1 else "all"
                assert scores[task]["macro_f1"] == evaluation.scores[part]["severities"][one.name]["macro_f1"]
                assert tuple(scores[task]["labels"]) == one.labels

    check()


def test_reports_of_one_id_are_an_error() -> None:
    pairs = {"stenosis": [("none_mild", None)]}
    assert report_codes([("a", pairs)], LUMBAR) == {digest("a"): {"stenosis": ["0-"]}}
    with pytest.raises(CorpusError, match="unique"):
        report_codes([("a", pairs), ("a", pairs)], LUMBAR)


def result(**changes: Any) -> CellResult:
    cell = {"region": "lumbar", "group": "all", "models": [["disc"]], "encoder": "tiny", "seed": 0, "aggregator": ""}
    one = CellResult(
        id="lumbar-all-tiny-0",
        cell=cell,
        data={"train": "ab", "dev": "cd", "test": "ef"},
        config="12",
        settings={"epochs": 1},
        versions={"torch": "2"},
        machine={"cpus": 2},
        time={"training": 1.5, "prediction": 0.25},
        memory={"training": 100.0, "prediction": 50.0},
        parameters=1000,
        scores={"end_to_end": {"disc": {"macro_f1": 0.5, "labels": {"none_mild": 1.0, "severe": None}}}},
        reports={"end_to_end": {"00ff": {"disc": ["00", "1-", "-0"]}, "11ff": {"disc": []}}},
        gradients=[{"step": 1, "apag": [0.5]}, {"step": 2, "apag": [None]}],
    )
    return replace(one, **changes)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    written = [result(), result(id="lumbar-all-tiny-1", gradients=[])]
    for one in written:
        write_result(tmp_path / "cells" / f"{one.id}.json", one)
    assert read_results(tmp_path) == read_results(tmp_path / "cells") == written
    assert sorted(path.name for path in (tmp_path / "cells").iterdir()) == [f"{one.id}.json" for one in written]
    assert written[0].tasks == ("disc",)


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_result(path, result())
    with pytest.raises(CorpusError, match="'lumbar-all-tiny-0' holds a number that is not finite"):
        write_result(path, result(time={"training": float("nan"), "prediction": 0.0}))
    assert read_result(path) == result()
    assert list(tmp_path.iterdir()) == [path]


def test_a_result_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="'lumbar-all-tiny-0' cannot be written: reports of pass 'end_to_end' hold"):
        write_result(tmp_path / "a.json", result(reports={"end_to_end": {"00ff": {"disc": ["07"]}}}))
    assert list(tmp_path.iterdir()) == []


def test_part_of_a_file_of_a_killed_run_is_not_read(tmp_path: Path) -> None:
    write_result(tmp_path / "a.json", result())
    (tmp_path / ".b.json.123.part").write_text("{")
    assert read_results(tmp_path) == [result()]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: text[: len(text) // 2], "it is not JSON"),
        (lambda text: "[]", "not a JSON object"),
        (lambda text: "\xff", "it is not JSON"),
        (lambda text: text.replace("cell.v1", "cell.v9"), "format is not"),
        (lambda text: text.replace('"parameters"', '"other"'), "no 'parameters'"),
        (lambda text: text.replace('"seed": 0', '"seed": "0"'), "no 'seed'"),
        (lambda text: text.replace('[["disc"]]', '["disc"]'), "list of the tasks of each"),
        (lambda text: text.replace('"1-"', '"2-"'), "a code that is none of their labels"),
        (lambda text: text.replace('"1-"', '"--"'), "a code that is none of their labels"),
        (lambda text: text.replace('{"disc": []}', "{}"), "codes of the tasks that have scores"),
        (lambda text: text.replace('"macro_f1": 0.5, ', ""), "'macro_f1'"),
        (lambda text: text.replace('"training": 1.5', '"training": "long"'), "'time' must hold numbers"),
    ],
)
def test_a_damaged_file_is_told_with_its_name(tmp_path: Path, damage: Any, reason: str) -> None:
    path = tmp_path / "lumbar-all-tiny-0.json"
    write_result(path, result())
    text = path.read_text()
    path.write_bytes(damage(text).encode("latin-1"))
    assert path.read_text("latin-1") != text
    with pytest.raises(CorpusError, match=reason) as caught:
        read_results(tmp_path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_results_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no results"):
        read_results(tmp_path)
