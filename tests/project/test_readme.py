"""The README's snippets are run."""

import re
import shlex
from pathlib import Path

import pytest
import spacy
from commands import ROOT, run
from spacy.util import load_config_from_str, registry

GROUPS = ("corpus", "experiments", "analyze")  # of commands
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.S)
COMMANDS = [
    line.split("  #")[0].strip()
    for language, block in BLOCKS
    if language == "bash"
    for line in block.splitlines()
    if line.startswith("spacy-spine ")
]


PYTHON = [block for language, block in BLOCKS if language == "python"]
CONFIGS = [block for language, block in BLOCKS if language == "ini"]


@pytest.mark.parametrize("code", PYTHON, ids=["pipeline", "cka"])
def test_code(code, pipeline):
    run("-c", code.replace("en_spine_lumbar", str(pipeline)))


def test_config():
    config = next(block for block in CONFIGS if "[nlp]" in block)
    nlp = spacy.util.load_model_from_config(spacy.util.load_config_from_str(config), auto_fill=True)
    doc = nlp("C5/6: large extrusion.\nC6-7 normal.")
    assert [(s.name, [str(span) for span in s.spans]) for s in doc._.segments] == [
        ("C5-C6", ["C5/6: large extrusion."]),
        ("C6-C7", ["C6-7 normal."]),
    ]


def test_part_of_a_config():
    part = next(block for block in CONFIGS if "aggregator" in block)
    config = load_config_from_str(part.replace("components.severity_classifier.", ""))
    assert registry.resolve(config)["aggregator"].name == "UPGrad"


def test_data_format(tmp_path: Path):
    (block,) = [block for language, block in BLOCKS if not language and "NAME.gold.jsonl" in block]
    texts, gold = re.split(r"NAME\.gold\.jsonl", block.replace("NAME.texts.jsonl", ""))
    (tmp_path / "a.texts.jsonl").write_text(" ".join(texts.split()).replace(". …", ".") + "\n", encoding="utf-8")
    (tmp_path / "a.gold.jsonl").write_text(" ".join(gold.split()) + "\n", encoding="utf-8")
    assert "1 report, 0 errors" in run("-m", "spacy_spine", "corpus", "check", str(tmp_path)).replace(
        "1 reports", "1 report"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_exist_with_their_options(command):
    words = shlex.split(command)[1:]
    names = words[:2] if words[0] in GROUPS else words[:1]
    shown = run("-m", "spacy_spine", *names, "--help", COLUMNS="200")
    for option in (word for word in words if word.startswith("-") and len(word) > 1):
        assert option in shown


def test_every_file_that_is_linked_is_there():
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target
