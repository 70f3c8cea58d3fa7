"""Figures of an evaluation as Markdown tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import CorpusError
from .evaluation import ALL, Evaluation

END_TO_END, GOLD_LOCATIONS = "end_to_end", "gold_locations"
PASSES = {END_TO_END: "end to end", GOLD_LOCATIONS: "given gold locations"}
NOTHING = "–"
LEFT_SHOWN = (0.0, 0.05, 0.1, 0.2)
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


def runs_tables(name: str, figures: Mapping[str, Any]) -> str:
    """All tables of one set from the plain data of its passes, such as the mean over runs.

    name (str): Of the set; may be empty.
    figures (Mapping): A file of `spacy-spine evaluate --output`, or one with other names for its passes.
    RETURNS (str): Markdown.
    """
    parts = [f"# {name}"] if name else []
    for run, evaluation in _passes(figures):
        if run not in PASSES:
            parts.append(f"# {run}")
        parts.append(evaluation_tables([evaluation]).rstrip())
    return "\n\n".join(parts) + "\n"


def passes_table(sets: Mapping[str, Mapping[str, Any]]) -> str:
    """One row for each set, pass and region: F1 of locations and segments, macro F1 of each pathology.

    sets (Mapping): By name, see `runs_tables`.
    RAISES (CorpusError): Where a set has no pass.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    for name, figures in sets.items():
        passes = _passes(figures)
        if not passes:
            raise CorpusError(f"There are no figures of `spacy-spine evaluate` in {name or 'these files'}.")
        for run, evaluation in passes:
            for region, scores in evaluation.scores.items():
                several = len(evaluation.scores) > 1
                words = [name, PASSES.get(run, run), ("all regions" if region == ALL else region) if several else ""]
                rows[", ".join(filter(None, words))] = scores | {"found": not evaluation.gold_locations}
    pathologies = list(dict.fromkeys(name for scores in rows.values() for name in scores["severities"]))
    shown = [["", "locations", "exact", "segments", *pathologies]]
    for title, scores in rows.items():
        places = [scores["locations"][key]["f1"] if scores["found"] else None for key in ("overlap", "spans")]
        grades = [scores["severities"].get(name, {}).get("macro_f1") for name in pathologies]
        shown.append([title, *map(figure, [*places, scores["segments"]["f1"], *grades])])
    return table(shown)


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up.

    rows (Sequence[Sequence[str]]): The first is the head.
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows]
    rule = ["-" * widths[0], *("-" * max(1, width - 1) + ":" for width in widths[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def _passes(figures: Mapping[str, Any]) -> list[tuple[str, Evaluation]]:
    return [
        (name, Evaluation.from_dict(one))
        for name, one in figures.items()
        if isinstance(one, Mapping) and "scores" in one
    ]


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
            parts += _confidence(scores["severities"])
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
        figures = [figure(one[key]) for key in ("macro_f1", "accuracy", "kappa")]
        counts = [str(one[key]) for key in ("pairs", "missed", "invented")]
        rows.append([name, *figures, *counts, ", ".join(one["left_out"]) or NOTHING])
    return table(rows)


def _labels(severities: Mapping[str, Any]) -> str:
    rows = [["label", "precision", "recall", "F1", "support"]]
    for name, one in severities.items():
        rows += [[f"{name}: {label}", *_prf(own), str(own["support"])] for label, own in one["labels"].items()]
    return table(rows)


def _confidence(severities: Mapping[str, Any]) -> list[str]:
    rows = [["confidence of grades", "mean", "accuracy", "ECE", "MCE", "Brier", "NLL"]]
    points: dict[str, Mapping[float, Any]] = {}
    for name, one in severities.items():
        if "confidence" not in one:  # figures of an older version
            return []
        rows.append(
            [name, *(figure(one["confidence"][key]) for key in ("mean", "accuracy", "ece", "mce", "brier", "nll"))]
        )
        points[name] = {point["left"]: point for point in one["risk_coverage"]}
    left = [["least certain left to a person", *(f"{share:.0%}" for share in LEFT_SHOWN)]]
    for key, title in {"macro_f1": "macro F1", "accuracy": "accuracy"}.items():
        left += [[f"{name}, {title}", *(figure(own[at][key]) for at in LEFT_SHOWN)] for name, own in points.items()]
    return [table(rows), table(left)]


def _confusion(name: str, confusion: Mapping[str, Any]) -> str:
    head = [f"{name}: annotated ↓ given →", *confusion["columns"]]
    rows = [[row, *map(str, counts)] for row, counts in zip(confusion["rows"], confusion["counts"], strict=True)]
    return table([head, *rows])


def _prf(scores: Mapping[str, Any]) -> list[str]:
    return [figure(scores[key]) for key in ("precision", "recall", "f1")]


def figure(value: float | None) -> str:
    """A figure with three digits, or a dash for None."""
    return NOTHING if value is None else f"{value:.3f}"
