"""The plain words that are kept in memory, so that none of them is stemmed twice."""

import pytest

from articles.search import stemming
from articles.search.analysis import terms_of_word


@pytest.fixture
def plain_words():
    return stemming.PlainWords()


@pytest.mark.parametrize("language", ["en", "pt-BR", "ja"])
def test_plain_words_have_the_terms_of_the_general_rules(plain_words, language):
    words = ["Missions", "missions", "A", "1999", "running", "42nd"]
    terms_by_word = plain_words.look_up(words, language)
    for word in words:
        sequence, root = terms_by_word[word]
        terms = terms_of_word(word, language)
        assert (sequence, {root}) == (terms.sequence, terms.roots)


def test_words_with_signs_or_in_arabic_are_not_plain(plain_words):
    assert not plain_words.look_up(["C++", "élan", "x" * 61], "en")
    assert not plain_words.look_up(["Peace"], "ar")


def test_memory_is_bounded_whatever_the_languages(plain_words, monkeypatch):
    monkeypatch.setattr(stemming, "MAX_PLAIN_WORDS", 10)
    for number in range(40):
        words = [f"word{number}", "peace"]
        cached = plain_words.look_up(words, f"x{number}" if number % 2 else "en")
        assert all(word in cached for word in words)
        assert len(cached) <= 10
    assert len(plain_words.look_up([f"w{n}" for n in range(20)], "en")) == 20
