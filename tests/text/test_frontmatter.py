"""Front matter and body come apart and together again without a change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.frontmatter import FrontMatterError, join, split

KEYS = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
VALUES = st.text() | st.text(alphabet="a: #-'\"\\\n\t,[]{}&*!|>%@`=~.?<0\x85\u2028\ufeff🙂")
FIELDS = st.dictionaries(KEYS, VALUES | st.lists(VALUES))
BODIES = st.text() | st.text(alphabet="-\n a:\x85\u2028\ufeff")


@given(FIELDS, BODIES.filter(lambda body: "\r\n" not in body))
def test_split_is_the_inverse_of_join(fields, body):
    assert split(join(fields, body))[:2] == (fields, body)


@pytest.mark.parametrize(
    "value",
    [
        *("no", "007", "", "null", "1.5", "2020-01-01", "~", "=", "<<", "---", "...", "- a"),
        *("a: b", "a #b", "a:", " a ", "'a'", '"a"', "a\nb", "a\n", "\\", "*a", "&a", "!a", "%a"),
        *("\x00", "\x07", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "🙂", "a\tb", "[", "{}"),
        "long " * 500,
    ],
)
def test_any_string_reads_back_equal(value):
    assert split(join({"a": value, "b": [value, "c"]}, "")).fields == {
        "a": value,
        "b": [value, "c"],
    }


def test_output_is_plain_yaml():
    fields = {"title": "War: a history", "summary": "Long " * 40 + "words", "tags": ["a", "é b"]}
    assert join({**fields, "aliases": []}, "Body\n") == (
        '---\ntitle: "War: a history"\nsummary: ' + "Long " * 40 + "words\n"
        "tags:\n- a\n- é b\naliases: []\n---\n\nBody\n"
    )


def test_hand_written_yaml_is_read():
    result = split('---\ntitle: "A: b"\ntags: [a, "b, c"]\nno: no\nn: 007\n---\n\n\nBody\n')
    assert result.fields == {"title": "A: b", "tags": ["a", "b, c"], "no": "no", "n": "007"}
    assert result.body == "\nBody\n"


def test_fields_have_line_numbers():
    result = split("---\ntitle: A\n# remark\ntags:\n- a\n- b\nslug: x\n---\n\nBody")
    assert result.lines == {"title": 2, "tags": 4, "slug": 7}
    assert result.body_line == 10
    assert split("---\na: b\n---\nBody").body_line == 4
    assert split("Body").body_line == 1


def test_byte_order_mark_and_windows_line_endings_are_removed():
    assert split("\ufeff---\r\na: b\r\n---\r\n\r\nx\r\ny")[:2] == ({"a": "b"}, "x\ny")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Words",
        "---\nWords\n",
        "---\ntitle: A\n",
        "---\n\nWords\n\n---\n",
        "---\n- a\n---\n",
        "\n---\na: b\n---\n",
        "----\na: b\n----\n",
    ],
)
def test_a_document_without_a_mapping_is_all_body(text):
    assert split(text)[:2] == ({}, text)


@pytest.mark.parametrize(
    ("block", "line", "says"),
    [
        ("title: A\ntitle: B\n", 3, "title"),
        ("a: b\nc:\n  d: e\n", 4, "“c”"),
        ("a: b\nc:\n- d: e\n", 4, "“c”"),
        ("a: [[b]]\n", 2, "“a”"),
        ("a: " + "[" * 200_000 + "\n", 2, "“a”"),
        ("a: &x b\nc: *x\n", 3, "“c”"),
        ("a: b\n...\n--- c\n", 4, "ends before"),
        ("[a]: b\n", 2, "key"),
        ("a: b\nc: 'd\n", 3, "YAML"),
        ("a: b: c\n", 2, "quotes"),
        ("a: b\nc: \x07\n", 3, "U+0007"),
    ],
)
def test_invalid_front_matter_is_reported_with_its_line(block, line, says):
    with pytest.raises(FrontMatterError) as caught:
        split(f"---\n{block}---\n")
    assert says in caught.value.message
    assert caught.value.line == line


def test_a_large_document_is_split_in_linear_time(elapsed):
    with elapsed(1):
        split("---\n" + "-- \n" * 250_000)
        split("---\na: b\n---\n\n" + "x\n" * 500_000)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("深度\n  学习", "深度学习"),
        ('"深度\n  学习"', "深度学习"),
        ("'深度\n  学习'", "深度学习"),
        (">\n  深度\n  学习\n", "深度学习\n"),
        (">-\n  深度\n  学习", "深度学习"),
        ("|\n  深度\n  学习\n", "深度\n学习\n"),
        ("深度\n\n  学习", "深度\n学习"),
        ("one\n  two\n  ثلاثة\n  네", "one two ثلاثة 네"),
        ('"a\\n\n  b"', "a\n b"),
    ],
)
def test_a_folded_value_is_joined_as_a_paragraph_is(value, text):
    assert split(f"---\nsummary: {value}\n---\n").fields["summary"] == text


def test_folded_items_of_a_list_are_joined_as_a_paragraph_is():
    fields = split("---\naliases:\n- 深度\n  学习\n- a\n  b\n---\n").fields
    assert fields == {"aliases": ["深度学习", "a b"]}
