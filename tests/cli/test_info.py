"""`spacy-spine info`: what a pipeline is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from toy_findings import toy_pipeline

from spacy_spine.cli.info import describe_pipeline


def test_text(spine: Callable[..., Any], toy_model: Path) -> None:
    lines = spine("info", toy_model).stdout.splitlines()
    assert lines[0] == "en_toy_spine 1.2.3"
    assert "Region lumbar: L1-L2, L2-L3, L3-L4, L4-L5, L5-S1" in lines
    assert "  foraminal: normal < abnormal" in lines
    assert "  spine_quality_flagger" in lines
    assert lines[-1].startswith("Requires spacy>=3.8")


def test_json(spine: Callable[..., Any], toy_model: Path) -> None:
    about = json.loads(spine("info", toy_model, "--json").stdout)
    assert list(about["regions"]) == ["cervical", "lumbar"]
    assert about["regions"]["lumbar"]["pathologies"]["nerve"] == ["normal", "abnormal"]
    assert about["pipes"]["toy_findings"] == {"factory": "toy_findings"}


def test_what_pipes_tell_of_themselves() -> None:
    nlp = toy_pipeline()
    nlp.get_pipe("spine_quality_flagger").describe = lambda: {"encoder": "tiny"}
    nlp.meta["performance"] = {"severity_macro_f": 0.5}
    about = describe_pipeline(nlp)
    assert about["pipes"]["spine_quality_flagger"] == {"factory": "spine_quality_flagger", "encoder": "tiny"}
    assert about["performance"] == {"severity_macro_f": 0.5}
