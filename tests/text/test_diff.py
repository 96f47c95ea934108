"""What a comparison of two texts displays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import alignment
from articles.text.diff import Piece, change_size, compare, fold

texts = st.text(alphabet="ab .\n\r中-# ", max_size=60)


def old_text(paragraphs):
    return "".join(p.text for item in paragraphs for p in item.pieces if p.kind != "ins")


def new_text(paragraphs):
    return "".join(p.text for item in paragraphs for p in item.pieces if p.kind != "del")


def kinds(old, new):
    return [paragraph.kind for paragraph in compare(old, new)]


@pytest.mark.parametrize("bound", [alignment.MAX_CELLS, 6])
@given(texts, texts)
def test_the_pieces_are_both_texts(bound, old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "MAX_CELLS", bound)
        paragraphs = compare(old, new)
    assert (old_text(paragraphs), new_text(paragraphs)) == (old, new)


@given(st.text(), st.text())
def test_the_pieces_of_any_characters_are_both_texts(old, new):
    paragraphs = compare(old, new)
    assert (old_text(paragraphs), new_text(paragraphs)) == (old, new)


@given(texts)
def test_equal_texts_have_equal_paragraphs_only(text):
    assert {paragraph.kind for paragraph in compare(text, text)} <= {"equal"}


@given(texts, texts)
def test_the_kind_of_a_paragraph_tells_its_pieces(old, new):
    for paragraph in compare(old, new):
        pieces = {piece.kind for piece in paragraph.pieces}
        assert paragraph.kind != "deleted" or pieces == {"del"}
        assert paragraph.kind != "inserted" or pieces == {"ins"}
        assert paragraph.kind != "changed" or pieces & {"del", "ins"}


def test_words_are_compared_within_a_changed_paragraph():
    (first, second) = compare("One two three.\n\nLast.", "One 2 three.\n\nLast.")
    assert first.kind == "changed"
    assert first.pieces == (
        Piece("equal", "One "),
        Piece("del", "two"),
        Piece("ins", "2"),
        Piece("equal", " three.\n\n"),
    )
    assert second.kind == "equal"


def test_a_text_is_added_or_removed():
    assert kinds("", "") == []
    assert kinds("", "One.\n\nTwo.") == ["inserted", "inserted"]
    assert kinds("One.\n\nTwo.", "") == ["deleted", "deleted"]


def test_a_paragraph_is_inserted_before_between_and_after():
    assert kinds("A.\n\nB.", "New.\n\nA.\n\nB.") == ["inserted", "equal", "equal"]
    assert kinds("A.\n\nB.", "A.\n\nNew.\n\nB.") == ["equal", "inserted", "equal"]
    assert kinds("A.\n\nB.", "A.\n\nB.\n\nNew.") == ["equal", "equal", "inserted"]
    assert kinds("A.\n", "A.\n\nNew.\n") == ["equal", "inserted"]


def test_blank_lines_are_a_change_except_at_the_end():
    assert kinds("- a\n- b", "- a\n\n- b") == ["changed", "equal"]
    (paragraph,) = compare("A.", "A.\n")
    assert (paragraph.kind, paragraph.text) == ("equal", "A.\n")


def test_list_items_headings_quotes_and_rows_are_paragraphs():
    text = "Text\nof two lines.\n# A\n- a\n  * b\n1. c\n| d |\n| e |\n> f\n> g\n"
    assert kinds(text, text.replace("e |", "x |")) == [*["equal"] * 6, "changed", *["equal"] * 2]


def test_a_paragraph_is_compared_with_the_most_similar_one():
    old = "Intro.\n\nThe council adopted the resolution in May.\n\nEnd."
    new = (
        "Intro.\n\nAn unrelated and different text.\n\n"
        "The council adopted the resolution in June.\n\nEnd."
    )
    assert kinds(old, new) == ["equal", "inserted", "changed", "equal"]


def test_similar_paragraphs_are_compared_in_order():
    old = "".join(f"Paragraph {n} of the text about things.\n\n" for n in "abcdef")
    assert kinds(old, old.replace("things", "matters")) == ["changed"] * 6


def test_a_paragraph_that_was_split_or_joined_is_compared_as_a_whole():
    one, two = (
        "The first sentence.\n\nThe other sentence.",
        "The first sentence. The other sentence.",
    )
    (split,), (joined,) = compare(two, one), compare(one, two)
    assert [piece.text for piece in split.pieces if piece.kind != "equal"] == [" ", "\n\n"]
    assert [piece.text for piece in joined.pieces if piece.kind != "equal"] == ["\n\n", " "]


def test_different_paragraphs_are_a_deletion_and_an_insertion():
    assert kinds("One two three four.", "Some other words here.") == ["deleted", "inserted"]


def test_line_ends_of_windows_end_paragraphs_too():
    assert kinds("A.\r\n\r\nB.\r\n- c\r\n", "A.\r\n\r\nB.\r\n- x\r\n") == [
        "equal",
        "equal",
        "changed",
    ]


def test_paragraphs_far_from_changes_are_folded():
    old = "".join(f"{letter}.\n\n" for letter in "abcdefghi")
    sections = fold(compare(old, old.replace("e", "x")), context=1)
    assert [(section.is_folded, len(section.paragraphs)) for section in sections] == [
        (True, 3),
        (False, 3),
        (True, 3),
    ]


@given(texts, texts, st.integers(0, 3))
def test_folding_loses_no_paragraph(old, new, context):
    paragraphs = compare(old, new)
    sections = fold(paragraphs, context)
    assert [item for section in sections for item in section.paragraphs] == paragraphs
    folded = [item for section in sections if section.is_folded for item in section.paragraphs]
    assert {item.kind for item in folded} <= {"equal"}


@pytest.mark.parametrize(
    ("old", "new", "size"),
    [
        ("", "", (0, 0)),
        ("", "one two", (2, 0)),
        ("one two", "", (0, 2)),
        ("one two three", "one 2 three four", (2, 1)),
        ("one, two", "one — two!", (0, 0)),
        ("学习", "深度学习", (2, 0)),
        ("مُحَمَّد", "محمد", (1, 1)),
    ],
)
def test_the_size_of_a_change_is_in_words(old, new, size):
    assert change_size(old, new) == size


@given(texts, texts)
def test_the_size_of_a_change_back_is_mirrored(old, new):
    assert change_size(old, new) == change_size(new, old)[::-1]
