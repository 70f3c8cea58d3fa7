"""Figures of a grid: which there are, what they show, and that they can be read without colour."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic_results import TASKS, cka, row, write_cell, write_grid

from spacy_spine.analysis.canvas import VARIABLES, Figure, file_name
from spacy_spine.analysis.measures import SINGLES, similarity_of
from spacy_spine.analysis.report.cka_figures import cka_figures, heat_maps, layers_figure
from spacy_spine.analysis.report.figures import figures_of, write_figures
from spacy_spine.analysis.report.gradient_figures import aligned_figure, epochs_figure, gradient_figures
from spacy_spine.analysis.results import Results, read_folder
from spacy_spine.errors import CorpusError, ModelError

RNG = np.random.default_rng(2)


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("matplotlib")
    return write_grid(tmp_path_factory.mktemp("grid"), regions=["lumbar"], seeds=2)


@pytest.fixture(scope="module")
def results(grid: Path) -> Results:
    return read_folder(grid)


def drawn(figure: Figure) -> list[Any]:
    """The axes of a figure."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=figure.size)
    figure.draw(canvas)
    return canvas.axes


def medians(axis: Any) -> list[float]:
    """Of an axis' boxes, from left to right: the lines as wide as a box that have no end at another height."""
    lines = [line for line in axis.lines if line.get_linewidth() == 1.3]
    return [float(line.get_ydata()[0]) for line in sorted(lines, key=lambda line: line.get_xdata()[0])]


def test_every_figure_that_the_results_allow(grid: Path, tmp_path: Path) -> None:
    names = {path.name for path in write_figures(grid, tmp_path / "new" / "figures", samples=50)}
    assert names == {path.name for path in (tmp_path / "new" / "figures").iterdir()}
    assert names == {
        *(f"cka-layers-tiny-{pooling}.svg" for pooling in ("cls", "mean")),
        *(f"cka-heatmaps-{kind}-tiny-{pooling}.svg" for kind in ("singles", "multi") for pooling in ("cls", "mean")),
        "aligned-layers-tiny.svg",
        "apag-epochs-lumbar-tiny.svg",
        "grouping-end_to_end.svg",
        "grouping-gold_locations.svg",
    }
    words = (tmp_path / "new" / "figures" / "cka-layers-tiny-cls.svg").read_text()
    for word in ("CKA", "layer", "lumbar: biased (the paper's)", "lumbar: debiased", "two task-specific models"):
        assert f">{word}</text>" in words


def test_boxes_hold_all_matrices_pairs_and_seeds(grid: Path, results: Results) -> None:
    singles = [one for one in results.similarities if one.kind == SINGLES]
    biased, debiased = drawn(layers_figure(singles, "mean"))
    files = [json.loads(path.read_text()) for path in (grid / "cka").glob("*.json")]
    own = [file["poolings"]["mean"]["same_layer"] for file in files if "all" not in file["tasks"]]
    assert len(own) == 2 * 3
    for axis, estimator in ((biased, "biased"), (debiased, "debiased")):
        expected = [np.median([one[estimator][layer] for one in own]) for layer in (0, 1)]
        assert medians(axis) == pytest.approx(expected)
        assert axis.get_ylabel() in ("CKA", "")
        assert estimator in axis.get_title()


def test_both_estimators_have_the_same_scale(results: Results) -> None:
    left, right = drawn(layers_figure(results.similarities, "cls"))
    assert left.get_ylim() == right.get_ylim()


def test_heat_maps_are_means_over_pairs_and_seeds(results: Results) -> None:
    singles = [one for one in results.similarities if one.kind == SINGLES]
    axes = drawn(heat_maps(singles, "cls"))
    for axis, estimator in zip(axes, ("biased", "debiased"), strict=False):
        expected = np.mean([one.layers["cls", estimator] for one in singles], axis=0)
        np.testing.assert_allclose(axis.collections[0].get_array(), expected)
        written = [float(text.get_text()) for text in axis.texts]
        np.testing.assert_allclose(written, expected.ravel(), atol=0.006)


def test_undefined_numbers_are_left_out() -> None:
    """[CLS] of the embeddings is the same for all texts, so that its CKA is null."""
    data = cka(RNG, ["a", "b"])
    for estimator in ("biased", "debiased"):
        values = data["poolings"]["cls"]["layers"][estimator]
        values[0] = [None] * 3
        values[1][0] = values[2][0] = values[1][2] = None
        data["poolings"]["cls"]["same_layer"][estimator][0][:3] = [None] * 3
    heat = drawn(heat_maps([similarity_of(data)], "cls"))[0]
    assert [tick.get_text() for tick in heat.get_xticklabels()] == ["1", "2"]
    assert [text.get_text() for text in heat.texts] == [
        f"{data['poolings']['cls']['layers']['biased'][i][j]:.2f}" for i, j in ((1, 1), (2, 1), (2, 2))
    ]
    boxes = drawn(layers_figure([similarity_of(data)], "cls"))[0]
    assert medians(boxes)[0] == pytest.approx(np.median(data["poolings"]["cls"]["same_layer"]["biased"][0][3:]))


def test_aligned_gradients_are_means_over_the_training(grid: Path, results: Results) -> None:
    apart = [run for run in results.gradients if run.group == "apart"]
    aligned, cosine = drawn(aligned_figure(apart))
    rows = [json.loads((grid / f"cells/lumbar-apart-tiny-{seed}.json").read_text())["gradients"] for seed in (0, 1)]
    for axis, measure in ((aligned, "aligned"), (cosine, "cosine")):
        embedding = np.mean([[row["embedding"][measure] for row in one] for one in rows], axis=1)
        heads = np.mean([[row[measure] for row in one] for one in rows], axis=1)
        expected = [np.median(embedding), *(np.median(heads[:, :, layer]) for layer in (0, 1))]
        assert medians(axis) == pytest.approx(expected)
    assert [tick.get_text() for tick in aligned.get_xticklabels()] == ["emb", "1", "2"]


def test_apag_over_epochs_is_the_mean_over_seeds(results: Results) -> None:
    axes = drawn(epochs_figure(results.gradients))
    assert [axis.get_title() for axis in axes[:2]] == ["task-specific models", "heads of the multi-task model"]
    runs = [run for run in results.gradients if run.group == "all"]
    for place in range(3):
        line = axes[1].lines[place]
        assert list(line.get_xdata()) == [0, 1, 2]
        assert list(line.get_ydata()) == pytest.approx(np.mean([[row.apag[place] for row in r.rows] for r in runs], 0))
    # Told apart without colour, too.
    assert len({line.get_marker() for line in axes[1].lines[:3]}) == 3


def test_many_pairs_are_told_apart(tmp_path: Path) -> None:
    rows = [row(RNG, "abcde", epoch) for epoch in (0, 1)]
    write_cell(tmp_path, "thoracic", "all", 0, tasks="abcde", rows=rows)
    axis = drawn(epochs_figure(read_folder(tmp_path).gradients))[0]
    lines = [line for line in axis.lines if line.get_marker() != "None"]
    assert len({(line.get_color(), line.get_marker(), line.get_linestyle()) for line in lines}) == len(lines) == 10


def test_several_measurements_an_epoch_are_shown_by_step(tmp_path: Path) -> None:
    rows = [row(RNG, TASKS["lumbar"], epoch) | {"epoch": epoch // 2} for epoch in range(4)]
    write_cell(tmp_path, "lumbar", "all", 0, rows=rows)
    axis, cosine = drawn(epochs_figure(read_folder(tmp_path).gradients))
    assert (axis.get_ylabel(), cosine.get_ylabel()) == ("APAG", "mean cosine of gradients")
    assert axis.get_xlabel() == cosine.get_xlabel() == "steps trained"
    assert list(axis.lines[0].get_xdata()) == [0, 10, 20, 30]


def test_other_ways_to_combine_gradients_do_not_mix_in(tmp_path: Path) -> None:
    write_grid(tmp_path, regions=["lumbar"], seeds=1, cka=False)
    plain = [figure.caption for figure in gradient_figures(read_folder(tmp_path).gradients)]
    rows = [row(RNG, TASKS["lumbar"], 0)]
    write_cell(tmp_path, "lumbar", "all", 7, aggregator="PCGrad", rows=rows)
    write_cell(tmp_path, "lumbar", "stenosis+disc", 8, tasks=["stenosis", "disc"], rows=[row(RNG, ["a", "b"], 0)])
    assert [figure.caption for figure in gradient_figures(read_folder(tmp_path).gradients)] == plain


def test_any_region_and_encoder(tmp_path: Path) -> None:
    tasks = ["stenosis", "facet"]
    encoder = "someone/Big_BERT"
    write_cell(tmp_path, "thoracic", "apart", 0, tasks=tasks, encoder=encoder.replace("/", "-"))
    (cell,) = (tmp_path / "cells").iterdir()
    data = json.loads(cell.read_text())
    data["cell"]["encoder"] = encoder
    data["gradients"] = [row(RNG, tasks, epoch, layers=13, heads=3) for epoch in (0, 1)]
    cell.write_text(json.dumps(data))
    names = [figure.name for figure in figures_of(read_folder(tmp_path), samples=50)]
    assert names == ["aligned-layers-big-bert", "apag-epochs-thoracic-big-bert"]


def test_models_of_no_grid() -> None:
    pytest.importorskip("matplotlib")
    figures = cka_figures([similarity_of(cka(RNG, ["old", "new"]))])
    assert [figure.name for figure in figures] == [
        "cka-layers-cls",
        "cka-heatmaps-other-cls",
        "cka-layers-mean",
        "cka-heatmaps-other-mean",
    ]
    assert "old and new" in figures[0].title


def test_a_figure_of_a_page(results: Results) -> None:
    one, two = (aligned_figure(results.gradients).svg(prefix) for prefix in ("a", "b"))
    ids = [set(re.findall(r'\sid="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert len(ids[0]) == len(re.findall(r'\sid="', one))
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', one)) <= ids[0]
    # Every colour of the look is the page's to choose.
    assert not [colour for colour in VARIABLES if colour in one]
    assert {"var(--ink)", "var(--line)", "var(--data-0)", "var(--data-1)"} <= set(re.findall(r"var\(--[^)]+\)", one))
    assert one.startswith("<svg")
    assert one.endswith("</svg>")


def test_the_same_numbers_give_the_same_file(results: Results, tmp_path: Path) -> None:
    figure = epochs_figure(results.gradients)
    first, second = (figure.save(tmp_path / name).read_bytes() for name in ("a.svg", "b.svg"))
    assert first == second
    assert figure.save(tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_drawn(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = epochs_figure(results.gradients)
    with pytest.raises(CorpusError, match=r"one of \.svg, \.png, \.pdf, .* got 'f\.jpg'"):
        figure.save(tmp_path / "f.jpg")
    write_cell(tmp_path, "lumbar", "all", 0)
    with pytest.raises(CorpusError, match="nothing to draw"):
        write_figures(tmp_path, tmp_path / "figures")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModelError, match=r"pip install 'spacy-spine\[analysis\]'"):
        figure.save(tmp_path / "f.svg")
    assert not (tmp_path / "figures").exists()


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("cka", "minilm-l6", "cls"), "cka-minilm-l6-cls"),
        (("cka", "microsoft/BiomedNLP-BiomedBERT", ""), "cka-biomednlp-biomedbert"),
        (("cka", "/models/bert_base/"), "cka-bert-base"),
        (("cka", "cervical – lumbar"), "cka-cervical-lumbar"),
    ],
)
def test_names_of_files(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts) == name
