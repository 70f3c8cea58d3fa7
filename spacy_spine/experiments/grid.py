"""A grid of experiments, read from a TOML file.

name = "minilm"                     # of the folders below results/ and of the work; grids of one name share cells
config = "../severity.cfg"          # what every cell starts from
encoders = ["minilm-l6"]
seeds = [0, 1, 2]

[data]                              # folders with train.jsonl, dev.jsonl and test.jsonl
lumbar = "../../corpus/lumbar"

[[cells]]
region = "lumbar"
groups = ["single", "apart", "all", "pairs", "stenosis+nerve"]
aggregators = ["", "UPGrad"]        # "" is the plain sum of the heads' gradients

[[settings]]                        # of all cells, see `settings.Settings`
steps = 300

[[settings]]                        # of some: later blocks overrule earlier ones
region = "lumbar"
kind = "single"                     # "single": each of its models has one task, "multi": one has several
groups = ["apart", "all"]           # or patterns of groups
steps = 200
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from ..anatomy import Regions, get_regions
from ..errors import ConfigError
from .settings import KINDS, Settings

SINGLE, APART, ALL = "single", "apart", "all"
SIZES = {"pairs": 2, "triples": 3}
DEFAULTS = {"encoders": ["minilm-l6"], "seeds": [0], "aggregators": [""]}
KNOWN = {"name", "config", "data", "cells", "settings", *DEFAULTS}
PARTS = ("train", "dev", "test")


@dataclass(frozen=True)
class Cell:
    """One training.

    region (str): Registered name: "lumbar", "cervical", "both", or a plugin's.
    group (str): "single:TASK", "apart", "all", or tasks joined by "+".
    models (tuple[tuple[str, ...], ...]): Tasks of each model. "apart" has a model a task, the others have one. A task
        is a pathology, with its region where there are several: "lumbar.stenosis".
    encoder (str): See `SeverityClassifier.v1`.
    seed (int): Of weights, order and dropout.
    aggregator (str): How the heads' gradients are combined; empty for their sum.
    """

    region: str
    group: str
    models: tuple[tuple[str, ...], ...]
    encoder: str
    seed: int
    aggregator: str = ""

    @property
    def id(self) -> str:
        """Its name, fit for a file."""
        encoder = self.encoder.rstrip("/").rpartition("/")[2].lower()
        parts = [self.region, self.group.replace(":", "-"), *([self.aggregator] if self.aggregator else []), encoder]
        return "-".join([*parts, str(self.seed)])

    @property
    def kind(self) -> str:
        """ "single" where each model has one task, "multi" otherwise."""
        return KINDS[0] if all(len(tasks) == 1 for tasks in self.models) else KINDS[1]

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(task for tasks in self.models for task in tasks)

    def to_dict(self) -> dict[str, Any]:
        return {
            "region": self.region,
            "group": self.group,
            "models": [list(tasks) for tasks in self.models],
            "encoder": self.encoder,
            "seed": self.seed,
            "aggregator": self.aggregator,
        }


@dataclass(frozen=True)
class Grid:
    """All cells of a file, those of the first seed first, so that what is there early is whole.

    name (str): Name of its folders.
    config (Path): The config that every cell starts from.
    data (Mapping[str, Path]): Folder of each region's train.jsonl, dev.jsonl and test.jsonl.
    cells (tuple[Cell, ...]): In the order in which they are run.
    settings (tuple[Mapping, ...]): Blocks of settings, see `settings_of`.
    """

    name: str
    config: Path
    data: Mapping[str, Path]
    cells: tuple[Cell, ...]
    settings: tuple[Mapping[str, Any], ...] = field(repr=False)

    def settings_of(self, cell: Cell) -> Settings:
        """The settings of a cell: those of all blocks that fit it, the later ones overruling."""
        return Settings.of(self.settings, region=cell.region, kind=cell.kind, group=cell.group)

    def parts(self, cell: Cell) -> dict[str, Path]:
        """The files of a cell's region, by train, dev and test.

        RAISES (ConfigError): Where one is not there.
        """
        files = {part: self.data[cell.region] / f"{part}.jsonl" for part in PARTS}
        for file in files.values():
            if not file.is_file():
                raise ConfigError(f"No '{file}'; `spacy-spine corpus split` makes it.")
        return files


def load_grid(path: Path | str) -> Grid:
    """Read a grid; paths in it are relative to the file.

    path (Path): The TOML file.
    RAISES (ConfigError): Where it is none, with what is wrong and where.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"Cannot read '{path}': {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"'{path}' is not a TOML file: {error}.") from error
    try:
        return _grid(path, data)
    except (TypeError, AttributeError, KeyError) as error:
        raise ConfigError(f"'{path}' is not a grid of experiments: {error}.") from error


def _grid(path: Path, data: Mapping[str, Any]) -> Grid:
    unknown = sorted(data.keys() - KNOWN)
    if unknown:
        raise ConfigError(f"'{path}': unknown '{unknown[0]}'; there are {', '.join(sorted(KNOWN))}.")
    for needed in ("config", "data", "cells"):
        if needed not in data:
            raise ConfigError(f"'{path}' has no '{needed}'.")
    name = data.get("name", path.stem)
    if not isinstance(name, str) or not name or name != Path(name).name:
        raise ConfigError(f"'{path}': 'name' is the name of a folder, got {name!r}.")
    defaults = {key: data.get(key, value) for key, value in DEFAULTS.items()}
    cells = [cell for block in data["cells"] for cell in _cells(path, {**defaults, **block})]
    cells = sorted(dict.fromkeys(cells), key=lambda cell: cell.seed)
    folders = {region: (path.parent / folder).resolve() for region, folder in data["data"].items()}
    without = sorted({cell.region for cell in cells} - folders.keys())
    if without:
        raise ConfigError(f"'{path}': no [data] folder for region '{without[0]}'.")
    if not cells:
        raise ConfigError(f"'{path}' has no cells.")
    config = (path.parent / data["config"]).resolve()
    if not config.is_file():
        raise ConfigError(f"'{path}': no config '{config}'.")
    grid = Grid(name, config, folders, tuple(cells), tuple(data.get("settings", ())))
    for cell in cells:  # a wrong setting is said before the first training, not after hours
        if grid.settings_of(cell).gradients and len(cell.tasks) < 2:
            raise ConfigError(
                f"'{path}': '{cell.group}' has one task, and gradients are compared between tasks: name the groups "
                "that 'gradients' is for."
            )
    return grid


def _cells(path: Path, block: Mapping[str, Any]) -> Iterator[Cell]:
    unknown = sorted(block.keys() - {"region", "groups", *DEFAULTS})
    if unknown or not {"region", "groups"} <= block.keys():
        raise ConfigError(f"'{path}': a block of cells has a region, groups, {', '.join(DEFAULTS)}.")
    for key, kind in {"groups": str, "encoders": str, "seeds": int, "aggregators": str}.items():
        if not isinstance(block[key], list) or any(type(one) is not kind for one in block[key]):
            raise ConfigError(f"'{path}': '{key}' must be a list of {'whole numbers' if kind is int else 'texts'}.")
    tasks = tasks_of(get_regions(block["region"]))
    for seed in block["seeds"]:
        for encoder in block["encoders"]:
            for group in block["groups"]:
                for name, models in _groups(group, tasks, block["region"]):
                    for aggregator in block["aggregators"] if any(len(one) > 1 for one in models) else [""]:
                        yield Cell(block["region"], name, models, encoder, seed, aggregator)


def tasks_of(regions: Regions) -> tuple[str, ...]:
    """All tasks of regions: their pathologies, with the region's name before where there are several."""
    if len(regions) == 1:
        return tuple(pathology.name for pathology in regions.pathologies)
    return tuple(f"{region.name}.{pathology.name}" for region in regions for pathology in region.pathologies)


def _groups(group: str, tasks: Sequence[str], region: str) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """A group as named in a file → the name and the models of each cell."""
    several = any("." in task for task in tasks)
    if several and group in (SINGLE, APART):
        raise ConfigError(f"Region '{region}' is several: give each a block of its own for '{group}'.")
    if group == ALL:
        yield ALL, (tuple(tasks),)
    elif group == APART:
        yield APART, tuple((task,) for task in tasks)
    elif group == SINGLE:
        yield from ((f"{SINGLE}:{task}", ((task,),)) for task in tasks)
    elif group in SIZES:
        # Of several regions, only what mixes them: the rest are groups of one region.
        chosen = (some for some in combinations(tasks, SIZES[group]) if not several or _mixes(some))
        yield from (("+".join(some), (some,)) for some in chosen)
    else:
        wanted = group.split("+")
        unknown = [task for task in wanted if task not in tasks]
        if unknown or len(set(wanted)) < len(wanted):
            what = f"task '{unknown[0]}'" if unknown else f"group '{group}' with a task twice"
            names = ", ".join([SINGLE, APART, ALL, *SIZES, *tasks])
            raise ConfigError(f"Region '{region}' has no {what}; there are {names}, and tasks joined by '+'.")
        if several and not _mixes(wanted):
            raise ConfigError(f"Group '{group}' is of one region: name it in that region's block.")
        ordered = tuple(task for task in tasks if task in wanted)  # one name for one group
        yield ("+".join(ordered), (ordered,)) if len(ordered) > 1 else (f"{SINGLE}:{ordered[0]}", (ordered,))


def _mixes(tasks: Sequence[str]) -> bool:
    return len({task.partition(".")[0] for task in tasks}) > 1
