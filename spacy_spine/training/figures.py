"""Figures of an evaluation, from its plain data: macro F1 over what is left to a person, and over noise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import fmean
from typing import Any

from ..errors import CorpusError, ModelError
from .evaluation import ALL, Evaluation

SUFFIXES = (".svg", ".png", ".pdf")
# Told apart without colour as well: okabe and ito's colours (2008), and a marker each.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
PANEL_WIDTH, PANEL_HEIGHT = 3.6, 3.2  # inches
STYLE: Any = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "font.size": 9,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.fonttype": "none",  # words stay words: small files that can be searched
    "svg.hashsalt": "spacy_spine",  # the same figures give the same file
}


@dataclass(frozen=True)
class Line:
    """A line of a figure.

    name (str): As the legend has it.
    x, y (Sequence[float]): Its points.
    low, high (Sequence[float] | None): A band around it, where several runs are behind the points.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


def line_figure(
    path: Path | str, panels: Mapping[str, Sequence[Line]], *, x_label: str, y_label: str, percent: bool = False
) -> None:
    """Draw lines, in one panel or several that share their axes. A name has one colour and marker in all of them.

    path (Path): Where it goes; its suffix is the format.
    panels (Mapping[str, Sequence[Line]]): By title; an empty title is not shown.
    x_label, y_label (str): What the axes are.
    percent (bool): Whether x is a share and shown in percent.
    RAISES (ModelError): Where matplotlib is missing.
    RAISES (CorpusError): Where the suffix is of no format, or there is nothing to draw.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise CorpusError(f"A figure is one of {', '.join(SUFFIXES)}, by the name of its file; got '{path.name}'.")
    if not any(line.x for lines in panels.values() for line in lines):
        raise CorpusError("There is nothing to draw: no pathology is graded.")
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.ticker import PercentFormatter
    except ImportError as error:
        raise ModelError("Figures need matplotlib: pip install 'spacy-spine[figures]'.") from error
    names = list(dict.fromkeys(line.name for lines in panels.values() for line in lines))
    looks = dict(zip(names, zip(cycle(COLOURS), cycle(MARKERS), strict=False), strict=False))
    with rc_context(STYLE):
        size = (PANEL_WIDTH * len(panels) + 0.6, PANEL_HEIGHT + 0.4)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        shown: dict[str, Any] = {}
        for axis, (title, lines) in zip(axes, panels.items(), strict=True):
            for line in lines:
                colour, marker = looks[line.name]
                (shown[line.name],) = axis.plot(
                    line.x, line.y, color=colour, marker=marker, markersize=4, linewidth=1.4, label=line.name
                )
                if line.low is not None and line.high is not None:
                    axis.fill_between(line.x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
            axis.set(title=title, xlabel=x_label)
            if percent:
                axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes[0].set_ylabel(y_label)
        figure.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=len(shown))
        path.parent.mkdir(parents=True, exist_ok=True)
        # No date and no version in the file.
        figure.savefig(path, dpi=200, metadata={"Date": None} if path.suffix == ".svg" else None)


def risk_coverage_lines(scores: Mapping[str, Any]) -> list[Line]:
    """Macro F1 of each pathology over the share of grades that is left to a person.

    scores (Mapping): Of one region, see `Evaluation.scores`.
    RETURNS (list[Line]): The share is the one that was left, which ties can keep below the one asked for.
    RAISES (CorpusError): Where the figures hold no risk-coverage curve.
    """
    lines = []
    for name, one in scores["severities"].items():
        if "risk_coverage" not in one:
            raise CorpusError("The figures hold no risk_coverage: make them anew with `spacy-spine evaluate`.")
        known = {
            1 - point["coverage"]: point["macro_f1"]
            for point in one["risk_coverage"]
            if point["coverage"] and point["macro_f1"] is not None
        }
        lines.append(Line(name, list(known), list(known.values())))
    return lines


def noise_lines(runs: Sequence[tuple[float, Mapping[str, Any]]]) -> list[Line]:
    """Macro F1 of each pathology over the strength of the noise that a set was damaged with.

    runs (Sequence[tuple[float, Mapping]]): Strength, and the scores of one region. Runs of one strength (seeds) become
        their mean, with a band from the lowest to the highest.
    RETURNS (list[Line]): By pathology.
    """
    found: dict[str, dict[float, list[float]]] = {}
    for strength, scores in sorted(runs, key=lambda run: run[0]):
        for name, one in scores["severities"].items():
            if one["macro_f1"] is not None:
                found.setdefault(name, {}).setdefault(strength, []).append(one["macro_f1"])
    lines = []
    for name, points in found.items():
        several = any(len(values) > 1 for values in points.values())
        band = ([min(one) for one in points.values()], [max(one) for one in points.values()])
        low, high = band if several else (None, None)
        lines.append(Line(name, list(points), [fmean(one) for one in points.values()], low, high))
    return lines


def scores_of(figures: Any, run: str, region: str = ALL) -> Mapping[str, Any]:
    """The scores of one pass and region.

    figures (Any): A file of `spacy-spine evaluate --output`.
    run (str): "end_to_end" or "gold_locations".
    region (str): "all" or one of its regions.
    RAISES (CorpusError): Where they hold no such pass or region.
    """
    passes = figures if isinstance(figures, Mapping) else {}
    own = passes.get(run)
    if not isinstance(own, Mapping) or "scores" not in own:
        known = [name for name, one in passes.items() if isinstance(one, Mapping) and "scores" in one]
        raise CorpusError(f"There are no figures of '{run}', but of {', '.join(known) or 'nothing'}.")
    scores = Evaluation.from_dict(own).scores
    if region not in scores:
        raise CorpusError(f"There are no figures of region '{region}', but of {', '.join(scores)}.")
    return scores[region]
