"""A corpus out of annotated reports: the originals and as many synthetic ones as are asked for."""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from ...errors import ConfigError, CorpusError
from ..report import AnnotatedReport
from ..split import practice_of
from .noise import check_noise
from .pool import Pool
from .recipes import Recipe, get_recipe
from .registry import Operation, get_operations, short_name
from .wanted import Wanted

# The paper's lumbar training set, Table 1.
PAPER_SEGMENTS = 4339
SCAN = "spacy_spine.scan.v1"
# So many reports in a row to which nothing can be done: no more can be made of these.
MAX_FAILURES = 2000
REWEIGH = 10
# Gets the number of segments so far.
Progress = Callable[[int], None]


def build_corpus(
    reports: Sequence[AnnotatedReport],
    *,
    segments: int = PAPER_SEGMENTS,
    recipe: Recipe | str = "as_is",
    noise: float = 0.3,
    scanned: float = 0.25,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[AnnotatedReport]:
    """Add synthetic reports to a corpus until it has a number of motion segments.

    reports (Sequence[AnnotatedReport]): The originals, which come first in the result, as they are.
    segments (int): Motion segments to reach; the last report may go over it by a few. Where the originals have as
        many, none is added.
    recipe (Recipe | str): Operations and shares of labels, or the recipe's name.
    noise (float): Strength of the noise, from 0 to 1.
    scanned (float): Share of the synthetic reports that get scan noise on top.
    seed (int): With it, all chance is settled.
    progress (Progress): Called after each report.
    RETURNS (list[AnnotatedReport]): Each synthetic report has the practice of the report that it was made of, and of
        no other, so that a later split keeps them together. Its id says what was done: "r7+relevel+scan".
    RAISES (CorpusError): Where the reports hold no segment, or too few reports can be changed to reach the number.
    RAISES (ConfigError): Where a setting cannot be right.
    """
    recipe = get_recipe(recipe) if isinstance(recipe, str) else recipe
    check_noise(noise)
    if not 0 <= scanned <= 1:
        raise ConfigError(f"The share of scanned reports must be between 0 and 1, got {scanned:g}.")
    if not any(report.segments for report in reports):
        raise CorpusError("The reports hold no motion segment: there is nothing to build a corpus of.")
    steps = get_operations([*recipe.operations, SCAN])
    wanted = Wanted(reports, recipe, segments)
    pool = Pool(reports, strength=noise, worth=wanted.worth)
    result, made = list(reports), 0
    seen, ids = {_digest(report) for report in reports}, {report.id for report in reports}
    count = sum(len(report.segments) for report in reports)
    failures, weights = 0, wanted.weights(reports)
    rng = random.Random(seed)
    while count < segments:
        if failures > MAX_FAILURES:
            raise CorpusError(
                f"Only {count} of {segments} motion segments could be made of {len(reports)} reports; "
                "ask for fewer, or for other operations."
            )
        source = rng.choices(reports, weights)[0]
        # Of a thousand reports a quarter is scanned to within one, whatever chance says of the other operations.
        due = int((made + 1) * scanned) > int(made * scanned)
        new = _synthetic(source, steps, recipe, pool, rng, scan=due)
        if new is None or _digest(new) in seen:
            failures += 1
            continue
        seen.add(_digest(new))
        new = replace(new, id=_free_id(new.id, ids))
        ids.add(new.id)
        result.append(new)
        made, failures = made + 1, 0
        count += len(new.segments)
        wanted.add(new)
        wanted.use(source)
        if made % REWEIGH == 0:
            weights = wanted.weights(reports)
        if progress:
            progress(count)
    return result


def _synthetic(
    source: AnnotatedReport,
    steps: dict[str, Operation],
    recipe: Recipe,
    pool: Pool,
    rng: random.Random,
    *,
    scan: bool,
) -> AnnotatedReport | None:
    """A report after the operations that chance takes, None where none applies or a scan that is due does not."""
    report, done = source, []
    for name, chance in recipe.operations.items():
        if rng.random() >= chance:
            continue
        changed = steps[name](report, rng, pool)
        if changed is not None:
            report = changed
            done.append(short_name(name))
    if scan:
        changed = steps[SCAN](report, rng, pool)
        if changed is None:
            return None
        report = changed
        done.append(short_name(SCAN))
    if not done:
        return None
    # Where nobody knows the practice, the source stands for itself, and what is made of it goes with it.
    return replace(report, id="+".join([source.id, *done]), practice=practice_of(source), region=source.region)


def _free_id(id: str, taken: set[str]) -> str:
    if id not in taken:
        return id
    number = 2
    while f"{id}~{number}" in taken:
        number += 1
    return f"{id}~{number}"


def _digest(report: AnnotatedReport) -> str:
    return hashlib.sha256(report.text.encode()).hexdigest()
