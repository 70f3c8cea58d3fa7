"""Our JSONL: pairs, combined files, folders, and what goes wrong in them."""

import json
from pathlib import Path

import pytest
from annotated import corpora, labels, row, write
from hypothesis import given, settings

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, keep_regions, read_reports, write_any
from spacy_spine.corpus.report import from_dict, to_dict
from spacy_spine.errors import CorpusError

ROUND_TRIP = settings(deadline=None, max_examples=20)


@given(corpora())
@ROUND_TRIP
@pytest.mark.parametrize("name", ["x.jsonl", "x.texts.jsonl", "x.gold.jsonl"])
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, name: str, corpus: list) -> None:
    path = tmp_path_factory.mktemp("jsonl") / name
    write_any(path, corpus)
    assert list(read_reports(path)) == corpus


@pytest.mark.parametrize("named", ["x", "x.texts.jsonl", "x.gold.jsonl"])
def test_a_pair_is_found_by_either_name_and_without_order(tmp_path: Path, named: str) -> None:
    gold = [{key: value for key, value in row(id).items() if key != "text"} for id in ("a", "b")]
    write(tmp_path / "x.gold.jsonl", *gold)
    write(tmp_path / "x.texts.jsonl", *[{"id": id, "text": f"L4-5 {id}", "source": "s"} for id in ("b", "a")])
    found = list(read_reports(tmp_path / named))
    assert [(one.id, one.text, one.meta) for one in found] == [
        ("b", "L4-5 b", {"source": "s"}),
        ("a", "L4-5 a", {"source": "s"}),
    ]


def test_a_folder_holds_pairs_and_combined_files(tmp_path: Path) -> None:
    write_any(tmp_path / "a.texts.jsonl", [from_dict(row("a1")), from_dict(row("a2"))])
    write_any(tmp_path / "b.jsonl", [from_dict(row("b1"))])
    (tmp_path / "README.md").write_text("no report")
    assert [one.id for one in read_reports(tmp_path)] == ["a1", "a2", "b1"]


def test_practice_may_be_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", row(practice=None))
    (report,) = read_reports(path)
    assert report.practice == ""
    assert "practice" not in to_dict(report)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{SECRET\n", "not JSON"),
        ("[1]\n", "not a JSON object"),
        (row(text=None), "no 'text'"),
        (row(id=None), "no 'id'"),
        (row(id=""), "'id' is empty"),
        (row(id=7), "'id' must be a string"),
        (row(locations=[["0", 4, ["L4-L5"]]]), "location 1 must be [start, end, [segment, …]]"),
        (row(locations=[[0, 4, "L4-L5"]]), "location 1 must be"),
        (row(locations={}), "'locations' must be a list"),
        (row(segments=[]), "'segments' must be an object"),
        (row(segments={"L4-L5": {"disc": "severe"}}), "segment L4-L5 has no 'mention'"),
        (row(segments={"L4-L5": {"mention": "explicit", "disc": 2}}), "segment L4-L5 must be an object of strings"),
        (row(text="SECRET \ud800"), "'text' holds half of a surrogate pair"),
    ],
)
def test_a_bad_line_is_one_sentence_with_file_and_line(tmp_path: Path, bad: object, reason: str) -> None:
    path = write(tmp_path / "x.jsonl", row("fine"), "\n", bad)
    with pytest.raises(CorpusError) as caught:
        list(read_reports(path))
    message = str(caught.value)
    assert message.startswith(f"{path}:3: ")
    assert reason in message
    assert "SECRET" not in message


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xff\xfe\x00SECRET\n")
    with pytest.raises(CorpusError, match=r"x.jsonl:1: not UTF-8"):
        list(read_reports(path))


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(row()).encode() + b"\r\n")
    assert [one.id for one in read_reports(path)] == ["r1"]


def test_halves_without_the_other(tmp_path: Path) -> None:
    write_any(tmp_path / "x.texts.jsonl", [from_dict(row("a"))])
    write(tmp_path / "x.texts.jsonl", {"id": "b", "text": "t"})
    with pytest.raises(CorpusError, match=r"x.texts.jsonl:1: b: text without gold"):
        list(read_reports(tmp_path / "x"))
    write(tmp_path / "x.texts.jsonl")
    with pytest.raises(CorpusError, match=r"x.gold.jsonl:1: a: gold without text"):
        list(read_reports(tmp_path / "x"))
    (tmp_path / "x.gold.jsonl").unlink()
    with pytest.raises(CorpusError, match="half of a pair"):
        list(read_reports(tmp_path / "x.texts.jsonl"))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No file"):
        list(read_reports(tmp_path / "nothing"))
    with pytest.raises(CorpusError, match=r"holds no .jsonl files"):
        list(read_reports(tmp_path))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    write_any(path, [from_dict(row())])

    def failing():
        yield from_dict(row("new"))
        raise CorpusError("stop")

    with pytest.raises(CorpusError):
        write_any(path, failing())
    assert [one.id for one in read_reports(path)] == ["r1"]
    assert [file.name for file in tmp_path.iterdir()] == ["x.jsonl"]


def test_repr_holds_no_text() -> None:
    assert "extrusion" not in repr(from_dict(row()))


def both() -> AnnotatedReport:
    cervical = {
        "mention": "explicit",
        "stenosis": "severe",
        "disc": "moderate",
        "cord": "normal",
        "foraminal": "normal",
    }
    locations = [[0, 4, ["L4-L5"]], [5, 9, ["C5-C6", "L4-L5"]], [10, 11, ["C5-C6"]]]
    segments = {"C5-C6": cervical, "L4-L5": labels()}
    return from_dict(row(region="both", locations=locations, segments=segments))


def test_one_region_of_a_report_on_both() -> None:
    kept = keep_regions(both(), get_regions("lumbar"))
    assert kept is not None
    assert kept.region == "lumbar"
    assert [(one.start, one.motion_segments) for one in kept.locations] == [(0, ("L4-L5",)), (5, ("L4-L5",))]
    assert list(kept.segments) == ["L4-L5"]
    assert kept.text == both().text


def test_a_report_on_another_region_is_dropped() -> None:
    assert keep_regions(from_dict(row()), get_regions("cervical")) is None


def test_a_report_on_nothing_stays_in_its_region() -> None:
    empty = from_dict(row(locations=[], segments={}))
    assert keep_regions(empty, get_regions("lumbar")) == empty
    assert keep_regions(empty, get_regions("cervical")) is None


@given(corpora())
@ROUND_TRIP
def test_keeping_all_regions_changes_nothing(corpus: list[AnnotatedReport]) -> None:
    assert [keep_regions(one, get_regions("both")) for one in corpus] == corpus
