"""Form fields: submitted text → values."""

import pytest
from django.core.exceptions import ValidationError

from articles.form_fields import LINE_BREAKS, MAX_NAMES, NamesField


def names(text, *initial_names, **options):
    field = NamesField(**options)
    field.initial_names = list(initial_names)
    return field.clean(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \r\n , ,,", []),
        ("a, b", ["a", "b"]),
        ("a،b、c，d", ["a", "b", "c", "d"]),
        ("a\r\nb\n\nc", ["a", "b", "c"]),
        ("  two   words ,x", ["two words", "x"]),
        ("Peace, PEACE, peace", ["Peace"]),
    ],
)
def test_names_are_split_at_line_breaks_and_commas(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Smith, John", ["Smith, John"]),
        ("Jack, Smith, John, Jill", ["Jack", "Smith, John", "Jill"]),
        ("Jack\r\n Smith, John \r\nJill", ["Jack", "Smith, John", "Jill"]),
        ("Smith, Johnny", ["Smith", "Johnny"]),
        ("Smith, John jr", ["Smith", "John jr"]),
        ("Smith,John", ["Smith", "John"]),
        ("Smith, John, Lord", ["Smith, John, Lord"]),
        ("Smith, John, Lord X", ["Smith, John", "Lord X"]),
        ("A Smith, John", ["A Smith", "John"]),
    ],
)
def test_an_initial_name_with_a_comma_is_not_split(text, expected):
    assert names(text, "Smith, John", "Smith, John, Lord", "Jack") == expected


def test_names_split_at_line_breaks_may_contain_commas():
    assert names("War, or Peace\r\nCalm", split_at=LINE_BREAKS) == ["War, or Peace", "Calm"]


def test_the_number_of_names_is_limited():
    text = ",".join(map(str, range(MAX_NAMES)))
    assert len(names(text)) == MAX_NAMES
    with pytest.raises(ValidationError, match="at most 500 are allowed"):
        names(f"{text},more")


def test_splitting_takes_linear_time(elapsed):
    initial_names = [f"ab,{'b' * index}" for index in range(200)]
    with elapsed(1):
        names("ab," * 20_000, *initial_names)
        names(" " * 100_000 + "x", *initial_names)
