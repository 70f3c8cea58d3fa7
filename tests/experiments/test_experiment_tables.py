"""Tables of a grid: figures counted by hand, groups, aggregators, mixed regions, and grids that are not finished."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest
from typer.testing import CliRunner

from spacy_spine.cli.experiments import experiments_app
from spacy_spine.errors import CorpusError
from spacy_spine.experiments.comparisons import compare_cells
from spacy_spine.experiments.results import CellResult, write_result
from spacy_spine.experiments.tables import experiment_tables
from spacy_spine.training.metrics import PathologyCounts

LABELS = {
    "stenosis": ("none_mild", "moderate", "severe"),
    "disc": ("none_mild", "moderate", "severe"),
    "nerve": ("normal", "abnormal"),
    "cord": ("normal", "abnormal"),
}
PARAMETERS = 1_000_000
PASSES = ("end_to_end", "gold_locations")


def made(
    region: str, group: str, models: Sequence[Sequence[str]], seed: int = 0, aggregator: str = "", **settings: Any
) -> CellResult:
    """A cell whose predictions are right in a share of the segments."""
    right, encoder = settings.get("right", 0.7), settings.get("encoder", "tiny")
    tasks = [task for model in models for task in model]
    reports: dict[str, dict[str, list[str]]] = {f"{place} {i}": {} for place in region.split("&") for i in range(12)}
    scores: dict[str, Any] = {}
    for task in tasks:
        labels = LABELS[task.rpartition(".")[2]]
        gold, draw = random.Random(task), random.Random(f"{task}{group}{seed}{aggregator}{encoder}")
        counts = PathologyCounts(labels)
        for name, own in reports.items():
            place = task.partition(".")[0] if "." in task else region
            codes = []
            for _ in range(4 if name.startswith(place) else 0):
                g = gold.randrange(len(labels))
                p = g if draw.random() < right else (g + 1) % len(labels)
                counts.add(labels[g], labels[p])
                codes.append(f"{g}{p}")
            own[task] = codes
        found = counts.scores()
        f1 = {label: one["f1"] for label, one in found["labels"].items()}
        scores[task] = {"macro_f1": found["macro_f1"], "labels": f1}
    cell = {"region": region, "group": group, "models": [list(one) for one in models], "encoder": encoder}
    return CellResult(
        id="-".join([region, group, aggregator, encoder, str(seed)]),
        cell={**cell, "seed": seed, "aggregator": aggregator},
        data={"test": f"sha of {region}"},
        config="",
        settings={},
        versions={},
        machine={},
        time={"training": 10.0 * len(models) + seed, "prediction": 0.02 * len(models)},
        memory={"training": 500.0 * len(models), "prediction": 300.0 * len(models)},
        parameters=PARAMETERS * len(models),
        scores=dict.fromkeys(PASSES, scores),
        reports=dict.fromkeys(PASSES, reports),
    )


TASKS = ("stenosis", "disc", "nerve")
APART = [made("lumbar", "apart", [[task] for task in TASKS], seed, right=0.6) for seed in range(3)]
ALL = [made("lumbar", "all", [TASKS], seed, right=0.9) for seed in range(3)]


def compared(*results: CellResult) -> dict[str, Any]:
    return compare_cells(results, samples=200)


def condition(data: dict[str, Any], **wanted: str) -> dict[str, Any]:
    [one] = [row for row in data["conditions"] if wanted.items() <= row.items()]
    return one


def lines(markdown: str, start: str) -> list[list[str]]:
    """The cells of the rows that begin with a word."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines() if "|" in line]
    return [row for row in rows if row[0] == start]


def test_figures_are_means_and_deviations_over_trials() -> None:
    data = compared(*APART, *ALL)
    one = condition(data, group="all")["passes"]["end_to_end"]
    values = {task: [cell.scores["end_to_end"][task]["macro_f1"] for cell in ALL] for task in TASKS}
    for task in TASKS:
        assert one["tasks"][task] == {"mean": fmean(values[task]), "sd": stdev(values[task]), "trials": 3}
    means = [fmean(trial) for trial in zip(*values.values(), strict=True)]
    assert one["mean"]["mean"] == pytest.approx(fmean(means))
    assert one["mean"]["sd"] == pytest.approx(stdev(means))
    single = condition(data, group="single")["passes"]["end_to_end"]
    difference = one["against"]["single"]["tasks"]["disc"]
    expected = one["tasks"]["disc"]["mean"] - single["tasks"]["disc"]["mean"]
    assert difference["difference"] == pytest.approx(expected)
    assert 0 < difference["low"] <= expected <= difference["high"]
    assert one["against"]["single"]["mean"]["difference"] == pytest.approx(one["mean"]["mean"] - single["mean"]["mean"])


def test_the_table_shows_them_with_the_number_of_trials() -> None:
    data = compared(*APART, *ALL)
    shown = experiment_tables(data)
    end_to_end, given = lines(shown, "disc")
    assert end_to_end == given
    _, single, multi, difference, p = end_to_end
    one = condition(data, group="all")["passes"]["end_to_end"]["tasks"]["disc"]
    assert multi == f"{one['mean']:.3f} ± {one['sd']:.3f} (3)"
    assert single.endswith("(3)")
    assert difference.startswith("+0.")
    assert float(p.removeprefix("< ")) < 0.05
    assert "## Lumbar" in shown
    assert "(12 reports)" in shown
    assert "200 samples" in shown


def test_costs_of_single_models_against_one() -> None:
    [cost] = compared(*APART, *ALL)["costs"]
    assert cost["models"] == 3
    assert cost["single"]["training_seconds"] == {"mean": 31, "sd": 1, "trials": 3}
    assert cost["multi"]["prediction_ms"]["mean"] == pytest.approx(20)
    assert cost["ratio"]["parameters"] == 3
    assert cost["ratio"]["training_seconds"] == pytest.approx(31 / 11)
    assert cost["ratio"]["prediction_memory_mb"] == 3
    shown = experiment_tables(compared(*APART, *ALL))
    assert lines(shown, "parameters, millions") == [["parameters, millions", "3.0 ± 0.0 (3)", "1.0 ± 0.0 (3)", "3.00"]]


def test_single_cells_of_their_own_are_added_up() -> None:
    alone = [made("lumbar", f"single:{task}", [[task]], right=0.6) for task in TASKS]
    [cost] = compared(*alone, ALL[0])["costs"]
    assert cost["single"]["parameters"] == {"mean": 3 * PARAMETERS, "sd": None, "trials": 1}
    assert cost["single"]["training_seconds"]["mean"] == 30
    assert cost["single"]["training_memory_mb"]["mean"] == 500  # one after another
    assert cost["single"]["prediction_memory_mb"]["mean"] == 900
    # Seeds that were trained side by side count as they are; others come from the cells of their own.
    data = compared(*alone, APART[1], ALL[0])
    single = condition(data, group="single")
    assert single["seeds"] == [0, 1]
    assert single["passes"]["end_to_end"]["mean"]["trials"] == 2


def test_a_grid_that_is_not_finished() -> None:
    alone = made("lumbar", "single:disc", [["disc"]], right=0.6)
    data = compared(alone, *ALL[:2])
    one = condition(data, group="all")["passes"]["gold_locations"]["against"]["single"]
    assert set(one["tasks"]) == {"disc"}
    assert one["mean"] is None  # of one task it would be compared with the mean of three
    shown = experiment_tables(data)
    assert lines(shown, "nerve")[0][1] == "–"
    assert lines(shown, "nerve")[0][2].endswith("(2)")
    assert lines(shown, "nerve")[0][3:] == ["–", "–"]
    assert lines(shown, "disc")[0][1].endswith("(1)")
    assert "±" not in lines(shown, "disc")[0][1]
    assert lines(shown, "mean")[0][1] == "–"
    assert data["costs"][0]["ratio"]["parameters"] is None

    single_only = experiment_tables(compared(APART[0]))
    assert lines(single_only, "mean")[0][2:] == ["–", "–", "–"]
    [one_pass] = [replace(ALL[0], scores={"end_to_end": ALL[0].scores["end_to_end"]}, reports={"end_to_end": {}})]
    assert "given gold" not in experiment_tables(compared(one_pass)).lower()


def test_figures_of_what_a_cell_was_not_trained_for_do_not_count() -> None:
    """Where a pipeline finds no segment at all, everything is missed, the tasks of other models too."""
    alone = made("lumbar", "single:disc", [["disc"]])
    stray = replace(alone, scores=ALL[0].scores, reports=ALL[0].reports)
    one = condition(compared(stray, ALL[0]), group="single")["passes"]["end_to_end"]
    assert list(one["tasks"]) == ["disc"]


def test_every_table_is_one_that_markdown_knows() -> None:
    shown = experiment_tables(compared(APART[0]))  # columns without a figure are the narrowest
    rules = [line for line in shown.splitlines() if line.startswith("| -")]
    assert len(rules) == 2
    assert all(cell.strip(":") for line in rules for cell in line.strip("| ").split(" | "))


def test_groups_and_aggregators_have_a_table_of_their_own() -> None:
    pair = [made("lumbar", "stenosis+disc", [["stenosis", "disc"]], seed, right=0.3) for seed in range(2)]
    combined = [made("lumbar", "all", [TASKS], seed, "UPGrad", right=0.6) for seed in range(2)]
    data = compared(*APART, *ALL, *pair, *combined)
    worse = condition(data, group="stenosis+disc")["passes"]["end_to_end"]["against"]
    assert set(worse) == {"single"}
    assert worse["single"]["mean"]["high"] < 0
    against = condition(data, aggregator="UPGrad")["passes"]["end_to_end"]["against"]
    assert against["sum"]["mean"]["high"] < 0
    shown = experiment_tables(data)
    [row, _] = lines(shown, "stenosis+disc")
    assert row[2] == "sum"
    assert row[5].startswith("-0.")
    assert row[7].endswith("*")  # stenosis
    assert row[9] == "–"  # it has no nerve
    [summed, upgrad] = [one for one in lines(shown, "all") if one[1] == "tiny"][:2]
    assert (summed[2], upgrad[2]) == ("sum", "UPGrad")
    assert upgrad[-2].startswith("-0.")
    # The main table stays that of the plain sum.
    assert lines(shown, "disc")[0][2] == lines(experiment_tables(compared(*APART, *ALL)), "disc")[0][2]
    assert [one["aggregator"] for one in data["costs"]] == ["", "UPGrad"]


def test_each_encoder_has_its_columns() -> None:
    other = [made("lumbar", "all", [TASKS], seed, encoder="org/large") for seed in range(2)]
    shown = experiment_tables(compared(*APART, *ALL, *other))
    [head, *_] = lines(shown, "")
    assert [name for name in head if ":" in name] == ["org/large: single", "tiny: single"]
    assert len(lines(shown, "disc")[0]) == 9
    assert len(shown.split("## Lumbar")) == 2


def test_mixed_groups_are_compared_with_the_models_of_their_regions() -> None:
    neck = [made("cervical", "apart", [["cord"], ["disc"]], seed, right=0.6) for seed in range(2)]
    tasks = ["lumbar.disc", "cervical.cord"]
    mixed = made("lumbar&cervical", "+".join(tasks), [tasks], right=0.95)
    data = compared(*APART, *neck, mixed)
    one = condition(data, region="lumbar&cervical")["passes"]["end_to_end"]
    against = one["against"]["single"]
    assert {task: found["reports"] for task, found in against["tasks"].items()} == dict.fromkeys(tasks, 12)
    assert against["mean"]["reports"] == 24
    lumbar = condition(data, region="lumbar", group="single")["passes"]["end_to_end"]["tasks"]["disc"]
    assert against["base"]["tasks"]["lumbar.disc"] == lumbar
    expected = one["tasks"]["lumbar.disc"]["mean"] - lumbar["mean"]
    assert against["tasks"]["lumbar.disc"]["difference"] == pytest.approx(expected)
    assert lines(experiment_tables(data), "+".join(tasks))
    assert [cost["region"] for cost in data["costs"]] == []


def test_cells_that_do_not_belong_together_are_an_error() -> None:
    with pytest.raises(CorpusError, match=r"'lumbar-apart--tiny-0' and 'x' were measured on different test parts"):
        compared(*APART, replace(ALL[0], id="x", data={"test": "another"}))
    with pytest.raises(CorpusError, match="'lumbar-all--tiny-0' and 'x' are of one condition and seed"):
        compared(*ALL, replace(ALL[0], id="x"))


def test_the_command_writes_both(tmp_path: Path) -> None:
    for one in (*APART, *ALL):
        write_result(tmp_path / "grid" / "cells" / f"{one.id}.json", one)
    files = ["--output", str(tmp_path / "t.json"), "--markdown", str(tmp_path / "t.md")]
    ran = CliRunner().invoke(experiments_app, ["table", str(tmp_path / "grid"), "--samples", "200", *files])
    assert ran.exit_code == 0, ran.output
    assert ran.output == (tmp_path / "t.md").read_text()
    data = json.loads((tmp_path / "t.json").read_text())
    assert experiment_tables(data) == ran.output
    assert data == compared(*sorted((*APART, *ALL), key=lambda one: f"{one.id}.json"))


def test_costs_are_compared_on_one_machine() -> None:
    slow, fast = {"processor": "old", "threads": 1}, {"processor": "new", "threads": 2}
    here = [replace(one, machine=fast) for one in (*APART[1:], *ALL)]
    [cost] = compared(replace(APART[0], machine=slow), *here)["costs"]
    assert cost["machine"] == fast
    assert cost["single"]["training_seconds"]["trials"] == 2
    assert cost["multi"]["training_seconds"]["trials"] == 3
    apart = [replace(one, machine=slow) for one in APART]
    [nowhere] = compared(*apart, *(replace(one, machine=fast) for one in ALL))["costs"]
    assert nowhere["machine"] == {}
    assert set(nowhere["ratio"].values()) == {None}
