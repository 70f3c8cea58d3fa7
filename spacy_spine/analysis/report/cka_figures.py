"""Figures of CKA: box plots by layer (the paper's Figures 2 and 6), and heat maps of layer against layer."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..canvas import INK, PANEL_HEIGHT, Figure, box_legend, box_panel_width, draw_boxes, file_name
from ..measures import (
    ACROSS,
    ESTIMATORS,
    KINDS,
    MULTI,
    OTHER,
    POOLINGS,
    SEEDS,
    SINGLES,
    Array,
    CellSimilarity,
    mean_known,
)

# What is compared, by how two models relate.
BETWEEN = {
    SINGLES: "two task-specific models",
    MULTI: "a task-specific and the multi-task model",
    ACROSS: "task-specific models of two regions",
    SEEDS: "one task, trained twice",
    OTHER: "two models",
}
POOLING_NAMES = {"cls": "[CLS]", "mean": "mean over tokens"}
POOLED = {"cls": "the [CLS] token", "mean": "the mean over a text's tokens"}
ESTIMATED = {"biased": "biased (the paper's)", "debiased": "debiased"}
COLOUR_MAP = "cividis"  # told apart in grey and by the colour-blind; the same map for all heat maps
MOST_NUMBERED = 8  # layers up to which a heat map has its numbers written in


def cka_figures(similarities: Sequence[CellSimilarity]) -> list[Figure]:
    """All figures of CKA: for each encoder and pooling, box plots by layer and heat maps.

    similarities (Sequence[CellSimilarity]): CKA of pairs of models.
    RETURNS (list[Figure]): Empty where there is no CKA.
    """
    shown = [one for one in similarities if one.kind != OTHER] or list(similarities)
    figures = []
    for encoder in dict.fromkeys(one.encoder for one in shown):
        of_encoder = [one for one in shown if one.encoder == encoder]
        for pooling in POOLINGS:
            own = [one for one in of_encoder if (pooling, ESTIMATORS[0]) in one.layers]
            if own:
                figures.append(layers_figure(own, pooling))
            by_kind = [[one for one in own if one.kind == kind] for kind in KINDS]
            figures += [heat_maps(of_kind, pooling) for of_kind in by_kind if of_kind]
    return figures


def layers_figure(similarities: Sequence[CellSimilarity], pooling: str) -> Figure:
    """Box plots of CKA by layer: over the layer's activation matrices, the pairs of models and the seeds. A row of
    panels for each region, a column for each estimator.

    similarities (Sequence[CellSimilarity]): Of one encoder.
    pooling (str): "cls" or "mean".
    """
    regions = list(dict.fromkeys(one.region for one in similarities))
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in similarities)]
    depth = max(len(one.same_layer[pooling, ESTIMATORS[0]]) for one in similarities)
    most = max(len({one.kind for one in similarities if one.region == region}) for region in regions)

    def draw(canvas: Any) -> None:
        axes = canvas.subplots(len(regions), len(ESTIMATORS), sharex=True, sharey=True, squeeze=False)
        for row, region in zip(axes, regions, strict=True):
            for axis, estimator in zip(row, ESTIMATORS, strict=True):
                groups = {
                    BETWEEN[kind]: _by_layer(own, pooling, estimator, depth)
                    for kind in kinds
                    if (own := [one for one in similarities if one.region == region and one.kind == kind])
                }
                draw_boxes(axis, [str(i + 1) for i in range(depth)], groups, [BETWEEN[kind] for kind in kinds])
                axis.axhline(0, color=INK, linewidth=0.8)
                axis.set_title(_panel_title(region, estimator))
            row[0].set_ylabel("CKA")
        axes[0][0].set_ylim(top=1.03)
        for axis in axes[-1]:
            axis.set_xlabel("layer")
        box_legend(canvas, [BETWEEN[kind] for kind in kinds])

    return Figure(
        name=file_name("cka-layers", similarities[0].encoder, pooling),
        title=f"CKA by layer: {_of(similarities)}, {POOLING_NAMES[pooling]}",
        caption=f"Linear CKA of the activations of two models on the same motion segments, by layer, with "
        f"{POOLED[pooling]} as a text's activation. A box holds all activation matrices of the layer "
        f"({', '.join(similarities[0].matrices).replace('_', ' ')}), all pairs of models and all seeds. "
        f"{_numbers(similarities)} Left the biased estimator, which is high for unrelated activations, too, where "
        "there are few examples for many dimensions; right the debiased one, which is 0 for them.",
        paper="Figures 2 and 6",
        size=(
            len(ESTIMATORS) * box_panel_width(depth, most) + 0.3,
            len(regions) * PANEL_HEIGHT + 0.6 + 0.2 * (len(kinds) > 2),
        ),
        draw=draw,
    )


def heat_maps(similarities: Sequence[CellSimilarity], pooling: str) -> Figure:
    """CKA of each layer's output against each, as the mean over pairs of models and seeds. A row of panels for each
    region, a column for each estimator.

    similarities (Sequence[CellSimilarity]): Of one encoder, or one pair of encoders, and of one kind.
    pooling (str): "cls" or "mean".
    """
    regions = list(dict.fromkeys(one.region for one in similarities))
    means = {
        (region, estimator): mean_known(
            [one.layers[pooling, estimator] for one in similarities if one.region == region]
        )
        for region in regions
        for estimator in ESTIMATORS
    }
    # [CLS] of the embeddings is the same for all texts, so that it has no CKA with anything.
    first = int(all(np.isnan(one[0]).all() and np.isnan(one[:, 0]).all() for one in means.values()))
    low = min(0.0, *(float(one[np.isfinite(one)].min(initial=0)) for one in means.values()))
    depth = max(max(one.shape) for one in means.values())
    side = max(2.7, 0.3 * depth)
    kind = similarities[0].kind

    def draw(canvas: Any) -> None:
        axes = canvas.subplots(len(regions), len(ESTIMATORS), squeeze=False)
        for line, region in zip(axes, regions, strict=True):
            for axis, estimator in zip(line, ESTIMATORS, strict=True):
                mesh = _draw_map(axis, means[region, estimator], first, low)
                axis.set_title(_panel_title(region, estimator))
            line[0].set_ylabel("layer of the first model")
        for axis in axes[-1]:
            axis.set_xlabel("layer of the second model")
        canvas.colorbar(mesh, ax=axes, label="CKA", shrink=min(1.0, 1.4 / len(regions)), aspect=25)

    second = ", the second the multi-task one" if kind == MULTI else ""
    return Figure(
        name=file_name("cka-heatmaps", kind, similarities[0].encoder, pooling),
        title=f"CKA of layer against layer: {BETWEEN[kind]}, {_of(similarities)}, {POOLING_NAMES[pooling]}",
        caption=f"Linear CKA of the outputs of each layer of two models{second} (0: the embeddings, where "
        f"they differ between texts), with {POOLED[pooling]} as a text's activation; the mean over all pairs of models "
        f"and seeds. {_numbers(similarities)}",
        paper="",
        size=(len(ESTIMATORS) * (side + 0.5) + 0.8, len(regions) * (side + 0.3) + 0.75),
        draw=draw,
    )


def _draw_map(axis: Any, values: Array, first: int, low: float) -> Any:
    """Draw the layers from `first` on, with colours from `low` to 1."""
    values = values[first:, first:]
    mesh = axis.pcolormesh(values, cmap=COLOUR_MAP, vmin=low, vmax=1, edgecolors="face", linewidth=0.3)
    for size, set_ticks in zip(values.shape, (axis.set_yticks, axis.set_xticks), strict=True):
        set_ticks(np.arange(size) + 0.5, [str(i + first) for i in range(size)])
    axis.grid(visible=False)
    axis.set_aspect("equal")
    if max(values.shape) <= MOST_NUMBERED:
        for (i, j), value in np.ndenumerate(values):
            if np.isfinite(value):
                # Fixed colours: they lie on the map's, not on the page's.
                colour = "#000001" if value > (1 + low) / 2 else "#fffffe"
                axis.text(j + 0.5, i + 0.5, f"{value:.2f}", ha="center", va="center", fontsize=6.5, color=colour)
    return mesh


def _panel_title(region: str, estimator: str) -> str:
    return ": ".join(filter(None, [region, ESTIMATED[estimator]]))


def _by_layer(similarities: Sequence[CellSimilarity], pooling: str, estimator: str, depth: int) -> list[Array]:
    """All numbers of each layer."""
    arrays = [one.same_layer[pooling, estimator] for one in similarities]
    return [np.concatenate([array[layer] for array in arrays if layer < len(array)] or [[]]) for layer in range(depth)]


def _of(similarities: Sequence[CellSimilarity]) -> str:
    """The encoder, or the two models where they are of no grid."""
    pairs = dict.fromkeys(one.pair for one in similarities)
    return similarities[0].encoder or "; ".join(" and ".join(pair) for pair in pairs)


def _numbers(similarities: Sequence[CellSimilarity]) -> str:
    """How much was measured."""
    counts = {kind: sum(one.kind == kind for one in similarities) for kind in KINDS}
    pairs = ", ".join(f"{count} × {BETWEEN[kind]}" for kind, count in counts.items() if count)
    seeds = {seed for one in similarities for seed in one.seeds}
    examples = sorted({one.examples for one in similarities})
    number = f"{examples[0]:,}" if len(examples) == 1 else f"{examples[0]:,} to {examples[-1]:,}"
    return f"Compared: {pairs}; {len(seeds)} {'seed' if len(seeds) == 1 else 'seeds'}; {number} motion segments a pair."
