"""`spacy-spine calibrate`: probabilities of a trained severity model that say how often a grade is right."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ModelError
from ._files import write_text

if TYPE_CHECKING:
    from ..training.calibration import Calibrated


def calibrate_command(
    model: Annotated[str, typer.Argument(help="Folder of a trained pipeline, or an installed one.")],
    reports: Annotated[Path, typer.Argument(help="Annotated reports that it was not trained on: the dev part.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder of the calibrated pipeline [default: MODEL itself].")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(help="The table as Markdown.")] = None,
) -> None:
    """Fit one temperature a pathology on annotated reports, given the gold locations, and save them with the model.

    Labels stay as they are; only probabilities change.
    """
    from ..corpus.formats import read_reports
    from ..pipeline.loading import load_pipeline
    from ..training.calibration import calibrate

    nlp = load_pipeline(model)
    if output is None and not Path(model).is_dir():
        raise ModelError(f"'{model}' is an installed package: name a folder for the calibrated pipeline, --output.")
    shown = calibration_table(calibrate(nlp, read_reports(reports)))
    nlp.to_disk(output or model)
    print(shown)
    if markdown:
        write_text(markdown, shown + "\n")


def calibration_table(fitted: "dict[str, Calibrated]") -> str:
    """A row a pathology: its temperature, and figures of the segments that it was fitted on, before and after."""
    from ..training.tables import figure, table

    rows = [["calibrated on", "segments", "temperature", "NLL", "after", "ECE", "after", "Brier", "after"]]
    for name, one in fitted.items():
        pairs = [figure(part[key]) for key in ("nll", "ece", "brier") for part in (one.before, one.after)]
        rows.append([name, str(one.segments), f"{one.temperature:.2f}", *pairs])
    return table(rows)
