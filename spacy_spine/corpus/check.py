"""Checks of annotated files: every problem with file, line and reason, none of them with text of a report."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..anatomy import Region, Regions
from ..errors import AnatomyError, CorpusError
from .jsonl import Source, find_sources, joined
from .lines import Line, read_lines
from .report import (
    EXPLICIT,
    INFERRED,
    MENTIONS,
    OTHER,
    AnnotatedReport,
    Location,
    SegmentLabels,
    from_dict,
    regions_named,
)


@dataclass(frozen=True)
class Problem:
    """Something wrong with an annotated report.

    where (str): File and line.
    id (str): The report.
    reason (str): What is wrong.
    warning (bool): Whether it may be right after all.
    """

    where: str
    id: str
    reason: str
    warning: bool = False

    def __str__(self) -> str:
        level = "warning: " if self.warning else ""
        return f"{self.where}: {self.id or '(no id)'}: {level}{self.reason}"


@dataclass(frozen=True)
class Checked:
    """One line of a corpus and what is wrong with it."""

    problems: tuple[Problem, ...]
    report: AnnotatedReport | None = None


def check_paths(paths: Iterable[Path | str]) -> Iterator[Checked]:
    """Check files of annotated reports as one corpus.

    paths (Iterable[Path]): Files, pairs or folders of our JSONL.
    YIELDS (Checked): One a line.
    RAISES (CorpusError): Where a path does not exist.
    """
    sources = dict.fromkeys(source for path in paths for source in find_sources(path))
    seen: dict[str, str] = {}
    for source in sources:
        for line, error in _lines(source):
            problems = [Problem(line.where, line.id, error)] if error else []
            if line.id in seen and not error:
                problems.append(Problem(line.where, line.id, f"duplicate id, first at {seen[line.id]}"))
            elif line.id:
                seen[line.id] = line.where
            report = None
            if not error:
                try:
                    report = from_dict(line.data)
                except CorpusError as wrong:
                    problems.append(Problem(line.where, line.id, str(wrong)))
                else:
                    problems += [Problem(line.where, line.id, *found) for found in check_report(report)]
            yield Checked(tuple(problems), report)


def check_report(report: AnnotatedReport) -> Iterator[tuple[str, bool]]:
    """What is wrong with one report.

    report (AnnotatedReport): The report.
    YIELDS (tuple[str, bool]): Reason, and whether it is only a warning.
    """
    try:
        regions = regions_named(report.region)
    except AnatomyError as error:
        yield str(error).rstrip("."), False
        return
    for check in CHECKS:
        yield from ((reason, check in WARNINGS) for reason in check(report, regions))


def check_offsets(report: AnnotatedReport, regions: Regions) -> Iterator[str]:
    """Locations lie in the text, in order, apart from each other, with no white space at their ends."""
    before = 0
    for one in report.locations:
        if not 0 <= one.start < one.end <= len(report.text):
            yield f"location {_place(one)} is not in the text, which has {len(report.text)} characters"
            continue
        if one.start < before:
            yield f"location {_place(one)} is out of order or overlaps the one before"
        before = max(before, one.end)
        mention = report.text[one.start : one.end]
        if not mention.strip():
            yield f"location {_place(one)} is blank"
        elif mention != mention.strip():
            yield f"location {_place(one)} begins or ends with white space"


def check_location_segments(report: AnnotatedReport, regions: Regions) -> Iterator[str]:
    """Locations stand for annotated motion segments of the region, each once, cranial to caudal."""
    order = regions.motion_segments
    for one in report.locations:
        names = one.motion_segments
        if not names:
            yield f"location {_place(one)} stands for no segment"
        yield from (f"location {_place(one)}: {_unknown(name, regions)}" for name in names if name not in order)
        known = [name for name in names if name in order]
        if known != [name for name in order if name in known]:
            yield f"location {_place(one)}: segments are not cranial to caudal, each once"
        missing = [name for name in dict.fromkeys(known) if name not in report.segments]
        if missing:
            yield f"location {_place(one)} names {', '.join(missing)}, which is not annotated"


def check_segments(report: AnnotatedReport, regions: Regions) -> Iterator[str]:
    """Segments are of the region, with a label of each of its pathologies."""
    for name, one in report.segments.items():
        if one.mention not in MENTIONS:
            yield f"{name}: mention must be {', '.join(MENTIONS[:-1])} or {MENTIONS[-1]}, not '{one.mention}'"
        region = regions.region_of(name)
        if region is None:
            yield _unknown(name, regions)
        else:
            yield from _labels(name, one, region)


def check_mentions(report: AnnotatedReport, regions: Regions) -> Iterator[str]:
    """A segment that is explicit or other is named somewhere."""
    named = _named(report)
    for name, one in report.segments.items():
        if one.mention in (EXPLICIT, OTHER) and name not in named:
            yield f"{name} is '{one.mention}', but no location names it"


def check_inferred(report: AnnotatedReport, regions: Regions) -> Iterator[str]:
    """A segment that a location names is rarely inferred."""
    named = _named(report)
    for name, one in report.segments.items():
        if one.mention == INFERRED and name in named:
            yield f"{name} is '{INFERRED}', but a location names it"


def check_readings(report: AnnotatedReport, regions: Regions) -> Iterator[str]:
    """Mentions stand for what the rules read in them."""
    from ..mentions import normalize

    for one in report.locations:
        found = [regions.region_of(name) for name in one.motion_segments]
        parts = tuple(dict.fromkeys(part for part in found if part is not None))
        if not parts:
            continue
        read = normalize(report.text[max(one.start, 0) : one.end], Regions(parts))
        if read != one.motion_segments:
            stands = ", ".join(one.motion_segments)
            yield f"location {_place(one)} stands for {stands}, the rules read {', '.join(read) or 'nothing'}"


CHECKS: tuple[Callable[[AnnotatedReport, Regions], Iterator[str]], ...] = (
    check_offsets,
    check_location_segments,
    check_segments,
    check_mentions,
    check_inferred,
    check_readings,
)
WARNINGS = (check_inferred, check_readings)


def _lines(source: Source) -> Iterator[tuple[Line, str]]:
    if source.gold is None:
        yield from ((line, line.error) for line in read_lines(source.texts))
        return
    texts: dict[str, Line] = {}
    for line in read_lines(source.texts):
        if line.error or not line.id or line.id in texts:
            yield line, line.error or (f"duplicate id in {source.texts}" if line.id else "no 'id'")
        else:
            texts[line.id] = line
    ids = set()
    for line in read_lines(source.gold):
        ids.add(line.id)
        if line.error or line.id not in texts:
            yield line, line.error or ("gold without text" if line.id else "no 'id'")
        else:
            yield joined(texts[line.id], line), ""
    yield from ((line, "text without gold") for id, line in texts.items() if id not in ids)


def _labels(name: str, one: SegmentLabels, region: Region) -> Iterator[str]:
    pathologies = {pathology.name: pathology for pathology in region.pathologies}
    for key, label in one.labels.items():
        if key not in pathologies:
            yield f"{name}: unknown pathology '{key}'; region {region.name} has {', '.join(pathologies)}"
        elif label not in pathologies[key].labels:
            yield f"{name}.{key}: unknown label '{label}'; there are {', '.join(pathologies[key].labels)}"
        elif one.mention == OTHER and label != pathologies[key].lowest:
            yield f"{name}.{key}: '{label}' for a segment of which nothing graded is said ('{OTHER}')"
    yield from (f"{name}: no label for {key}" for key in pathologies if key not in one.labels)


def _named(report: AnnotatedReport) -> set[str]:
    return {name for one in report.locations for name in one.motion_segments}


def _place(one: Location) -> str:
    return f"{one.start}:{one.end}"


def _unknown(name: str, regions: Regions) -> str:
    return f"unknown segment '{name}' of region {' and '.join(regions.names)}"
