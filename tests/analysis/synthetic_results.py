"""Result files of a grid with made-up numbers of the right shape, in place of trainings of hours."""

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from spacy_spine.experiments.results import CellResult, write_result

TASKS = {"lumbar": ("stenosis", "disc", "nerve"), "cervical": ("stenosis", "disc", "cord", "foraminal")}
MATRICES = ["query", "key", "value", "attention_output", "intermediate", "output"]
LABELS = {"a": 0.9, "b": 0.8}


def write_grid(
    folder: Path, *, regions: Sequence[str] = ("lumbar", "cervical"), seeds: int = 2, layers: int = 2, cka: bool = True
) -> Path:
    """Cells "apart" and "all" of each region and seed, with their gradients, and CKA of all pairs of their models."""
    rng = np.random.default_rng(0)
    for region in regions:
        for seed in range(seeds):
            for group in ("apart", "all"):
                write_cell(folder, region, group, seed, rows=[row(rng, TASKS[region], e, layers) for e in range(3)])
            if cka:
                write_region_cka(folder, rng, region, seed, layers)
    if cka and len(regions) > 1:
        for one in TASKS[regions[0]]:
            for other in TASKS[regions[1]]:
                write_cka(
                    folder, rng, [f"{regions[0]}-apart-tiny-0", f"{regions[1]}-apart-tiny-0"], [one, other], layers
                )
    return folder


def write_region_cka(folder: Path, rng: np.random.Generator, region: str, seed: int, layers: int) -> None:
    apart, whole = f"{region}-apart-tiny-{seed}", f"{region}-all-tiny-{seed}"
    for one, other in combinations(TASKS[region], 2):
        write_cka(folder, rng, [apart, apart], [one, other], layers)
    for task in TASKS[region]:
        write_cka(folder, rng, [apart, whole], [task, "all"], layers)


def write_cell(
    folder: Path,
    region: str,
    group: str,
    seed: int,
    *,
    rows: Sequence[dict[str, Any]] = (),
    encoder: str = "tiny",
    aggregator: str = "",
    tasks: Sequence[str] = (),
) -> CellResult:
    tasks = tasks or TASKS[region]
    id = "-".join(filter(None, [region, group.replace("+", "_"), encoder, aggregator.lower(), str(seed)]))
    models = [[task] for task in tasks] if group == "apart" else [list(tasks)]
    scores = {task: {"macro_f1": 0.85, "labels": dict(LABELS)} for task in tasks}
    codes = {f"report{i}": {task: ["00", "11", "01"] for task in tasks} for i in range(4)}
    result = CellResult(
        id=id,
        cell={
            "region": region,
            "group": group,
            "models": models,
            "encoder": encoder,
            "seed": seed,
            "aggregator": aggregator,
        },
        data={"train": "0", "dev": "1", "test": "2"},
        config="3",
        settings={"epochs": 3},
        versions={"spacy_spine": "0.1.0"},
        machine={"cpu": "one"},
        time={"training": 60.0, "prediction": 0.01},
        memory={"training": 500.0, "prediction": 300.0},
        parameters=1000 * len(models),
        scores={"end_to_end": scores, "gold_locations": scores},
        reports={"end_to_end": codes, "gold_locations": codes},
        gradients=list(rows),
    )
    write_result(folder / "cells" / f"{id}.json", result)
    return result


def row(
    rng: np.random.Generator, tasks: Sequence[str], epoch: int, layers: int = 2, heads: int = 4, unknown: int = -1
) -> dict[str, Any]:
    """A measurement of gradients; the pair at place `unknown` has no numbers."""
    pairs = [list(pair) for pair in combinations(tasks, 2)]
    aligned = rng.binomial(8, 0.7, (len(pairs), layers, heads)) / 8
    cosine = rng.uniform(-0.3, 0.9, aligned.shape)
    embedding = {"aligned": rng.binomial(8, 0.7, len(pairs)) / 8, "cosine": rng.uniform(-1, 1, len(pairs))}
    apag = (aligned.sum((1, 2)) + embedding["aligned"]) / (layers * heads + 1)
    return {
        "step": 10 * epoch,
        "epoch": epoch,
        "batches": 8,
        "segments": 128,
        "tasks": list(tasks),
        "pairs": pairs,
        "aligned": known(aligned, unknown),
        "cosine": known(cosine, unknown),
        "dot": known(cosine, unknown),
        "norm": rng.uniform(0, 1, (len(tasks), layers, heads)).tolist(),
        "embedding": {
            name: known(values, unknown) for name, values in (*embedding.items(), ("dot", embedding["cosine"]))
        },
        "apag": known(apag, unknown),
    }


def known(values: np.ndarray, unknown: int) -> list[Any]:
    return [None if i == unknown else one for i, one in enumerate(np.round(values, 4).tolist())]


def write_cka(
    folder: Path, rng: np.random.Generator, cells: list[str], tasks: list[str], layers: int = 2, **changed: Any
) -> Path:
    path = folder / "cka" / f"{cells[0]}.{tasks[0]}--{cells[1]}.{tasks[1]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    data = cka(rng, tasks, layers) | {"cells": cells, "tasks": tasks} | changed
    path.write_text(json.dumps(data))
    return path


def cka(rng: np.random.Generator, names: list[str], layers: int = 2) -> dict[str, Any]:
    """CKA of two models, belonging to no grid. Biased numbers are above the debiased ones."""

    def both(*shape: int) -> dict[str, Any]:
        debiased = rng.uniform(-0.02, 0.8, shape)
        return {"biased": (debiased * 0.8 + 0.2).round(4).tolist(), "debiased": debiased.round(4).tolist()}

    def pooled() -> dict[str, Any]:
        return {"same_layer": both(layers, len(MATRICES)), "layers": both(layers + 1, layers + 1)}

    return {
        "format": "spacy_spine.cka.v1",
        "a": names[0],
        "b": names[1],
        "examples": 200,
        "matrices": MATRICES,
        "poolings": {"cls": pooled(), "mean": pooled()},
    }
