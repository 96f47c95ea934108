"""How names are compared, addressed, ordered and split."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.names import INVISIBLE, direction, fold, is_slug, slug, sort_key, split_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cross-Border_Defense  Collaborations", "cross-border-defense-collaborations"),
        ("  Peace\t", "peace"),
        ("_Peace_", "peace"),
        ("Straße", "STRASSE"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("Nation’s", "Nation's"),
        ("“War”", '"war"'),
        ("a–b", "a−b"),
        ("a — b", "a b"),
        ("Pea\u200bce\u00ad", "peace"),
        ("Pea\x00ce", "peace"),
        ("مُحَمَّد", "محمد"),
        ("کتاب", "كتاب"),
        ("علی", "علي"),
        ("قرن ۲۰", "قرن ٢٠"),
        ("قرن ۲۰", "قرن 20"),
        ("ہند", "هند"),
        ("خانۀ ما", "خانهٔ ما"),
        ("ی\u0654", "ئ"),
        ("محـــمد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("\u0645\u0624\u0645\u0646", "\u0645\u0648\u0654\u0645\u0646"),
        ("café", "cafe\u0301"),
        ("❤️", "❤"),
        ("❤\ufe0f", "❤\ufe0e"),
        ("⚠️ Caution", "⚠ caution"),
        ("1️⃣", "1⃣"),
        ("👩\u200d🚒", "👩🚒"),
        ("葛\U000e0100城", "葛城"),
        ("ᠨ\u180bᠠ", "ᠨᠠ"),
        ("ក\u17b5", "ក"),
        ("a\u034f\u0301", "á"),
        ("가\u3164", "가"),
        ("İstanbul", "istanbul"),
        ("İSTANBUL", "Istanbul"),
        ("i\u0307stanbul", "istanbul"),
        ("I\u200d\u0307zmir", "izmir"),
        ("J\u0307", "j"),
        ("i\u0307\u0301", "í"),
        ("Ｉ\u0307", "i"),
    ],
)
def test_equal_names(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A-", "A"),
        ("-A", "A"),
        ("C", "C++"),
        ("C", "C#"),
        ("café", "cafe"),
        ("कि", "क"),
        ("ที่", "ที"),
        ("أمن", "امن"),
        ("no", "know"),
        ("sınır", "sinir"),
        ("ża", "za"),
        ("é", "ė"),
        ("❤", "♥"),
    ],
)
def test_different_names(one, other):
    assert fold(one) != fold(other)


def test_every_unicode_dash_separates_words():
    dashes = [chr(c) for c in range(sys.maxunicode) if unicodedata.category(chr(c)) == "Pd"]
    assert [d for d in [*dashes, "\u2212"] if fold(f"a{d}b") != "a b"] == []


def test_no_invisible_character_counts():
    ignorable = re.compile(f"[{INVISIBLE}]")
    invisible = [c for c in map(chr, range(sys.maxunicode)) if ignorable.match(c)]
    assert len(invisible) > 4000
    assert [c for c in invisible if fold(f"a{c}b") != "ab" or slug(f"a{c}b") != "ab"] == []
    assert [c for c in invisible if slug(c) and not slug(c).startswith("x-")] == []


def test_a_text_of_variation_selectors_keeps_its_key():
    """Such a text may be the former slug of an article, which has to have a key."""
    assert fold("\ufe0f") == "\ufe0f"
    assert fold("\u200b") == ""


@given(st.text())
def test_folding_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@given(
    st.text(
        alphabet="aIjı -_–\u0301'’\u200b\u0640\u064b\u0338İßǰ\ufe0f\u0307\u034f\u3164\uff9e",
        max_size=8,
    )
)
def test_folding_is_idempotent_where_rules_interact(text):
    assert fold(fold(text)) == fold(text)


def test_a_long_name_is_folded_in_time(elapsed):
    with elapsed(0.5):
        fold("a" + "- _" * 20_000 + "b")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Islamic Nation's Défense", "islamic-nations-défense"),
        ("Nation’s", "nations"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("War & Peace", "war-peace"),
        ("snake_case  and -- dashes", "snake-case-and-dashes"),
        ("هَندسة ـ معمارية", "هندسة-معمارية"),
        ("हिन्दी भाषा", "हिन्दी-भाषा"),
        ("深度学习", "深度学习"),
        ("کتاب ۲۰", "کتاب-۲۰"),
        ("كتاب ٢٠", "كتاب-٢٠"),
        ("?What!", "what"),
        ("Ꭰ", "ꭰ"),
        ("⚠️ Caution", "caution"),
        ("Caution ⚠️", "caution"),
        ("İstanbul", "istanbul"),
        ("DİYARBAKIR", "diyarbakir"),
        ("Diyarbakır", "diyarbakır"),
        ("a ́b", "a-b"),
        ("", ""),
    ],
)
def test_slug(title, expected):
    assert slug(title) == expected


def test_a_title_of_symbols_has_its_own_slug():
    assert slug("!!!").startswith("x-")
    assert len(slug("!!!")) == 10
    assert slug("!!!") != slug("???")


def test_spellings_of_a_symbol_have_one_slug():
    assert slug("❤️") == slug("❤") == slug("❤\ufe0e")


@pytest.mark.parametrize("text", ["i\u0307stanbul", "\ufe0f-caution", "\ufe0f", "a\ufe0f-b"])
def test_slugs_of_earlier_rules_are_valid(text):
    assert slug(text) != text
    assert is_slug(text)


@pytest.mark.parametrize(
    "text",
    ["", "Peace", "a b", "a--b", "-a", "straße", "مُحَمَّد", "⚠\ufe0f", "cafe\u0301", "\u200ba"],
)
def test_texts_that_are_no_slugs(text):
    assert not is_slug(text)


def test_a_long_slug_is_truncated_between_words():
    assert slug("one two three", length=9) == "one-two"
    assert slug("one two three", length=7) == "one-two"
    assert slug("a" * 300) == "a" * 100


@given(st.text())
def test_a_slug_is_its_own_slug(text):
    result = slug(text)
    assert slug(result) == result
    assert len(result) <= 100
    assert not any(c.isupper() or c.isspace() or c in "_/?#&<>\"'" for c in result)
    assert result == result.strip("-")


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("Émile", "e"),
        ("أمن", "ا"),
        ("“Quoted”", "q"),
        ("(Un)like", "u"),
        ("007", "#"),
        ("+++", "#"),
        ("हिन्दी", "ह"),
        ("Ångström", "a"),
        ("", "#"),
    ],
)
def test_index_letter_of_a_title(title, letter):
    assert sort_key(title)[:1] == letter


def test_order_of_titles():
    titles = ["Zebra", "éclair", "Apple", "eagle", "Über", "12 Angry Men", "ابن", "أمن"]
    expected = ["12 Angry Men", "Apple", "eagle", "éclair", "Über", "Zebra", "ابن", "أمن"]
    assert sorted(titles, key=sort_key) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", "rtl"),
        ("AR-eg", "rtl"),
        ("he", "rtl"),
        ("fa-IR", "rtl"),
        ("en", "ltr"),
        ("ar-Latn", "ltr"),
        ("az-Arab", "rtl"),
        ("uz-Arab-AF", "rtl"),
        ("arn", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction(language, expected):
    assert direction(language) == expected


def test_names_are_split_at_commas_of_any_script_and_at_line_ends():
    assert split_names("a،b、c，d﹐e,f\ng\r\nh") == list("abcdefgh")


def test_split_names_are_trimmed_distinct_and_in_order():
    assert split_names(" war ,, Peace,peace, _, WAR , a; b") == ["war", "Peace", "a; b"]
