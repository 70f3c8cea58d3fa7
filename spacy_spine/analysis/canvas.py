"""A figure of the analysis: what it shows in words, and how it becomes a file or a part of a page."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CorpusError, ModelError
from ..training.figures import COLOURS, STYLE, SUFFIXES
from .measures import Array

INK, LINE, PAPER = "#1f2933", "#dddddd", "#ffffff"
# Ink, lines and paper have colours of their own, which a page can replace: see `Figure.svg`.
LOOK = STYLE | {
    "axes.edgecolor": INK,
    "axes.facecolor": PAPER,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "figure.facecolor": PAPER,
    "grid.color": LINE,
    "hatch.linewidth": 0.7,
    "legend.fontsize": 9,
    "savefig.facecolor": PAPER,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
# A page's variable for each colour, so that its dark version can have others.
VARIABLES = {INK: "ink", LINE: "line", PAPER: "paper"} | {colour: f"data-{i}" for i, colour in enumerate(COLOURS)}
BOX_COLOURS = (COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[3])
# Boxes are told apart without colour, too: filled, empty, hatched.
HATCHES = ("", "", "//////", "......")
OPACITIES = (0.55, 0.0, 0.0, 0.0)
BOX_WIDTH = 0.11  # inches of a panel for each box
LETTER_WIDTH, LEGEND_HANDLE = 0.078, 0.55  # inches, at the size of a legend's words
PANEL_WIDTH, PANEL_HEIGHT = 3.4, 2.3  # inches


@dataclass(frozen=True)
class Figure:
    """A figure that can be drawn.

    name (str): Of its file, without the suffix.
    title (str): What it shows, in a few words.
    caption (str): What it shows and how it was measured, in sentences.
    paper (str): Its counterpart in Sehanobish et al. (2022), or empty.
    size (tuple[float, float]): Width and height, in inches.
    draw (Callable): Draws on an empty matplotlib figure.
    """

    name: str
    title: str
    caption: str
    paper: str
    size: tuple[float, float]
    draw: Callable[[Any], None] = field(repr=False)

    def save(self, path: Path | str) -> Path:
        """Draw into a file; the same numbers give the same file.

        path (Path): The file, .svg, .png or .pdf.
        RAISES (CorpusError): Where the suffix is of no format.
        RAISES (ModelError): Where matplotlib is missing.
        """
        path = Path(path)
        if path.suffix not in SUFFIXES:
            raise CorpusError(f"A figure is one of {', '.join(SUFFIXES)}, by the name of its file; got '{path.name}'.")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._draw(path, path.suffix[1:])
        return path

    def svg(self, prefix: str) -> str:
        """The figure as an SVG element for a page: its colours are the page's variables (`VARIABLES`).

        prefix (str): Unique in the page; put before all ids.
        RAISES (ModelError): Where matplotlib is missing.
        """
        file = StringIO()
        self._draw(file, "svg")
        drawn = file.getvalue()
        drawn = drawn[drawn.index("<svg") :].strip()
        drawn = re.sub(r"<metadata>.*?</metadata>\s*", "", drawn, flags=re.DOTALL)
        drawn = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{prefix}-", drawn)
        for colour, variable in VARIABLES.items():
            drawn = drawn.replace(colour, f"var(--{variable})")
        return drawn

    def _draw(self, file: Any, suffix: str) -> None:
        try:
            from matplotlib import rc_context
            from matplotlib.figure import Figure as Canvas
        except ImportError as error:
            raise ModelError("Figures need matplotlib: pip install 'spacy-spine[analysis]'.") from error
        with rc_context(LOOK):
            canvas = Canvas(figsize=self.size, layout="constrained")
            self.draw(canvas)
            # No date and no version in the file.
            canvas.savefig(file, format=suffix, dpi=200, metadata={"Date": None} if suffix == "svg" else None)


def draw_boxes(axis: Any, ticks: Sequence[str], groups: Mapping[str, Sequence[Array]], looks: Sequence[str]) -> None:
    """Box plots side by side: median, quartiles, whiskers of 1.5 interquartile ranges, and what lies beyond.

    axis: A matplotlib axis.
    ticks (Sequence[str]): What lies along the x axis.
    groups (Mapping[str, Sequence[Array]]): By name, numbers for each tick; NaN and empty ones are left out.
    looks (Sequence[str]): All names of the figure: a name's place is its colour and filling.
    """
    step = 0.8 / max(len(groups), 1)
    for place, (name, values) in enumerate(groups.items()):
        look = looks.index(name) % len(BOX_COLOURS)
        colour = BOX_COLOURS[look]
        at = np.arange(len(ticks)) + step * (place - (len(groups) - 1) / 2)
        known = [(x, one[np.isfinite(one)]) for x, one in zip(at, values, strict=True)]
        known = [(x, one) for x, one in known if len(one)]
        if not known:
            continue
        drawn = axis.boxplot(
            [one for _, one in known],
            positions=[x for x, _ in known],
            widths=step * 0.78,
            patch_artist=True,
            manage_ticks=False,
            boxprops={"edgecolor": colour, "linewidth": 0.9},
            whiskerprops={"color": colour, "linewidth": 0.9},
            capprops={"color": colour, "linewidth": 0.9},
            medianprops={"color": INK, "linewidth": 1.3},
            flierprops={"marker": "o", "markersize": 1.8, "markerfacecolor": colour, "markeredgewidth": 0},
        )
        for box in drawn["boxes"]:
            box.set_facecolor(_filling(look))
            box.set_hatch(HATCHES[look])
    axis.set_xticks(range(len(ticks)), ticks)
    axis.set_xlim(-0.6, len(ticks) - 0.4)
    axis.grid(visible=False, axis="x")


def box_legend(canvas: Any, names: Sequence[str]) -> None:
    """A legend below all panels for names of `draw_boxes`."""
    from matplotlib.patches import Patch

    patches = [
        Patch(
            facecolor=_filling(look),
            edgecolor=BOX_COLOURS[look],
            hatch=HATCHES[look],
            label=name,
        )
        for name, look in ((name, i % len(BOX_COLOURS)) for i, name in enumerate(names))
    ]
    canvas.legend(handles=patches, loc="outside lower center", ncols=legend_columns(names, canvas.get_figwidth()))


def legend_columns(names: Sequence[str], width: float) -> int:
    """How many columns of a legend fit into a figure of a width in inches."""
    return max(1, min(len(names), int(width / (LETTER_WIDTH * max(map(len, names), default=0) + LEGEND_HANDLE))))


def file_name(*parts: str) -> str:
    """A file's name without its suffix: "cka-layers-bert-base-uncased-cls".

    parts (str): Words, encoders, regions; of an encoder's path or hub name the last part is taken.
    """
    words = [word.rstrip("/").rpartition("/")[2] for part in parts for word in part.split(" – ") if word]
    return "-".join(re.sub(r"[^a-z0-9.]+", "-", word.lower()).strip("-") for word in words)


def box_panel_width(ticks: int, groups: int) -> float:
    """Inches that a panel of box plots needs."""
    return max(PANEL_WIDTH, BOX_WIDTH * ticks * (groups + 1) + 0.5)


def _filling(look: int) -> tuple[float, float, float, float]:
    """The colour inside a box, with its opacity."""
    red, green, blue = (int(BOX_COLOURS[look][i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, OPACITIES[look]
