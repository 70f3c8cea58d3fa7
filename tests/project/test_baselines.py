import json

import pytest
from commands import run

pytest.importorskip("sklearn")


def test_baselines_stand_beside_the_trained_pipeline(pipeline, corpus, tmp_path):
    shown = run(
        *["-m", "spacy_spine", "baselines", str(pipeline), str(corpus / "dev.jsonl"), str(corpus / "test.jsonl")],
        *["--output", str(tmp_path / "figures.json"), "--markdown", str(tmp_path / "table.md")],
    )
    figures = json.loads((tmp_path / "figures.json").read_text())
    scores = {name: one["scores"]["all"] for name, one in figures.items()}
    rules = {"rule_severity_classifier", "rule_location_ner"}
    assert set(scores) == {"trained", "location_ner", "word_counts", "majority", *rules}
    # The untrained tagger alone finds less; the rules, joined to it or alone, find nearly all.
    locations = {name: one["locations"]["overlap"]["f1"] for name, one in scores.items()}
    assert locations["location_ner"] < 0.9
    assert min(locations["trained"], locations["rule_location_ner"]) > 0.9
    assert scores["rule_location_ner"]["segments"]["f1"] > scores["location_ner"]["segments"]["f1"]
    # The rule grader reads; the majority label does not.
    disc = {name: one["severities"]["disc"]["macro_f1"] for name, one in scores.items()}
    assert disc["rule_severity_classifier"] > 0.8 > disc["majority"]
    # The majority label of disc is none_mild: the two others are never given.
    columns = scores["majority"]["severities"]["disc"]["labels"]
    assert columns["moderate"]["tp"] == columns["severe"]["fp"] == 0
    assert (tmp_path / "table.md").read_text().strip() in shown
