"""`spacy-spine baselines`: the trained pipeline beside what it has to beat."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ._files import write_text

if TYPE_CHECKING:
    from ..training.evaluation import Evaluation

TITLES = {
    "trained": "the pipeline",
    "location_ner": "locations of its NER alone",
    "rule_location_ner": "locations of the rule matcher alone",
    "rule_severity_classifier": "severities of the rule grader",
    "word_counts": "severities of word counts + logistic regression",
    "majority": "severities of the majority label",
}


def baselines_command(
    model: Annotated[str, typer.Argument(help="Installed pipeline or folder.")],
    train: Annotated[Path, typer.Argument(help="Annotated reports that the baselines learn from.")],
    test: Annotated[Path, typer.Argument(help="Annotated reports that all are measured on.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="All figures as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The table as Markdown.")] = None,
) -> None:
    """Measure a pipeline and simple baselines on the same reports, end to end from raw text."""
    from ..corpus.formats import read_reports
    from ..pipeline.loading import load_pipeline
    from ..pipeline.regions import pipeline_regions
    from ..training.baselines import compare

    nlp = load_pipeline(model)
    found = compare(nlp, read_reports(train), list(read_reports(test)), regions=pipeline_regions(nlp))
    shown = baselines_table(found)
    print(shown)
    if markdown:
        write_text(markdown, shown + "\n")
    if output:
        write_text(output, json.dumps({name: one.to_dict() for name, one in found.items()}, indent=2) + "\n")


def baselines_table(found: "dict[str, Evaluation]") -> str:
    """A row a pipeline: F1 of locations and segments, macro F1 of each pathology, end to end."""
    from ..training.evaluation import ALL
    from ..training.tables import table

    scores = {name: found[name].scores[ALL] for name in TITLES if name in found}
    pathologies = list(scores["trained"]["severities"])
    rows = [["", "locations", "exact", "segments", *pathologies]]
    for name, one in scores.items():
        figures = [one["locations"]["overlap"]["f1"], one["locations"]["spans"]["f1"], one["segments"]["f1"]]
        figures += [one["severities"][pathology]["macro_f1"] for pathology in pathologies]
        rows.append([TITLES[name], *(f"{figure:.3f}" for figure in figures)])
    return table(rows)
