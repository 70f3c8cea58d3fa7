"""Splits of a corpus by practice, stratified by label.

Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011) over practices instead of examples: the label with the
fewest examples left is dealt out first, each practice that has it to the part that still wants most of it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import CorpusError
from .report import AnnotatedReport

# What is dealt out: the reports themselves, and every label of every pathology.
Item = tuple[str, str]
REPORTS: Item = ("", "reports")


@dataclass(frozen=True)
class _Practice:
    name: str
    counts: Counter[Item]
    order: str  # decides ties; a hash, so that it depends on the seed and the name alone


def split_practices(
    reports: Iterable[AnnotatedReport],
    parts: Mapping[str, float],
    *,
    seed: int = 0,
    fixed: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Deal practices out to parts.

    reports (Iterable[AnnotatedReport]): The corpus; the order does not matter.
    parts (Mapping[str, float]): Share of each part; together 1.
    seed (int): Another seed is another split.
    fixed (Mapping[str, str]): Practices whose part is settled, e.g. those of an older test set.
    RETURNS (dict[str, str]): Practice → part. A report without a practice is a practice of its own, see
        `practice_of`.
    RAISES (CorpusError): Where shares do not make 1, or a fixed practice has an unknown part.
    """
    fixed = fixed or {}
    _check(parts, fixed)
    practices = _practices(reports, seed)
    totals = sum((practice.counts for practice in practices), Counter[Item]())
    wanted = {part: {item: share * total for item, total in totals.items()} for part, share in parts.items()}
    dealt: dict[str, str] = {}

    def deal(practice: _Practice, part: str) -> None:
        dealt[practice.name] = part
        left.remove(practice)
        for item, count in practice.counts.items():
            wanted[part][item] -= count

    left = practices
    for practice in [practice for practice in practices if practice.name in fixed]:
        deal(practice, fixed[practice.name])
    while left:
        remaining = sum((practice.counts for practice in left), Counter[Item]())
        rarest = min(remaining, key=lambda item: (remaining[item], item))
        having = [practice for practice in left if practice.counts[rarest]]
        for practice in sorted(having, key=lambda one: (-one.counts[rarest], one.order)):
            deal(practice, _neediest(practice, rarest, wanted, totals))
    return dealt


def practice_of(report: AnnotatedReport) -> str:
    """The practice of a report; where nobody knows it, the report stands for itself."""
    return report.practice or f"(report {report.id})"


def split_reports(
    reports: Sequence[AnnotatedReport],
    parts: Mapping[str, float],
    *,
    seed: int = 0,
    fixed: Mapping[str, str] | None = None,
) -> dict[str, list[AnnotatedReport]]:
    """Split a corpus, see `split_practices`.

    RETURNS (dict[str, list[AnnotatedReport]]): Reports of each part, by id.
    """
    dealt = split_practices(reports, parts, seed=seed, fixed=fixed)
    result: dict[str, list[AnnotatedReport]] = {part: [] for part in parts}
    for report in sorted(reports, key=lambda one: one.id):
        result[dealt[practice_of(report)]].append(report)
    return result


def _check(parts: Mapping[str, float], fixed: Mapping[str, str]) -> None:
    if any(share <= 0 for share in parts.values()) or abs(sum(parts.values()) - 1) > 1e-6:
        shares = ", ".join(f"{part}={share:g}" for part, share in parts.items()) or "none"
        raise CorpusError(f"The shares of the parts must be above 0 and together 1, got {shares}.")
    unknown = sorted(set(fixed.values()) - set(parts))
    if unknown:
        raise CorpusError(f"Practices are fixed to part '{unknown[0]}', which is none of {', '.join(parts)}.")


def _practices(reports: Iterable[AnnotatedReport], seed: int) -> list[_Practice]:
    counts: dict[str, Counter[Item]] = {}
    for report in reports:
        own = counts.setdefault(practice_of(report), Counter())
        own[REPORTS] += 1
        for one in report.segments.values():
            own.update(one.labels.items())
    practices = [_Practice(name, own, _order(name, seed)) for name, own in counts.items()]
    return sorted(practices, key=lambda practice: (practice.order, practice.name))


def _order(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()


def _neediest(
    practice: _Practice, rarest: Item, wanted: Mapping[str, Mapping[Item, float]], totals: Mapping[Item, int]
) -> str:
    """The part that wants most of the rarest label, then most of what else the practice has."""

    def need(part: str) -> tuple[float, float, float]:
        own = wanted[part]
        others = sum(own[item] * count / totals[item] for item, count in practice.counts.items())
        return own[rarest], others, own[REPORTS]

    return max(sorted(wanted), key=need)
