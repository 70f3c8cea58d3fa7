"""Label Studio's JSON export: `labels` results for locations, one `choices` result for each label of a segment.

    [{"data": {"text": …, "id": …, "region": "lumbar", "practice": …},
      "annotations": [{"result": [
        {"from_name": "locations", "to_name": "text", "type": "labels", "meta": {"text": ["L4-L5"]},
         "value": {"start": 10, "end": 14, "text": "L4-5", "labels": ["LOCATION"]}},
        {"from_name": "L4-L5.disc", "to_name": "text", "type": "choices", "value": {"choices": ["moderate"]}}]}]}]

`meta.text` of a region, which an annotator sees and can change, says what it stands for; one without is read from its
text. Of several annotations of a task the one marked as ground truth counts, else the first that was not cancelled.
The labeling configuration that asks for all this is written beside every export.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ..anatomy import Regions
from ..errors import CorpusError
from .imports import LOCATION, LeftOut, about_of, choices_made, choices_of, location_of, region_of, report_of
from .report import AnnotatedReport, Location, regions_named

LOCATIONS, TEXT = "locations", "text"
CONFIG_SUFFIX = ".config.xml"


def read_label_studio(path: Path | str, region: str | None = None) -> Iterator[AnnotatedReport | LeftOut]:
    """The annotated tasks of a Label Studio export.

    path (Path): Export → JSON (not JSON-MIN).
    region (str): Region of tasks that do not name one.
    YIELDS (AnnotatedReport | LeftOut): One a task; those without an annotation are left out.
    RAISES (CorpusError): With file, number of the task and reason, at the first that cannot be read.
    """
    for number, task in enumerate(_tasks(Path(path)), start=1):
        where = f"{path}: task {number}"
        result = _result(task)
        if result is None:
            yield LeftOut(where, "no annotation")
            continue
        try:
            yield _report(task, result, region, f"{Path(path).stem}-{number}")
        except CorpusError as error:
            raise CorpusError(f"{where}: {error}.") from error
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise CorpusError(f"{where}: not as Label Studio exports it ({type(error).__name__}).") from error


def write_label_studio(path: Path | str, reports: Iterable[AnnotatedReport]) -> Path:
    """Write reports as annotated tasks, and the labeling configuration beside them.

    path (Path): The .json file.
    reports (Iterable[AnnotatedReport]): The reports.
    RETURNS (Path): The labeling configuration.
    """
    path, reports = Path(path), list(reports)
    tasks = [_task(number, report) for number, report in enumerate(reports, start=1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    parts = {part.name: part for report in reports for part in regions_named(report.region)}
    config = path.with_name(path.stem + CONFIG_SUFFIX)
    config.write_text(labeling_config(Regions(tuple(parts.values())) if parts else None), encoding="utf-8")
    return config


def labeling_config(regions: Regions | None) -> str:
    """The labeling configuration (XML) for some regions.

    regions (Regions): What is annotated; without any, locations alone.
    RETURNS (str): For "Settings → Labeling Interface → Code".
    """
    view = ElementTree.Element("View")
    labels = ElementTree.SubElement(view, "Labels", name=LOCATIONS, toName=TEXT)
    ElementTree.SubElement(labels, "Label", value=LOCATION)
    ElementTree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}")
    questions: dict[str, list[str]] = {}
    for question, answer in choices_of(regions) if regions else ():
        questions.setdefault(question, []).append(answer)
    for question, answers in questions.items():
        ElementTree.SubElement(view, "Header", value=question.replace(".", " "), size="5")
        choices = ElementTree.SubElement(
            view, "Choices", name=question, toName=TEXT, choice="single-radio", showInline="true"
        )
        for answer in answers:
            ElementTree.SubElement(choices, "Choice", value=answer)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _task(number: int, report: AnnotatedReport) -> dict[str, Any]:
    result: list[dict[str, Any]] = []
    for place, one in enumerate(report.locations, start=1):
        value = {"start": one.start, "end": one.end, "text": report.text[one.start : one.end], "labels": [LOCATION]}
        region = {"id": f"location-{place}", "meta": {"text": list(one.motion_segments)}, "value": value}
        result.append(region | {"from_name": LOCATIONS, "to_name": TEXT, "type": "labels", "origin": "manual"})
    for question, answer in choices_made(report.segments):
        choice = {"id": question, "value": {"choices": [answer]}}
        result.append(choice | {"from_name": question, "to_name": TEXT, "type": "choices", "origin": "manual"})
    return {
        "id": number,
        "data": {TEXT: report.text, **about_of(report)},
        "annotations": [{"id": number, "result": result, "was_cancelled": False, "ground_truth": True}],
        "predictions": [],
    }


def _tasks(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CorpusError(f"Cannot read '{path}': {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"'{path}' is not JSON.") from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) and "data" in task for task in tasks):
        raise CorpusError(f"'{path}' is not a Label Studio export: choose the format JSON, not JSON-MIN or CSV.")
    return tasks


def _result(task: dict[str, Any]) -> list[dict[str, Any]] | None:
    annotations = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
    best = next((one for one in annotations if one.get("ground_truth")), annotations[0] if annotations else None)
    return None if best is None else best["result"]


def _report(task: dict[str, Any], result: list[dict[str, Any]], region: str | None, id: str) -> AnnotatedReport:
    data = task["data"]
    text = data[TEXT]
    region = region_of(data, region)
    locations = [
        _location(one, text, region)
        for one in result
        if one.get("type") == "labels" and LOCATION in one["value"]["labels"]
    ]
    choices = [
        (one["from_name"], answer)
        for one in result
        if one.get("type") == "choices" and "." in one["from_name"]
        for answer in one["value"]["choices"]
    ]
    return report_of(text, data, locations=locations, choices=choices, region=region, id=id)


def _location(one: dict[str, Any], text: str, region: str) -> Location:
    value, names = one["value"], one.get("meta", {}).get("text")
    if isinstance(names, str):
        names = [names]
    if names is not None:
        names = [name for part in names for name in part.replace(",", " ").split()]
    location = location_of(text, value["start"], value["end"], names or None, region)
    # A browser counts some characters twice; better no report than one whose locations are shifted.
    if value.get("text", text[location.start : location.end]) != text[location.start : location.end]:
        raise CorpusError(f"the text of the location at {location.start}:{location.end} is not what stands there")
    return location
