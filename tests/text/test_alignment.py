"""What two sequences have in common, exactly or within the bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import alignment
from articles.text.alignment import edits_between, matching_blocks

sequences = st.lists(st.sampled_from("abcdefgh"))


@pytest.fixture(autouse=True, params=[alignment.MAX_CELLS, 6], ids=str)
def _bound(request, monkeypatch):
    """Check short sequences beyond the bound too."""
    monkeypatch.setattr(alignment, "MAX_CELLS", request.param)


@given(sequences, sequences)
def test_blocks_are_equal_and_in_order(old, new):
    blocks = matching_blocks(old, new)
    end = new_end = 0
    for start, new_start, size in blocks:
        assert size and start >= end and new_start >= new_end
        end, new_end = start + size, new_start + size
        assert old[start:end] == new[new_start:new_end]


@given(sequences, sequences)
def test_blocks_and_the_edits_between_them_are_everything(old, new):
    result = list(old)
    edits = list(edits_between(matching_blocks(old, new), len(old), len(new)))
    for start, end, new_start, new_end in reversed(edits):
        assert start < end or new_start < new_end
        result[start:end] = new[new_start:new_end]
    assert result == new


@given(sequences)
def test_equal_sequences_match_completely(elements):
    assert sum(block.size for block in matching_blocks(elements, elements)) == len(elements)


def test_unique_elements_match_beyond_the_bound(monkeypatch):
    monkeypatch.setattr(alignment, "MAX_CELLS", 1)
    assert matching_blocks([*"xxAyyBzz"], [*"zzAxxByy"]) == [(2, 2, 1), (5, 5, 1)]


def test_common_ends_match_beyond_the_bound(monkeypatch):
    monkeypatch.setattr(alignment, "MAX_CELLS", 1)
    assert matching_blocks([*"aabaa"], [*"aacaa"]) == [(0, 0, 2), (3, 3, 2)]
