"""Tables of the analysis: CKA by pair of models, APAG by pair of tasks (the paper's Tables 2 and 6)."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TypeVar

import numpy as np

from ...errors import CorpusError
from ...training.runs import Spread
from ...training.tables import NOTHING, table
from ..measures import ALL, APART, ESTIMATORS, KINDS, POOLINGS, SEEDS, Array, CellSimilarity
from ..results import GradientRun, Results
from .cka_figures import BETWEEN
from .gradient_figures import between, measured

MEAN = "mean of all pairs"
POOLING_NAMES = {"cls": "[CLS]", "mean": "mean"}  # of columns
CKA_HOW = """Linear CKA of two models on the same motion segments. The biased estimator, the paper's, is high for \
unrelated activations, too, where there are few examples for many dimensions; the debiased one is 0 for them. \
Tables: the mean over layers and their activation matrices, with [CLS] and with the mean over tokens as a text's \
activation; ± is the standard deviation over seeds."""
APAG_HOW = """APAG is the average proportion of aligned gradients: the share of mini-batches on which two tasks' \
gradients have a positive dot product, averaged over layers, attention heads and the token embedding; 0.5 for \
gradients that have nothing to do with each other. The cosine is the mean of the same gradients'. Tables: at the \
last measurement of the training, and the mean over all of them; ± is the standard deviation over seeds."""
GROUPS = "the heads of the models of groups"

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
# Name of a row → seed → the row's numbers.
Numbers = dict[str, dict[Hashable, tuple[float, ...]]]


@dataclass(frozen=True)
class Table:
    """A table that can be written as Markdown or HTML.

    title (str): What it shows, in a few words.
    caption (str): What it shows and how it was measured, in sentences.
    paper (str): Its counterpart in Sehanobish et al. (2022), or empty.
    rows (Sequence[Sequence[str]]): The first is the head; the first of each is its name.
    """

    title: str
    caption: str
    paper: str
    rows: Sequence[Sequence[str]]

    @property
    def markdown(self) -> str:
        """Title, table and caption."""
        counterpart = f"In the paper: {self.paper}." if self.paper else ""
        return f"### {self.title}\n\n{table(self.rows)}\n\n{' '.join(filter(None, [self.caption, counterpart]))}"


def analysis_tables(results: Results) -> str:
    """Every table that the results allow, as Markdown: CKA first, then gradients.

    results (Results): Of a grid.
    RAISES (CorpusError): Where neither was measured.
    """
    parts = []
    for how, tables in {
        CKA_HOW: cka_tables(results.similarities),
        APAG_HOW: apag_tables(results.gradients),
    }.items():
        if tables:
            parts += [how, *(one.markdown for one in tables)]
    if not parts:
        raise CorpusError(f"The results of grid '{results.name}' hold neither gradients nor CKA.")
    return "\n\n".join(parts) + "\n"


def cka_tables(similarities: Sequence[CellSimilarity]) -> list[Table]:
    """CKA of each pair of models, the mean over layers and matrices, for each way that two models relate, each region
    and each encoder.

    similarities (Sequence[CellSimilarity]): CKA of pairs of models.
    RETURNS (list[Table]): Mean ± standard deviation over seeds.
    """
    ordered = sorted(similarities, key=lambda one: KINDS.index(one.kind))
    columns = [(pooling, estimator) for pooling in POOLINGS for estimator in ESTIMATORS]
    tables = []
    for (kind, region, encoder), own in _groups(ordered, lambda one: (one.kind, one.region, one.encoder)).items():
        numbers: Numbers = {}
        for one in own:
            means = tuple(_mean(one.same_layer.get(column)) for column in columns)
            numbers.setdefault(" – ".join(one.pair), {})[one.seeds] = means
        examples = sorted({one.examples for one in own})
        shown = " to ".join(f"{number:,}" for number in dict.fromkeys((examples[0], examples[-1])))
        seeds = "pairs of seeds" if kind == SEEDS else "seeds"
        tables.append(
            Table(
                title=_titled(f"CKA between {BETWEEN[kind]}", region, encoder),
                caption=f"{shown} motion segments a pair.",
                paper="Figures 2 and 6",
                rows=[
                    ["", seeds, *(f"{POOLING_NAMES[pooling]}, {estimator}" for pooling, estimator in columns)],
                    *_rows(numbers),
                ],
            )
        )
    return tables


def apag_tables(runs: Sequence[GradientRun]) -> list[Table]:
    """APAG and mean cosine of each pair of tasks, at the last measurement of the training and over all of them.

    runs (Sequence[GradientRun]): Gradient rows of trainings.
    RETURNS (list[Table]): For each region and encoder: between task-specific models, between the heads of the
        multi-task model, and between the heads of the models of groups. Mean ± standard deviation over seeds.
    """
    tables = []
    for (title, region, encoder), own in _groups(runs, lambda run: (_title(run), run.region, run.encoder)).items():
        numbers: Numbers = {}
        for run in own:
            for name, values in _pairs(run).items():
                numbers.setdefault(name, {})[run.seed] = values
        if numbers:
            head = ["", "seeds", "APAG, last", "APAG, all", "cosine, last", "cosine, all"]
            tables.append(
                Table(
                    title=_titled(f"APAG between {title}", region, encoder),
                    caption=measured(own),
                    paper="Tables 2 and 6",
                    rows=[head, *_rows(numbers, mean=title != GROUPS)],
                )
            )
    return tables


def _titled(title: str, *of: str) -> str:
    return ": ".join(filter(None, [title, ", ".join(filter(None, of))]))


def _title(run: GradientRun) -> str:
    return between(run) if run.group == APART else f"the {between(run)}" if run.group == ALL else GROUPS


def _pairs(run: GradientRun) -> dict[str, tuple[float, ...]]:
    """By name of the pair: APAG (last, mean of all) and cosine (last, mean of all)."""
    found: dict[str, tuple[float, ...]] = {}
    for pair in dict.fromkeys(pair for row in run.rows for pair in row.pairs):
        rows = [(row, row.pairs.index(pair)) for row in run.rows if pair in row.pairs]
        both = zip(*((row.apag[i], row.mean_cosine[i]) for row, i in rows), strict=True)
        apag, cosine = ([float(one) for one in column if np.isfinite(one)] for column in both)
        if apag and cosine:
            name = " – ".join(pair)
            if _title(run) == GROUPS:
                name = f"{run.group}{run.aggregator and f' ({run.aggregator})'}: {name}"
            found[name] = (apag[-1], fmean(apag), cosine[-1], fmean(cosine))
    return found


def _rows(numbers: Numbers, mean: bool = True) -> list[list[str]]:
    """A row a name, and their mean where there are several and it says something."""
    rows = [
        [name, str(len(seeds)), *map(_spread, zip(*seeds.values(), strict=True))] for name, seeds in numbers.items()
    ]
    if mean and len(numbers) > 1:
        # Only over the seeds that have all pairs.
        shared = set.intersection(*(set(seeds) for seeds in numbers.values()))
        means = [
            [_mean(np.array(column)) for column in zip(*(seeds[seed] for seeds in numbers.values()), strict=True)]
            for seed in next(iter(numbers.values()))
            if seed in shared
        ]
        if means:
            rows.append([MEAN, str(len(means)), *map(_spread, zip(*means, strict=True))])
    return rows


def _spread(values: Iterable[float]) -> str:
    """Mean and standard deviation of what is known."""
    known = [float(value) for value in values if np.isfinite(value)]
    if not known:
        return NOTHING
    return f"{Spread(fmean(known), stdev(known)):.3f}" if len(known) > 1 else f"{known[0]:.3f}"


def _mean(values: Array | None) -> float:
    known = values[np.isfinite(values)] if values is not None else np.empty(0)
    return float(known.mean()) if known.size else float("nan")


def _groups(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    found: dict[Key, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found
