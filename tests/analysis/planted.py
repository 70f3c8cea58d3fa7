"""Results of a grid in which what predicts the gain of training together is planted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from spacy_spine.analysis.measures import Alignment, CellSimilarity
from spacy_spine.analysis.results import GradientRun, Results
from spacy_spine.experiments.results import CellResult

LUMBAR = ("stenosis", "disc", "nerve")
CERVICAL = ("stenosis", "disc", "cord", "foraminal")
FULL = tuple(f"lumbar.{task}" for task in LUMBAR) + tuple(f"cervical.{task}" for task in CERVICAL)
Affinity = Mapping[frozenset[str], float]


def affinities(tasks: Sequence[str], seed: int = 0) -> dict[frozenset[str], float]:
    """A number between 0 and 1 for each pair of tasks."""
    rng = np.random.default_rng(seed)
    return {frozenset(pair): float(rng.uniform()) for pair in combinations(tasks, 2)}


def group_affinity(affinity: Affinity, group: Iterable[str]) -> float:
    return float(np.mean([affinity[frozenset(pair)] for pair in combinations(group, 2)]))


def results(
    groups: Sequence[tuple[str, ...]],
    gain: Callable[[tuple[str, ...], int], float],
    *,
    apag: Affinity = {},  # noqa: B006 never changed
    cka: Affinity = {},  # noqa: B006
    seeds: Sequence[int] = (0, 1, 2),
    alone: float = 0.8,
    encoder: str = "tiny",
) -> Results:
    """A grid: a cell "apart" for each region and seed, and a cell for each group.

    groups (Sequence): Of full task names.
    gain (Callable): Of a group in a seed, the same for each of its tasks.
    apag, cka (Affinity): What single-task models say of pairs of full names.
    """
    regions = {"lumbar": LUMBAR, "cervical": CERVICAL}
    cells, runs, similarities = [], [], []
    for seed in seeds:
        for region, tasks in regions.items():
            cells.append(cell(region, "apart", [(task,) for task in tasks], seed, dict.fromkeys(tasks, alone), encoder))
        for group in groups:
            of = {task.partition(".")[0] for task in group}
            region = of.pop() if len(of) == 1 else "both"
            names = [task if region == "both" else task.partition(".")[2] for task in group]
            scores = dict.fromkeys(names, alone + gain(group, seed))
            cells.append(cell(region, "+".join(names), [tuple(names)], seed, scores, encoder))
        runs += [gradient_run(pair, value, seed, encoder) for pair, value in apag.items()]
        similarities += [similarity(pair, value, seed, encoder) for pair, value in cka.items()]
    return Results("planted", tuple(cells), tuple(runs), tuple(similarities))


def cell(
    region: str,
    group: str,
    models: Sequence[tuple[str, ...]],
    seed: int,
    macro_f1: Mapping[str, float],
    encoder: str = "tiny",
    aggregator: str = "",
) -> CellResult:
    scores = {task: {"macro_f1": value, "labels": {}} for task, value in macro_f1.items()}
    return CellResult(
        id=f"{region}-{group.replace(':', '-')}-{aggregator}-{encoder}-{seed}",
        cell={
            "region": region,
            "group": group,
            "models": [list(model) for model in models],
            "encoder": encoder,
            "seed": seed,
            "aggregator": aggregator,
        },
        data={},
        config="",
        settings={},
        versions={},
        machine={},
        time={"training": 1.0, "prediction": 1.0},
        memory={"training": 1.0, "prediction": 1.0},
        parameters=1,
        scores={"end_to_end": scores},  # one pass alone: the other is asked the same
        reports={},
    )


def gradient_run(pair: Iterable[str], value: float, seed: int, encoder: str = "tiny") -> GradientRun:
    """Between two task-specific models: half of the value at the first measurement, all of it at the second."""
    rows = tuple(alignment(tuple(sorted(pair)), value * share, step) for step, share in ((0, 0.5), (10, 1.0)))
    return GradientRun("lumbar – cervical", encoder, "apart", "", seed, rows)


def alignment(pair: tuple[str, ...], value: float, step: int) -> Alignment:
    heads, embedding = np.full((1, 2, 4), value), np.full(1, value)
    return Alignment(
        step=step,
        epoch=0,
        batches=8,
        segments=128,
        pairs=((pair[0], pair[1]),),
        aligned=heads,
        cosine=heads * 2 - 1,
        embedding_aligned=embedding,
        embedding_cosine=embedding * 2 - 1,
        apag=embedding,
    )


def similarity(pair: Iterable[str], value: float, seed: int, encoder: str = "tiny") -> CellSimilarity:
    """CKA whose last layer has the value less 0.1 than the first, biased 0.5 above debiased."""
    first, second = sorted(pair)
    debiased = np.array([[value, np.nan], [value - 0.1, value - 0.1]])
    same = {(pooling, "debiased"): debiased for pooling in ("cls", "mean")}
    same |= {(pooling, "biased"): debiased + 0.5 for pooling in ("cls", "mean")}
    return CellSimilarity(
        kind="across",
        region="lumbar – cervical",
        encoder=encoder,
        pair=(first, second),
        seeds=(seed, seed),
        examples=100,
        matrices=("query", "output"),
        same_layer=same,
        layers=same,
    )
