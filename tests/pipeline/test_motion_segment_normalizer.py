"""Locations → motion segments, in a pipeline."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import spacy_spine.pipeline.motion_segment_normalizer
import spacy_spine.pipeline.rule_location_ner  # noqa: F401
from spacy_spine import get_regions
from spacy_spine.errors import AnatomyError
from spacy_spine.pipeline.motion_segment_normalizer import MotionSegmentNormalizer

TEXT = "L4-5 : bulge. Mild at L5/S1 , T12-L1 normal, seen by Smith."
MARKED = {"L4-5": "LOCATION", "L5/S1": "LOCATION", "T12-L1": "LOCATION", "Smith": "PERSON", "4-5": "LOCATION"}


@Language.component("test_marked_entities", assigns=["doc.ents"])
def mark(doc: Doc) -> Doc:
    """Each marked string becomes an entity, as a trained pipe would make it."""
    found = []
    for written, label in MARKED.items():
        at = doc.text.find(written)
        while at >= 0:
            found.append(doc.char_span(at, at + len(written), label=label, alignment_mode="expand"))
            at = doc.text.find(written, at + 1)
    doc.ents = spacy.util.filter_spans(found)
    return doc


def pipeline(region: str = "lumbar", keep_unresolved: bool = False, rule_mentions: bool = False) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("test_marked_entities")
    config = {
        "region": {"@spine_regions": f"spacy_spine.{region}.v1"},
        "keep_unresolved": keep_unresolved,
        "rule_mentions": rule_mentions,
    }
    nlp.add_pipe("motion_segment_normalizer", config=config)
    return nlp


def seen(doc: Doc) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(ent.text, ent.label_, ent._.motion_segments) for ent in doc.ents]


EXPECTED = [("L4-5", "LOCATION", ("L4-L5",)), ("L5/S1", "LOCATION", ("L5-S1",)), ("Smith", "PERSON", ())]


def test_resolves_and_removes_what_stands_for_nothing() -> None:
    assert seen(pipeline()(TEXT)) == EXPECTED


def test_rules_add_what_the_ner_missed() -> None:
    text = "L4-5 bulge, L3/4 normal, the lower two levels dry, seen by Smith."
    assert [found for found, *_ in seen(pipeline()(text))] == ["L4-5", "Smith"]
    assert seen(pipeline(rule_mentions=True)(text)) == [
        ("L4-5", "LOCATION", ("L4-L5",)),
        ("L3/4", "LOCATION", ("L3-L4",)),
        ("the lower two levels", "LOCATION", ("L4-L5", "L5-S1")),
        ("Smith", "PERSON", ()),
    ]


def test_a_mention_of_the_rules_replaces_a_part_of_it() -> None:
    # The NER marks "4-5" alone; the rules see the whole range.
    text = "L3-4 through 4-5 are normal."
    assert seen(pipeline()(text)) == [("4-5", "LOCATION", ("L4-L5",))]
    assert seen(pipeline(rule_mentions=True)(text)) == [("L3-4 through 4-5", "LOCATION", ("L3-L4", "L4-L5"))]


def test_keeps_unresolved_if_asked() -> None:
    kept = seen(pipeline(keep_unresolved=True)(TEXT))
    assert kept == [*EXPECTED[:2], ("T12-L1", "LOCATION", ()), EXPECTED[2]]


def test_default_region_is_lumbar() -> None:
    nlp = spacy.blank("en")
    assert nlp.add_pipe("motion_segment_normalizer").regions == get_regions("lumbar")


def test_numbers_without_letter_take_the_region_spoken_of() -> None:
    text = "CERVICAL SPINE\n4-5 : bulge\nLUMBAR SPINE\n4-5 : bulge"
    assert [ent[2] for ent in seen(pipeline("both")(text))] == [("C4-C5",), ("L4-L5",)]
    assert seen(pipeline("both")("4-5 : bulge")) == []
    assert [ent[2] for ent in seen(pipeline("lumbar")("4-5 : bulge"))] == [("L4-L5",)]


def test_half_a_mention_is_read_with_its_other_half() -> None:
    doc = spacy.blank("en")("Narrow from L3 to L5 .")
    doc.ents = [doc.char_span(12, 14, label="LOCATION")]
    assert doc.ents[0].text == "L3"
    doc = MotionSegmentNormalizer(region=get_regions("lumbar"))(doc)
    assert doc.ents[0]._.motion_segments == ("L3-L4", "L4-L5")


def test_a_region_or_regions_and_nothing_else() -> None:
    lumbar = get_regions("lumbar")
    assert MotionSegmentNormalizer(region=lumbar.parts[0]).regions == lumbar
    with pytest.raises(AnatomyError):
        MotionSegmentNormalizer(region="lumbar")  # type: ignore[arg-type]


def test_empty_doc() -> None:
    assert seen(pipeline()("")) == []
    assert list(pipeline().pipe([])) == []


def test_pipe_equals_call() -> None:
    nlp, texts = pipeline("both"), [TEXT, "", "C5-6", "Neck:\n4-5 : bulge", "nothing"]
    one_by_one = [seen(nlp(text)) for text in texts]
    assert [seen(doc) for doc in nlp.pipe(texts, batch_size=2)] == one_by_one
    assert [seen(doc) for doc in nlp.pipe(texts, batch_size=2, n_process=2)] == one_by_one


def test_doc_survives_storing() -> None:
    nlp = pipeline()
    doc = nlp(TEXT)
    assert seen(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == EXPECTED
    assert seen(pickle.loads(pickle.dumps(doc))) == EXPECTED
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    assert seen(next(DocBin().from_bytes(stored).get_docs(nlp.vocab))) == EXPECTED


def test_pipeline_survives_storing(tmp_path: Path) -> None:
    nlp = pipeline("both", keep_unresolved=True)
    expected = seen(nlp(TEXT))
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    pipe = again.get_pipe("motion_segment_normalizer")
    assert isinstance(pipe, MotionSegmentNormalizer)
    assert (pipe.regions, pipe.keep_unresolved) == (get_regions("both"), True)
    assert seen(again(TEXT)) == expected
    assert seen(spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())(TEXT)) == expected
    assert seen(pickle.loads(pickle.dumps(nlp))(TEXT)) == expected


@pytest.mark.parametrize("module", ["motion_segment_normalizer", "rule_location_ner"])
def test_importing_the_factory_imports_no_torch(module: str) -> None:
    # spaCy itself imports torch where thinc finds it, so only what comes on top of `import spacy` counts.
    code = (
        f"import spacy, sys; before = set(sys.modules); import spacy_spine.pipeline.{module}; "
        "new = set(sys.modules) - before; sys.exit(bool({m.split('.')[0] for m in new} & {'torch', 'transformers'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_mentions_import_no_spacy() -> None:
    code = "import spacy_spine.mentions, sys; sys.exit(bool({'spacy', 'torch', 'thinc'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
