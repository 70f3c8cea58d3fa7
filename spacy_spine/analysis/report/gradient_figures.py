"""Figures of gradients: box plots of aligned gradients by layer (the paper's Figure 3), and APAG over epochs."""

from collections.abc import Sequence
from itertools import cycle, product
from statistics import fmean
from typing import Any

import numpy as np

from ...training.figures import COLOURS, MARKERS
from ..canvas import (
    INK,
    PANEL_HEIGHT,
    PANEL_WIDTH,
    Figure,
    box_legend,
    box_panel_width,
    draw_boxes,
    file_name,
    legend_columns,
)
from ..measures import ALL, APART, Array, mean_known
from ..results import GradientRun

Pair = tuple[str, str]

SINGLE_MODELS = "task-specific models"
MULTI_HEADS = "heads of the multi-task model"
# Looks of lines; with more than there are colours, the next ones have the same colours on other lines.
LOOKS = tuple(zip(COLOURS, MARKERS, strict=True))
STYLES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)))
MOST_BANDS = 6  # lines up to which bands can be told apart
# Rows of panels: how a pair's gradients agree, and where unrelated ones lie.
MEASURES = {"aligned": ("share of aligned gradients", 0.5), "cosine": ("cosine of gradients", 0.0)}


def gradient_figures(runs: Sequence[GradientRun]) -> list[Figure]:
    """All figures of gradients: for each encoder box plots by layer, and for each region APAG over epochs.

    runs (Sequence[GradientRun]): Gradient rows of trainings.
    RETURNS (list[Figure]): Empty where there are none.
    """
    shown = [run for run in runs if run.group in (APART, ALL) and not run.aggregator]
    figures = []
    for encoder in dict.fromkeys(run.encoder for run in shown):
        own = [run for run in shown if run.encoder == encoder]
        figures.append(aligned_figure(own))
        for region in dict.fromkeys(run.region for run in own):
            of_region = [run for run in own if run.region == region]
            if any(len(run.rows) > 1 for run in of_region):
                figures.append(epochs_figure(of_region))
    return figures


def between(run: GradientRun) -> str:
    """What a run's gradients are compared between, in words."""
    if run.group == APART:
        return SINGLE_MODELS
    heads = MULTI_HEADS if run.group == ALL else f"heads of the model of {run.group}"
    return f"{heads}, {run.aggregator}" if run.aggregator else heads


def aligned_figure(runs: Sequence[GradientRun]) -> Figure:
    """Box plots by layer of the share of mini-batches whose gradients are aligned, and of their cosine: over attention
    heads, pairs of tasks and seeds. A row of panels for each region.

    runs (Sequence[GradientRun]): Of one encoder.
    """
    regions = list(dict.fromkeys(run.region for run in runs))
    names = [name for name in (SINGLE_MODELS, MULTI_HEADS) if any(between(run) == name for run in runs)]
    depth = max(row.aligned.shape[1] for run in runs for row in run.rows)
    ticks = ["emb", *(str(i + 1) for i in range(depth))]

    def draw(canvas: Any) -> None:
        axes = canvas.subplots(len(regions), len(MEASURES), sharex=True, sharey="col", squeeze=False)
        for line, region in zip(axes, regions, strict=True):
            for axis, (measure, (label, chance)) in zip(line, MEASURES.items(), strict=True):
                groups = {
                    name: _by_layer(own, measure, depth)
                    for name in names
                    if (own := [run for run in runs if run.region == region and between(run) == name])
                }
                draw_boxes(axis, ticks, groups, names)
                axis.axhline(chance, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
                axis.set_title(region)
                axis.set_ylabel(label)
        axes[0][0].set_ylim(-0.03, 1.03)
        for axis in axes[-1]:
            axis.set_xlabel("layer (emb: token embedding)")
        box_legend(canvas, names)

    return Figure(
        name=file_name("aligned-layers", runs[0].encoder),
        title=f"Aligned gradients by layer, {runs[0].encoder}".rstrip(", "),
        caption="Left the share of mini-batches on which the gradients of two tasks' losses have a positive dot "
        "product, right their mean cosine, for the parameters of each attention head (query, key, value and output) "
        "and the token embedding. A box holds all heads of the layer, all pairs of tasks and all seeds, each as its "
        f"mean over the measurements of the training. {measured(runs)} Dashed: where gradients of no relation lie.",
        paper="Figure 3",
        size=(
            len(MEASURES) * (box_panel_width(len(ticks), len(names)) + 0.2),
            len(regions) * PANEL_HEIGHT + 0.6,
        ),
        draw=draw,
    )


def epochs_figure(runs: Sequence[GradientRun]) -> Figure:
    """APAG and mean cosine of each pair of tasks over the training: the mean over seeds, and a band from the lowest to
    the highest. A column of panels for the task-specific models, one for the heads of the multi-task model; where there
    is one of them, its panels lie side by side.

    runs (Sequence[GradientRun]): Of one region and encoder.
    """
    names = [name for name in (SINGLE_MODELS, MULTI_HEADS) if any(between(run) == name for run in runs)]
    pairs = dict.fromkeys(pair for run in runs for row in run.rows for pair in row.known_pairs)
    looks = dict(zip(pairs, cycle([(*look, style) for style in STYLES for look in LOOKS]), strict=False))
    labels = [" – ".join(pair) for pair in looks]
    # Epochs where each is measured once; steps where some are measured more often.
    by_epoch = all(len({row.epoch for row in run.rows}) == len(run.rows) for run in runs)
    single = len(names) == 1
    shape = (1, len(MEASURES)) if single else (len(MEASURES), len(names))
    width = shape[1] * (PANEL_WIDTH + 0.2) + 0.4

    def draw(canvas: Any) -> None:
        axes = canvas.subplots(*shape, sharex="col", sharey=False if single else "row", squeeze=False)
        handles: dict[Pair, Any] = {}
        for axis, (name, measure) in zip(axes.T.ravel(), product(names, MEASURES), strict=True):
            label, chance = MEASURES[measure]
            own = [run for run in runs if between(run) == name]
            for pair, look in looks.items():
                x, values = _over_time(own, pair, measure, by_epoch)
                if x:
                    handles.setdefault(pair, _draw_line(axis, x, values, look, bands=len(looks) <= MOST_BANDS))
            axis.axhline(chance, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
            if single or measure == "aligned":
                axis.set_title(name)
            if single or measure == "cosine":
                axis.set_xlabel("epochs trained" if by_epoch else "steps trained")
            if single or name == names[0]:
                axis.set_ylabel("APAG" if measure == "aligned" else f"mean {label}")
            axis.xaxis.get_major_locator().set_params(integer=True)
        drawn = [handles[pair] for pair in looks]
        canvas.legend(drawn, labels, loc="outside lower center", ncols=legend_columns(labels, width))

    run = runs[0]
    lines = -(-len(labels) // legend_columns(labels, width))
    left, right = ("Left", "right") if single else ("Above", "below")
    several = len({run.seed for run in runs}) > 1
    means = " Lines are means over the seeds still in training" if several else ""
    means += ", bands reach from the lowest to the highest seed" if several and len(looks) <= MOST_BANDS else ""
    return Figure(
        name=file_name("apag-epochs", run.region, run.encoder),
        title=f"APAG over the training, {', '.join(filter(None, [run.region, run.encoder]))}",
        caption=f"{left} the average proportion of aligned gradients (APAG: the share of mini-batches with a positive "
        f"dot product, averaged over layers, attention heads and the token embedding), {right} the mean cosine, of "
        f"each pair of tasks.{means}{means and '.'} {measured(runs)} "
        "Dashed: where gradients of no relation lie.",
        paper="Tables 2 and 6, over time",
        size=(width, shape[0] * PANEL_HEIGHT + 0.5 + 0.18 * lines),
        draw=draw,
    )


def _draw_line(axis: Any, x: list[int], values: list[list[float]], look: tuple[Any, ...], bands: bool) -> Any:
    colour, marker, style = look
    mean = [fmean(one) for one in values]
    (drawn,) = axis.plot(x, mean, color=colour, marker=marker, markersize=3.5, linestyle=style, linewidth=1.3)
    if bands and any(len(one) > 1 for one in values):
        low, high = [min(one) for one in values], [max(one) for one in values]
        axis.fill_between(x, low, high, color=colour, alpha=0.1, linewidth=0)
    return drawn


def _by_layer(runs: Sequence[GradientRun], measure: str, depth: int) -> list[Array]:
    """Numbers of the embedding and of each layer, each pair and head its mean over a training."""
    found: list[list[Array]] = [[] for _ in range(depth + 1)]
    for run in runs:
        heads = mean_known([getattr(row, measure) for row in run.rows])
        found[0].append(mean_known([getattr(row, f"embedding_{measure}") for row in run.rows]))
        for layer in range(heads.shape[1]):
            found[layer + 1].append(heads[:, layer].ravel())
    return [np.concatenate(one) if one else np.empty(0) for one in found]


def _over_time(
    runs: Sequence[GradientRun], pair: Pair, measure: str, by_epoch: bool
) -> tuple[list[int], list[list[float]]]:
    """When a pair was measured, and its numbers, one a seed."""
    found: dict[int, list[float]] = {}
    for run in runs:
        for row in run.rows:
            if pair in row.pairs:
                value = (row.apag if measure == "aligned" else row.mean_cosine)[row.pairs.index(pair)]
                if np.isfinite(value):
                    found.setdefault(row.epoch if by_epoch else row.step, []).append(float(value))
    return sorted(found), [found[at] for at in sorted(found)]


def measured(runs: Sequence[GradientRun]) -> str:
    """How much was measured, in a sentence."""
    seeds = {run.seed for run in runs}
    rows = [row for run in runs for row in run.rows]
    counts = [_range({getattr(row, name) for row in rows}) for name in ("batches", "segments")]
    times = _range({len(run.rows) for run in runs})
    return (
        f"Measured {times} {'time' if times == '1' else 'times'} a training on {counts[0]} mini-batches "
        f"({counts[1]} motion segments); {len(seeds)} {'seed' if len(seeds) == 1 else 'seeds'}."
    )


def _range(numbers: set[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
