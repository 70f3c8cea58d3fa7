"""What the imports from annotation tools share: choices as text, and what a tool's file does not carry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..anatomy import Regions
from ..errors import AnatomyError, CorpusError
from .report import EXPLICIT, INFERRED, MENTION, MENTIONS, AnnotatedReport, Location, SegmentLabels, regions_named

LOCATION = "LOCATION"


@dataclass(frozen=True)
class LeftOut:
    """A task of a tool's file that is no annotated report.

    where (str): File and line or number.
    reason (str): Why it was left out, e.g. "rejected".
    """

    where: str
    reason: str


def choices_of(regions: Regions) -> Iterator[tuple[str, str]]:
    """All that can be chosen for the segments of some regions.

    regions (Regions): The regions.
    YIELDS (tuple[str, str]): Question and answer, ("L4-L5.mention", "explicit"), ("L4-L5.disc", "moderate"), …
    """
    for region in regions:
        for segment in region.motion_segments:
            yield from ((f"{segment}.{MENTION}", mention) for mention in MENTIONS)
            for pathology in region.pathologies:
                yield from ((f"{segment}.{pathology.name}", label) for label in pathology.labels)


def choices_made(segments: Mapping[str, SegmentLabels]) -> Iterator[tuple[str, str]]:
    """The same of an annotated report: what was chosen."""
    for name, one in segments.items():
        yield f"{name}.{MENTION}", one.mention
        yield from ((f"{name}.{pathology}", label) for pathology, label in one.labels.items())


def segments_chosen(choices: Iterable[tuple[str, str]], locations: Iterable[Location]) -> dict[str, SegmentLabels]:
    """The labels of segments from what was chosen.

    choices (Iterable[tuple[str, str]]): Question and answer.
    locations (Iterable[Location]): Decide between explicit and inferred where `mention` was not asked.
    RETURNS (dict[str, SegmentLabels]): By segment.
    RAISES (CorpusError): Where a question has no segment or two answers.
    """
    answers: dict[str, dict[str, str]] = {}
    for question, answer in choices:
        segment, dot, name = question.partition(".")
        if not (segment and dot and name):
            raise CorpusError(f"'{question}' is not SEGMENT.PATHOLOGY, e.g. L4-L5.disc")
        if answers.setdefault(segment, {}).setdefault(name, answer) != answer:
            raise CorpusError(f"'{question}' has two answers")
    named = {name for location in locations for name in location.motion_segments}
    return {
        segment: SegmentLabels(
            labels.get(MENTION, EXPLICIT if segment in named else INFERRED),
            {name: label for name, label in labels.items() if name != MENTION},
        )
        for segment, labels in answers.items()
    }


def location_of(text: str, start: int, end: int, names: Iterable[str] | None, region: str) -> Location:
    """A location of a tool's file.

    text (str): The report.
    start, end (int): Its characters.
    names (Iterable[str] | None): The segments that it stands for, None where the file does not say: then they are
        read from the mention.
    region (str): The report's region.
    RAISES (CorpusError): Where the characters are not in the text, or the mention stands for nothing.
    """
    from ..mentions import normalize

    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        raise CorpusError("a location is not in the text")
    if names is None:
        try:
            names = normalize(text[start:end], regions_named(region))
        except AnatomyError as error:
            raise CorpusError(str(error).rstrip(".")) from error
        if not names:
            raise CorpusError(f"the mention at {start}:{end} stands for no motion segment of region {region}")
    return Location(start, end, tuple(names))


def report_of(
    text: str,
    about: Mapping[str, Any],
    *,
    locations: Iterable[Location],
    choices: Iterable[tuple[str, str]],
    region: str,
    id: str,
) -> AnnotatedReport:
    """A report from the parts of a tool's file.

    text (str): The report.
    about (Mapping): What the file carries of its id, practice and other keys.
    locations, choices (Iterable): What was annotated.
    region, id (str): Its region; its id where `about` has none.
    """
    locations = sorted(locations, key=lambda one: (one.start, one.end))
    return AnnotatedReport(
        id=str(about.get("id", id)),
        text=text,
        region=region,
        practice=str(about.get("practice", "")),
        locations=tuple(locations),
        segments=segments_chosen(choices, locations),
        meta=dict(about.get("extra", {})),
    )


def about_of(report: AnnotatedReport) -> dict[str, Any]:
    """What a tool's file has to carry so that nothing is lost."""
    about: dict[str, Any] = {"id": report.id, "region": report.region, "practice": report.practice}
    return about | ({"extra": dict(report.meta)} if report.meta else {})


def region_of(about: Mapping[str, Any], default: str | None) -> str:
    """The region of a task: its own, or the one the user named."""
    region = about.get("region", default)
    if not isinstance(region, str):
        raise CorpusError("no region: name it with --region")
    return region
