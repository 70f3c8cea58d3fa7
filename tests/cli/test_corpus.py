"""`spacy-spine corpus`: what the commands print, write, and refuse."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import DocBin
from spacy.vocab import Vocab

Spine = Callable[..., Any]
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}


def row(id: str, practice: str = "A", **changes: Any) -> dict[str, Any]:
    segments = {"L4-L5": {"mention": "explicit", **LOWEST, "disc": "severe"}}
    data = {"id": id, "text": "L4-5: large SECRET extrusion.", "region": "lumbar", "practice": practice}
    return data | {"locations": [[0, 4, ["L4-L5"]]], "segments": segments} | changes


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "in.jsonl", *[row(f"r{i:02}", f"P{i % 10}") for i in range(30)])


def test_check_of_a_valid_corpus(spine: Spine, corpus: Path) -> None:
    result = spine("corpus", "check", corpus)
    assert (result.exit_code, result.stdout) == (0, "30 reports, 0 errors, 0 warnings\n")


def test_check_prints_each_problem_and_fails(spine: Spine, tmp_path: Path) -> None:
    inferred = row("b", segments={"L4-L5": {"mention": "inferred", **LOWEST}})
    path = write(tmp_path / "x.jsonl", row("a", segments={}), inferred, row("c", region="sacral"))
    result = spine("corpus", "check", path)
    assert result.exit_code == 1
    first, second, third, summary = result.stdout.splitlines()
    assert first == f"{path}:1: a: location 0:4 names L4-L5, which is not annotated"
    assert second == f"{path}:2: b: warning: L4-L5 is 'inferred', but a location names it"
    assert third.startswith(f"{path}:3: c: Unknown region 'sacral'.")
    assert summary == "3 reports, 2 errors, 1 warnings"
    assert "warning:" not in spine("corpus", "check", path, "--quiet").stdout


def test_check_passes_with_warnings_alone(spine: Spine, tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", row("b", segments={"L4-L5": {"mention": "inferred", **LOWEST}}))
    assert spine("corpus", "check", path).exit_code == 0


def test_check_of_nothing_fails(spine: Spine, tmp_path: Path) -> None:
    assert spine("corpus", "check", write(tmp_path / "x.jsonl")).exit_code == 1
    result = spine("corpus", "check", tmp_path / "nothing")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No file '")


def test_convert_by_names_there_and_back(spine: Spine, corpus: Path, tmp_path: Path) -> None:
    chain = [corpus, tmp_path / "a.spacy", tmp_path / "b.json", tmp_path / "c.texts.jsonl", tmp_path / "d.jsonl"]
    for source, target in pairwise(chain):
        assert spine("corpus", "convert", source, target).exit_code == 0
    assert lines(chain[-1]) == lines(corpus)
    assert len(list(DocBin().from_disk(chain[1]).get_docs(Vocab()))) == 30
    assert (tmp_path / "b.config.xml").exists()
    assert (tmp_path / "c.gold.jsonl").exists()


def test_convert_from_and_to_prodigy(spine: Spine, corpus: Path, tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.jsonl"
    assert spine("corpus", "convert", corpus, tasks, "--to", "prodigy").exit_code == 0
    rejected = lines(tasks)[0] | {"answer": "reject"}
    write(tasks, *lines(tasks), rejected)
    result = spine("corpus", "convert", tasks, tmp_path / "back.jsonl", "--from", "prodigy")
    assert result.exit_code == 0
    assert result.stdout == f"30 reports written, 1 left out: {tmp_path / 'back.jsonl'}\n"
    assert result.stderr == f"{tasks}:31: left out, answer 'reject'\n"
    assert lines(tmp_path / "back.jsonl") == lines(corpus)


def test_convert_needs_a_region_where_the_file_has_none(spine: Spine, tmp_path: Path) -> None:
    task = {"text": "L45 SECRET", "spans": [{"start": 0, "end": 3, "label": "LOCATION"}], "accept": []}
    path, output = write(tmp_path / "x.jsonl", task), tmp_path / "y.jsonl"
    result = spine("corpus", "convert", path, output, "--from", "prodigy")
    assert (result.exit_code, result.stderr) == (1, f"Error: {path}:1: no region: name it with --region.\n")
    assert not output.exists()
    assert spine("corpus", "convert", path, output, "--from", "prodigy", "--region", "lumbar").exit_code == 0
    assert lines(output)[0]["locations"] == [[0, 3, ["L4-L5"]]]


def test_split_writes_a_file_a_part_and_a_table(spine: Spine, corpus: Path, tmp_path: Path) -> None:
    result = spine("corpus", "split", corpus, tmp_path / "out")
    assert result.exit_code == 0
    parts = {path.stem: lines(path) for path in (tmp_path / "out").iterdir()}
    assert {name: len(own) for name, own in parts.items()} == {"train": 21, "dev": 3, "test": 6}
    practices = [{one["practice"] for one in own} for own in parts.values()]
    assert sum(map(len, practices)) == len(set().union(*practices)) == 10
    assert "| reports | 21 | 3 | 6 |" in result.stdout.splitlines()
    assert "SECRET" not in result.stdout


@pytest.mark.parametrize(
    ("format", "names"),
    [
        ("jsonl", {"a.jsonl", "b.jsonl"}),
        ("pair", {"a.texts.jsonl", "a.gold.jsonl", "b.texts.jsonl", "b.gold.jsonl"}),
        ("spacy", {"a.spacy", "b.spacy"}),
    ],
)
def test_split_formats(spine: Spine, corpus: Path, tmp_path: Path, format: str, names: set[str]) -> None:
    out = tmp_path / "out"
    options = ["--part", "a=0.5", "--parts", "b=0.5", "--format", format, "--seed", 3]
    assert spine("corpus", "split", corpus, out, *options).exit_code == 0
    assert {path.name for path in out.iterdir()} == names


def test_split_of_one_region(spine: Spine, tmp_path: Path) -> None:
    neck = {"mention": "inferred", "stenosis": "severe", "disc": "severe", "cord": "normal", "foraminal": "normal"}
    both = row("both", "B", region="both")
    both["segments"] = {"C5-C6": neck, **both["segments"]}
    alone = row("neck", "C", region="cervical", locations=[], segments={"C5-C6": neck})
    path = write(tmp_path / "x.jsonl", both, alone, row("lumbar"))
    assert spine("corpus", "split", path, tmp_path / "out", "--part", "all=1", "--region", "lumbar").exit_code == 0
    kept = {one["id"]: one for one in lines(tmp_path / "out" / "all.jsonl")}
    assert set(kept) == {"both", "lumbar"}
    assert (kept["both"]["region"], list(kept["both"]["segments"])) == ("lumbar", ["L4-L5"])
    missing = spine("corpus", "split", path, tmp_path / "out", "--region", "sacral")
    assert missing.exit_code == 1
    assert "Unknown region 'sacral'" in missing.stderr


def test_split_with_a_settled_part(spine: Spine, corpus: Path, tmp_path: Path) -> None:
    practices = tmp_path / "practices.txt"
    practices.write_text("P3\n\nP4\n")
    assert spine("corpus", "split", corpus, tmp_path / "out", "--fixed", f"test={practices}").exit_code == 0
    assert {one["practice"] for one in lines(tmp_path / "out" / "test.jsonl")} == {"P3", "P4"}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--part", "train"], "A part is NAME=SHARE"),
        (["--part", "a=0.5", "--part", "a=0.5"], "once each"),
        (["--part", "../a=1"], "A part is NAME=SHARE"),
        (["--part", "a=0.5"], "together 1, got a=0.5"),
        (["--format", "csv"], "Unknown format 'csv'"),
        (["--fixed", "test"], "Fixed practices are PART=FILE"),
        (["--fixed", "test=nothing.txt"], "Cannot read 'nothing.txt'"),
        (["--region", "cervical"], "holds no report of region cervical"),
    ],
)
def test_a_wrong_split_is_one_sentence(
    spine: Spine, corpus: Path, tmp_path: Path, options: list[str], reason: str
) -> None:
    result = spine("corpus", "split", corpus, tmp_path / "out", *options)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert reason in result.stderr
    assert not (tmp_path / "out").exists()


def test_stats_has_a_column_a_path(spine: Spine, corpus: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.jsonl", row("x"))
    table = spine("corpus", "stats", corpus, other).stdout.splitlines()
    assert table[0] == "|  | in | other |"
    assert "| lumbar disc: severe | 30 (100.0%) | 1 (100.0%) |" in table
    figures = json.loads(spine("corpus", "stats", corpus, "--json").stdout)
    assert figures["in"]["labels"]["lumbar"]["disc"] == {"severe": 30}
    assert (figures["in"]["reports"], figures["in"]["practices"]) == (30, 10)


def test_tiny_encoder_can_be_loaded(spine: Spine, corpus: Path, tmp_path: Path) -> None:
    result = spine("corpus", "tiny-encoder", corpus, tmp_path / "tiny")
    assert result.exit_code == 0
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "tiny")
    model = AutoModel.from_pretrained(tmp_path / "tiny")
    assert model(**tokenizer("large extrusion", return_tensors="pt")).last_hidden_state.shape[0] == 1
