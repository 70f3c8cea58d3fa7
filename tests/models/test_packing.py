from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_spine.models.packing import pack, windows


@given(st.lists(st.integers(1, 600), max_size=60), st.integers(1, 1000))
@settings(deadline=None)
def test_packs_hold_every_text_once_and_stay_under_the_limit(lengths, limit):
    packs = pack(lengths, limit)
    assert sorted(i for indices in packs for i in indices) == list(range(len(lengths)))
    for indices in packs:
        assert len(indices) == 1 or len(indices) * max(lengths[i] for i in indices) <= limit


def test_packing_pads_less_than_batches_in_the_order_of_the_text():
    lengths = [5, 180, 7, 160, 6, 170, 9, 150] * 8
    padded = sum(len(indices) * max(lengths[i] for i in indices) for indices in pack(lengths, 1024))
    unsorted = sum(8 * max(lengths[i : i + 8]) for i in range(0, len(lengths), 8))
    assert padded < 0.6 * unsorted
    assert padded < 1.1 * sum(lengths)


@given(st.integers(0, 5000), st.integers(1, 600))
@settings(deadline=None)
def test_windows_cover_a_row_without_overlap(length, limit):
    bounds = windows(length, limit)
    assert bounds[0][0] == 0
    assert bounds[-1][1] == length
    assert all(end == start for (_, end), (start, _) in pairwise(bounds))
    assert all(end - start <= limit for start, end in bounds)


@pytest.mark.parametrize(("length", "limit", "count"), [(10, 10, 1), (11, 10, 2), (0, 10, 1), (100, 10, 10)])
def test_no_more_windows_than_needed(length, limit, count):
    assert len(windows(length, limit)) == count
