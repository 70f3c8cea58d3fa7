"""`spacy-spine analyze …` on tiny models that have learnt nothing."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import planted
import pytest
import spacy

from spacy_spine.analysis.completion import Completion
from spacy_spine.analysis.networks import open_models
from spacy_spine.analysis.results import read_folder
from spacy_spine.analysis.segments import corpus_of, shared_texts
from spacy_spine.errors import CorpusError
from spacy_spine.experiments.machine import data_digests
from spacy_spine.experiments.results import write_result

REPORTS = {
    "lumbar": [
        ("L4-5: severe canal stenosis.\nL5-S1: large disc extrusion.", {"L4-5": "L4-L5", "L5-S1": "L5-S1"}),
        ("L3-4: normal.\nL4-5: mild disc bulge.", {"L3-4": "L3-L4", "L4-5": "L4-L5"}),
        ("L1-2: compressing the nerve root.\nL5-S1: normal.", {"L1-2": "L1-L2", "L5-S1": "L5-S1"}),
    ],
    "cervical": [
        ("C5-6: severe canal stenosis.\nC6-7: mild disc bulge.", {"C5-6": "C5-C6", "C6-7": "C6-C7"}),
        ("C3-4: no stenosis.\nC5-6: large protrusion.", {"C3-4": "C3-C4", "C5-6": "C5-C6"}),
    ],
}
TASKS = {"lumbar": ("stenosis", "disc", "nerve"), "cervical": ("stenosis", "cord")}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Annotated reports of each region; labels go by place, so that every task has several."""
    folder = tmp_path_factory.mktemp("data")
    files = {}
    for region, reports in REPORTS.items():
        rows = []
        for i, (text, places) in enumerate(reports):
            locations = [[text.index(at), text.index(at) + len(at), [name]] for at, name in places.items()]
            segments = {
                name: {"mention": "explicit", "stenosis": ("none_mild", "severe")[place % 2]} | rest(region, place)
                for place, name in enumerate(places.values())
            }
            row = {"id": f"{region}{i}", "text": text, "region": region, "locations": locations, "segments": segments}
            rows.append(json.dumps(row) + "\n")
        files[region] = folder / f"{region}.jsonl"
        files[region].write_text("".join(rows))
    return files


def rest(region: str, place: int) -> dict[str, str]:
    nerve = ("normal", "abnormal")[place % 2]
    return {"disc": "moderate", "nerve": nerve} if region == "lumbar" else {"disc": "moderate", "cord": nerve}


def make(encoder: str, region: str, models: dict[str, tuple[str, ...]], data: Path, path: Path) -> Path:
    """A pipeline with a severity classifier for each name, initialized and saved. No tasks are all of the region."""
    nlp = spacy.blank(
        "en",
        config={
            "nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}},
            "paths": {"train": str(data), "dev": str(data)},
        },
    )
    whole = {"@spine_regions": f"spacy_spine.{region}.v1"}
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("segment_grouper", config={"region": whole})
    model = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": encoder, "precision": "fp32"}
    for name, tasks in models.items():
        part = {"@spine_regions": "spacy_spine.only.v1", "region": whole, "pathologies": list(tasks)}
        nlp.add_pipe("severity_classifier", name=name, config={"region": part if tasks else whole, "model": model})
    nlp.initialize(lambda: list(corpus_of([data])(nlp)))
    path.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(path)
    return path


@pytest.fixture(scope="module")
def work(tiny_encoder: str, data: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models of the cells "apart" and "all" of both regions, as a grid leaves them."""
    folder = tmp_path_factory.mktemp("work")
    for region, tasks in TASKS.items():
        apart = {f"severity_{task}": (task,) for task in tasks}
        make(tiny_encoder, region, apart, data[region], folder / f"{region}-apart--tiny-0" / "model-best")
        whole = {"severity_classifier": tasks}
        make(tiny_encoder, region, whole, data[region], folder / f"{region}-all--tiny-0" / "model-best")
    return folder


@pytest.fixture
def grid(data: dict[str, Path], tmp_path: Path) -> Path:
    """The result files of those cells."""
    folder = tmp_path / "grid"
    for region, tasks in TASKS.items():
        digests = data_digests(dict.fromkeys(("train", "dev", "test"), data[region]))
        row = planted_row(tasks)
        for group, models in (("apart", [(task,) for task in tasks]), ("all", [tasks])):
            one = planted.cell(region, group, models, 0, dict.fromkeys(tasks, 0.8 + 0.01 * (group == "all")))
            write_result(folder / "cells" / f"{one.id}.json", replace(one, data=digests, gradients=[row]))
    return folder


def planted_row(tasks: tuple[str, ...]) -> dict[str, Any]:
    pairs = [[a, b] for i, a in enumerate(tasks) for b in tasks[i + 1 :]]
    heads = [[[0.5, 0.75]]] * len(pairs)
    names = ("aligned", "cosine", "dot")
    return {
        **{"step": 0, "epoch": 0, "batches": 2, "segments": 32, "tasks": list(tasks), "pairs": pairs},
        **dict.fromkeys(names, heads),
        "norm": [[[1.0, 1.0]]] * len(tasks),
        "embedding": dict.fromkeys(names, [0.5] * len(pairs)),
        "apag": [0.6] * len(pairs),
    }


@pytest.fixture
def analyze(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`spacy-spine analyze` with arguments, found through an entry point."""
    from typer.testing import CliRunner

    from spacy_spine.cli._app import app

    info = tmp_path / "site" / "any_plugin-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: any-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[spacy_spine_commands]\nanalyze = spacy_spine.analysis.commands:app\n")
    monkeypatch.syspath_prepend(str(info.parent))
    return lambda *arguments: CliRunner().invoke(app, ["analyze", *map(str, arguments)])


def model(work: Path, name: str) -> Path:
    return work / f"{name}--tiny-0" / "model-best"


def test_cka_of_all_pairs_of_two_pipelines(analyze, work, data, tmp_path):
    output, figure = tmp_path / "cka.json", tmp_path / "cka.svg"
    apart, whole = model(work, "lumbar-apart"), model(work, "lumbar-all")
    result = analyze("cka", apart, whole, data["lumbar"], "--output", output, "--figure", figure)
    assert result.exit_code == 0, result.output
    found = json.loads(output.read_text())
    assert [one["format"] for one in found] == ["spacy_spine.cka.v1"] * 3
    assert {one["examples"] for one in found} == {6}
    assert [one["a"] for one in found] == [f"{apart}:severity_{task}" for task in TASKS["lumbar"]]
    for one in found:
        assert f"CKA of {one['a']} and {one['b']}, 6 motion segments" in result.stdout
    assert result.stdout.count("| all ") == 3
    assert result.stdout.count("[CLS], debiased") == 3
    assert figure.read_text().startswith("<?xml")


def test_cka_within_one_pipeline_and_of_two_single_models(analyze, work, data, tmp_path):
    output = tmp_path / "cka.json"
    apart = model(work, "lumbar-apart")
    assert analyze("cka", apart, apart, data["lumbar"], "-o", output).exit_code == 0
    assert len(json.loads(output.read_text())) == 3
    lumbar, cervical = model(work, "lumbar-all"), model(work, "cervical-all")
    both = tmp_path / "both.jsonl"
    both.write_text(data["lumbar"].read_text() + data["cervical"].read_text())
    assert analyze("cka", lumbar, cervical, both, "-o", output).exit_code == 0
    one = json.loads(output.read_text())
    assert one["examples"] == 10
    assert analyze("cka", lumbar, cervical, both, "-o", output, "--limit", 2).exit_code == 0
    assert json.loads(output.read_text())["examples"] == 4


def test_the_batch_does_not_change_cka(analyze, work, data, tmp_path):
    pair = (model(work, "lumbar-apart"), model(work, "lumbar-all"), data["lumbar"])
    values = []
    for size in (10, 4000):
        output = tmp_path / f"{size}.json"
        assert analyze("cka", *pair, "-o", output, "--batch-wordpieces", size).exit_code == 0
        values.append(json.loads(output.read_text())[0]["poolings"]["mean"]["same_layer"]["debiased"][-1])
    assert values[0] == pytest.approx(values[1], abs=1e-4)


def test_gradients_of_heads_and_of_models(analyze, work, data, tmp_path):
    output, figure = tmp_path / "row.json", tmp_path / "row.svg"
    for name, between in (("lumbar-all", "heads"), ("lumbar-apart", "models")):
        arguments = (model(work, name), data["lumbar"], "--batch-segments", 2, "-o", output, "--figure", figure)
        result = analyze("gradients", *arguments)
        assert result.exit_code == 0, (between, result.output)
        row = json.loads(output.read_text())
        assert row["pairs"] == [["stenosis", "disc"], ["stenosis", "nerve"], ["disc", "nerve"]]
        assert (row["batches"], row["segments"]) == (3, 6)
        assert "stenosis – nerve" in result.stdout
        assert "APAG" in result.stdout
        assert figure.exists()


def test_gradients_across_regions(analyze, work, data, tmp_path):
    both = tmp_path / "both.jsonl"
    both.write_text(data["lumbar"].read_text() + data["cervical"].read_text())
    result = analyze("gradients", model(work, "lumbar-apart"), model(work, "cervical-apart"), both)
    assert result.exit_code == 0, result.output
    assert "lumbar.nerve – cervical.cord" in result.stdout


def test_what_is_missing_is_made_once(work, grid):
    made = Completion(grid, work).run()
    # Lumbar: 3 pairs and 3 with all; cervical: 1 and 2; across: 6, and their gradients.
    assert len(made) == 21
    assert sorted(made) == sorted([*(grid / "cka").iterdir(), *(grid / "gradients").iterdir()])
    found = read_folder(grid)
    assert not found.notes
    kinds = [one.kind for one in found.similarities]
    assert {kind: kinds.count(kind) for kind in kinds} == {"singles": 4, "multi": 5, "across": 6}
    assert {one.examples for one in found.similarities} == {4, 6, 10}
    across = [run for run in found.gradients if "–" in run.region]
    assert len(across) == 6
    pairs = {frozenset(pair) for run in across for row in run.rows for pair in row.pairs}
    assert pairs == {frozenset((f"lumbar.{a}", f"cervical.{b}")) for a in TASKS["lumbar"] for b in TASKS["cervical"]}
    assert Completion(grid, work).run() == []
    made[0].unlink()
    assert Completion(grid, work).run() == made[:1]


def test_data_of_some_of_a_models_regions_will_do(analyze, work, data, tiny_encoder, tmp_path):
    joint = make(tiny_encoder, "both", {"severity_classifier": ()}, data["lumbar"], tmp_path / "joint")
    output = tmp_path / "found.json"
    result = analyze("cka", joint, model(work, "lumbar-all"), data["lumbar"], "-o", output)
    assert result.exit_code == 0, result.output
    assert json.loads(output.read_text())["examples"] == 6
    assert analyze("gradients", joint, data["lumbar"], "-o", output).exit_code == 0
    assert json.loads(output.read_text())["tasks"] == ["stenosis", "disc", "nerve"]


def test_help_waits_for_nothing_heavy():
    code = (
        "import sys, spacy_spine.analysis.commands; print({'spacy', 'torch', 'scipy', 'matplotlib'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"


def test_the_report_is_written_beside_its_figures(analyze, work, grid, data, tmp_path):
    for path in (grid / "cells").glob("cervical*"):
        path.unlink()
    page, figures = tmp_path / "report.html", tmp_path / "figures"
    options = ("--models", work, "--data", data["lumbar"], "--output", page, "--figures", figures, "--samples", 50)
    result = analyze("report", grid, *options)
    assert result.exit_code == 0, result.output
    assert "Made 6 files" in result.stdout
    assert "</html>" in page.read_text()
    assert f"{len(list(figures.glob('*.svg')))} figures: {figures}" in result.stdout


def test_results_without_models_are_shown_as_they_are(analyze, grid, tmp_path):
    result = analyze("report", grid, "--models", tmp_path / "none", "--output", tmp_path / "r.html", "--samples", 50)
    assert result.exit_code == 0, result.output
    assert result.stderr.count("\n") == 1
    assert "21 files of CKA or gradients are missing and cannot be made" in result.stderr
    assert (tmp_path / "r.html").exists()


def test_changed_or_missing_data_are_not_measured_on(work, grid, data, tmp_path):
    changed = tmp_path / "work"
    shutil.copytree(work, changed)
    cells = list((grid / "cells").iterdir())
    for path in cells:
        path.write_text(path.read_text().replace(data_digests({"dev": data["lumbar"]})["dev"], "0" * 64))
    with pytest.raises(CorpusError, match="has changed since cell lumbar"):
        Completion(grid, changed).run()
    shutil.rmtree(grid / "cka")
    made = Completion(grid, changed, data=list(data.values())).run()
    assert len(made) == 21
    for config in changed.rglob("config.cfg"):
        config.write_text(config.read_text().replace(str(data["lumbar"]), "gone.jsonl"))
    shutil.rmtree(grid / "cka")
    with pytest.raises(CorpusError, match="dev part of cell lumbar-apart--tiny-0 is not at"):
        Completion(grid, changed).run()


def test_models_that_do_not_grade_a_region_read_what_others_read(work, data):
    models = [*open_models(model(work, "lumbar-all")), *open_models(model(work, "cervical-all"))]
    lumbar, cervical = shared_texts(models, list(data.values()))
    assert lumbar == cervical
    assert len(lumbar) == 10
    assert any("severe canal stenosis" in text for text in lumbar)
    alone, other = shared_texts(models[::-1], [data["lumbar"]], limit=4)
    assert alone == other == lumbar[:4]


def test_grouping_writes_all_its_forms(analyze, grid, tmp_path):
    output, markdown, figure = (tmp_path / f"grouping.{suffix}" for suffix in ("json", "md", "svg"))
    pair = planted.cell("lumbar", "stenosis+disc", [("stenosis", "disc")], 0, {"stenosis": 0.7, "disc": 0.75})
    write_result(grid / "cells" / f"{pair.id}.json", pair)
    options = ("--output", output, "--markdown", markdown, "--figure", figure, "--samples", 100)
    result = analyze("grouping", grid, *options)
    assert result.exit_code == 0, result.output
    found = json.loads(output.read_text())
    assert found["format"] == "spacy_spine.grouping.v1"
    groups = {"+".join(one["tasks"]): one for one in found["encoders"]["tiny"]["groups"]}
    assert groups["lumbar.stenosis+lumbar.disc"]["gains"]["end_to_end"]["mean"] == pytest.approx(-0.075)
    assert groups["lumbar.stenosis+lumbar.disc+lumbar.nerve"]["gains"]["end_to_end"]["mean"] == pytest.approx(0.01)
    assert groups["lumbar.stenosis+lumbar.disc"]["predictors"]["APAG, at the end"] == pytest.approx(0.6)
    assert result.stdout == markdown.read_text()
    assert "lumbar stenosis + disc" in result.stdout
    assert figure.exists()


def test_mistakes_are_one_line(analyze, work, data, grid, tmp_path):
    whole = model(work, "lumbar-all")
    picture = ("--figure", tmp_path / "figure.jpeg")
    for arguments, said in {
        ("cka", whole, whole, data["lumbar"]): "has one severity model",
        ("cka", whole, model(work, "lumbar-apart"), tmp_path / "no.jsonl"): "no.jsonl",
        ("gradients", whole, data["cervical"]): "No report is annotated for region lumbar.",
        ("grouping", tmp_path): "holds no results of an experiment grid",
        ("report", tmp_path): "holds no results of an experiment grid",
        ("grouping", grid, *picture, "--samples", 10): "A figure is one of .svg, .png, .pdf",
    }.items():
        result = analyze(*arguments)
        assert result.exit_code == 1, result.output
        assert said in result.stderr
        last = result.stderr.splitlines()[-1]
        assert last.startswith("Error: ")


def test_every_command_has_help(analyze):
    assert all(analyze(command, "--help").exit_code == 0 for command in ("cka", "gradients", "report", "grouping"))
