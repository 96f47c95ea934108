"""What a text is split into before it is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.tokens import is_word, split_tokens


@given(st.text())
def test_the_tokens_of_a_text_are_the_text(text):
    assert "".join(split_tokens(text)) == text


@given(st.text(alphabet="aé中ก\u0301\u0e31\u200d\u0651\ufe0f👩🏽🇫 -'.1\r\n\t"))
def test_the_tokens_of_mixed_scripts_are_the_text(text):
    assert "".join(split_tokens(text)) == text


@pytest.mark.parametrize(
    "tokens",
    [
        ["Don’t", " ", "pay", " ", "$", "1,500.25", "!!"],
        ["l'homme", " ", "d’été"],
        ["well", "-", "known"],
        ["e\u0301te\u0301", "  ", "a"],
        ["**", "bold", "**", " ", "[[", "link", "]]"],
        ["ذهب", " ", "مُحَمَّد", "،", " ", "محـــمد"],
        ["می\u200cخواهم"],
        ["١٬٢٣٤", " ", "ب"],
        ["שו״ת", " ", 'צה"ל'],
        ["क्षत्रिय", " ", "हिन्दी"],
        ["深", "度", "学", "习", "。"],
        ["カ\u3099", "ー", "葛\U000e0100"],
        ["ｶﾞ"],
        ["학교에", " ", "간다"],
        ["ที่", "นี่", "๑๒"],
        ["ခ", "န္တ", "လေး"],
        ["ខ្មែ", "រ"],
        ["👩🏽\u200d🚒", "🇫🇷", "🇩🇪", "❤\ufe0f", "1\ufe0f\u20e3"],
        ["a", "\n", "b", "\n \n", "  ", "c"],
        ["a", "\r\n", "b", "\r", "c", "\r\n\r\n"],
        ["\u0301", "a", " \u0301"],
    ],
)
def test_tokens(tokens):
    assert split_tokens("".join(tokens)) == tokens


def test_words_have_a_letter_or_digit():
    tokens = ["word", "١", "中", "ー", "*a", "—", " ", "\n", "\u0301"]
    assert [token for token in tokens if is_word(token)] == ["word", "١", "中", "ー", "*a"]
