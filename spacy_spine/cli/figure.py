"""`spacy-spine figure`: figures from the files of `spacy-spine evaluate --output`."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import CorpusError
from ._metrics import named, read_metrics

figure_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)

Output = Annotated[Path, typer.Option("--output", "-o", help="The figure: .svg, .png or .pdf.")]
Region = Annotated[str, typer.Option("--region", "-r", help="One of the regions measured, or all.")]
GoldLocations = Annotated[
    bool, typer.Option("--gold-locations", help="Figures given the gold locations instead of end to end.")
]


@figure_app.command("risk-coverage")
def risk_coverage_command(
    metrics: Annotated[list[str], typer.Argument(help="[TITLE=]METRICS.json, a panel each.", metavar="METRICS...")],
    output: Output,
    region: Region = "all",
    gold_locations: GoldLocations = False,
) -> None:
    """Macro F1 of each pathology over the share of grades, the least certain first, that is left to a person."""
    from ..training.figures import line_figure, risk_coverage_lines, scores_of

    panels = {}
    for argument in metrics:
        title, path = named(argument)
        title = title or ("" if len(metrics) == 1 else path.stem)
        if title in panels:
            raise CorpusError(f"Two panels are called '{title}': give titles, TITLE=METRICS.json.")
        panels[title] = risk_coverage_lines(scores_of(read_metrics(path), _pass(gold_locations), region))
    line_figure(output, panels, x_label="grades left to a person", y_label="macro F1 of the rest", percent=True)


@figure_app.command("noise")
def noise_command(
    metrics: Annotated[
        list[str], typer.Argument(help="STRENGTH=METRICS.json; several of one strength are runs.", metavar="METRICS...")
    ],
    output: Output,
    region: Region = "all",
    gold_locations: GoldLocations = False,
) -> None:
    """Macro F1 of each pathology over the strength of the noise that the reports were damaged with."""
    from ..training.figures import line_figure, noise_lines, scores_of

    runs = [(strength, read_metrics(path)) for strength, path in map(_strength, metrics)]
    lines = noise_lines([(at, scores_of(figures, _pass(gold_locations), region)) for at, figures in runs])
    line_figure(output, {"": lines}, x_label="strength of the noise", y_label="macro F1")


def _strength(argument: str) -> tuple[float, Path]:
    name, path = named(argument)
    try:
        return float(name), path
    except ValueError as error:
        raise CorpusError(f"Expected STRENGTH=METRICS.json, e.g. 0.5=noisy.json; got '{argument}'.") from error


def _pass(gold_locations: bool) -> str:
    from ..training.tables import END_TO_END, GOLD_LOCATIONS

    return GOLD_LOCATIONS if gold_locations else END_TO_END
