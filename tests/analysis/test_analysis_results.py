"""Reading a grid's results: all of it, a part of it, and what is damaged; the tables of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from synthetic_results import TASKS, cka, row, write_cell, write_cka, write_grid

from spacy_spine.analysis.measures import ACROSS, MULTI, OTHER, SEEDS, SINGLES, Alignment, mean_known, similarity_of
from spacy_spine.analysis.report.tables import MEAN, analysis_tables, apag_tables, cka_tables
from spacy_spine.analysis.results import read_folder
from spacy_spine.errors import CorpusError

RNG = np.random.default_rng(1)


def test_a_whole_grid(tmp_path: Path) -> None:
    results = read_folder(write_grid(tmp_path / "toy", seeds=2))
    assert results.name == "toy"
    assert len(results.cells) == 8
    assert len(results.gradients) == 8
    kinds = [one.kind for one in results.similarities]
    assert {kind: kinds.count(kind) for kind in kinds} == {SINGLES: 2 * (3 + 6), MULTI: 2 * (3 + 4), ACROSS: 12}
    assert results.notes == ()


def test_a_pair_has_one_name_whichever_model_came_first(tmp_path: Path) -> None:
    for seed in (0, 1):
        write_cell(tmp_path, "lumbar", "apart", seed)
    first = write_cka(tmp_path, RNG, ["lumbar-apart-tiny-0"] * 2, ["stenosis", "disc"])
    write_cka(tmp_path, RNG, ["lumbar-apart-tiny-1"] * 2, ["disc", "stenosis"])
    straight, turned = read_folder(tmp_path).similarities
    assert straight.pair == turned.pair == ("stenosis", "disc")
    assert (straight.seeds, turned.seeds) == ((0, 0), (1, 1))
    # The rows of layer against layer are the first model's.
    second = tmp_path / "cka" / "lumbar-apart-tiny-1.disc--lumbar-apart-tiny-1.stenosis.json"
    for similarity, path, turn in ((straight, first, np.array), (turned, second, np.transpose)):
        written = json_of(path)["poolings"]["cls"]["layers"]["debiased"]
        np.testing.assert_array_equal(similarity.layers["cls", "debiased"], turn(written))


def test_how_two_models_relate(tmp_path: Path) -> None:
    write_cell(tmp_path, "lumbar", "apart", 0)
    write_cell(tmp_path, "lumbar", "apart", 1)
    write_cell(tmp_path, "lumbar", "all", 0)
    write_cell(tmp_path, "lumbar", "all", 0, aggregator="UPGrad")
    write_cell(tmp_path, "cervical", "apart", 0)
    apart, again, whole, other = (f"lumbar-{one}-tiny" for one in ("apart", "apart", "all", "all"))
    expected = {
        (f"{apart}-0", f"{apart}-0", "disc", "nerve"): (SINGLES, ("disc", "nerve"), "lumbar"),
        (f"{apart}-0", f"{again}-1", "disc", "disc"): (SEEDS, ("disc", "disc"), "lumbar"),
        (f"{whole}-0", f"{apart}-0", "all", "disc"): (MULTI, ("disc", "all"), "lumbar"),
        (f"{apart}-0", f"{other}-upgrad-0", "disc", "all"): (OTHER, ("disc", "all (UPGrad)"), "lumbar"),
        (f"{apart}-0", "cervical-apart-tiny-0", "disc", "disc"): (
            ACROSS,
            ("cervical.disc", "lumbar.disc"),
            "cervical – lumbar",
        ),
    }
    for (one, two, a, b), (kind, pair, region) in expected.items():
        path = write_cka(tmp_path, RNG, [one, two], [a, b])
        (found,) = read_folder(tmp_path).similarities
        assert (found.kind, found.pair, found.region) == (kind, pair, region)
        path.unlink()


def test_numbers_that_cannot_be_told(tmp_path: Path) -> None:
    rows = [row(RNG, TASKS["lumbar"], 0, unknown=1), row(RNG, TASKS["lumbar"], 1)]
    write_cell(tmp_path, "lumbar", "apart", 0, rows=rows)
    (run,) = read_folder(tmp_path).gradients
    assert np.isnan(run.rows[0].aligned[1]).all()
    assert np.isfinite(run.rows[0].aligned[[0, 2]]).all()
    (table,) = apag_tables([run])
    shown = {line[0]: line[2:] for line in table.rows[1:]}
    # Of the pair that was unknown once, the other measurement counts.
    assert shown["stenosis – nerve"][0] == shown["stenosis – nerve"][1] == f"{rows[1]['apag'][1]:.3f}"
    assert shown["stenosis – disc"][1] == f"{(rows[0]['apag'][0] + rows[1]['apag'][0]) / 2:.3f}"


def test_a_single_task_has_no_pairs_to_measure(tmp_path: Path) -> None:
    write_cell(tmp_path, "lumbar", "single:disc", 0, tasks=["disc"], rows=[row(RNG, ["disc"], 0)])
    assert read_folder(tmp_path).gradients == ()


def test_cka_of_a_cell_that_is_not_here_is_left_out_and_said(tmp_path: Path) -> None:
    write_cell(tmp_path, "lumbar", "apart", 0)
    write_cka(tmp_path, RNG, ["lumbar-apart-tiny-0", "lumbar-all-tiny-0"], ["disc", "all"])
    results = read_folder(tmp_path)
    assert results.similarities == ()
    (note,) = results.notes
    assert "lumbar-all-tiny-0" in note
    assert "left out" in note


def no_json(path: Path) -> None:
    path.write_text("{")


def replaced(old: str, new: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(path.read_text().replace(old, new)) and None


@pytest.mark.parametrize(
    ("file", "damage", "message"),
    [
        ("cells/lumbar-all-tiny-0.json", no_json, "not JSON"),
        ("cells/lumbar-all-tiny-0.json", replaced('"apag": [', '"apag": [0.5, '), "do not match"),
        ("cells/lumbar-all-tiny-0.json", replaced('"pairs"', '"pears"'), "row of gradients"),
        ("cka/lumbar-apart-tiny-0.stenosis--lumbar-apart-tiny-0.disc.json", no_json, "not JSON"),
        ("cka/lumbar-apart-tiny-0.stenosis--lumbar-apart-tiny-0.disc.json", replaced("cka.v1", "cka.v9"), "format"),
        ("cka/lumbar-apart-tiny-0.stenosis--lumbar-apart-tiny-0.disc.json", replaced("debiased", "x"), "no CKA"),
        ("cka/lumbar-apart-tiny-0.stenosis--lumbar-apart-tiny-0.disc.json", replaced('"query", ', ""), "matrices"),
        ("cka/lumbar-apart-tiny-0.stenosis--lumbar-apart-tiny-0.disc.json", replaced('"cells"', '"c"'), "'cells'"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, file: str, damage: Callable[[Path], None], message: str) -> None:
    write_grid(tmp_path, regions=["lumbar"], seeds=1)
    damage(tmp_path / file)
    with pytest.raises(CorpusError, match=message) as raised:
        read_folder(tmp_path)
    assert Path(file).name in str(raised.value)


def test_nothing_at_all(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no results"):
        read_folder(tmp_path)
    write_cell(tmp_path, "lumbar", "all", 0)
    with pytest.raises(CorpusError, match="neither gradients nor CKA"):
        analysis_tables(read_folder(tmp_path))


def test_a_table_of_cka_holds_means_over_layers_matrices_and_seeds(tmp_path: Path) -> None:
    write_grid(tmp_path, regions=["lumbar"], seeds=3)
    results = read_folder(tmp_path)
    singles, multi = cka_tables(results.similarities)
    assert [line[0] for line in singles.rows[1:]] == ["stenosis – disc", "stenosis – nerve", "disc – nerve", MEAN]
    assert [line[0] for line in multi.rows[1:]] == ["stenosis – all", "disc – all", "nerve – all", MEAN]
    files = sorted((tmp_path / "cka").glob("*.stenosis--*.disc.json"))
    means = [np.mean(json_of(file)["poolings"]["mean"]["same_layer"]["debiased"]) for file in files]
    assert singles.rows[0][-1] == "mean, debiased"
    assert singles.rows[1][-1] == f"{np.mean(means):.3f} ± {np.std(means, ddof=1):.3f}"
    assert "200 motion segments" in singles.markdown


def test_tables_of_gradients_are_apart_by_what_was_compared(tmp_path: Path) -> None:
    write_grid(tmp_path, regions=["lumbar"], seeds=1, cka=False)
    for group, aggregator in (("stenosis+disc", ""), ("all", "PCGrad")):
        tasks = ["stenosis", "disc"] if "+" in group else TASKS["lumbar"]
        write_cell(tmp_path, "lumbar", group, 0, aggregator=aggregator, tasks=tasks, rows=[row(RNG, tasks, 0)])
    titles = {
        table.title: [line[0] for line in table.rows[1:]] for table in apag_tables(read_folder(tmp_path).gradients)
    }
    pairs = ["stenosis – disc", "stenosis – nerve", "disc – nerve", MEAN]
    assert titles == {
        "APAG between task-specific models: lumbar, tiny": pairs,
        "APAG between the heads of the multi-task model: lumbar, tiny": pairs,
        "APAG between the heads of the multi-task model, PCGrad: lumbar, tiny": pairs,
        "APAG between the heads of the models of groups: lumbar, tiny": ["stenosis+disc: stenosis – disc"],
    }


def test_cka_that_belongs_to_no_grid() -> None:
    made = similarity_of(cka(RNG, ["old", "new"]))
    assert made.pair == ("old", "new")
    (table,) = cka_tables([made])
    assert table.rows[1][0] == "old – new"
    with pytest.raises(CorpusError, match="no CKA"):
        similarity_of({"format": "spacy_spine.cka.v1", "a": "old", "b": "new"})


def test_mean_cosine_counts_the_embedding_as_one_head() -> None:
    data = row(RNG, TASKS["lumbar"], 0, layers=3, heads=5)
    by_hand = [
        (np.sum(heads) + embedding) / (3 * 5 + 1)
        for heads, embedding in zip(data["cosine"], data["embedding"]["cosine"], strict=True)
    ]
    np.testing.assert_allclose(Alignment.from_dict(data).mean_cosine, by_hand)


@settings(deadline=None, max_examples=50)
@given(data=st.data(), shape=array_shapes(min_dims=2, max_dims=3, max_side=4))
def test_means_are_over_what_is_known(data: st.DataObject, shape: tuple[int, ...]) -> None:
    numbers = st.one_of(st.just(np.nan), st.floats(-1, 1))
    values = data.draw(arrays(float, shape, elements=numbers))
    means = mean_known(list(values))
    for place in np.ndindex(shape[1:]):
        known = [one[place] for one in values if np.isfinite(one[place])]
        assert means[place] == pytest.approx(np.mean(known)) if known else np.isnan(means[place])


def json_of(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())
