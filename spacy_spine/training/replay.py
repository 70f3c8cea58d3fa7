"""Findings of any system, as if a pipeline had just made them: so that a system outside spaCy is measured alike.

A line of findings is what `spacy-spine extract` writes. Of it only this is needed:

    {"id": "r1", "segments": [{"segment": "L4-L5", "severities": {"disc": {"label": "moderate"}}}],
     "locations": [[0, 4, ["L4-L5"]]]}
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from ..anatomy import Region, Regions
from ..corpus.lines import Line, read_objects
from ..corpus.report import AnnotatedReport
from ..errors import CorpusError
from ..pipeline import annotations

WORST_ROUNDING = 1e-5  # probabilities are written with six digits


class Replay:
    """Stands where a pipeline stands, and gives what a file says of each report.

    path (Path): Findings, JSONL.
    reports (Iterable[AnnotatedReport]): What they are of.
    regions (Regions): What is measured; findings of other regions are left out.
    RAISES (CorpusError): Where a report has no line, or two, or a line says something that cannot be measured. Lines
        of other reports are left alone.

    ATTRIBUTES
    locates (bool): Whether any line says where it found locations.
    """

    def __init__(self, path: Path, reports: Iterable[AnnotatedReport], regions: Regions) -> None:
        texts = {report.id: report.text for report in reports}
        self.meta = {"lang": "findings", "name": path.name, "version": ""}
        self.pipe_names: list[str] = []  # no pipe that gold locations could take the place of
        self.locates = False
        self._docs: dict[str, Doc] = {}
        vocab = Vocab()
        for line in read_objects(path):
            if line.id in self._docs:
                raise CorpusError(f"{line.where}: report {line.id} stands there twice.")
            if line.id in texts:
                self.locates = self.locates or "locations" in line.data
                self._docs[line.id] = to_doc(line, texts[line.id], regions, vocab)
        missing = [key for key in texts if key not in self._docs]
        if missing:
            raise CorpusError(f"'{path}' has no line for {len(missing)} of {len(texts)} reports, e.g. {missing[0]}.")

    def pipe(
        self, inputs: Iterable[tuple[str, AnnotatedReport]], *, as_tuples: bool = True, batch_size: int | None = None
    ) -> Iterator[tuple[Doc, AnnotatedReport]]:
        """As `Language.pipe` with `as_tuples`, the context being the report.

        inputs (Iterable[tuple[str, AnnotatedReport]]): Reports.
        YIELDS (tuple[Doc, AnnotatedReport]): In their order.
        """
        for _, report in inputs:
            yield self._docs[report.id], report


def to_doc(line: Line, text: str, regions: Regions, vocab: Vocab) -> Doc:
    """One line of findings as the Doc that a pipeline would leave.

    line (Line): The findings of a report.
    text (str): The report.
    regions (Regions): Those that are read of it.
    vocab (Vocab): Of the Doc.
    RETURNS (Doc): Cut at the locations and nowhere else, so that they keep their characters.
    RAISES (CorpusError): Where the line says what cannot be measured; never with what it says.
    """
    places = _locations(line, text, regions)
    edges = sorted({0, len(text), *(edge for start, end, _ in places for edge in (start, end))})
    words = [text[start:end] for start, end in pairwise(edges)]
    doc = Doc(vocab, words=words, spaces=[False] * len(words))
    named = {f"{start}:{end}": names for start, end, names in places}
    kept = {annotations.location_key(span) for span in annotations.set_locations(doc, [place[:2] for place in places])}
    annotations.write(doc, "locations", {key: names for key, names in named.items() if key in kept})
    found = dict(_segments(line, regions))
    order = {name: region.name for region in regions for name in region.motion_segments}
    annotations.write(doc, "regions", {name: order[name] for name in order if name in found})
    annotations.write(doc, "severities", found)
    return doc


def _locations(line: Line, text: str, regions: Regions) -> list[tuple[int, int, list[str]]]:
    rows, found = line.data.get("locations", []), []
    wanted = set(regions.motion_segments)
    for number, row in enumerate(rows if isinstance(rows, list) else [None], start=1):
        match row:
            case [int(start), int(end), [*names]] if 0 <= start < end <= len(text):
                own = [name for name in names if name in wanted]
                if own or not names:
                    found.append((start, end, own))
            case _:
                raise _error(line, f"location {number} is not [start, end, [segment, …]] inside the text")
    return found


def _segments(line: Line, regions: Regions) -> Iterator[tuple[str, dict[str, dict[str, float]]]]:
    rows = line.data.get("segments")
    if not isinstance(rows, list):
        raise _error(line, "'segments' is not a list")
    seen = set()
    for number, row in enumerate(rows, start=1):
        name = row.get("segment") if isinstance(row, Mapping) else None
        if not isinstance(name, str) or name in seen:
            raise _error(line, f"segment {number} has no name, or one that stands there twice")
        seen.add(name)
        region = regions.region_of(name)
        if region is not None:
            yield name, _severities(line, name, row.get("severities", {}), region)
        elif row.get("region") in (None, *regions.names):
            raise _error(line, f"segment {number} is none of {', '.join(regions.motion_segments)}")


def _severities(line: Line, segment: str, given: Any, region: Region) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for pathology in region.pathologies:
        one = given.get(pathology.name) if isinstance(given, Mapping) else None
        if one is None:
            continue
        about = f"{pathology.name} of {segment}"
        label = one.get("label") if isinstance(one, Mapping) else one
        if label not in pathology.labels:
            raise _error(line, f"{about} is none of {', '.join(pathology.labels)}")
        scores = one.get("scores") if isinstance(one, Mapping) else None
        if scores is None:
            scores = {name: float(name == label) for name in pathology.labels}
        if not isinstance(scores, Mapping) or set(scores) != set(pathology.labels) or not _numbers(scores):
            raise _error(line, f"the scores of {about} are not one number for each of {', '.join(pathology.labels)}")
        if scores[label] + WORST_ROUNDING < max(scores.values()):
            raise _error(line, f"the label of {about} is not the most probable one")
        # Where two are equal after rounding, the one that was given comes first.
        found[pathology.name] = {
            label: float(max(scores.values())),
            **{k: float(v) for k, v in scores.items() if k != label},
        }
    return found


def _numbers(scores: Mapping[str, Any]) -> bool:
    return all(isinstance(value, int | float) and 0 <= value <= 1 for value in scores.values())


def _error(line: Line, reason: str) -> CorpusError:
    return CorpusError(f"{line.where}: {line.id}: {reason}.")
