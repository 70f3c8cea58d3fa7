"""`spacy-spine evaluate`: figures, tables and the list of errors of a toy pipeline."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy

Spine = Callable[..., Any]
# The toy finds segments written as "L4-L5" and grades all of them worst in a sentence with "severe".
WORST = {"stenosis": "severe", "disc": "severe", "nerve": "abnormal"}
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
TEXT = "L4-L5 has a severe SECRET. L5-S1 is normal."
NECK = {"mention": "explicit", "stenosis": "none_mild", "disc": "none_mild", "cord": "normal", "foraminal": "normal"}


def gold(id: str, **changes: Any) -> dict[str, Any]:
    data = {
        "id": id,
        "region": "lumbar",
        "practice": "A",
        "locations": [[0, 5, ["L4-L5"]], [27, 32, ["L5-S1"]]],
        "segments": {"L4-L5": {"mention": "explicit", **WORST}, "L5-S1": {"mention": "explicit", **LOWEST}},
    }
    return data | changes


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    wrong = {"L4-L5": {"mention": "explicit", **WORST, "disc": "moderate"}, "L5-S1": {"mention": "explicit", **LOWEST}}
    texts = write(tmp_path / "set.texts.jsonl", *[{"id": id, "text": TEXT} for id in ("right", "wrong")])
    return texts, write(tmp_path / "set.gold.jsonl", gold("right"), gold("wrong", segments=wrong))


@pytest.fixture(scope="session")
def rules_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline of rules alone: it finds locations by itself and grades nothing."""
    region = {"region": {"@spine_regions": "spacy_spine.lumbar.v1"}}
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("rule_location_ner", config=region)
    nlp.add_pipe("segment_grouper", config=region)
    path = tmp_path_factory.mktemp("rules") / "model"
    nlp.to_disk(path)
    return path


def test_figures_tables_and_errors(spine: Spine, toy_model: Path, pair: tuple[Path, Path], tmp_path: Path) -> None:
    output, markdown, errors = tmp_path / "a" / "m.json", tmp_path / "b" / "t.md", tmp_path / "c" / "e.jsonl"
    options = ["--output", output, "--markdown", markdown, "--errors", errors, "--region", "lumbar"]
    result = spine("evaluate", toy_model, *pair, *options)
    assert result.exit_code == 0
    figures = json.loads(output.read_text())
    assert figures["pipeline"] == {"name": "en_toy_spine", "version": "1.2.3"}
    scores = figures["end_to_end"]["scores"]["all"]
    assert scores["locations"]["spans"]["f1"] == scores["segments"]["f1"] == 1
    assert scores["severities"]["nerve"]["macro_f1"] == 1
    assert scores["severities"]["disc"]["labels"]["moderate"]["recall"] == 0
    assert scores["severities"]["disc"]["confusion"]["counts"] == [[2, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0] * 4]
    (error,) = [json.loads(line) for line in errors.read_text().splitlines()]
    assert (error["pass"], error["id"], error["kind"]) == ("end_to_end", "wrong", "severity_wrong")
    assert (error["pathology"], error["gold"], error["predicted"]) == ("disc", "moderate", "severe")
    assert "| motion segments" in result.stdout
    assert markdown.read_text() in result.stdout
    everything = result.output + "".join(path.read_text() for path in (output, markdown, errors))
    assert "SECRET" not in everything


def test_text_where_asked_for(spine: Spine, toy_model: Path, pair: tuple[Path, Path], tmp_path: Path) -> None:
    errors = tmp_path / "e.jsonl"
    spine("evaluate", toy_model, *pair, "--errors", errors, "--region", "lumbar", "--show-text")
    assert json.loads(errors.read_text())["text"] == "L4-L5 has a severe SECRET."


def test_a_pair_by_one_name_and_a_combined_file(
    spine: Spine, toy_model: Path, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    combined = tmp_path / "one.jsonl"
    assert spine("corpus", "convert", pair[0], combined).exit_code == 0
    shown = [spine("evaluate", toy_model, *paths).stdout for paths in (pair, pair[:1], (combined,))]
    assert shown[0] == shown[1] == shown[2] != ""


def test_the_regions_are_those_of_the_pipeline(
    spine: Spine, toy_model: Path, rules_model: Path, tmp_path: Path
) -> None:
    neck = gold("neck", region="cervical", locations=[[0, 5, ["C5-C6"]]], segments={"C5-C6": NECK})
    path = write(tmp_path / "x.jsonl", gold("low", text=TEXT), neck | {"text": "C5-C6 is normal."})
    both = spine("evaluate", toy_model, path).stdout
    assert "2 reports, cervical and lumbar" in both
    assert "### Cervical" in both
    assert "1 reports, lumbar" in spine("evaluate", rules_model, path).stdout
    assert "1 reports, cervical" in spine("evaluate", toy_model, path, "--region", "cervical").stdout


def test_two_passes_where_locations_can_be_given(
    spine: Spine, rules_model: Path, toy_model: Path, tmp_path: Path
) -> None:
    # The annotation names more than the rules can find in the text.
    hidden = {"L3-L4": {"mention": "explicit", **LOWEST}}
    path = write(
        tmp_path / "x.jsonl", gold("a", text="Disc bulge here.", locations=[[0, 4, ["L3-L4"]]], segments=hidden)
    )
    output = tmp_path / "m.json"

    def figures(*options: str, model: Path = rules_model) -> dict[str, Any]:
        assert spine("evaluate", model, path, "--output", output, *options).exit_code == 0
        return json.loads(output.read_text())

    found = figures()
    assert found["end_to_end"]["scores"]["all"]["segments"]["recall"] == 0
    assert found["gold_locations"]["scores"]["all"]["segments"]["recall"] == 1
    assert "gold_locations" not in figures("--no-gold-segments")
    assert "end_to_end" not in figures("--gold-locations")
    assert "gold_locations" not in figures(model=toy_model)


def test_meta_for_the_package(spine: Spine, toy_model: Path, pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert spine("evaluate", toy_model, *pair, "--meta", tmp_path / "meta.json", "--region", "lumbar").exit_code == 0
    meta = json.loads((tmp_path / "meta.json").read_text())
    assert meta["name"] == "toy_spine"
    assert meta["performance"]["segments_f"] == 1
    assert set(meta["performance"]) == {"locations_f", "segments_f", *(f"{name}_macro_f" for name in WORST)}


@pytest.mark.parametrize(
    ("rows", "options", "reason"),
    [
        ([gold("a", text=TEXT)], ["--region", "cervical"], "No report is annotated for region cervical."),
        ([gold("a", text=TEXT)], ["--region", "sacral"], "Unknown region 'sacral'."),
        ([gold("a")], [], "x.jsonl:1: a: no 'text'."),
        ([], [], "No report is annotated"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(
    spine: Spine, toy_model: Path, tmp_path: Path, rows: list[dict], options: list[str], reason: str
) -> None:
    result = spine("evaluate", toy_model, write(tmp_path / "x.jsonl", *rows), *options)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stdout == ""
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_missing_model_is_one_sentence(spine: Spine, pair: tuple[Path, Path]) -> None:
    result = spine("evaluate", "no_such_model", *pair)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
