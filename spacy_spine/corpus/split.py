"""Splits of a corpus by practice, stratified by label.

Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011) over practices instead of examples: the label with the
fewest examples left is dealt out first, each practice that has it to the part that still wants most of it. Then
practices move from part to part as long as that brings the shares of all labels, reports and text closer to what is
wanted: practices are few and unlike each other, and the first pass alone leaves a small part with the long reports.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import CorpusError
from .report import AnnotatedReport

# What is dealt out: the reports, their characters, and every label of every pathology.
Item = tuple[str, str]
REPORTS: Item = ("", "reports")
CHARACTERS: Item = ("", "characters")
MAX_ROUNDS = 50


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
    fixed (Mapping[str, str]): Practice → part of practices whose part is settled, e.g. those of an older test set.
        Such a part gets no others; the rest is dealt out to the other parts by their shares. Practices that the
        corpus does not have settle nothing.
    RETURNS (dict[str, str]): Practice → part. A report without a practice is a practice of its own, see
        `practice_of`.
    RAISES (CorpusError): Where shares do not make 1, or a fixed practice has an unknown part.
    """
    fixed = fixed or {}
    _check(parts, fixed)
    practices = _practices(reports, seed)
    dealt = {practice.name: fixed[practice.name] for practice in practices if practice.name in fixed}
    open_parts = {part: share for part, share in parts.items() if part not in dealt.values()}
    others = [practice for practice in practices if practice.name not in fixed]
    if others and not open_parts:
        raise CorpusError(f"All parts are fixed, and {len(others)} practices are in none of them.")
    whole = sum(open_parts.values())
    return dealt | _deal(others, {part: share / whole for part, share in open_parts.items()})


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
        own[CHARACTERS] += len(report.text)
        for one in report.segments.values():
            own.update(one.labels.items())
    # Sorted and without zeros: sums of fractions must not depend on the order of the input.
    counted = {name: Counter(dict(sorted((+own).items()))) for name, own in counts.items()}
    practices = [_Practice(name, own, _order(name, seed)) for name, own in counted.items()]
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


def _deal(practices: Sequence[_Practice], shares: Mapping[str, float]) -> dict[str, str]:
    totals = sum((practice.counts for practice in practices), Counter[Item]())
    wanted = {part: {item: share * total for item, total in totals.items()} for part, share in shares.items()}
    dealt: dict[str, str] = {}
    left = list(practices)
    while left:
        remaining = sum((practice.counts for practice in left), Counter[Item]())
        rarest = min(remaining, key=lambda item: (remaining[item], item))
        having = [practice for practice in left if practice.counts[rarest]]
        for practice in sorted(having, key=lambda one: (-one.counts[rarest], one.order)):
            part = dealt[practice.name] = _neediest(practice, rarest, wanted, totals)
            for item, count in practice.counts.items():
                wanted[part][item] -= count
        left = [practice for practice in left if practice.name not in dealt]
    _improve(practices, dealt, wanted, shares, totals)
    return dealt


def _improve(
    practices: Sequence[_Practice],
    dealt: dict[str, str],
    wanted: Mapping[str, dict[Item, float]],
    parts: Mapping[str, float],
    totals: Mapping[Item, int],
) -> None:
    """Move practices while the sum of the squared relative deviations falls."""

    def change(part: str, practice: _Practice, sign: int) -> float:
        # Of the part's deviation, where the practice joins it (sign 1) or leaves it (sign -1).
        own, share = wanted[part], parts[part]
        return sum(
            ((own[item] - sign * count) ** 2 - own[item] ** 2) / (share * totals[item]) ** 2
            for item, count in practice.counts.items()
            if count
        )

    for _ in range(MAX_ROUNDS):
        moved = False
        for practice in practices:
            here = dealt[practice.name]
            leaving = change(here, practice, -1)
            gains = {part: leaving + change(part, practice, 1) for part in sorted(parts) if part != here}
            best = min(gains, key=gains.__getitem__, default=here)
            if best != here and gains[best] < -1e-9:
                dealt[practice.name] = best
                moved = True
                for item, count in practice.counts.items():
                    wanted[here][item] += count
                    wanted[best][item] -= count
        if not moved:
            return
