"""The answer as Markdown: gains of groups, what predicts them, and what to train together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...training.tables import NOTHING, PASSES, figure, table
from .gains import LEVEL, region_of
from .partitions import MOST_TASKS
from .predictors import PREDICTORS

SHOWN = (
    "APAG, at the end",
    "gradient cosine, at the end",
    "CKA biased, cls, all layers",
    "CKA debiased, cls, all layers",
)
FEWEST_SHOWN, FEW = 4, 10  # groups
HOW = """\
A gain is macro F1 of a group's model less that of a model of each task alone, the mean over the group's tasks; its \
interval is Student's over seeds. A predictor of a group is the mean over its pairs of tasks. ρ is Spearman's rank \
correlation and τ Kendall's τ-b, with {level:.0%} bootstrap intervals ({samples} draws of groups, and of seeds \
within each). p shuffles gains over groups. Both take groups to be independent, which groups that share a task are \
not, so that they say too much; "p, tasks" renames the tasks instead. The last column is the larger p, adjusted for \
all predictors of the table (Holm); a predictor is told from 0 where it is below 0.05."""


def grouping_tables(found: Mapping[str, Any]) -> str:
    """All of it, a section an encoder.

    found (Mapping): See `question.answer`.
    RETURNS (str): Markdown.
    """
    parts = []
    for encoder, one in found["encoders"].items():
        parts.append(f"## Groups of tasks, {encoder}")
        parts.append(HOW.format(level=found["level"], samples=f"{found['samples']:,}"))
        for run, own in one["passes"].items():
            parts.append(f"### {PASSES[run].capitalize()}")
            parts.append(_gains(one["groups"], run))
            parts.append(_noise(own["noise"]))
            for scope, correlations in own["correlations"].items():
                parts += _correlations(scope, correlations)
            for scope, recommendation in own["recommendations"].items():
                parts.append(f"**What to train together, {scope}.** " + " ".join(advice(recommendation, own)))
        if one["missing"]:
            parts.append("Not there:\n\n" + "\n".join(f"- {line}" for line in one["missing"]))
    return "\n\n".join(parts) + "\n"


def advice(recommendation: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[str]:
    """What to train together, in sentences.

    recommendation (Mapping): Of one scope.
    own (Mapping): All of its pass.
    """
    count = len(recommendation["tasks"])
    match recommendation.get("left_out"):
        case "too_many_tasks":
            yield f"{count} tasks have too many partitions to go through; {MOST_TASKS} is the most."
            return
        case "single_task_missing":
            yield "Not every task was trained alone, so that partitions cannot be compared."
            return
    yield from _by_measured(recommendation["measured"], count)
    yield from _by_predicted(recommendation["predicted"], own["best_predictor"])


def partition_text(partition: Sequence[Sequence[str]]) -> str:
    """ "stenosis + disc | nerve", with the regions where there are several."""
    several = len({region_of(task) for group in partition for task in group}) > 1
    return " | ".join(
        group_text(group) if several else " + ".join(task.partition(".")[2] for task in group) for group in partition
    )


def group_text(group: Sequence[str]) -> str:
    """ "lumbar stenosis + disc, cervical cord"."""
    own: dict[str, list[str]] = {}
    for task in group:
        own.setdefault(region_of(task), []).append(task.partition(".")[2])
    return ", ".join(f"{region} {' + '.join(tasks)}" for region, tasks in own.items())


def _by_measured(measured: Mapping[str, Any], count: int) -> Iterator[str]:
    best, together, recommended = measured["best"], measured["together"], measured["recommended"]
    if not together:
        yield f"All {count} tasks together were not trained, so that no partition can be compared with one model."
        if best:
            yield f"The best of {measured['partitions']} measured ones is {_shown(best)}."
        return
    if measured["better_than_together"]:
        yield (
            f"Train {_shown(recommended)}: by measured gains it is told from one model for all "
            f"({_f1(together)}), among {measured['partitions'] - 1} measured partitions."
        )
    elif best["models"] == 1:
        yield (
            f"Train all together: one model, {_f1(together)}, is the best of {measured['partitions']} measured "
            "partitions, and the cheapest."
        )
    else:
        yield (
            f"Train all together: one model, {_f1(together)}, is the cheapest, and none of the "
            f"{measured['partitions'] - 1} other measured partitions is told from it over {together['seeds']} "
            f"seed{'s' * (together['seeds'] != 1)}. The highest, {_shown(best)}, may be so by chance."
        )


def _by_predicted(predicted: Mapping[str, Any], chosen: Mapping[str, Any]) -> Iterator[str]:
    best = predicted["best"]
    if not best:
        yield "No predictor has values of enough groups and pairs to predict the others."
        return
    name = chosen["predictor"]
    tail = f"of {predicted['partitions']} partitions {_shown(best)} is the best predicted"
    if chosen["told"]:
        yield f"By {name}, the predictor told from 0 that does best, {tail}."
    else:
        yield f"No predictor is told from 0; by {name} {tail}, which is no reason to prefer it."


def _shown(promise: Mapping[str, Any]) -> str:
    models = promise["models"]
    return f"{partition_text(promise['partition'])} ({models} model{'s' * (models != 1)}, {_f1(promise)})"


def _f1(promise: Mapping[str, Any]) -> str:
    return f"macro F1 {figure(promise['macro_f1'])}"


def _gains(groups: Sequence[Mapping[str, Any]], run: str) -> str:
    names = [name for name in SHOWN if any(name in group["predictors"] for group in groups)]
    rows = [["group", "seeds", "gain", "± sd", f"{LEVEL:.0%} over seeds", *names]]
    for group in groups:
        gain = group["gains"].get(run)
        if gain:
            sd = NOTHING if gain["sd"] is None else f"{gain['sd']:.3f}"
            values = [figure(group["predictors"].get(name)) for name in names]
            rows.append(
                [
                    group_text(group["tasks"]),
                    str(len(gain["by_seed"])),
                    f"{gain['mean']:+.3f}",
                    sd,
                    _interval(gain["interval"], "+.3f"),
                    *values,
                ]
            )
    return table(rows)


def _noise(noise: Mapping[str, Any]) -> str:
    if not noise["repeated"]:
        return (
            f"n = {noise['groups']} groups of one seed each: gains cannot be told from the noise of trainings. "
            "Train more seeds."
        )
    between = (
        "" if noise["sd_of_groups"] is None else f"; that of the groups' mean gains is {noise['sd_of_groups']:.3f}"
    )
    return (
        f"The standard deviation of a gain over seeds is {noise['sd_of_seeds']:.3f}{between}. "
        f"{noise['told']} of {noise['repeated']} groups with several seeds have a gain whose interval excludes 0 "
        f"({noise['share_told']:.0%}; {1 - LEVEL:.0%} would by chance)."
    )


def _correlations(scope: str, correlations: Mapping[str, Mapping[str, Any]]) -> list[str]:
    n = max((one["groups"] for one in correlations.values()), default=0)
    if n < FEWEST_SHOWN:
        return [f"Correlation with gain, {scope}: n = {n} groups have both; it takes {FEWEST_SHOWN} to say anything."]
    head = ["predictor", "groups", "ρ", "95 %", "τ", "95 %", "p", "p, tasks", "p, adjusted"]
    rows = [head]
    for name in PREDICTORS:
        if name in correlations:
            one = correlations[name]
            p = [_p(one["p"]), _p(one["p_tasks"]), _p(one["p_adjusted"])]
            tau = [f"{one['kendall']:+.2f}", _interval(one["kendall_interval"], "+.2f")]
            rho = [f"{one['spearman']:+.2f}", _interval(one["spearman_interval"], "+.2f")]
            rows.append([name, str(one["groups"]), *rho, *tau, *p])
    told = [f"{name} ({one['spearman']:+.2f})" for name, one in correlations.items() if one["told"]]
    said = f"Told from 0: {', '.join(told)}." if told else "No predictor is told from 0."
    if n < FEW:
        said += f" With n = {n} groups little can be: the intervals are wide or, where ranks agree wholly, too narrow."
    return [f"Correlation with gain, {scope}:", table(rows), said]


def _interval(interval: Sequence[float] | None, form: str) -> str:
    return NOTHING if interval is None else f"{interval[0]:{form}} to {interval[1]:{form}}"


def p_text(value: float) -> str:
    """ "= 0.012", or "< 0.001" below that."""
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def _p(value: float | None) -> str:
    return NOTHING if value is None else p_text(value).removeprefix("= ")
