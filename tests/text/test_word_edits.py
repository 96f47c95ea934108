"""How the words that changed are selected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import alignment
from articles.text.tokens import split_tokens
from articles.text.word_edits import join_edits, word_edits

texts = st.text(alphabet="ab .\n中", max_size=40)


def apply(edits, old, new):
    tokens = list(old)
    for start, end, new_start, new_end in reversed(edits):
        tokens[start:end] = new[new_start:new_end]
    return tokens


@pytest.mark.parametrize("bound", [alignment.MAX_CELLS, 6])
@given(texts, texts)
def test_edits_turn_one_text_into_the_other(bound, old, new):
    old, new = split_tokens(old), split_tokens(new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "MAX_CELLS", bound)
        edits = word_edits(old, new)
    assert apply(edits, old, new) == new
    assert apply(join_edits(edits, old, new), old, new) == new


@given(texts, texts)
def test_edits_are_in_order_and_begin_and_end_with_a_difference(old, new):
    old, new = split_tokens(old), split_tokens(new)
    end = 0
    for edit in word_edits(old, new):
        assert edit.start >= end
        end = edit.end
        if edit.start < edit.end and edit.new_start < edit.new_end:
            assert old[edit.start] != new[edit.new_start]
            assert old[edit.end - 1] != new[edit.new_end - 1]


def changed(old, new):
    """Return the deleted and inserted texts of each edit."""
    old, new = split_tokens(old), split_tokens(new)
    return [
        ("".join(old[start:end]), "".join(new[new_start:new_end]))
        for start, end, new_start, new_end in join_edits(word_edits(old, new), old, new)
    ]


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ("a b c", "a x c", [("b", "x")]),
        ("one two", "one two three", [("", " three")]),
        # An insertion begins after a space, a sentence or a line.
        ("the cat sat", "the big cat sat", [("", "big ")]),
        ("A. B.", "A. New one. B.", [("", "New one. ")]),
        ("A. B. C.", "A. C.", [("B. ", "")]),
        ("**a** b", "**x** **a** b", [("", "**x** ")]),
        ("- a\n- b\n", "- a\n- x\n- b\n", [("", "- x\n")]),
        # Spaces and the few words of a rewritten sentence don't divide an edit.
        ("one two three", "four five six", [("one two three", "four five six")]),
        (
            "Peace is not the absence of war.",
            "Peace is the presence of justice.",
            [("not the absence of war", "the presence of justice")],
        ),
        # A longer run of equal words does.
        (
            "Old members of the Security Council vote.",
            "New members of the Security Council veto.",
            [("Old", "New"), ("vote", "veto")],
        ),
        ("深度学习是机器学习的分支。", "深度学习是机器学习的方法。", [("分支", "方法")]),
        ("ذهب محمد إلى السوق", "ذهب محمد إلى المدرسة", [("السوق", "المدرسة")]),
    ],
)
def test_edits_are_readable(old, new, edits):
    assert changed(old, new) == edits


def test_long_texts_are_compared_by_lines_first(monkeypatch):
    monkeypatch.setattr(alignment, "MAX_CELLS", 30)
    old, new = "x a x\nb b\nc c\ny d\n", "x 1 x\nb b\nc c\ny 2\n"
    assert changed(old, new) == [("a", "1"), ("d", "2")]
