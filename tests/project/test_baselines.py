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
    assert set(scores) == {"trained", "rule_location_ner", "word_counts", "majority"}
    # The untrained tagger finds nearly nothing, the rules nearly all; both grade with the same model.
    assert scores["rule_location_ner"]["locations"]["overlap"]["f1"] > 0.9
    assert scores["rule_location_ner"]["segments"]["f1"] > scores["trained"]["segments"]["f1"]
    # The majority label of disc is none_mild: the two others are never given.
    columns = scores["majority"]["severities"]["disc"]["labels"]
    assert columns["moderate"]["tp"] == columns["severe"]["fp"] == 0
    assert (tmp_path / "table.md").read_text().strip() in shown
