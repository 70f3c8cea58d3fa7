"""`corpus check`: every kind of mistake is found where it is."""

from pathlib import Path
from typing import Any

import pytest
from annotated import labels, reports, row, write
from hypothesis import given, settings

from spacy_spine.corpus.check import check_paths, check_report
from spacy_spine.corpus.report import from_dict, regions_named

FINE = row()["segments"]


def problems(*paths: Path) -> list[str]:
    return [str(problem) for checked in check_paths(paths) for problem in checked.problems]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"region": "sacral"}, "Unknown region 'sacral'"),
        ({"locations": [[0, 4, ["L4-L5"]], [50, 99, ["L4-L5"]]]}, "location 50:99 is not in the text"),
        ({"locations": [[0, 4, ["L4-L5"]], [-2, 3, ["L4-L5"]]]}, "location -2:3 is not in the text"),
        ({"locations": [[0, 4, ["L4-L5"]], [7, 7, ["L4-L5"]]]}, "location 7:7 is not in the text"),
        ({"locations": [[0, 4, ["L4-L5"]], [3, 5, ["L4-L5"]]]}, "location 3:5 is out of order or overlaps"),
        ({"locations": [[0, 4, ["L4-L5"]], [5, 6, ["L4-L5"]]]}, "location 5:6 is blank"),
        ({"locations": [[0, 4, ["L4-L5"]], [5, 11, ["L4-L5"]]]}, "location 5:11 begins or ends with white space"),
        ({"locations": [[0, 4, ["L4-L5"]], [6, 11, []]]}, "location 6:11 stands for no segment"),
        ({"locations": [[0, 4, ["L4-L5", "L6-S1"]]]}, "location 0:4: unknown segment 'L6-S1' of region lumbar"),
        ({"locations": [[0, 4, ["L4-L5", "L4-L5"]]]}, "location 0:4: segments are not cranial to caudal, each once"),
        ({"locations": [[0, 4, ["L1-L2", "L4-L5"]]]}, "location 0:4 names L1-L2, which is not annotated"),
        ({"segments": FINE | {"C5-C6": labels("inferred")}}, "unknown segment 'C5-C6' of region lumbar"),
        ({"segments": FINE | {"L3-L4": labels()}}, "L3-L4 is 'explicit', but no location names it"),
        ({"segments": FINE | {"L3-L4": labels("other")}}, "L3-L4 is 'other', but no location names it"),
        ({"segments": FINE | {"L5-S1": labels("guessed")}}, "L5-S1: mention must be explicit, inferred or other"),
        ({"segments": FINE | {"L5-S1": labels("inferred", cord="normal")}}, "L5-S1: unknown pathology 'cord'"),
        ({"segments": FINE | {"L5-S1": labels("inferred", disc="mild")}}, "L5-S1.disc: unknown label 'mild'"),
        ({"segments": FINE | {"L5-S1": {"mention": "inferred", "disc": "severe"}}}, "L5-S1: no label for stenosis"),
        ({"segments": FINE | {"L4-L5": labels("other", disc="severe")}}, "L4-L5.disc: 'severe' for a segment of which"),
        ({"segments": FINE | {"L4-L5": labels("inferred")}}, "warning: L4-L5 is 'inferred', but a location names it"),
        (
            {"locations": [[0, 4, ["L5-S1"]]], "segments": {"L5-S1": labels()}},
            "warning: location 0:4 stands for L5-S1, the rules read L4-L5",
        ),
        ({"segments": None}, "no 'segments'"),
    ],
)
def test_each_mistake_is_found_and_placed(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    path = write(tmp_path / "x.jsonl", row("fine"), row("wrong", **change))
    found = problems(path)
    assert any(line.startswith(f"{path}:2: wrong: {reason}") for line in found)
    assert all(line.startswith(f"{path}:2: wrong: ") for line in found)


def test_a_valid_report_has_no_problem(tmp_path: Path) -> None:
    assert problems(write(tmp_path / "x.jsonl", row())) == []


def test_all_problems_of_a_line_are_found_and_the_file_goes_on(tmp_path: Path) -> None:
    wrong = row("b", locations=[[0, 99, ["L4-L5"]]], segments={"L4-L5": labels(disc="big", nerve="bad")})
    found = problems(write(tmp_path / "x.jsonl", "no json\n", wrong, row("c", region="sacral")))
    assert len(found) == 5
    assert {line.split(":")[1] for line in found} == {"1", "2", "3"}


def test_duplicates_are_found_across_files(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.jsonl", row("x"), row("y")), write(tmp_path / "b.jsonl", row("z"), row("y"))
    assert problems(first, second) == [f"{second}:2: y: duplicate id, first at {first}:2"]
    assert problems(tmp_path) == problems(first, second)
    assert problems(first, first) == []  # named twice, read once


def test_pairs_without_their_other_half(tmp_path: Path) -> None:
    texts, gold = tmp_path / "x.texts.jsonl", tmp_path / "x.gold.jsonl"
    write(texts, {"id": "a", "text": row()["text"]}, {"id": "b", "text": "t"}, {"id": "b", "text": "t"}, {"text": "t"})
    write(gold, *[{key: value for key, value in row(id).items() if key != "text"} for id in ("a", "c")])
    assert problems(texts) == [
        f"{texts}:3: b: duplicate id in {texts}",
        f"{texts}:4: (no id): no 'id'",
        f"{gold}:2: c: gold without text",
        f"{texts}:2: b: text without gold",
    ]


@given(reports())
@settings(deadline=None, max_examples=30)
def test_missing_labels_are_the_only_errors_of_generated_reports(report: Any) -> None:
    reasons = [reason for reason, warning in check_report(report) if not warning]
    graded = {name: len(regions_named(report.region).region_of(name).pathologies) for name in report.segments}
    missing = sum(graded[name] - len(one.labels) for name, one in report.segments.items())
    assert len(reasons) == missing
    assert all("no label for" in reason for reason in reasons)


@given(reports())
@settings(deadline=None, max_examples=30)
def test_no_problem_shows_text(report: Any) -> None:
    secret = "SECRET" + report.text
    shifted = from_dict(
        {
            "id": "x",
            "text": secret,
            "region": report.region,
            "locations": [[one.start + 6, one.end + 5000, list(one.motion_segments)] for one in report.locations],
            "segments": {name: {"mention": one.mention, **one.labels} for name, one in report.segments.items()},
        }
    )
    assert not any("SECRET" in reason for reason, _ in check_report(shifted))


def test_a_region_and_pathology_of_a_plugin(tmp_path: Path, thoracic: Any) -> None:
    fine = {"mention": "explicit", "disc": "severe", "modic": "type_1"}
    text = {"text": "T11-T12: extrusion, type 1 changes.", "region": "thoracic", "locations": [[0, 7, ["T11-T12"]]]}
    good = row("good", **text, segments={"T11-T12": fine})
    bad = row("bad", **text, segments={"T11-T12": fine | {"modic": "type_9"}})
    path = write(tmp_path / "x.jsonl", good, bad)
    assert problems(path) == [f"{path}:2: bad: T11-T12.modic: unknown label 'type_9'; there are none, type_1, type_2"]


def test_the_shipped_corpora_are_valid() -> None:
    corpora = Path(__file__).parents[2] / "assets" / "corpora"
    checked = list(check_paths([corpora]))
    assert len(checked) > 2000
    found = [problem for one in checked for problem in one.problems]
    assert [str(problem) for problem in found if not problem.warning] == []
    ids = [one.report.id for one in checked if one.report]
    assert len(set(ids)) == len(ids) == len(checked)
    assert all(one.report.practice for one in checked if one.report)
