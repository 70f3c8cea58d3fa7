"""The results of a grid as one HTML page that stands alone: figures, tables, and what is not there yet."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from statistics import fmean
from typing import Any

from ...errors import CorpusError, ModelError
from ...experiments.comparisons import compare_cells
from ...experiments.tables import experiment_tables
from ...training.tables import PASSES, figure
from ..canvas import VARIABLES, Figure
from ..grouping.question import SAMPLES, answer
from ..grouping.tables import grouping_tables
from ..results import Results, read_folder
from .cka_figures import cka_figures
from .figures import grouping_figures
from .gradient_figures import gradient_figures
from .tables import APAG_HOW, CKA_HOW, Table, apag_tables, cka_tables

TEMPLATE = "report.jinja"
# The figures' colours in the dark, in the order of VARIABLES.
DARK = ("#e4e7eb", "#3e4c59", "#15191e", *"#4aa3df #f08a45 #2fc79b #e39cc4 #f0b429 #8cccf2 #f5f7fa".split())


@dataclass(frozen=True)
class Section:
    """A part of the page.

    name (str): Of its anchor.
    title (str): Its heading.
    text (str): What it is about, in sentences.
    command (str): What makes it.
    figures (Sequence[Figure]): In their order.
    tables (Sequence[Table]): In their order.
    html (str): More, as HTML.
    missing (Sequence[str]): What is not there, in a sentence each.
    """

    name: str
    title: str
    text: str
    command: str = ""
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    html: str = field(default="", repr=False)
    missing: Sequence[str] = ()


def write_report(folder: Path | str, output: Path | str, *, samples: int = SAMPLES) -> Path:
    """Write a grid's report.

    folder (Path): results/GRID.
    output (Path): The HTML file.
    samples (int): Draws of the bootstraps.
    RETURNS (Path): The file.
    RAISES (CorpusError): Where there is no result, or a file is damaged.
    RAISES (ModelError): Where matplotlib or markdown-it is missing.
    """
    output = Path(output)
    page = render_report(read_folder(folder), f"results/{Path(folder).resolve().name}", samples=samples)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page, encoding="utf-8")
    return output


def render_report(results: Results, folder: str, *, samples: int = SAMPLES) -> str:
    """The page.

    results (Results): Of a grid.
    folder (str): How its commands name the folder of the results.
    samples (int): Draws of the bootstraps.
    RETURNS (str): HTML; everything that comes from the results is escaped.
    """
    sections = [
        _scores(results, folder, samples),
        _similarities(results, folder),
        _gradients(results, folder),
        _grouping(results, folder, samples),
        _cells(results, folder),
    ]
    return _template().render(
        name=results.name,
        cells=len(results.cells),
        sections=sections,
        light={variable: colour for colour, variable in VARIABLES.items()},
        dark=dict(zip(VARIABLES.values(), DARK, strict=True)),
        svg=_svg,
    )


def _scores(results: Results, folder: str, samples: int) -> Section:
    made, missing = _try(lambda: experiment_tables(compare_cells(results.cells, samples=samples)))
    return Section(
        "scores",
        "Single-task and multi-task models",
        "Macro F1 on the test part and what the models cost. In the paper: Tables 3 and 4.",
        f"spacy-spine experiments table {folder}",
        html=_html(made or ""),
        missing=missing,
    )


def _similarities(results: Results, folder: str) -> Section:
    command = f"spacy-spine analyze report {folder}"
    missing = [f"No CKA yet: run `{command}` where the models of the cells still lie."]
    return Section(
        "cka",
        "Do the models represent reports alike?",
        CKA_HOW,
        command,
        cka_figures(results.similarities),
        cka_tables(results.similarities),
        missing=() if results.similarities else missing,
    )


def _gradients(results: Results, folder: str) -> Section:
    missing = [
        "No cell holds gradients yet: set `gradients` in the grid's settings and run `spacy-spine experiments run`."
    ]
    return Section(
        "gradients",
        "Do the tasks pull the same way?",
        APAG_HOW,
        f"spacy-spine analyze report {folder}",
        gradient_figures(results.gradients),
        apag_tables(results.gradients),
        missing=() if results.gradients else missing,
    )


def _grouping(results: Results, folder: str, samples: int) -> Section:
    found, missing = _try(lambda: answer(results, samples=samples))
    return Section(
        "grouping",
        "Which tasks should share a model?",
        "Whether CKA and APAG of the single-task models predict what a group of tasks gains when one model is trained "
        "for all of them. The paper leaves this open.",
        f"spacy-spine analyze grouping {folder}",
        grouping_figures(found) if found else (),
        html=_html(grouping_tables(found) if found else ""),
        missing=missing,
    )


def _cells(results: Results, folder: str) -> Section:
    conditions: dict[tuple[str, ...], list[Any]] = {}
    for cell in results.cells:
        key = tuple(cell.cell[name] for name in ("region", "group", "aggregator", "encoder"))
        conditions.setdefault(key, []).append(cell)
    rows = [["region", "group", "gradients", "encoder", "seeds", *(f"macro F1, {name}" for name in PASSES.values())]]
    rows[0] += ["minutes", "gradients measured"]
    for (region, group, aggregator, encoder), cells in conditions.items():
        scores = [_mean_score(cells, run) for run in PASSES]
        minutes = [cell.time["training"] / 60 for cell in cells if cell.time["training"] is not None]
        measured = sum(len(cell.gradients) for cell in cells)
        seeds = ", ".join(str(cell.cell["seed"]) for cell in cells)
        rows.append([region, group, aggregator or "sum", encoder, seeds, *scores])
        rows[-1] += [f"{fmean(minutes):.1f}" if minutes else "–", str(measured)]
    versions = {f"{name} {version}" for cell in results.cells for name, version in cell.versions.items()}
    return Section(
        "cells",
        "What is here",
        f"Each cell is one training, with its result in a file of {folder}/cells. "
        f"Made with {', '.join(sorted(versions))}.",
        tables=[Table("Cells", "Minutes of training are means over seeds, macro F1 over tasks and seeds.", "", rows)],
        missing=results.notes,
    )


def _mean_score(cells: Sequence[Any], run: str) -> str:
    found = [
        score["macro_f1"]
        for cell in cells
        for score in cell.scores.get(run, {}).values()
        if score["macro_f1"] is not None
    ]
    return figure(fmean(found) if found else None)


def _try(make: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What can be made, or why not: a grid that goes on may not hold enough yet."""
    try:
        return make(), []
    except CorpusError as error:
        return None, [str(error)]


def _svg(figure: Figure) -> str:
    """A figure for the page, described, and no wider than it was drawn."""
    width = f"{figure.size[0] * 96:.0f}px"
    opening = f'<svg role="img" aria-label="{escape(figure.title)}" style="max-width: {width}"'
    return figure.svg(figure.name).replace("<svg", opening, 1)


def _html(markdown: str) -> str:
    """Markdown of tables as HTML whose headings are below a section's."""
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise ModelError("The report needs markdown-it: pip install 'spacy-spine[analysis]'.") from error
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    made = re.sub(r"<(/?)h([2-5])>", lambda found: f"<{found[1]}h{int(found[2]) + 1}>", made)
    return made.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")


def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("spacy_spine.analysis.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE)
