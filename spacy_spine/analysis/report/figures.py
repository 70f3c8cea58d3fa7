"""All figures of a grid's results."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import CorpusError
from ...training.tables import PASSES
from ..canvas import Figure
from ..grouping.figure import grouping_figure
from ..grouping.question import SAMPLES, answer
from ..results import Results, read_folder
from .cka_figures import cka_figures
from .gradient_figures import gradient_figures


def figures_of(results: Results, *, samples: int = SAMPLES) -> list[Figure]:
    """Every figure that the results allow.

    results (Results): Of a grid.
    samples (int): Draws behind the correlations of gains.
    RETURNS (list[Figure]): CKA first, then gradients, then gains of groups; empty where none was measured.
    """
    figures = [*cka_figures(results.similarities), *gradient_figures(results.gradients)]
    try:
        found = answer(results, samples=samples)
    except CorpusError:  # no group of tasks that can be compared with single-task models yet
        return figures
    return [*figures, *grouping_figures(found)]


def grouping_figures(found: Mapping[str, Any]) -> list[Figure]:
    """Gains of groups over their predictors, a figure a pass; empty where there is nothing to draw.

    found (Mapping): See `grouping.question.answer`.
    """
    figures = []
    for run, title in PASSES.items():
        try:
            figure = grouping_figure(found, run)
        except CorpusError:  # no group has both
            continue
        figures.append(replace(figure, title=f"{figure.title}, {title}"))
    return figures


def write_figures(
    folder: Path | str, output: Path | str, suffix: str = ".svg", *, samples: int = SAMPLES
) -> list[Path]:
    """Draw every figure of a grid's results into a folder.

    folder (Path): results/GRID.
    output (Path): Where the figures go; it is made.
    suffix (str): .svg, .png or .pdf.
    samples (int): See `figures_of`.
    RETURNS (list[Path]): The files.
    RAISES (CorpusError): Where there is nothing to draw, or a file of the results is damaged.
    RAISES (ModelError): Where matplotlib is missing.
    """
    figures = figures_of(read_folder(folder), samples=samples)
    if not figures:
        raise CorpusError(
            f"There is nothing to draw in '{folder}': its cells hold no gradients, and there is no CKA yet."
        )
    return [figure.save(Path(output) / f"{figure.name}{suffix}") for figure in figures]
