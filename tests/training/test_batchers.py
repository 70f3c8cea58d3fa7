import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.training import Example

from spacy_spine.errors import ConfigError
from spacy_spine.pipeline import annotations
from spacy_spine.training.batchers import create_batch_by_characters, create_batch_by_segments

VOCAB = spacy.blank("en").vocab


def example(segments, text="word"):
    nlp = spacy.blank("en", vocab=VOCAB)
    reference = nlp.make_doc(text)
    annotations.write(reference, "gold", {f"L{i}": {"disc": "severe"} for i in range(segments)})
    return Example(nlp.make_doc(text), reference)


EXAMPLES = [example(n) for n in range(6)]


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(1, 12))
@settings(deadline=None, max_examples=50)
def test_batches_count_segments(counts, size):
    stream = [EXAMPLES[n] for n in counts]
    batches = list(create_batch_by_segments(size)(iter(stream)))
    lengths = [[len(annotations.read(eg.reference, "gold")) for eg in batch] for batch in batches]
    assert [n for batch in lengths for n in batch] == [n for n in counts if n], "in order, those without one left out"
    assert all(sum(batch) >= size for batch in lengths[:-1])
    assert all(sum(batch[:-1]) < size for batch in lengths)


def test_batches_count_characters():
    stream = [example(0, "x" * n) for n in (5, 5, 0, 11, 1)]
    batches = list(create_batch_by_characters(10)(stream))
    assert [[len(eg.reference.text) for eg in batch] for batch in batches] == [[5, 5], [11], [1]]


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ConfigError):
        create_batch_by_segments(0)
