"""Several runs of one measurement as one: the mean and the standard deviation of every figure."""

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

from ..errors import CorpusError

# What all runs must share, so that a mean over them says something.
SAME = ("reports", "regions", "gold_locations", "not_graded", "support")


class Spread(float):
    """The mean over runs, which prints with its standard deviation: "0.901 ± 0.004"."""

    sd: float

    def __new__(cls, mean: float, sd: float) -> "Spread":
        """Make it.

        mean (float): What it is as a number.
        sd (float): The sample standard deviation, n - 1 below the sum.
        """
        made = super().__new__(cls, mean)
        made.sd = sd
        return made

    def __format__(self, spec: str) -> str:
        return f"{float(self):{spec}} ± {self.sd:{spec}}"

    def __str__(self) -> str:
        return f"{self:.1f}"  # how tables write counts


def mean_of_runs(runs: Sequence[Any]) -> Any:
    """Figures of several runs, of the same names, as one.

    runs (Sequence): Plain data of each run, such as the files of `spacy-spine evaluate --output`.
    RETURNS: The same names. A number is a Spread, unless it is a whole one that all runs share, or of one run. What
        cannot be told (None) in some runs is the mean of the others. Texts that differ are a list of all.
    RAISES (CorpusError): Where the runs are not of the same set: other names, reports, regions or numbers of labels.
    """
    return _mean(list(runs), "")


def deviations(figures: Any) -> Any:
    """The standard deviations alone, under the same names; None where there is none."""
    if isinstance(figures, Mapping):
        return {name: deviations(one) for name, one in figures.items()}
    if isinstance(figures, list):
        return [deviations(one) for one in figures]
    return figures.sd if isinstance(figures, Spread) else None


def _mean(values: list[Any], where: str) -> Any:
    name = where.rpartition(".")[2]
    # A file's pass "gold_locations" has the name of the setting inside a pass.
    setting = name in SAME and not any(isinstance(value, Mapping) for value in values)
    if setting and any(value != values[0] for value in values):
        raise CorpusError(f"The runs are not of one set: {where} differs.")
    known = [value for value in values if value is not None]
    if not known:
        return None
    if all(isinstance(value, Mapping) for value in known):
        return _mean_of_mappings(known, where)
    if any(isinstance(value, Mapping) for value in known):
        raise CorpusError(f"The runs are not of one set: {where} differs.")
    if all(isinstance(value, list) for value in known):
        if all(isinstance(item, str) for value in known for item in value):
            return list(dict.fromkeys(item for value in known for item in value))
        if len({len(value) for value in known}) > 1:
            raise CorpusError(f"The runs are not of one set: {where} differs in length.")
        return [_mean(list(items), where) for items in zip(*known, strict=True)]
    if all(value == known[0] for value in known):  # the mean of equal floats may be off in its last digit
        return Spread(known[0], 0.0) if isinstance(known[0], float) and len(known) > 1 else known[0]
    if all(isinstance(value, int | float) for value in known):
        return Spread(fmean(known), stdev(known))
    return list(dict.fromkeys(map(str, known)))


def _mean_of_mappings(values: list[Mapping[str, Any]], where: str) -> dict[str, Any]:
    for value in values[1:]:
        if value.keys() != values[0].keys():
            odd = sorted(value.keys() ^ values[0].keys())[0]
            raise CorpusError(f"The runs are not of one set: {f'{where}.{odd}'.lstrip('.')} is not in all of them.")
    return {name: _mean([value[name] for value in values], f"{where}.{name}".lstrip(".")) for name in values[0]}
