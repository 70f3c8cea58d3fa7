"""`corpus stats`: the counts are those of the reports."""

from annotated import corpora, labels, row
from hypothesis import given, settings

from spacy_spine.corpus import AnnotatedReport
from spacy_spine.corpus.report import from_dict
from spacy_spine.corpus.stats import count_reports, stats_table

CORPUS = [
    from_dict(row("a")),
    from_dict(row("b", practice="B", segments={"L4-L5": labels("other")})),
    from_dict(row("c", practice=None, text="L5-S1: 3.5 mm", locations=[], segments={})),
]


def test_counts() -> None:
    assert count_reports(CORPUS).to_dict() == {
        "reports": 3,
        "practices": 2,
        "tokens": 32,
        "tokens_per_report": 32 / 3,
        "locations": 2,
        "segments": 3,
        "mentions": {"explicit": 1, "inferred": 1, "other": 1},
        "labels": {
            "lumbar": {
                "disc": {"none_mild": 2, "severe": 1},
                "nerve": {"normal": 3},
                "stenosis": {"none_mild": 3},
            }
        },
    }


def test_the_table_shows_counts_and_shares_by_column() -> None:
    table = stats_table({"train": count_reports(CORPUS), "test": count_reports([])})
    rows = {
        cells[0]: cells[1:] for cells in ([c.strip() for c in line.split("|")[1:-1]] for line in table.splitlines())
    }
    assert rows[""] == ["train", "test"]
    assert rows["reports"] == ["3", "0"]
    assert rows["lumbar disc: none_mild"] == ["2 (66.7%)", "0"]
    assert rows["lumbar disc: severe"] == ["1 (33.3%)", "0"]
    assert list(rows)[-4:] == [
        "lumbar stenosis: none_mild",
        "lumbar disc: none_mild",
        "lumbar disc: severe",
        "lumbar nerve: normal",
    ]


@given(corpora())
@settings(deadline=None, max_examples=20)
def test_every_label_is_counted_once(corpus: list[AnnotatedReport]) -> None:
    stats = count_reports(corpus)
    assert stats.segments == sum(len(one.segments) for one in corpus)
    assert stats.labels.total() == sum(len(one.labels) for report in corpus for one in report.segments.values())
    assert {region for region, _, _ in stats.labels} <= {"lumbar", "cervical"}  # "both" is no region of a segment
