"""Words of a query that articles write as one word."""

import pytest

from articles.search import search_articles
from tests import factories

pytestmark = pytest.mark.django_db


def titles(query):
    return [hit.article.title for hit in search_articles(query).hits]


def test_two_words_are_searched_as_one_that_is_more_frequent():
    factories.article("Router", body="Its wifi is fast.")
    for query in ("wi fi", "Wi Fi", "fast wi fi"):
        assert titles(query) == ["Router"]


def test_two_words_that_are_more_frequent_are_not_searched_as_one():
    factories.article("Usage", body="Its usage.")
    factories.article("Age", body="The age of people in the us, by us age groups.")
    factories.article("Ages", body="Ages in the us.")
    assert "Usage" not in titles("us age")


def test_words_of_grammar_are_not_joined():
    factories.article("Therapist", body="A therapist and an apart hotel.")
    for query in ("the rapist of", "a part of the"):
        assert titles(query) == []
    factories.article("Whole", body="It is a part of this, and the bat is in it.")
    for query in ("apart", "itis", "thebat"):
        assert "Whole" not in titles(query)


def test_letters_and_ampersands_may_be_typed_small():
    factories.article("Author", body="By JRR Tolkien.")
    factories.article("Company", body="Of ATT.")
    assert titles("j r r") == ["Author"]
    assert titles("at & t") == ["Company"]


def test_the_letters_of_an_acronym_say_nothing_by_themselves():
    factories.article("Letters", body="Vitamin u, and the letter s.")
    assert titles("U.S.") == []
    factories.article("Country", body="The U.S.A. and others.")
    assert titles("U.S.") == ["Country"]


def test_a_longer_acronym_finds_a_shorter_one_that_it_begins_with():
    factories.article("Country", body="The U.S. and others.")
    factories.article("Africa", body="The SA and others.")
    assert titles("U.S.A.") == ["Country"]


@pytest.mark.parametrize(
    ("text", "query"),
    [("سأل", "سال"), ("بئر", "بر"), ("رؤوس", "روس"), ("الأمر", "المر")],
)
def test_a_hamza_inside_a_word_stays(text, query):
    factories.article("Two", body="كلمة أخرى", language="ar")
    factories.article("One", body=text, language="ar")
    assert (query == "سال") == bool(titles(query))
