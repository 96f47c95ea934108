"""Changes of two sides to one text: merged, or a conflict, and never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import alignment
from articles.text.merge import Choice, Conflict, Merge, merge, merge_sets, merge_values
from articles.text.tokens import split_tokens

texts = st.text(alphabet="ab .\n中", max_size=40)


@pytest.fixture(params=[alignment.MAX_CELLS, 6], ids=["short", "long"])
def any_length(request, monkeypatch):
    """Treat short texts as those beyond the bound of the alignment, too."""
    monkeypatch.setattr(alignment, "MAX_CELLS", request.param)


@pytest.mark.usefixtures("any_length")
@given(texts, texts)
def test_a_change_of_one_side_is_the_result(base, changed):
    assert merge(base, base, changed).resolve() == changed
    assert merge(base, changed, base).resolve() == changed


@pytest.mark.usefixtures("any_length")
@given(texts, texts)
def test_the_same_change_of_both_sides_is_made_once(base, changed):
    result = merge(base, changed, changed)
    assert result.resolve() == changed
    assert result.my_changes == result.their_changes


@pytest.mark.usefixtures("any_length")
@given(texts, texts, texts)
def test_both_sides_are_treated_equally(base, one, other):
    result, mirrored = merge(base, one, other), merge(base, other, one)
    assert mirrored.parts == tuple(
        Conflict(part.base, part.theirs, part.mine) if isinstance(part, Conflict) else part
        for part in result.parts
    )
    assert (result.my_changes, result.their_changes) == (
        mirrored.their_changes,
        mirrored.my_changes,
    )


@pytest.mark.usefixtures("any_length")
@given(texts, texts, texts)
def test_every_new_word_of_a_side_is_in_the_result_or_in_a_conflict(base, mine, theirs):
    result = merge(base, mine, theirs)
    merged = {
        token
        for part in result.parts
        for text in ((part.mine, part.theirs) if isinstance(part, Conflict) else (part,))
        for token in split_tokens(text)
    }
    new = {*split_tokens(mine), *split_tokens(theirs)} - {*split_tokens(base)}
    assert {token for token in new if not token.isspace()} <= merged


@st.composite
def separate_changes(draw):
    """Return a base of different words, and for some of them, with two words between, the side
    that changes them and the words to replace them with."""
    base = [f"base{number}" for number in range(draw(st.integers(1, 30)))]
    positions = draw(st.sets(st.integers(0, (len(base) - 1) // 3)))
    sides = st.sampled_from(["mine", "theirs", "both"])
    replacements = st.sampled_from([[], ["new"], ["a", "b"], ["old", "new"], ["new", "old"]])
    return base, {3 * position: (draw(sides), draw(replacements)) for position in positions}


def apply(base, changes, sides):
    words = []
    for position, word in enumerate(base):
        side, replacement = changes.get(position, ("", []))
        new = [word if text == "old" else f"{text}{position}" for text in replacement]
        words += new if side in sides else [word]
    return ", ".join(words)


@given(separate_changes())
def test_changes_that_do_not_touch_are_all_in_the_result(base_and_changes):
    base, changes = base_and_changes
    mine, theirs = (apply(base, changes, [side, "both"]) for side in ("mine", "theirs"))
    result = merge(", ".join(base), mine, theirs)
    assert result.is_clean
    assert result.resolve() == apply(base, changes, ["mine", "theirs", "both"])


@given(separate_changes())
def test_separate_changes_are_counted_by_side(base_and_changes):
    base, changes = base_and_changes
    mine, theirs = (apply(base, changes, [side, "both"]) for side in ("mine", "theirs"))
    result = merge(", ".join(base), mine, theirs)
    sides = [side for side, _replacement in changes.values()]
    assert result.my_changes == sides.count("mine") + sides.count("both")
    assert result.their_changes == sides.count("theirs") + sides.count("both")


@given(separate_changes())
def test_one_of_several_changes_is_undone(base_and_changes):
    base, changes = base_and_changes
    old, new = ", ".join(base), apply(base, changes, ["mine"])
    present = apply(base, changes, ["mine", "theirs"])
    undone = merge(base=new, mine=present, theirs=old)
    assert undone.resolve() == apply(base, changes, ["theirs"])


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "conflict"),
    [
        ("a b c", "a x c", "a y c", ("b", "x", "y")),
        ("a c", "a x c", "a y c", ("", "x ", "y ")),
        ("", "x", "y", ("", "x", "y")),
        ("a b c", "a c", "a x c", ("b ", "", "x ")),
        # They touch.
        ("a b c d", "a x c d", "a b y d", ("b c", "x c", "b y")),
        ("a b c", "a x b c", "a y c", ("b", "x b", "y")),
        ("a b, c", "a x, c", "a b. c", ("b,", "x,", "b.")),
        ("深度学习", "深入学习", "深度研习", ("度学", "入学", "度研")),
        ("مُحَمَّد", "محمد", "مُحَمَد", ("مُحَمَّد", "محمد", "مُحَمَد")),
    ],
)
def test_different_changes_that_touch_are_a_conflict(base, mine, theirs, conflict):
    assert merge(base, mine, theirs).conflicts == [Conflict(*conflict)]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("one two three", "ONE two three", "one two THREE", "ONE two THREE"),
        ("a, b", "x, b", "a, y", "x, y"),
        ("- a\n- b\n", "- x\n- b\n", "- a\n- y\n", "- x\n- y\n"),
        ("A.\n\nB.", "A. New.\n\nB.", "A.\n\nB.\n\nC.", "A. New.\n\nB.\n\nC."),
        ("a b c d", "b c d", "a b c", "b c"),
        ("深度学习的分支", "深入学习的分支", "深度学习的方法", "深入学习的方法"),
    ],
)
def test_changes_that_do_not_touch_are_merged(base, mine, theirs, expected):
    result = merge(base, mine, theirs)
    assert result.is_clean and result.resolve() == expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice.MINE, "The red fox."),
        (Choice.THEIRS, "The grey fox."),
        (Choice.BOTH, "The grey red fox."),
        ("white", "The white fox."),
        ("", "The  fox."),
        ("mine", "The mine fox."),
    ],
)
def test_a_conflict_is_resolved_by_a_choice(choice, expected):
    assert merge("The old fox.", "The red fox.", "The grey fox.").resolve([choice]) == expected


def test_each_conflict_has_its_own_choice():
    result = merge("a. Then c.", "x. Then z.", "1. Then 3.")
    assert result.resolve([Choice.MINE, Choice.THEIRS]) == "x. Then 3."


@pytest.mark.parametrize("choices", [[], [Choice.MINE] * 2])
def test_there_is_a_choice_for_each_conflict(choices):
    with pytest.raises(ValueError, match=r"shorter|longer"):
        merge("a", "b", "c").resolve(choices)


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("b", "a", "a b"),
        ("", "a", "a"),
        ("学", "深", "深学"),
        ("b\nc", "a", "a\nb\nc"),
        ("b\n\nc", "a", "a\n\nb\n\nc"),
        (" b", "a", "a b"),
    ],
)
def test_both_sides_of_a_conflict_stay_separate(mine, theirs, both):
    assert Merge((Conflict("", mine, theirs),), 1, 1).resolve([Choice.BOTH]) == both


@given(
    st.frozensets(st.integers(0, 9)),
    st.frozensets(st.integers(0, 9)),
    st.frozensets(st.integers(0, 9)),
)
def test_sets_have_the_changes_of_both_sides(base, mine, theirs):
    merged = merge_sets(base, mine, theirs)
    assert len(merged) == len(set(merged))
    assert set(merged) == (mine & theirs) | (mine - base) | (theirs - base)


def test_merged_sets_have_their_order_and_then_mine():
    assert merge_sets(["b", "a"], ["x", "b", "a", "y"], ["a", "z", "b"]) == [
        "a",
        "z",
        "b",
        "x",
        "y",
    ]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("a", "a", "a", "a"),
        ("a", "b", "a", "b"),
        ("a", "a", "b", "b"),
        ("a", "b", "b", "b"),
        ("a", "b", "c", Conflict("a", "b", "c")),
        (None, None, "", ""),
    ],
)
def test_a_value_is_that_of_the_side_that_changed_it(base, mine, theirs, expected):
    assert merge_values(base, mine, theirs) == expected
