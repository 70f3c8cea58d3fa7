"""Sentences and locations → motion segments, in a pipeline."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from confection import ConfigValidationError
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

import spacy_spine.pipeline.motion_segment_normalizer
import spacy_spine.pipeline.rule_location_ner
import spacy_spine.pipeline.segment_grouper
import spacy_spine.pipeline.spine_sentencizer
import spacy_spine.pipeline.tokenizer  # noqa: F401
from spacy_spine import get_regions
from spacy_spine.errors import AnatomyError, ConfigError
from spacy_spine.pipeline.segment_grouper import SegmentGrouper

LUMBAR = (
    "FINDINGS:\nL4-5: Large extrusion. It compresses the root.\nL5/S1: Normal.\nOther levels are normal.\n\n"
    "The conus is normal."
)
CERVICAL = "C5-6: Extrusion. The cord is flattened.\nC7-T1 normal."
BOTH = f"CERVICAL SPINE\n{CERVICAL}\n\nLUMBAR SPINE\n{LUMBAR}"
TEXTS = [LUMBAR, "", CERVICAL, BOTH, "  \n ", "No level is named here. Normal study."]


def pipeline(region: str = "lumbar", **config: object) -> Language:
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    where = {"region": {"@spine_regions": f"spacy_spine.{region}.v1"}}
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("rule_location_ner", config=where)
    nlp.add_pipe("motion_segment_normalizer", config=where)
    nlp.add_pipe("segment_grouper", config=where | config)
    return nlp


def seen(doc: Doc) -> list[object]:
    spans = [(span.text.strip(), span.label_, span._.grouped_by) for span in doc.spans["motion_segments"]]
    others = [span.text.strip() for span in doc.spans["no_motion_segment"]]
    return [spans, others, [(segment.name, segment.region) for segment in doc._.segments]]


def test_a_report() -> None:
    spans, others, segments = seen(pipeline()(LUMBAR))
    assert spans == [
        ("L4-5: Large extrusion.", "L4-L5", "explicit"),
        ("It compresses the root.", "L4-L5", "item"),
        ("L5/S1: Normal.", "L5-S1", "explicit"),
        ("Other levels are normal.", "L1-L2", "collective"),
        ("Other levels are normal.", "L2-L3", "collective"),
        ("Other levels are normal.", "L3-L4", "collective"),
    ]
    assert others == ["FINDINGS:", "The conus is normal."]
    assert segments == [(name, "lumbar") for name in get_regions("lumbar").motion_segments]


def test_the_views() -> None:
    segment = next(segment for segment in pipeline()(LUMBAR)._.segments if segment.name == "L4-L5")
    assert [span.text for span in segment.spans] == ["L4-5: Large extrusion.", "It compresses the root."]
    assert all(isinstance(span, Span) for span in segment.spans)


@pytest.mark.parametrize("region", ["lumbar", "cervical", "both"])
def test_every_sentence_is_placed_and_every_segment_found_in_order(region: str) -> None:
    nlp, regions = pipeline(region), get_regions(region)
    for doc in nlp.pipe(TEXTS):
        keys = ("motion_segments", "no_motion_segment")
        placed = {(span.start_char, span.text) for key in keys for span in doc.spans[key]}
        assert {text for _, text in placed} == {part.text.strip() for part in doc.sents} - {""}
        assert len(placed) == sum(not part.text.isspace() for part in doc.sents)
        spans = doc.spans["motion_segments"]
        assert [span.start for span in spans] == sorted(span.start for span in spans)
        names = [segment.name for segment in doc._.segments]
        assert names == [name for name in regions.motion_segments if name in {span.label_ for span in spans}]
        assert {name for ent in doc.ents for name in ent._.motion_segments} <= set(names)


def test_both_regions_are_kept_apart() -> None:
    doc = pipeline("both")(BOTH)
    found = {span.label_: span.text for span in doc.spans["motion_segments"] if span._.grouped_by == "item"}
    assert found == {"C5-C6": "The cord is flattened.", "L4-L5": "It compresses the root."}


def test_a_lumbar_pipeline_leaves_the_neck_alone() -> None:
    doc = pipeline("lumbar")(
        f"LUMBAR SPINE\nL4-5: bulge.\n\nCERVICAL SPINE\n{CERVICAL}\nThe remaining discs are normal."
    )
    assert [segment.name for segment in doc._.segments] == ["L4-L5"]
    assert [span.text.strip() for span in doc.spans["motion_segments"]] == ["L4-5: bulge."]


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\f", "\u2028"])
def test_line_ends_of_every_system(line_end: str) -> None:
    nlp = pipeline()
    assert seen(nlp(LUMBAR.replace("\n", line_end))) == seen(nlp(LUMBAR))


def test_entities_of_other_labels_are_no_mentions() -> None:
    nlp = pipeline()
    doc = nlp.make_doc("L4-5: bulge.")
    doc = nlp.get_pipe("spine_sentencizer")(doc)
    doc.ents = [doc.char_span(0, 4, label="PERSON")]
    assert nlp.get_pipe("segment_grouper")(doc)._.segments == ()


def test_grouping_again_replaces_what_was_there() -> None:
    nlp = pipeline()
    doc = nlp(LUMBAR)
    before = seen(doc)
    assert seen(nlp.get_pipe("segment_grouper")(doc)) == before


def test_empty_docs_and_batches() -> None:
    nlp = pipeline()
    for text in ("", "  \n "):
        assert seen(nlp(text)) == [[], [], []]
    assert list(nlp.pipe([])) == []


@pytest.mark.parametrize("region", ["lumbar", "cervical", "both"])
def test_pipe_equals_call(region: str) -> None:
    nlp = pipeline(region)
    one_by_one = [seen(nlp(text)) for text in TEXTS]
    assert [seen(doc) for doc in nlp.pipe(TEXTS, batch_size=2)] == one_by_one
    assert [seen(doc) for doc in nlp.pipe(TEXTS, batch_size=2, n_process=2)] == one_by_one


@pytest.mark.parametrize("region", ["lumbar", "cervical", "both"])
def test_survives_storing(region: str, tmp_path: Path) -> None:
    nlp = pipeline(region)
    doc = nlp(BOTH)
    expected = seen(doc)
    assert seen(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == expected
    assert seen(pickle.loads(pickle.dumps(doc))) == expected
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    assert seen(next(DocBin().from_bytes(stored).get_docs(nlp.vocab))) == expected
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert again.get_pipe("segment_grouper").regions == get_regions(region)
    assert seen(again(BOTH)) == expected
    assert seen(pipeline(region).from_bytes(nlp.to_bytes())(BOTH)) == expected
    assert seen(pickle.loads(pickle.dumps(nlp))(BOTH)) == expected


def test_rules_from_the_config_survive_storing(tmp_path: Path) -> None:
    nlp = pipeline(rules=["spacy_spine.explicit.v1"])
    nlp.to_disk(tmp_path / "model")
    spans, _, _ = seen(spacy.load(tmp_path / "model")(LUMBAR))
    assert [span[2] for span in spans] == ["explicit", "explicit"]


def test_mistakes_in_a_config() -> None:
    with pytest.raises(ConfigError, match="nonsense"):
        pipeline(rules=["nonsense"])
    with pytest.raises(ConfigValidationError):
        pipeline(rules=3)
    with pytest.raises(AnatomyError):
        SegmentGrouper(region="lumbar")  # type: ignore[arg-type]


def test_default_region_is_lumbar_and_the_needs_are_declared() -> None:
    nlp = spacy.blank("en")
    assert nlp.add_pipe("segment_grouper").regions == get_regions("lumbar")
    assert nlp.analyze_pipes()["problems"]["segment_grouper"] == ["doc.sents", "doc.ents", "span._.motion_segments"]
    assert not pipeline().analyze_pipes()["problems"]["segment_grouper"]


@pytest.mark.parametrize("module", ["segment_grouper", "spine_sentencizer", "tokenizer"])
def test_importing_the_factory_imports_no_torch(module: str) -> None:
    # spaCy itself imports torch where thinc finds it, so only what comes on top of `import spacy` counts.
    code = (
        f"import spacy, sys; before = set(sys.modules); import spacy_spine.pipeline.{module}; "
        "new = set(sys.modules) - before; sys.exit(bool({m.split('.')[0] for m in new} & {'torch', 'transformers'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
