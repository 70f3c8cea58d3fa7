"""A stream of reports through a pipeline: order, failures, memory."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from toy_findings import CRASH, OWN_CRASH, toy_pipeline

from spacy_spine.records import BadRecord, Report, extract, finding
from spacy_spine.records.extraction import LEFT_OUT

KINDS = {
    "plain": "L4-L5: severe stenosis.",
    "none": "",
    "crash": f"L4-L5 {CRASH}",
    "own": f"L4-L5 {OWN_CRASH}",
}
REASONS = {"crash": "ValueError in the pipeline", "own": "ModelError in the pipeline: the toy gave up."}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return toy_pipeline()


@settings(max_examples=30, deadline=None)
@given(kinds=st.lists(st.sampled_from([*KINDS, "bad"]), max_size=12), batch_size=st.integers(1, 5))
def test_each_record_gives_one_in_order(nlp: Language, kinds: list[str], batch_size: int) -> None:
    records = [
        BadRecord(str(i), "not UTF-8 text") if kind == "bad" else Report(str(i), KINDS[kind])
        for i, kind in enumerate(kinds)
    ]
    expected = []
    for record, kind in zip(records, kinds, strict=True):
        if kind in REASONS:
            expected.append(BadRecord(record.id, REASONS[kind]))
        else:
            expected.append(record if isinstance(record, BadRecord) else finding(nlp(KINDS[kind]), record.id))
    assert list(extract(nlp, records, batch_size=batch_size)) == expected


def test_worker_processes_give_the_same(nlp: Language) -> None:
    records = [Report(str(i), KINDS[kind]) for i, kind in enumerate([*KINDS, *["plain"] * 10])]
    one = list(extract(nlp, records, batch_size=3))
    assert list(extract(nlp, records, batch_size=3, n_process=2)) == one
    assert [record.id for record in one if isinstance(record, BadRecord)] == ["2", "3"]


def test_pipes_that_leave_reports_out_are_caught() -> None:
    nlp = toy_pipeline()
    nlp.set_error_handler(lambda *_: None)
    records = [Report(kind, text) for kind, text in KINDS.items()]
    found = list(extract(nlp, records))
    assert [record["id"] if isinstance(record, dict) else record.id for record in found] == list(KINDS)
    assert [record for record in found if isinstance(record, BadRecord)] == [
        BadRecord("crash", LEFT_OUT),
        BadRecord("own", LEFT_OUT),
    ]


def test_it_streams(nlp: Language) -> None:
    taken = []

    def reports() -> Iterator[Report]:
        for i in range(100):
            taken.append(i)
            yield Report(str(i), "L4-L5")

    found = extract(nlp, reports(), batch_size=10)
    next(found)
    assert len(taken) <= 20


def test_nothing_outlives_its_block(nlp: Language) -> None:
    records = [Report(str(i), f"L4-L5 word{i}x is severe. Unheard{i} of.") for i in range(60)]
    found = list(extract(nlp, records, batch_size=10))
    gc.collect()
    assert not [thing for thing in gc.get_objects() if type(thing) is Doc and "word1x" in thing.text]
    assert "word7x" not in nlp.vocab.strings
    assert found[7]["segments"][0]["sentences"][0]["text"] == "L4-L5 word7x is severe."
