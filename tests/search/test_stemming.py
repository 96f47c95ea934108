"""Words that need none of the general rules of the analyzer."""

import pytest

from articles.search import stemming
from articles.search.analysis import terms_of_word


@pytest.mark.parametrize("language", ["en", "pt-BR", "ja"])
def test_plain_words_have_the_terms_of_the_general_rules(language):
    words = ["Missions", "missions", "A", "1999", "running", "42nd"]
    assert stemming.plain_words(words, language) == words
    roots = stemming.plain_roots([word.lower() for word in words], language)
    for word, root in zip(words, roots, strict=True):
        terms = terms_of_word(word, language)
        assert ((word.lower(),), {root}) == (terms.sequence, terms.roots)


def test_words_with_signs_or_in_arabic_are_not_plain():
    assert stemming.plain_words(["C++", "élan", "x" * 61], "en") == []
    assert stemming.plain_words(["Peace"], "ar") == []
