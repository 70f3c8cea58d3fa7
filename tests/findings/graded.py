"""Short ways to ask the grader."""

from collections.abc import Mapping

from spacy_spine import get_regions
from spacy_spine.findings import Grader, Passage
from spacy_spine.findings.rules import Verdict
from spacy_spine.mentions import find_mentions

GRADERS = {name: Grader(get_regions(name).parts[0]) for name in ("lumbar", "cervical")}


def passages(region: str, *sentences: str) -> list[Passage]:
    return [Passage(text, find_mentions(text, GRADERS[region].region)) for text in sentences]


def verdicts(region: str, segment: str, *sentences: str) -> Mapping[str, Verdict]:
    grader = GRADERS[region]
    return grader.grade(grader.read(passages(region, *sentences), segment))


def labels(region: str, segment: str, *sentences: str) -> dict[str, str]:
    """Pathology → label, those alone that are not the lowest."""
    lowest = {pathology.name: pathology.lowest for pathology in GRADERS[region].region.pathologies}
    found = verdicts(region, segment, *sentences)
    return {name: verdict.label for name, verdict in found.items() if verdict.label != lowest[name]}
