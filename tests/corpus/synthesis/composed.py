"""Reports whose labels stand in their text word for word, so that a test can read them off after any change."""

import re
from typing import Any

from hypothesis import strategies as st

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.corpus.synthesis.layout import lay_out
from spacy_spine.corpus.synthesis.pool import Pool

FORMS = ("{U}-{n}", "{U}-{L}", "{U}/{n}", "{U}{L}", "{U} - {L}")
MARKERS = ("", "- ", "{number}. ")
REST = "The remaining discs are normal."


class Writer:
    """A text under construction, with its locations."""

    def __init__(self, form: str) -> None:
        self.text, self.form = "", form
        self.locations: list[Location] = []

    def say(self, text: str) -> None:
        self.text += text

    def name(self, segment: str) -> None:
        upper, lower = segment.split("-")
        number = lower.lstrip("CTLS") if lower[0] == upper[0] else lower
        start = len(self.text)
        self.say(self.form.format(U=upper, L=lower, n=number))
        self.locations.append(Location(start, len(self.text), (segment,)))


@st.composite
def composed(draw: st.DrawFn, id: str = "r", region: str | None = None, practice: str = "A") -> AnnotatedReport:
    """A list-style or narrative report with gold labels."""
    name = region or draw(st.sampled_from(["lumbar", "cervical"]))
    (own,) = get_regions(name).parts
    writer = Writer(draw(st.sampled_from(FORMS)))
    named = draw(st.sets(st.sampled_from(own.motion_segments), min_size=1, max_size=len(own.motion_segments)))
    chosen = [segment for segment in own.motion_segments if segment in named]
    labels = {segment: {one.name: draw(st.sampled_from(one.labels)) for one in own.pathologies} for segment in chosen}
    segments = {segment: SegmentLabels("explicit", labels[segment]) for segment in chosen}
    narrative, marker = draw(st.booleans()), draw(st.sampled_from(MARKERS))
    writer.say(f"MRI {name.upper()} SPINE\n\nFINDINGS:\n" if own.headings else "FINDINGS:\n")
    for number, segment in enumerate(chosen, start=1):
        writer.say("At " if narrative else marker.format(number=number))
        writer.name(segment)
        writer.say(" there is " if narrative else ": ")
        writer.say(". ".join(f"{key} {label}" for key, label in labels[segment].items()) + ".")
        if draw(st.booleans()):
            writer.say(f" Marrow of {segment.split('-')[0]} is bright.")
        writer.say(" " if narrative and draw(st.booleans()) else "\n")
    if draw(st.booleans()) and len(chosen) < len(own.motion_segments):
        writer.say(f"{REST}\n")
        lowest = {one.name: one.lowest for one in own.pathologies}
        rest = {one: SegmentLabels("inferred", lowest) for one in own.motion_segments if one not in chosen}
        segments = {one: (segments | rest)[one] for one in own.motion_segments}
    if draw(st.booleans()):
        writer.say("\nIMPRESSION:\n")
        for segment in chosen:
            writer.name(segment)
            key, label = draw(st.sampled_from(sorted(labels[segment].items())))
            writer.say(f" {key} {label}.\n")
    return AnnotatedReport(id, writer.text, name, practice, tuple(writer.locations), segments)


@st.composite
def practices(draw: st.DrawFn, **settings: Any) -> list[AnnotatedReport]:
    """A few reports of one practice and region."""
    region = settings.pop("region", None) or draw(st.sampled_from(["lumbar", "cervical"]))
    count = draw(st.integers(1, 4))
    return [draw(composed(id=f"r{number}", region=region, **settings)) for number in range(count)]


def labels_in_text(report: AnnotatedReport) -> dict[str, dict[str, str]]:
    """The labels of each segment as its sentences have them: the worst where several are said."""
    regions = get_regions(report.region)
    read: dict[str, dict[str, str]] = {}
    for passage in lay_out(report):
        for name in passage.placed:
            region = regions.region_of(name)
            assert region is not None
            own = read.setdefault(name, {one.name: one.lowest for one in region.pathologies})
            for one in region.pathologies:
                for label in re.findall(rf"\b{one.name}\s+({'|'.join(one.labels)})\b", passage.sentence.text):
                    own[one.name] = max(own[one.name], label, key=one.labels.index)
    return read


def gold(report: AnnotatedReport) -> dict[str, dict[str, str]]:
    return {name: dict(one.labels) for name, one in report.segments.items()}


def pool(reports: list[AnnotatedReport], strength: float = 0.5) -> Pool:
    return Pool(reports, strength=strength)
