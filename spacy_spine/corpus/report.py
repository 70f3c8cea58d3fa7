"""Annotated reports: a text and what a reader found in it. The form that every format is read into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ..anatomy import Regions, get_regions
from ..errors import CorpusError

MENTION = "mention"
EXPLICIT, INFERRED, OTHER = "explicit", "inferred", "other"
MENTIONS = (EXPLICIT, INFERRED, OTHER)
GOLD_KEYS = ("id", "region", "practice", "locations", "segments")


@dataclass(frozen=True)
class Location:
    """A place in the text that names motion segments.

    start, end (int): Characters of the text.
    motion_segments (tuple[str, ...]): What it stands for, cranial to caudal.
    """

    start: int
    end: int
    motion_segments: tuple[str, ...]


@dataclass(frozen=True)
class SegmentLabels:
    """What a report says of one motion segment.

    mention (str): "explicit", "inferred" (only a collective statement covers it) or "other" (named, but nothing is
        said of what is graded).
    labels (Mapping[str, str]): By pathology. One that is left out is neither trained on nor scored.
    """

    mention: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class AnnotatedReport:
    """A report with its annotation.

    id (str): Unique in a corpus.
    text (str): The report.
    region (str): Registered name: "lumbar", "cervical", "both", or a plugin's.
    practice (str): Who wrote it; empty where nobody knows.
    locations (tuple[Location, ...]): In the order of the text.
    segments (Mapping[str, SegmentLabels]): By motion segment.
    meta (Mapping[str, Any]): Whatever else a file holds of it, plain data.
    """

    id: str
    text: str = field(repr=False)  # a repr may end in a log
    region: str
    practice: str = ""
    locations: tuple[Location, ...] = ()
    segments: Mapping[str, SegmentLabels] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict, repr=False)


@lru_cache(maxsize=64)
def regions_named(name: str) -> Regions:
    """The regions of a report, by its `region`.

    name (str): A registered name.
    RAISES (AnatomyError): Where nothing is registered under it.
    """
    return get_regions(name)


def to_dict(report: AnnotatedReport, *, text: bool = True) -> dict[str, Any]:
    """A report as plain data, the combined form of our JSONL.

    report (AnnotatedReport): The report.
    text (bool): Whether text and meta are in it; without them it is the gold half of a pair.
    RETURNS (dict): With the keys id, text, region, practice (if known), locations, segments, and those of its meta.
    """
    data: dict[str, Any] = {"id": report.id}
    if text:
        data |= {"text": report.text, **report.meta}
    data["region"] = report.region
    if report.practice:
        data["practice"] = report.practice
    data["locations"] = [[one.start, one.end, list(one.motion_segments)] for one in report.locations]
    data["segments"] = {name: {MENTION: one.mention, **one.labels} for name, one in report.segments.items()}
    return data


def from_dict(data: Mapping[str, Any]) -> AnnotatedReport:
    """A report from plain data. Types are checked here, what they mean in `corpus.check`.

    data (Mapping): What `to_dict` makes.
    RETURNS (AnnotatedReport): The report.
    RAISES (CorpusError): Where a key is missing or a value has the wrong type.
    """
    for key in ("id", "text", "region", "locations", "segments"):
        if key not in data:
            raise CorpusError(f"no '{key}'")
    for key in ("id", "text", "region", "practice"):
        if not isinstance(data.get(key, ""), str):
            raise CorpusError(f"'{key}' must be a string")
    if not data["id"]:
        raise CorpusError("'id' is empty")
    try:
        data["text"].encode()
    except UnicodeEncodeError:
        raise CorpusError("'text' holds half of a surrogate pair") from None
    return AnnotatedReport(
        id=data["id"],
        text=data["text"],
        region=data["region"],
        practice=data.get("practice", ""),
        locations=_locations(data["locations"]),
        segments=segments_from(data["segments"]),
        meta={key: value for key, value in data.items() if key not in (*GOLD_KEYS, "text")},
    )


def segments_from(data: Any) -> dict[str, SegmentLabels]:
    """Labels of segments from plain data.

    data (Any): {"L4-L5": {"mention": "explicit", "disc": "moderate", …}, …}
    RAISES (CorpusError): Where it is anything else.
    """
    if not isinstance(data, Mapping):
        raise CorpusError("'segments' must be an object")
    segments = {}
    for name, labels in data.items():
        if not isinstance(labels, Mapping) or not all(isinstance(value, str) for value in labels.values()):
            raise CorpusError(f"segment {name} must be an object of strings")
        if MENTION not in labels:
            raise CorpusError(f"segment {name} has no '{MENTION}'")
        segments[name] = SegmentLabels(labels[MENTION], {k: v for k, v in labels.items() if k != MENTION})
    return segments


def keep_regions(report: AnnotatedReport, regions: Regions) -> AnnotatedReport | None:
    """The part of a report's annotation that is about some regions.

    report (AnnotatedReport): The report.
    regions (Regions): The regions to keep.
    RETURNS (AnnotatedReport | None): The same text with fewer locations and segments, None where nothing in the
        report is about the regions.
    RAISES (AnatomyError): Where the report's region is not registered.
    """
    own = regions_named(report.region)
    names = [name for name in own.names if name in regions.names]
    wanted = set(regions.motion_segments)
    locations = tuple(_kept(report.locations, wanted))
    segments = {name: labels for name, labels in report.segments.items() if name in wanted}
    annotated = bool(report.locations or report.segments)
    if not names or (annotated and not (locations or segments)):
        return None
    name = names[0] if len(names) == 1 < len(own) else report.region
    return replace(report, region=name, locations=locations, segments=segments)


def _locations(data: Any) -> tuple[Location, ...]:
    if not isinstance(data, list):
        raise CorpusError("'locations' must be a list")
    locations = []
    for number, row in enumerate(data, start=1):
        match row:
            case [int(start), int(end), [*names]] if all(isinstance(name, str) for name in names):
                locations.append(Location(start, end, tuple(names)))
            case _:
                raise CorpusError(f"location {number} must be [start, end, [segment, …]]")
    return tuple(locations)


def _kept(locations: Iterable[Location], wanted: set[str]) -> Iterable[Location]:
    for location in locations:
        names = tuple(name for name in location.motion_segments if name in wanted)
        if names:
            yield replace(location, motion_segments=names)
