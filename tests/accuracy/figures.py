"""Figures and the table by set of docs/accuracy.md for one pipeline; run by `make figures` after `make run`.

python tests/accuracy/figures.py --region lumbar --model training/lumbar/pipeline --output docs/figures
"""

import argparse
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from spacy_spine.corpus.formats import read_reports
from spacy_spine.corpus.report import AnnotatedReport
from spacy_spine.pipeline.loading import load_pipeline
from spacy_spine.pipeline.regions import pipeline_regions
from spacy_spine.training.evaluation import ALL, evaluate
from spacy_spine.training.tables import table

STRENGTHS = ("0.2", "0.4", "0.6", "0.8", "1.0")


def main() -> None:
    """Draw accuracy over noise and over coverage, and print the table by set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--region", default="lumbar")
    parser.add_argument("--model", default=None, help="Pipeline [default: that of make run].")
    parser.add_argument("--output", type=Path, default=Path("docs/figures"))
    options = parser.parse_args()
    model = options.model or f"training/{options.region}/pipeline"
    test = Path("corpus") / options.region / "test.jsonl"
    place = Path("metrics") / options.region / "noise"
    place.mkdir(parents=True, exist_ok=True)
    measured = {"0": place / "0.json"}
    spine("evaluate", model, test, "--output", measured["0"], "--no-gold-segments")
    for strength in STRENGTHS:
        damaged, measured[strength] = place / f"{strength}.jsonl", place / f"{strength}.json"
        spine("corpus", "damage", test, damaged, "--strength", strength)
        spine("evaluate", model, damaged, "--output", measured[strength], "--no-gold-segments")
    options.output.mkdir(parents=True, exist_ok=True)
    noise = [f"{strength}={path}" for strength, path in measured.items()]
    spine("figure", "noise", *noise, "-o", options.output / f"noise-{options.region}.svg")
    spine("figure", "risk-coverage", measured["0"], "-o", options.output / f"risk-coverage-{options.region}.svg")
    print(by_set(model, test))


def by_set(model: str, test: Path) -> str:
    """A row for each corpus that the test part is of: its reports are written in one manner."""
    nlp = load_pipeline(model)
    regions = pipeline_regions(nlp)
    sets: dict[str, list[AnnotatedReport]] = defaultdict(list)
    for report in read_reports(test):
        sets[report.id.rpartition("-")[0]].append(report)
    rows: list[list[str]] = []
    for name, reports in sorted(sets.items()):
        scores = evaluate(nlp, reports, regions=regions).scores[ALL]
        severities = scores["severities"]
        rows = rows or [["set", "reports", "segments F1", *(f"{one}: accuracy" for one in severities)]]
        accuracies = [f"{one['accuracy']:.3f}" for one in severities.values()]
        rows.append([name, str(len(reports)), f"{scores['segments']['f1']:.3f}", *accuracies])
    return table(rows)


def spine(*arguments: object) -> None:
    """A command of this package."""
    subprocess.run([sys.executable, "-m", "spacy_spine", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
