"""Sentences and groups measured against annotations, on reports made here."""

from collections.abc import Sequence
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, Span

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.corpus.docs import blank_pipeline
from spacy_spine.errors import CorpusError, ModelError
from spacy_spine.pipeline import annotations
from spacy_spine.pipeline.segment_grouper import SegmentGrouper
from spacy_spine.pipeline.spine_sentencizer import SpineSentencizer
from spacy_spine.training.grouping import GroupingMeasures, grouping_pipes, measure_grouping
from spacy_spine.training.grouping_tables import grouping_tables

LUMBAR = get_regions("lumbar")
LOWEST = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
TEXT = "L4-5: Bulge. The root is compressed. Others are normal."


def report(text: str = TEXT, **segments: Any) -> AnnotatedReport:
    """A report whose mentions are those written as "L4-5"; segments as L4_L5 = (mention, labels)."""
    names = {"L4-5": "L4-L5", "L3-4": "L3-L4"}
    found = [(text.find(written), written) for written in names if written in text]
    locations = tuple(Location(at, at + len(written), (names[written],)) for at, written in sorted(found))
    own = {"L4_L5": ("explicit", {"nerve": "abnormal"}), **segments}
    labels = {key.replace("_", "-"): SegmentLabels(mention, LOWEST | given) for key, (mention, given) in own.items()}
    return AnnotatedReport("r1", text, "lumbar", "", locations, labels)


def inferred(*names: str) -> dict[str, Any]:
    return {name: ("inferred", {}) for name in names}


ALL_OTHERS = inferred("L1_L2", "L2_L3", "L3_L4", "L5_S1")


def measure(one: AnnotatedReport, pipes: Sequence[Any] | None = None, with_text: bool = False) -> GroupingMeasures:
    ours = [SpineSentencizer(), SegmentGrouper(region=LUMBAR)]
    return measure_grouping(pipes or ours, [one], nlp=blank_pipeline(), regions=LUMBAR, with_text=with_text)


def kinds(measures: GroupingMeasures) -> list[tuple[str, str | None]]:
    return [(error["kind"], error["segment"]) for error in measures.errors]


def test_what_is_as_annotated_is_no_error() -> None:
    measures = measure(report(**ALL_OTHERS))
    assert measures.errors == []
    data = measures.to_dict()
    assert data["segments"]["f1"] == data["inferred"]["f1"] == data["named"]["f1"] == 1
    assert data["sentences"] == {"total": 3, "mid_phrase": 0}
    assert data["rules"]["collective"] == {"pairs": 4, "contradicted": 0}
    assert data["silent"] == {"nerve": {"segments": 1, "silent": 0}}


def test_segments_that_are_not_annotated_contradict_the_rule_that_made_them() -> None:
    measures = measure(report(**inferred("L1_L2", "L2_L3", "L3_L4")))
    assert kinds(measures) == [("pair_contradicted", "L5-S1")]
    assert measures.to_dict()["rules"]["collective"] == {"pairs": 4, "contradicted": 1}
    assert measures.segments.scores()["precision"] == pytest.approx(4 / 5)


def test_segments_that_are_annotated_and_not_found() -> None:
    measures = measure(report("L4-5: Bulge. The root is compressed.", **inferred("L1_L2")))
    assert kinds(measures) == [("segment_missed", "L1-L2")]
    assert measures.inferred.scores()["recall"] == 0
    assert measures.to_dict()["mentions"]["inferred"] == {"found": 0, "missed": 1}


def test_a_segment_only_named_counts_neither_way() -> None:
    for text in (TEXT, "L4-5: Bulge. The root is compressed."):
        measures = measure(report(text, **ALL_OTHERS | {"L1_L2": ("other", {})}))
        assert "L1-L2" not in [segment for _, segment in kinds(measures)]


def test_a_segment_whose_sentences_say_nothing_of_its_finding() -> None:
    measures = measure(report("L4-5: Bulge.\n\nThe root is compressed."))
    assert kinds(measures) == [("segment_silent", "L4-L5")]
    assert measures.errors[0]["pathology"] == "nerve"


class OneToken:
    """Makes every token a sentence, and gives none to any segment."""

    def __call__(self, doc: Doc) -> Doc:
        for token in doc:
            token.is_sent_start = True
        doc.spans[annotations.SEGMENT_SPANS] = []
        return doc


def test_bad_sentences_and_groups_are_found() -> None:
    measures = measure(report("A bulge at L4-5 of the disc, with compression of the root."), [OneToken()])
    found = kinds(measures)
    assert ("sentence_not_given", "L4-L5") in found
    assert ("segment_missed", "L4-L5") in found
    # "of", "the", ",", "with", "of", "the"
    assert measures.mid_phrase == sum(kind == "mid_phrase" for kind, _ in found) == 6
    assert measures.cut == (len(blank_pipeline()("L4-5")) > 1)


def test_a_location_that_a_boundary_runs_through() -> None:
    def cut(doc: Doc) -> Doc:
        for token in doc:
            token.is_sent_start = token.i in (0, 1)
        doc.spans[annotations.SEGMENT_SPANS] = [Span(doc, 0, 1, label="L4-L5"), Span(doc, 1, len(doc), label="L4-L5")]
        return doc

    text, whole = "L4 - 5 bulge, root free.", (Location(0, 6, ("L4-L5",)),)
    one, nlp = AnnotatedReport("r1", text, "lumbar", "", whole, report().segments), spacy.blank("en")
    measures = measure_grouping([cut], [one], nlp=nlp, regions=LUMBAR)
    assert (measures.cut, measures.locations) == (1, 1)
    assert ("location_cut", None) in kinds(measures)


def test_text_only_where_asked_for() -> None:
    one = report("L4-5: SECRET bulge.\n\nThe root is compressed.")
    assert "SECRET" not in str(measure(one).errors)
    assert "SECRET" in str(measure(one, with_text=True).errors)


def test_reports_of_other_regions_are_left_out() -> None:
    with pytest.raises(CorpusError, match="No report is annotated for region cervical"):
        measure_grouping([], [report()], nlp=blank_pipeline(), regions=get_regions("cervical"))


def test_the_tables_hold_the_figures() -> None:
    tables = grouping_tables(measure(report(**inferred("L1_L2", "L2_L3", "L3_L4"))))
    rows = {
        row[0]: row[1:]
        for row in ([cell.strip() for cell in line.strip("|").split("|")] for line in tables.splitlines())
    }
    assert rows["gold locations cut by a sentence's end"] == ["1", "0", "0.0000"]
    assert rows["all"] == ["0.8000", "1.0000", "0.8889", "4", "1", "0"]
    assert rows["collective"] == ["4", "1", "0.2500"]
    assert rows["segments whose sentences say nothing of nerve"] == ["1", "0", "0.0000"]


def test_pipes_of_a_pipeline_without_those_that_find_locations() -> None:
    region = {"region": {"@spine_regions": "spacy_spine.lumbar.v1"}}
    nlp = spacy.blank("en")
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("rule_location_ner", config=region)
    with pytest.raises(ModelError, match=r"assigns doc\._\.segments, of spine_sentencizer, rule_location_ner"):
        grouping_pipes(nlp)
    nlp.add_pipe("segment_grouper", config=region)
    nlp.add_pipe("spine_quality_flagger", config=region)
    assert [pipe.name for pipe in grouping_pipes(nlp)] == ["spine_sentencizer", "segment_grouper"]
