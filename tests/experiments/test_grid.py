"""Grids as files: the cells they stand for, their settings, and the configs that spaCy trains from."""

from pathlib import Path

import pytest
from spacy.util import registry

from spacy_spine.errors import ConfigError
from spacy_spine.experiments.config import cell_config, region_block
from spacy_spine.experiments.grid import load_grid
from spacy_spine.experiments.run import select
from spacy_spine.experiments.settings import Settings

ROOT = Path(__file__).parents[2]
GRID = """
config = "CONFIG"
encoders = ["bert-base-uncased", "org/Other"]
seeds = [0, 1]
[data]
lumbar = "lumbar"
cervical = "cervical"
both = "both"
[[cells]]
region = "lumbar"
groups = GROUPS
"""


def write(tmp_path: Path, groups: str = '["all"]', more: str = "") -> Path:
    text = GRID.replace("CONFIG", (ROOT / "configs/severity.cfg").as_posix()).replace("GROUPS", groups)
    path = tmp_path / "grid.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


def groups_of(path: Path) -> list[str]:
    return list(dict.fromkeys(cell.group for cell in load_grid(path).cells))


def test_groups_stand_for_their_models(tmp_path):
    grid = load_grid(write(tmp_path, '["single", "apart", "all", "pairs", "nerve+stenosis"]'))
    models = {cell.group: cell.models for cell in grid.cells}
    assert models == {
        "single:stenosis": (("stenosis",),),
        "single:disc": (("disc",),),
        "single:nerve": (("nerve",),),
        "apart": (("stenosis",), ("disc",), ("nerve",)),
        "all": (("stenosis", "disc", "nerve"),),
        "stenosis+disc": (("stenosis", "disc"),),
        "stenosis+nerve": (("stenosis", "nerve"),),  # named twice, trained once
        "disc+nerve": (("disc", "nerve"),),
    }
    assert len(grid.cells) == len(models) * 4
    assert [cell.seed for cell in grid.cells] == sorted(cell.seed for cell in grid.cells)
    assert len({cell.id for cell in grid.cells}) == len(grid.cells)
    assert "lumbar-all-other-1" in {cell.id for cell in grid.cells}


def test_groups_of_several_regions_mix_them(tmp_path):
    more = '[[cells]]\nregion = "both"\ngroups = ["pairs", "cervical.cord+lumbar.nerve"]'
    mixed = [group for group in groups_of(write(tmp_path, "[]", more)) if "+" in group]
    assert len(mixed) == 4 * 3
    assert all({task.split(".")[0] for task in group.split("+")} == {"lumbar", "cervical"} for group in mixed)


def test_aggregators_are_for_models_of_several_tasks(tmp_path):
    more = 'aggregators = ["", "UPGrad"]'
    cells = load_grid(write(tmp_path, '["single", "apart", "all"]', more)).cells
    assert {cell.aggregator for cell in cells if cell.group == "all"} == {"", "UPGrad"}
    assert {cell.aggregator for cell in cells if cell.group != "all"} == {""}


def test_later_settings_overrule_earlier_ones_where_they_fit(tmp_path):
    more = """
[[settings]]
steps = 10
learn_rate = 1e-3
[[settings]]
kind = "single"
steps = 20
[[settings]]
groups = ["single:d*"]
steps = 30
[[settings]]
region = "cervical"
steps = 40
"""
    grid = load_grid(write(tmp_path, '["single", "all"]', more))
    steps = {cell.group: grid.settings_of(cell).steps for cell in grid.cells}
    assert steps == {"single:stenosis": 20, "single:disc": 30, "single:nerve": 20, "all": 10}
    assert {grid.settings_of(cell).learn_rate for cell in grid.cells} == {1e-3}


@pytest.mark.parametrize(
    ("groups", "more", "words"),
    [
        ('["hernia"]', "", "no task 'hernia'; there are single, apart, all, pairs, triples, stenosis"),
        ('["disc+disc"]', "", "with a task twice"),
        ('["all"]', "colour = 1", "a block of cells has"),
        ('["all"]', "[[settings]]\nstep = 1", "Unknown setting 'step'"),
        ('["all"]', "[[settings]]\nsteps = -1", "at least 0"),
        ('["all"]', "[[settings]]\ntext = 1", "must be a text"),
        ('["all"]', "[[settings]]\nsteps = 0\nepochs = 0", "steps or epochs"),
        ('["all"]', '[[settings]]\nkind = "double"', "there are single, multi"),
        ('["all"]', '[[cells]]\nregion = "both"\ngroups = ["apart"]', "a block of its own"),
        ('["all"]', '[[cells]]\nregion = "both"\ngroups = ["lumbar.disc+lumbar.nerve"]', "of one region"),
        ('["all"]', '[[cells]]\nregion = "pelvis"\ngroups = ["all"]', "Unknown region 'pelvis'"),
        ("[]", "", "has no cells"),
        ("[", "", "not a TOML file"),
        ('"all"', "", "'groups' must be a list of texts"),
        ('["all"]', 'seeds = "012"', "'seeds' must be a list of whole numbers"),
        ('["all"]', "seeds = [0.5]", "'seeds' must be a list of whole numbers"),
        ('["all"]', "encoders = [1]", "'encoders' must be a list of texts"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(tmp_path, groups, more, words):
    from spacy_spine.errors import SpineError

    with pytest.raises(SpineError, match=words.replace("+", r"\+")) as error:
        load_grid(write(tmp_path, groups, more))
    assert "\n" not in str(error.value)


def test_cells_are_chosen_by_pattern(tmp_path):
    cells = load_grid(write(tmp_path, '["single", "all"]')).cells
    assert select(cells, []) == list(cells)
    assert {cell.group for cell in select(cells, ["*-all-*"])} == {"all"}
    with pytest.raises(ConfigError, match="No cell of the grid fits"):
        select(cells, ["*-all-*", "cervical-*"])


@pytest.mark.parametrize("name", ["minilm", "paper"])
def test_shipped_grids_make_configs_that_spacy_resolves(name):
    grid = load_grid(ROOT / f"configs/experiments/{name}.toml")
    files = {"train": Path("train.jsonl"), "dev": Path("dev.jsonl")}
    seen = set()
    for cell in grid.cells:
        if (cell.region, cell.group, cell.aggregator) in seen or ("+" in cell.group and cell.region != "both"):
            continue
        seen.add((cell.region, cell.group, cell.aggregator))
        settings = grid.settings_of(cell)
        config = cell_config(grid.config, cell, settings, files=files, segments=1000, folder=Path("folder"))
        config = config.interpolate()
        names = [one for one in config["nlp"]["pipeline"] if one.startswith("severity_")]
        assert len(names) == len(cell.models)
        for pipe, tasks in zip(names, cell.models, strict=True):
            region = registry.resolve({"region": config["components"][pipe]["region"]})["region"]
            parts = getattr(region, "parts", (region,))
            found = {(part.name, pathology.name) for part in parts for pathology in part.pathologies}
            expected = {tuple(task.split(".")) if "." in task else (cell.region, task) for task in tasks}
            assert found == expected
        registry.resolve(config["training"], schema=None, validate=False)


def test_the_papers_hyperparameters():
    grid = load_grid(ROOT / "configs/experiments/paper.toml")
    rows = {}
    for cell in grid.cells:
        settings = grid.settings_of(cell)
        assert (settings.batch, settings.max_length, settings.weight_decay, settings.dropout) == (16, 512, 1e-4, 0.5)
        rows[cell.region, cell.kind] = (settings.epochs, settings.learn_rate, settings.grad_clip)
    assert rows == {
        ("cervical", "single"): (5, 2e-5, 2),
        ("cervical", "multi"): (12, 3e-5, 5),
        ("lumbar", "single"): (6, 2e-5, 2),
        ("lumbar", "multi"): (11, 3e-5, 5),
    }
    assert len(grid.cells) == 3 * 5 * (4 + 1 + 1 + 3 + 1 + 1)


def test_steps_follow_from_epochs():
    assert Settings(epochs=2, batch=16).total_steps(100) == 13
    assert Settings(epochs=0.001, batch=16).total_steps(100) == 1
    assert Settings(steps=7).total_steps(100) == 7


def test_a_digest_tells_settings_apart():
    assert Settings().digest() == Settings().digest()
    assert Settings().digest() != Settings(learn_rate=3e-5).digest()


def test_a_dotted_path_must_lead_somewhere(tmp_path):
    more = '[[settings]]\nconfig = { "training.optimizer.beta1" = 0.8 }'
    grid = load_grid(write(tmp_path, '["all"]', more))
    cell = grid.cells[0]

    def config(settings):
        return cell_config(
            grid.config, cell, settings, files=dict.fromkeys(("train", "dev"), Path("x")), segments=9, folder=Path()
        )

    assert config(grid.settings_of(cell))["training"]["optimizer"]["beta1"] == 0.8
    with pytest.raises(ConfigError, match=r"no section 'training\.optimiser'"):
        config(Settings(config={"training.optimiser.beta1": 0.8}))


def test_a_plugins_region_is_named_in_full():
    assert region_block("lumbar", ()) == {"@spine_regions": "spacy_spine.lumbar.v1"}
    assert region_block("spacy_spine.lumbar.v1", ()) == {"@spine_regions": "spacy_spine.lumbar.v1"}


@pytest.mark.parametrize("name", ['"../elsewhere"', '"/elsewhere"', '""', "1"])
def test_a_name_stays_in_its_folder(tmp_path, name):
    path = write(tmp_path)
    path.write_text(f"name = {name}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(ConfigError, match="name of a folder"):
        load_grid(path)
