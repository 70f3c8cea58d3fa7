"""A cell as a config for `spacy train`: the grid's config with the cell's models, settings and seed in it."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from spacy.util import load_config
from thinc.api import Config

from ..anatomy.registry import registered_name
from ..errors import ConfigError
from .grid import Cell
from .settings import Settings

CLASSIFIER = "severity_classifier"
GRADIENTS_FILE = "gradients.jsonl"


def cell_config(
    base: Path, cell: Cell, settings: Settings, *, files: Mapping[str, Path], segments: int, folder: Path
) -> Config:
    """The config of a cell's training.

    base (Path): The grid's config: it trains one `severity_classifier`.
    cell (Cell): The cell.
    settings (Settings): Its settings.
    files (Mapping[str, Path]): Its parts "train" and "dev".
    segments (int): Graded motion segments of the training part.
    folder (Path): Where the training may write beside its models.
    RETURNS (Config): With a classifier for each model of the cell.
    RAISES (ConfigError): Where the base has no `severity_classifier`, or a path of `settings.config` leads nowhere.
    """
    config = load_config(base, interpolate=False)
    if CLASSIFIER not in config.get("components", {}):
        raise ConfigError(f"'{base}' trains no {CLASSIFIER}.")
    _overrule(config, settings.config)
    steps = settings.total_steps(segments)
    every = max(1, steps // settings.evaluations)
    config["paths"] |= {"train": str(files["train"]), "dev": str(files["dev"])}
    config["system"]["seed"] = cell.seed
    config["vars"] |= {"encoder": cell.encoder, "precision": settings.precision, "text": settings.text}
    config["components"]["segment_grouper"]["region"] = region_block(cell.region, ())
    _place_models(config, cell, settings)
    training = config["training"]
    training |= {
        "max_steps": steps,
        "max_epochs": 0,
        "eval_frequency": every,
        "patience": settings.patience * every,
    }
    training["batcher"] = {"@batchers": "spacy_spine.BatchBySegments.v1", "size": settings.batch}
    training["optimizer"] |= {"L2": settings.weight_decay, "grad_clip": settings.grad_clip}
    training["optimizer"]["learn_rate"] = {
        "@schedules": "warmup_linear.v1",
        "warmup_steps": round(settings.warmup * steps),
        "total_steps": steps,
        "initial_rate": settings.learn_rate,
    }
    if settings.gradients:
        training["before_update"] = {
            "@callbacks": "spacy_spine.GradientAlignment.v1",
            "path": str(folder / GRADIENTS_FILE),
            "corpus": {"@readers": "spacy_spine.Corpus.v1", "path": "${paths.train}", "gold_locations": True},
            "segments": settings.gradient_segments,
            "batch_segments": settings.batch,
            "frequency": max(1, steps // settings.gradients),
        }
    return config


def region_block(region: str, tasks: Sequence[str]) -> dict[str, Any]:
    """What a config says of a region that is graded for some of its tasks.

    region (str): Its name.
    tasks (Sequence[str]): Its tasks, see `Cell`; none for all.
    RETURNS (dict): With "@spine_regions".
    """
    whole = {"@spine_regions": registered_name(region)}
    if not tasks:
        return whole
    if not any("." in task for task in tasks):
        return {"@spine_regions": "spacy_spine.only.v1", "region": whole, "pathologies": list(tasks)}
    own: dict[str, list[str]] = {}
    for task in tasks:
        name, _, pathology = task.partition(".")
        own.setdefault(name, []).append(pathology)
    return {
        "@spine_regions": "spacy_spine.combine.v1",
        "*": {name: region_block(name, pathologies) for name, pathologies in own.items()},
    }


def _place_models(config: Config, cell: Cell, settings: Settings) -> None:
    """A classifier for each model in the place of the one that the base has."""
    block = config["components"].pop(CLASSIFIER)
    block["rule_weight"] = 0.0  # the encoder alone is what a grid compares
    block["model"] |= {"dropout": settings.dropout, "max_length": settings.max_length, "head_rate": settings.head_rate}
    if cell.aggregator:
        block["aggregator"] = {"@misc": "spacy_spine.torchjd_aggregator.v1", "name": cell.aggregator}
    names = []
    for tasks in cell.models:
        name = CLASSIFIER if len(cell.models) == 1 else f"severity_{tasks[0]}"
        own = deepcopy(block)
        own["region"] = region_block(cell.region, () if cell.group == "all" else tasks)
        config["components"][name] = own
        names.append(name)
    place = config["nlp"]["pipeline"].index(CLASSIFIER)
    config["nlp"]["pipeline"][place : place + 1] = names
    if len(cell.models) > 1:
        config["training"]["score_weights"] = {f"{task}_macro_f": 1 / len(cell.tasks) for task in cell.tasks}


def _overrule(config: Config, paths: Mapping[str, Any]) -> None:
    for path, value in paths.items():
        *sections, last = path.split(".")
        where: Any = config
        for section in sections:
            where = where.get(section) if isinstance(where, Mapping) else None
        if not isinstance(where, Mapping):
            raise ConfigError(f"Setting 'config': there is no section '{'.'.join(sections)}'.")
        where[last] = value  # type: ignore[index]
