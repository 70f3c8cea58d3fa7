"""DocBin, Prodigy and Label Studio: there and back, and files as the tools really export them."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from annotated import corpora, row, write
from hypothesis import HealthCheck, given, settings

from spacy_spine.corpus import read_any, read_reports, write_any
from spacy_spine.corpus.formats import format_of
from spacy_spine.corpus.imports import LeftOut
from spacy_spine.corpus.report import from_dict
from spacy_spine.errors import CorpusError

# A span, its hashes and tokens as `prodigy db-out` writes them; nothing of ours in it.
PRODIGY = {
    "text": "L4-5: large extrusion. L5/S1 normal.",
    "_input_hash": -1886,
    "_task_hash": 2044,
    "_view_id": "blocks",
    "tokens": [{"text": "L4-5", "start": 0, "end": 4, "id": 0, "ws": False}],
    "spans": [
        {"start": 23, "end": 28, "token_start": 6, "token_end": 8, "label": "LOCATION"},
        {"start": 0, "end": 4, "token_start": 0, "token_end": 0, "label": "LOCATION"},
        {"start": 6, "end": 11, "token_start": 2, "token_end": 2, "label": "SIZE"},
    ],
    "options": [{"id": "L4-L5.disc=severe", "text": "L4-L5 disc: severe"}],
    "accept": ["L4-L5.disc=severe", "L5-S1.disc=none_mild", "L3-L4.disc=none_mild"],
    "answer": "accept",
    "_timestamp": 1700000000,
}
RESULT = [
    {
        "id": "qX",
        "from_name": "locations",
        "to_name": "text",
        "type": "labels",
        "origin": "manual",
        "value": {"start": 0, "end": 4, "text": "L4-5", "labels": ["LOCATION"]},
    },
    {
        "id": "rY",
        "from_name": "L4-L5.disc",
        "to_name": "text",
        "type": "choices",
        "origin": "manual",
        "value": {"choices": ["severe"]},
    },
]
TASK = {
    "id": 51,
    "annotations": [
        {"id": 1, "completed_by": 1, "result": [], "was_cancelled": True, "ground_truth": False},
        {"id": 2, "completed_by": 1, "result": RESULT, "was_cancelled": False, "ground_truth": False, "lead_time": 3.1},
    ],
    "file_upload": "a1b2-x.json",
    "data": {"text": "L4-5: large extrusion."},
    "meta": {},
    "project": 1,
}


@given(corpora())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("format", ["spacy", "prodigy", "label-studio", "jsonl"])
def test_there_and_back_loses_nothing(tmp_path_factory: pytest.TempPathFactory, format: str, corpus: list) -> None:
    path = tmp_path_factory.mktemp("formats") / "x"
    write_any(path, corpus, format)
    assert list(read_any(path, format)) == corpus


@pytest.mark.parametrize(
    ("name", "format"),
    [("x.spacy", "spacy"), ("x.json", "label-studio"), ("x.jsonl", "prodigy"), ("y.jsonl", "jsonl")],
)
def test_formats_are_told_by_name_and_first_line(tmp_path: Path, name: str, format: str) -> None:
    write_any(tmp_path / name, [from_dict(row())], format)
    assert format_of(tmp_path / name) == format


def test_an_unknown_format_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path / "x.txt", "text")
    for call in (lambda: write_any(tmp_path / "y.txt", []), lambda: list(read_any(tmp_path / "x.txt"))):
        with pytest.raises(CorpusError, match="say which: jsonl, spacy, prodigy, label-studio"):
            call()
    with pytest.raises(CorpusError, match="Unknown format 'doccano'"):
        list(read_any(tmp_path / "x.txt", "doccano"))


def test_prodigy_as_it_exports(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", PRODIGY, PRODIGY | {"answer": "reject"}, PRODIGY | {"answer": "ignore"})
    first, *others = read_any(path, region="lumbar")
    assert [(one.start, one.end, one.motion_segments) for one in first.locations] == [
        (0, 4, ("L4-L5",)),
        (23, 28, ("L5-S1",)),
    ]
    assert {name: (one.mention, dict(one.labels)) for name, one in first.segments.items()} == {
        "L4-L5": ("explicit", {"disc": "severe"}),
        "L5-S1": ("explicit", {"disc": "none_mild"}),
        "L3-L4": ("inferred", {"disc": "none_mild"}),
    }
    assert (first.id, first.region) == ("-1886", "lumbar")
    assert others == [LeftOut(f"{path}:2", "answer 'reject'"), LeftOut(f"{path}:3", "answer 'ignore'")]


def test_prodigy_labels_in_meta_and_choices_above_them(tmp_path: Path) -> None:
    stated = {"L4-L5": {"mention": "explicit", "disc": "moderate", "nerve": "abnormal"}}
    task = PRODIGY | {"accept": ["L4-L5.disc=severe"], "meta": {"region": "lumbar", "segments": stated}}
    (report,) = read_any(write(tmp_path / "x.jsonl", task))
    assert report.segments["L4-L5"].labels == {"disc": "severe", "nerve": "abnormal"}


def test_a_prodigy_export_shows_every_choice_and_the_tokens_of_spans(tmp_path: Path) -> None:
    write_any(tmp_path / "x.jsonl", [from_dict(row())], "prodigy")
    task = json.loads((tmp_path / "x.jsonl").read_text())
    ids = {option["id"] for option in task["options"]}
    assert set(task["accept"]) <= ids
    assert len(ids) == 5 * (3 + 3 + 3 + 2)
    (span,) = task["spans"]
    tokens = task["tokens"][span["token_start"] : span["token_end"] + 1]
    assert (tokens[0]["start"], tokens[-1]["end"]) == (span["start"], span["end"])
    assert "".join(token["text"] + " " * token["ws"] for token in task["tokens"]) == task["text"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"accept": ["large extrusion"]}, "is not SEGMENT.PATHOLOGY=LABEL"),
        ({"accept": ["L4-L5.disc=severe", "L4-L5.disc=moderate"]}, "'L4-L5.disc' has two answers"),
        ({"accept": ["disc=severe"]}, "'disc' is not SEGMENT.PATHOLOGY"),
        ({"spans": [{"start": 0, "end": 99, "label": "LOCATION"}]}, "a location is not in the text"),
        ({"spans": [{"start": 6, "end": 11, "label": "LOCATION"}]}, "the mention at 6:11 stands for no motion segment"),
        ({"text": None}, "no 'text'"),
        ({"meta": {"region": "sacral"}}, "Unknown region 'sacral'"),
        ({"spans": {}}, "'spans' and 'accept' lists"),
    ],
)
def test_a_bad_prodigy_task_is_one_sentence(tmp_path: Path, change: dict, reason: str) -> None:
    path = write(tmp_path / "x.jsonl", PRODIGY | change)
    with pytest.raises(CorpusError) as caught:
        list(read_any(path, "prodigy", "lumbar"))
    assert str(caught.value).startswith(f"{path}:1: ")
    assert reason in str(caught.value)


def test_a_region_has_to_come_from_somewhere(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no region: name it with --region"):
        list(read_any(write(tmp_path / "x.jsonl", PRODIGY)))


def test_label_studio_as_it_exports(tmp_path: Path) -> None:
    unanswered = TASK | {"annotations": []}
    report, left_out = read_any(write(tmp_path / "x.json", json.dumps([TASK, unanswered])), region="lumbar")
    assert [(one.start, one.end, one.motion_segments) for one in report.locations] == [(0, 4, ("L4-L5",))]
    assert report.segments["L4-L5"].mention == "explicit"
    assert report.segments["L4-L5"].labels == {"disc": "severe"}
    assert report.id == "x-1"
    assert left_out.reason == "no annotation"


def test_the_ground_truth_is_preferred(tmp_path: Path) -> None:
    truth = {"result": [RESULT[0]], "was_cancelled": False, "ground_truth": True}
    task = TASK | {"annotations": [*TASK["annotations"], truth]}
    (report,) = read_any(write(tmp_path / "x.json", json.dumps([task])), region="lumbar")
    assert report.segments == {}


def test_shifted_offsets_of_a_browser_are_refused(tmp_path: Path) -> None:
    task = TASK | {"data": {"text": "😀 L4-5: large extrusion."}}
    path = write(tmp_path / "x.json", json.dumps([task]))
    with pytest.raises(CorpusError) as caught:
        list(read_any(path, region="lumbar"))
    assert str(caught.value) in (
        f"{path}: task 1: the text of the location at 0:4 is not what stands there.",
        f"{path}: task 1: the mention at 0:4 stands for no motion segment of region lumbar.",
    )


@pytest.mark.parametrize("content", ['[{"text": "x", "L4-L5.disc": "severe"}]', "{}", "not json"])
def test_other_exports_of_label_studio_are_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(CorpusError, match=r"x\.json' is not"):
        list(read_any(write(tmp_path / "x.json", content)))


def test_label_studio_answers_without_their_keys_are_one_sentence(tmp_path: Path) -> None:
    task = TASK | {"annotations": [{"result": [{"type": "labels"}]}]}
    with pytest.raises(CorpusError, match=r"task 1: not as Label Studio exports it"):
        list(read_any(write(tmp_path / "x.json", json.dumps([task])), region="lumbar"))


def test_the_labeling_config_asks_for_all_that_is_exported(tmp_path: Path) -> None:
    (config,) = write_any(tmp_path / "x.json", [from_dict(row())])
    view = ElementTree.parse(config).getroot()
    choices = {one.get("name"): {choice.get("value") for choice in one.iter("Choice")} for one in view.iter("Choices")}
    names = {tag.get("name") for tag in view.iter()} - {None}
    (task,) = json.loads((tmp_path / "x.json").read_text())
    for result in task["annotations"][0]["result"]:
        assert result["from_name"] in names
        assert result["to_name"] in names
        if result["type"] == "choices":
            assert set(result["value"]["choices"]) <= choices[result["from_name"]]
    assert len(choices) == 5 * 4
    assert {text.get("value") for text in view.iter("Text")} == {"$text"}


def test_damaged_docbins_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.spacy"
    write_any(path, [from_dict(row())])
    whole = path.read_bytes()
    for bytes_data in (b"", b"no docs", whole[: len(whole) // 2]):
        path.write_bytes(bytes_data)
        with pytest.raises(CorpusError, match=r"is not a .spacy file, or is damaged"):
            list(read_reports(path))
    with pytest.raises(CorpusError, match=r"Cannot read .*: No such file"):
        list(read_reports(tmp_path / "nothing.spacy"))
