"""Figures of an evaluation as Markdown tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .evaluation import ALL, Evaluation

NOTHING = "–"
LOCATION_ROWS = {
    "overlap": "locations, overlapping",
    "spans": "locations, exact",
    "resolved": "locations, overlapping and rightly read",
}


def evaluation_tables(evaluations: Iterable[Evaluation]) -> str:
    """All figures of the passes over a set, as Markdown.

    evaluations (Iterable[Evaluation]): End to end, and on gold locations where that was run.
    RETURNS (str): A section each.
    """
    return "\n\n".join(_section(evaluation) for evaluation in evaluations) + "\n"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up.

    rows (Sequence[Sequence[str]]): The first is the head.
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def _section(evaluation: Evaluation) -> str:
    title = "Given the gold locations" if evaluation.gold_locations else "End to end, from raw text"
    parts = [f"## {title}: {evaluation.reports} reports, {' and '.join(evaluation.regions)}"]
    for name, scores in evaluation.scores.items():
        if len(evaluation.scores) > 1:
            parts.append(f"### {'All regions' if name == ALL else name.capitalize()}")
        parts.append(_found(scores, locations=not evaluation.gold_locations))
        if scores["severities"]:
            parts.append(_severities(scores["severities"]))
            parts.append(_labels(scores["severities"]))
            parts += [_confusion(name, one["confusion"]) for name, one in scores["severities"].items()]
    if evaluation.not_graded:
        parts.append(f"Not graded by this pipeline: {', '.join(evaluation.not_graded)}.")
    return "\n\n".join(parts)


def _found(scores: Mapping[str, Any], locations: bool) -> str:
    rows = {name: scores["locations"][key] for key, name in LOCATION_ROWS.items()} if locations else {}
    rows["motion segments"] = scores["segments"]
    head = ["", "precision", "recall", "F1", "right", "invented", "missed"]
    return table(
        [head, *([name, *_prf(one), *(str(one[key]) for key in ("tp", "fp", "fn"))] for name, one in rows.items())]
    )


def _severities(severities: Mapping[str, Any]) -> str:
    rows = [["severity", "macro F1", "accuracy", "kappa", "segments", "missed", "invented", "left out"]]
    for name, one in severities.items():
        figures = [_figure(one[key]) for key in ("macro_f1", "accuracy", "kappa")]
        counts = [str(one[key]) for key in ("pairs", "missed", "invented")]
        rows.append([name, *figures, *counts, ", ".join(one["left_out"]) or NOTHING])
    return table(rows)


def _labels(severities: Mapping[str, Any]) -> str:
    rows = [["label", "precision", "recall", "F1", "support"]]
    for name, one in severities.items():
        rows += [[f"{name}: {label}", *_prf(own), str(own["support"])] for label, own in one["labels"].items()]
    return table(rows)


def _confusion(name: str, confusion: Mapping[str, Any]) -> str:
    head = [f"{name}: annotated ↓ given →", *confusion["columns"]]
    rows = [[row, *map(str, counts)] for row, counts in zip(confusion["rows"], confusion["counts"], strict=True)]
    return table([head, *rows])


def _prf(scores: Mapping[str, Any]) -> list[str]:
    return [_figure(scores[key]) for key in ("precision", "recall", "f1")]


def _figure(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"
