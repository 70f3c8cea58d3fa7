"""Means over runs, as numbers and in the tables."""

import json
import statistics
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.errors import CorpusError
from spacy_spine.training.evaluation import Evaluation
from spacy_spine.training.findings import RegionCounts
from spacy_spine.training.runs import Spread, deviations, mean_of_runs
from spacy_spine.training.tables import passes_table, runs_tables

QUICK = settings(deadline=None, max_examples=40)
NUMBERS = st.floats(0, 1, allow_subnormal=False)


@given(st.lists(NUMBERS, min_size=2, max_size=6))
@QUICK
def test_mean_and_deviation_are_those_of_a_sample(values: list[float]) -> None:
    found = mean_of_runs([{"f1": value} for value in values])["f1"]
    assert found == pytest.approx(statistics.mean(values))
    assert deviations({"f1": found})["f1"] == pytest.approx(statistics.stdev(values), abs=1e-9)


@given(st.dictionaries(st.text(max_size=3), NUMBERS | st.integers() | st.none(), max_size=4))
@QUICK
def test_one_run_is_its_own_mean_and_has_no_deviation(run: dict[str, Any]) -> None:
    assert mean_of_runs([run]) == run
    assert set(deviations(mean_of_runs([run])).values()) <= {None}


@given(st.lists(NUMBERS, min_size=1, max_size=4))
@QUICK
def test_equal_runs_are_their_mean(values: list[float]) -> None:
    run = {"points": [{"left": value} for value in values]}
    assert mean_of_runs([run] * 3) == run


def test_how_a_mean_is_written() -> None:
    assert f"{Spread(0.90123, 0.0042):.3f}" == "0.901 ± 0.004"
    assert str(Spread(532.333, 1.2)) == "532.3 ± 1.2"  # counts
    assert json.dumps({"f1": Spread(0.5, 0.1)}) == '{"f1": 0.5}'


def test_counts_that_all_runs_share_stay_whole() -> None:
    found = mean_of_runs([{"support": 3, "tp": 1}, {"support": 3, "tp": 2}])
    assert repr(found["support"]) == "3"
    assert found["tp"] == 1.5


def test_what_some_runs_cannot_tell() -> None:
    runs = [{"f1": None, "kappa": None, "left_out": ["severe"]}, {"f1": 0.5, "kappa": None, "left_out": []}]
    assert mean_of_runs(runs) == {"f1": 0.5, "kappa": None, "left_out": ["severe"]}


def test_texts_that_differ_are_all_kept() -> None:
    runs = [{"name": "en_spine", "version": version} for version in ("1", "2", "1")]
    assert mean_of_runs(runs) == {"name": "en_spine", "version": ["1", "2"]}


@pytest.mark.parametrize(
    ("first", "second", "where"),
    [
        ({"a": {"reports": 3}}, {"a": {"reports": 4}}, r"a\.reports differs"),
        ({"a": {"support": 3}}, {"a": {"support": 4}}, r"a\.support differs"),
        ({"regions": ["lumbar"]}, {"regions": ["cervical"]}, "regions differs"),
        ({"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, r"a\.y is not in all of them"),
        ({"a": {"x": 1}}, {"a": 1}, "a differs"),
        ({"bins": [1, 2]}, {"bins": [1]}, "bins differs in length"),
    ],
)
def test_runs_of_different_sets_have_no_mean(first: dict, second: dict, where: str) -> None:
    with pytest.raises(CorpusError, match=f"not of one set: {where}"):
        mean_of_runs([first, second])


def figures(right: int, region: str = "both") -> dict[str, Any]:
    """Ten discs of which some are graded right."""
    from spacy_spine import get_regions

    regions = get_regions(region)
    counts = RegionCounts(regions, {"disc"})
    for i in range(10):
        label = "severe" if i < right else "moderate"
        gold = {"L4-L5": {"mention": "explicit", "disc": "severe"}}
        counts.segments.add(gold, ["L4-L5"])
        counts.severities.add(gold, {"L4-L5": {"disc": label}})
        counts.confidence.add(gold, {"L4-L5": {"disc": {label: 0.8, "none_mild": 0.2}}})
    one = Evaluation(10, regions.names, False, {"all": counts.scores()})
    return {"pipeline": {"name": "x"}, "end_to_end": one.to_dict()}


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


def test_tables_of_means() -> None:
    mean = mean_of_runs([figures(10), figures(8)])
    # The kappa of the first run cannot be told: one label alone occurs.
    assert ["disc", "0.722 ± 0.393", "0.900 ± 0.141", "0.000", "10", "0", "0", "none_mild, moderate"] in cells(
        runs_tables("", mean)
    )
    rows = cells(passes_table({"authored": mean, "notes": figures(10)}))
    assert rows[0] == ["", "locations", "exact", "segments", "disc"]
    assert ["authored, end to end", "–", "–", "1.000 ± 0.000", "0.722 ± 0.393"] in rows
    assert ["notes, end to end", "–", "–", "1.000", "1.000"] in rows


def test_other_names_of_passes_are_kept() -> None:
    found = {"rule_location_ner": figures(10)["end_to_end"]}
    assert "rule_location_ner" in passes_table({"": found})
    assert runs_tables("set", found).startswith("# set\n\n# rule_location_ner\n\n## End to end")


def test_no_passes_no_table() -> None:
    with pytest.raises(CorpusError, match="no figures of `spacy-spine evaluate` in authored"):
        passes_table({"authored": {"pipeline": {}}})
    with pytest.raises(CorpusError, match="not the figures"):
        passes_table({"authored": {"end_to_end": {"scores": {}}}})
    with pytest.raises(CorpusError, match="not the figures"):
        Evaluation.from_dict(figures(1)["end_to_end"] | {"scores": {"all": {}}})


def test_figures_come_back_from_plain_data() -> None:
    data = json.loads(json.dumps(figures(7)["end_to_end"]))
    assert Evaluation.from_dict(data).to_dict() == data


def test_files_of_both_passes() -> None:
    runs = [
        {name: {"gold_locations": name == "gold_locations", "f1": f1} for name in ("end_to_end", "gold_locations")}
        for f1 in (0.5, 0.7)
    ]
    assert mean_of_runs(runs)["gold_locations"]["f1"] == pytest.approx(0.6)
    with pytest.raises(CorpusError, match=r"end_to_end\.gold_locations differs"):
        mean_of_runs([runs[0], {"end_to_end": runs[1]["gold_locations"], "gold_locations": runs[1]["end_to_end"]}])
