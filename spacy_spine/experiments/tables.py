"""The paper's Tables 3 and 4 for any grid, as Markdown: single-task against multi-task models, further groups of tasks
and ways to combine gradients, and what the models cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..training.runs import Spread
from ..training.tables import NOTHING, PASSES, figure, table
from .comparisons import SUM
from .costs import MULTI
from .grid import ALL, SINGLE

CERTAIN = 0.05  # below it a difference is marked
COST_ROWS = {
    "parameters": ("parameters, millions", 1e-6),
    "training_seconds": ("training, seconds", 1.0),
    "training_memory_mb": ("peak memory of training, MB", 1.0),
    "prediction_memory_mb": ("peak memory of prediction, MB", 1.0),
    "prediction_ms": ("prediction, ms a report", 1.0),
}
NO_FIGURES: dict[str, Any] = {"tasks": {}, "mean": None}
LEGEND = """Macro F1, mean ± standard deviation over trials (number of trials). Differences have their 95 % interval and
two-sided p of a paired bootstrap over reports ({samples:,} samples); the trainings themselves are not drawn anew."""


def experiment_tables(data: Mapping[str, Any]) -> str:
    """All tables.

    data (Mapping): Of `comparisons.compare_cells`.
    RETURNS (str): Markdown, a section a region.
    """
    legend = LEGEND.format(samples=data["samples"]).replace("\n", " ")
    parts = [legend]
    for region in dict.fromkeys(row["region"] for row in data["conditions"]):
        rows = [row for row in data["conditions"] if row["region"] == region]
        parts.append(f"## {region.capitalize()}")
        for run, title in PASSES.items():
            own = [row for row in rows if run in row["passes"]]
            for name, made in {"": _main(own, run), ", groups and aggregators": _groups(own, run)}.items():
                if made:
                    parts += [f"### {title[0].upper()}{title[1:]}{name}{_reports(own, run)}", made]
        costs = [row for row in data["costs"] if row["region"] == region]
        if costs:
            parts += ["### Single-task models against one multi-task model", _costs(costs)]
    return "\n\n".join(parts) + "\n"


def _main(rows: Sequence[Mapping[str, Any]], run: str) -> str:
    """A row a task and their mean; for each encoder the single-task models, the model of all tasks, the difference."""
    head, columns = [""], []
    tasks: dict[str, None] = {}
    for encoder in dict.fromkeys(row["encoder"] for row in rows):
        found = {row["group"]: row for row in rows if row["encoder"] == encoder and not row["aggregator"]}
        row = found.get(ALL) or found.get(SINGLE)
        if row is None:
            continue
        multi = found[ALL]["passes"][run] if ALL in found else NO_FIGURES
        against = multi["against"][SINGLE] if ALL in found else {**NO_FIGURES, "base": NO_FIGURES}
        single = found[SINGLE]["passes"][run] if SINGLE in found else against["base"]
        tasks |= dict.fromkeys(row["tasks"])
        head += [f"{encoder}: single", "multi", "difference", "p value"]
        columns.append((single, multi, against))
    if not columns:
        return ""
    shown = [head]
    for task in (*tasks, None):
        cells = [task or "mean"]
        for single, multi, against in columns:
            cells += [_mean(_of(single, task)), _mean(_of(multi, task)), *_difference(_of(against, task))]
        shown.append(cells)
    return table(shown)


def _groups(rows: Sequence[Mapping[str, Any]], run: str) -> str:
    """A row a condition that is in no other table: the mean of its tasks, and its differences."""
    wanted = [row for row in rows if row["group"] not in (SINGLE, ALL)]
    summed = [row for row in rows if row["group"] == ALL and not row["aggregator"]]
    combined = [row for row in rows if row["group"] == ALL and row["aggregator"]]
    wanted = [*(summed if combined else []), *combined, *wanted]
    if not wanted:
        return ""
    tasks = list(dict.fromkeys(task for row in wanted for task in row["tasks"]))
    aggregators = any(row["aggregator"] for row in wanted)
    head = ["group", "encoder", *(["gradients"] if aggregators else []), "single", "together", "difference", "p value"]
    shown = [[*head, *tasks, *(["difference to the sum", "p value"] if aggregators else [])]]
    for row in wanted:
        one = row["passes"][run]
        single, added = one["against"][SINGLE], one["against"].get(SUM, {})
        cells = [row["group"], row["encoder"], *([row["aggregator"] or SUM] if aggregators else [])]
        cells += [_mean(single["base"]["mean"]), _mean(one["mean"]), *_difference(single["mean"])]
        cells += [_marked(single["tasks"].get(task)) for task in tasks]
        shown.append([*cells, *(_difference(added.get("mean")) if aggregators else [])])
    return f"{table(shown)}\n\nTasks: difference to the single-task model, * where p < {CERTAIN}."


def _costs(rows: Sequence[Mapping[str, Any]]) -> str:
    """A row a quantity; for each encoder and aggregator N single-task models, one multi-task model, their ratio."""
    head = [""]
    for row in rows:
        name = ", ".join(filter(None, (row["encoder"], row["aggregator"])))
        head += [f"{name}: {row['models']} single", "1 multi", "ratio"]
    shown = [head]
    for key, (title, factor) in COST_ROWS.items():
        cells = [title]
        for row in rows:
            ratio = row["ratio"][key]
            cells += [_mean(row[name][key], factor, 1) for name in (SINGLE, MULTI)]
            cells.append(NOTHING if ratio is None else f"{ratio:.2f}")
        shown.append(cells)
    where = dict.fromkeys(_place(row["machine"]) for row in rows if row["machine"])
    notes = [f"Measured with {' and '.join(where)}."] if where else []
    return "\n\n".join([table(shown), *notes])


def _place(machine: Mapping[str, Any]) -> str:
    return machine.get("gpu") or f"{machine.get('threads', '?')} threads of {machine.get('processor', '?')}"


def _of(figures: Mapping[str, Any], task: str | None) -> Any:
    """The figure of a task, or of the mean over tasks for None."""
    return figures["mean"] if task is None else figures["tasks"].get(task)


def _mean(one: Mapping[str, Any] | None, factor: float = 1.0, digits: int = 3) -> str:
    """ "0.901 ± 0.004 (3)", the last the number of trials."""
    if not one or one["mean"] is None:
        return NOTHING
    value = one["mean"] * factor
    shown = value if one["sd"] is None else Spread(value, one["sd"] * factor)
    return f"{figure(shown) if digits == 3 else format(shown, f'.{digits}f')} ({one['trials']})"


def _difference(one: Mapping[str, Any] | None) -> list[str]:
    """ "+0.012 [-0.003, +0.027]" and "0.110"."""
    if not one:
        return [NOTHING, NOTHING]
    p = f"{one['p']:.3f}" if one["p"] >= 0.001 else "< 0.001"
    return [f"{one['difference']:+.3f} [{one['low']:+.3f}, {one['high']:+.3f}]", p]


def _marked(one: Mapping[str, Any] | None) -> str:
    return f"{one['difference']:+.3f}{'*' if one['p'] < CERTAIN else ''}" if one else NOTHING


def _reports(rows: Sequence[Mapping[str, Any]], run: str) -> str:
    """How many reports the differences are of, where there are any."""
    found = {
        one["reports"]
        for row in rows
        for against in row["passes"][run]["against"].values()
        for one in against["tasks"].values()
    }
    if not found:
        return ""
    low, high = min(found), max(found)
    return f" ({low} reports)" if low == high else f" ({low} to {high} reports a task)"
