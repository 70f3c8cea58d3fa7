"""Gain over predictor, a point a group."""

from collections.abc import Mapping
from typing import Any

from ...errors import CorpusError
from ...training.figures import COLOURS, MARKERS
from ...training.tables import PASSES
from ..canvas import INK, Figure
from .question import MIXED
from .tables import SHOWN, p_text

PANEL_WIDTH, PANEL_HEIGHT = 2.6, 2.5  # inches


def grouping_figure(found: Mapping[str, Any], run: str) -> Figure:
    """Gains of groups over what should predict them: a row an encoder, a panel a predictor.

    found (Mapping): See `question.answer`.
    run (str): The pass, "end_to_end" or "gold_locations".
    RETURNS (Figure): To be drawn.
    RAISES (CorpusError): Where no group has both a gain and a predictor.
    """
    encoders = {name: one for name, one in found["encoders"].items() if run in one["passes"]}
    names = [
        name
        for name in SHOWN
        if any(group["predictors"].get(name) is not None for one in encoders.values() for group in one["groups"])
    ]
    if not names:
        raise CorpusError("There is nothing to draw: no group has both a gain and CKA or gradients of its tasks.")
    scopes = sorted(
        dict.fromkeys(group["scope"] for one in encoders.values() for group in one["groups"]), key=MIXED.__eq__
    )
    count = sum(run in group["gains"] for one in encoders.values() for group in one["groups"])

    def draw(canvas: Any) -> None:
        axes = canvas.subplots(len(encoders), len(names), sharex="col", sharey=True, squeeze=False)
        shown: dict[str, Any] = {}
        for row, (encoder, one) in zip(axes, encoders.items(), strict=True):
            for axis, name in zip(row, names, strict=True):
                shown |= _panel(axis, one["groups"], name, run, scopes)
                axis.set_title(_title(name, one["passes"][run]["correlations"]), fontsize=9)
            row[0].set_ylabel("gain in macro F1" + (f"\n{encoder}" if len(encoders) > 1 else ""))
        for axis, name in zip(axes[-1], names, strict=True):
            axis.set_xlabel(name.replace(", cls, all layers", ", [CLS], all layers"))
        canvas.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=len(shown))

    return Figure(
        name=f"grouping-{run}",
        title="What training tasks together gains, over what should predict it",
        caption=(
            f"{count} groups of tasks, {PASSES[run]}. Gain: macro F1 of the group's model less that of a model of each "
            "task alone, mean over the group's tasks and over seeds; bars are ± one standard deviation over seeds; "
            "small marks are pairs. Predictors are means over the group's pairs of single-task models. ρ: Spearman's "
            "rank correlation over n groups. Made by `spacy-spine analyze grouping`."
        ),
        paper="",
        size=(PANEL_WIDTH * len(names) + 0.6, PANEL_HEIGHT * len(encoders) + 0.5),
        draw=draw,
    )


def _panel(axis: Any, groups: list[Mapping[str, Any]], name: str, run: str, scopes: list[str]) -> dict[str, Any]:
    shown = {}
    axis.axhline(0, color=INK, linewidth=0.8)
    for group in groups:
        gain, value = group["gains"].get(run), group["predictors"].get(name)
        if gain is None or value is None:
            continue
        look = scopes.index(group["scope"])
        shown[group["scope"]] = axis.errorbar(
            [value],
            [gain["mean"]],
            yerr=None if gain["sd"] is None else [gain["sd"]],
            color=COLOURS[look % len(COLOURS)],
            marker=MARKERS[look % len(MARKERS)],
            markersize=4 if len(group["tasks"]) == 2 else 6,
            linestyle="none",
            elinewidth=0.8,
        )
    return shown


def _title(name: str, correlations: Mapping[str, Any]) -> str:
    widest: Mapping[str, Any] = next(iter(correlations.values()))
    one = widest.get(name)
    return "" if one is None else f"ρ = {one['spearman']:+.2f}, p {p_text(one['p'])}, n = {one['groups']}"
