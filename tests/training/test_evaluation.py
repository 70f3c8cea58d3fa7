"""Evaluation through the public interface, on pipelines that find what they are told to find."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from spacy_spine import get_regions
from spacy_spine.corpus import AnnotatedReport, Location, SegmentLabels
from spacy_spine.errors import CorpusError, ModelError
from spacy_spine.pipeline import annotations
from spacy_spine.training.evaluation import Evaluation, evaluate, location_pipes
from spacy_spine.training.tables import evaluation_tables

LUMBAR, BOTH = get_regions("lumbar"), get_regions("both")
# Text → what the toy pipes find there: locations, and labels by segment.
TOLD: dict[str, tuple[dict[str, list[str]], dict[str, dict[str, str]]]] = {}


@Language.component("told_locations", assigns=["doc.ents", "span._.motion_segments"])
def told_locations(doc: Doc) -> Doc:
    found = TOLD[doc.text][0]
    places = {key: tuple(map(int, key.split(":"))) for key in found}
    doc.ents = [doc.char_span(*place, label="LOCATION") for place in places.values()]
    annotations.write(doc, "locations", found)
    return doc


@Language.component("told_segments", requires=["doc.ents"], assigns=["doc.spans", "doc._.segments"])
def told_segments(doc: Doc) -> Doc:
    """The segments that the locations name, so that gold locations make a difference."""
    named = {name for ent in doc.ents for name in ent._.motion_segments}
    found = [name for name in BOTH.motion_segments if name in named]
    doc.spans[annotations.SEGMENT_SPANS] = [Span(doc, 0, len(doc), label=name) for name in found]
    annotations.write(doc, "regions", {name: BOTH.region_of(name).name for name in found})
    return doc


@Language.component("told_severities", assigns=["doc._.segments"])
def told_severities(doc: Doc) -> Doc:
    labels = TOLD[doc.text][1]
    scores = {name: {task: {label: 1.0} for task, label in one.items()} for name, one in labels.items()}
    annotations.write(doc, "severities", scores)
    return doc


def pipeline(*pipes: str) -> Language:
    nlp = spacy.blank("en")
    for pipe in pipes or ("told_locations", "told_segments", "told_severities"):
        nlp.add_pipe(pipe)
    return nlp


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    TOLD.clear()


Tell = Callable[..., AnnotatedReport]
FINE = {"stenosis": "none_mild", "disc": "none_mild", "nerve": "normal"}
NECK = {"stenosis": "severe", "disc": "none_mild", "cord": "abnormal", "foraminal": "normal"}


def told(
    id: str, gold: dict[str, dict], found: dict[str, dict], region: str = "lumbar", **mentions: str
) -> AnnotatedReport:
    """A report whose text is a list of segments; `gold` are annotated at their names, `found` is what the pipes say."""
    names = sorted({*gold, *found})
    text = f"{id} SECRET " + " ".join(name.replace("-", "") for name in names)
    places = {name: (text.index(name.replace("-", "")), text.index(name.replace("-", "")) + 4) for name in names}
    TOLD[text] = ({f"{places[name][0]}:{places[name][1]}": [name] for name in found}, found)
    return AnnotatedReport(
        id=id,
        text=text,
        region=region,
        locations=tuple(Location(*places[name], (name,)) for name in sorted(gold)),
        segments={
            name: SegmentLabels(mentions.get(name.replace("-", "_"), "explicit"), one) for name, one in gold.items()
        },
    )


def run(*reports: AnnotatedReport, nlp: Language | None = None, **settings: Any) -> Evaluation:
    return evaluate(nlp or pipeline(), reports, **{"regions": LUMBAR, "progress": False, **settings})


def test_a_pipeline_that_finds_everything_is_perfect() -> None:
    report = told(
        "a", {"L4-L5": FINE | {"disc": "severe"}, "L5-S1": FINE}, {"L4-L5": FINE | {"disc": "severe"}, "L5-S1": FINE}
    )
    result = run(report)
    scores = result.scores["all"]
    assert list(result.scores) == ["all"]
    assert {name: one["f1"] for name, one in scores["locations"].items()} == {"spans": 1, "overlap": 1, "resolved": 1}
    assert scores["segments"]["f1"] == 1
    assert {name: one["macro_f1"] for name, one in scores["severities"].items()} == {
        "stenosis": 1,
        "disc": 1,
        "nerve": 1,
    }
    assert result.errors == ()


def test_misses_and_inventions_count_end_to_end() -> None:
    missed = told("a", {"L4-L5": FINE | {"disc": "severe"}, "L5-S1": FINE}, {"L5-S1": FINE})
    invented = told("b", {"L4-L5": FINE}, {"L4-L5": FINE, "L3-L4": FINE | {"disc": "moderate"}})
    result = run(missed, invented)
    disc = result.scores["all"]["severities"]["disc"]
    assert (disc["pairs"], disc["missed"], disc["invented"]) == (2, 1, 1)
    assert disc["labels"]["severe"]["f1"] == disc["labels"]["moderate"]["f1"] == 0
    assert disc["macro_f1"] == pytest.approx(1 / 3)
    kinds = [(one["id"], one["kind"], one["segment"]) for one in result.errors]
    assert kinds == [
        ("a", "location_missed", None),
        ("a", "segment_missed", "L4-L5"),
        ("b", "location_invented", None),
        ("b", "segment_invented", "L3-L4"),
    ]


def test_wrong_labels_are_listed_with_what_was_given() -> None:
    result = run(told("a", {"L4-L5": FINE | {"disc": "severe"}}, {"L4-L5": FINE | {"disc": "moderate"}}))
    assert result.errors == (
        {
            "id": "a",
            "kind": "severity_wrong",
            "segment": "L4-L5",
            "pathology": "disc",
            "gold": "severe",
            "predicted": "moderate",
            "mention": "explicit",
            "start": None,
            "end": None,
        },
    )


def test_gold_locations_take_the_place_of_those_found() -> None:
    report = told("a", {"L4-L5": FINE}, {"L5-S1": FINE})
    nlp = pipeline()
    assert run(report, nlp=nlp).scores["all"]["segments"]["f1"] == 0
    given = run(report, nlp=nlp, gold_locations=True)
    assert given.scores["all"]["segments"]["f1"] == 1
    assert given.scores["all"]["locations"]["overlap"]["f1"] == 1
    assert given.gold_locations
    assert nlp.pipe_names == ["told_locations", "told_segments", "told_severities"]  # as before


def test_gold_labels_are_never_on_the_docs_of_the_pipeline() -> None:
    seen = []

    @Language.component("spy", assigns=["doc._.segments"])
    def spy(doc: Doc) -> Doc:
        seen.append(set(doc.user_data.get(annotations.KEY, {})))
        return doc

    nlp = pipeline("told_locations", "spy")
    report = told("a", {"L4-L5": FINE}, {"L4-L5": FINE})
    run(report, nlp=nlp)
    run(report, nlp=nlp, gold_locations=True)
    assert seen == [{"locations"}, {"locations"}]


def test_gold_locations_need_a_pipe_that_they_replace() -> None:
    report = told("a", {"L4-L5": FINE}, {"L4-L5": FINE})
    nlp = pipeline("told_segments")
    assert location_pipes(nlp) == []
    with pytest.raises(ModelError, match="gold locations cannot be given"):
        run(report, nlp=nlp, gold_locations=True)


def test_a_pipeline_without_severities_is_measured_by_what_it_finds() -> None:
    result = run(told("a", {"L4-L5": FINE}, {"L4-L5": FINE}), nlp=pipeline("told_locations", "told_segments"))
    assert result.scores["all"]["segments"]["f1"] == 1
    assert result.scores["all"]["severities"] == {}
    assert result.not_graded == ("stenosis", "disc", "nerve")


def test_a_pipeline_of_one_pathology_is_measured_by_it() -> None:
    result = run(told("a", {"L4-L5": FINE}, {"L4-L5": {"disc": "none_mild"}}))
    assert set(result.scores["all"]["severities"]) == {"disc"}
    assert result.not_graded == ("stenosis", "nerve")


def test_a_pipeline_that_finds_nothing_scores_nothing() -> None:
    result = run(told("a", {"L4-L5": FINE}, {}))
    assert {one["macro_f1"] for one in result.scores["all"]["severities"].values()} == {0}


def test_other_mentions_count_where_found() -> None:
    found = told("a", {"L4-L5": FINE}, {"L4-L5": FINE | {"disc": "severe"}}, L4_L5="other")
    missed = told("b", {"L4-L5": FINE}, {}, L4_L5="other")
    result = run(found, missed)
    assert result.scores["all"]["segments"]["f1"] is None
    assert result.scores["all"]["severities"]["disc"]["pairs"] == 1
    assert [(one["id"], one["kind"]) for one in result.errors] == [("a", "severity_wrong"), ("b", "location_missed")]


def test_regions_are_measured_apart_and_together() -> None:
    gold = {"C5-C6": NECK, "L4-L5": FINE}
    result = run(told("a", gold, {"C5-C6": NECK, "L5-S1": FINE}, "both"), regions=BOTH)
    assert result.scores["cervical"]["segments"]["f1"] == 1
    assert result.scores["lumbar"]["segments"]["f1"] == 0
    assert result.scores["all"]["segments"]["f1"] == 0.5
    assert result.scores["cervical"]["locations"]["overlap"]["f1"] == 1
    assert set(result.scores["lumbar"]["severities"]) == {"stenosis", "disc", "nerve"}
    assert result.scores["lumbar"]["severities"]["disc"]["pairs"] == 0
    assert result.scores["all"]["severities"]["disc"]["pairs"] == 1


def test_what_is_of_another_region_does_not_count() -> None:
    neck = told("a", {"C5-C6": NECK}, {"C5-C6": NECK}, "cervical")
    both = told("b", {"C5-C6": NECK, "L4-L5": FINE}, {"C6-C7": NECK, "L4-L5": FINE}, "both")
    result = run(neck, both)
    assert (result.reports, result.regions) == (1, ("lumbar",))
    assert result.scores["all"]["locations"]["spans"]["f1"] == 1
    assert result.scores["all"]["segments"]["f1"] == 1
    assert result.errors == ()
    with pytest.raises(CorpusError, match="No report is annotated for region lumbar"):
        run(neck)


def test_a_label_that_its_pathology_has_not_is_one_sentence() -> None:
    with pytest.raises(
        CorpusError, match=r"^a: L4-L5.disc: unknown label 'huge'; there are none_mild, moderate, severe"
    ):
        run(told("a", {"L4-L5": FINE | {"disc": "huge"}}, {}))


def test_confidence_is_measured_where_segments_were_found() -> None:
    right = told("a", {"L4-L5": FINE, "L5-S1": FINE}, {"L4-L5": FINE})
    wrong = told("b", {"L4-L5": FINE | {"disc": "severe"}}, {"L4-L5": FINE, "L3-L4": FINE})
    result = run(right, wrong)
    disc = result.scores["all"]["severities"]["disc"]
    # The toy is always certain and right in one of the two annotated segments that it found.
    assert (disc["confidence"]["grades"], disc["confidence"]["mean"], disc["confidence"]["ece"]) == (2, 1.0, 0.5)
    (first, *_) = disc["risk_coverage"]
    assert (first["left"], first["grades"], first["macro_f1"]) == (0.0, 3, disc["macro_f1"])
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in evaluation_tables([result]).splitlines()]
    assert ["disc", "1.000", "0.500", "0.500", "0.500", "1.000", "13.816"] in lines
    assert ["least certain left to a person", "0%", "5%", "10%", "20%"] in lines
    assert ["disc, accuracy", "0.500", "0.500", "0.500", "0.500"] in lines


def test_no_text_unless_asked() -> None:
    reports = [told("a", {"L4-L5": FINE, "L5-S1": FINE}, {"L3-L4": FINE, "L5-S1": FINE | {"disc": "severe"}})]
    result = run(*reports)
    everything = json.dumps([result.to_dict(), result.errors]) + evaluation_tables([result]) + repr(result)
    assert len(result.errors) == 5
    assert "SECRET" not in everything
    asked = run(*reports, with_text=True)
    assert all("SECRET" in one["text"] for one in asked.errors)


def test_all_figures_are_plain_data_and_in_the_tables() -> None:
    result = run(told("a", {"L4-L5": FINE | {"disc": "severe"}}, {"L4-L5": FINE | {"disc": "moderate"}}))
    assert json.loads(json.dumps(result.to_dict())) == result.to_dict()
    tables = evaluation_tables([result, run(told("b", {"L4-L5": FINE}, {"L4-L5": FINE}), gold_locations=True)])
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in tables.splitlines()]
    assert ["disc", "0.000", "0.000", "0.000", "1", "0", "0", "none_mild"] in lines
    assert ["disc: severe", "0.000", "0.000", "0.000", "1"] in lines
    assert ["severe", "0", "1", "0", "0"] in lines  # its row of the confusion matrix
    assert ["motion segments", "1.000", "1.000", "1.000", "1", "0", "0"] in lines
    assert "## Given the gold locations: 1 reports, lumbar" in tables.splitlines()
