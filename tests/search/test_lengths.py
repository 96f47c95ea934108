"""The length of a text, and the mean length of all."""

import pytest

from articles.search.lengths import content_length, length_term, lengths_by_term
from articles.search.lexicon import build_lexicon
from tests import factories


def test_stop_words_are_no_part_of_the_length():
    assert content_length(["the", "red", "fox", "of", "the", "north"], "en-GB") == 3
    assert content_length(["the", "red", "fox"], "tlh") == 3
    assert content_length(("red", "", "fox"), "en") == 2


def test_each_length_has_a_term():
    terms = lengths_by_term()
    for length in (0, 1, 2, 10, 333, 400_000):
        assert terms[length_term(length)] == pytest.approx(length, rel=0.2)


@pytest.mark.django_db
def test_the_mean_is_that_of_all_articles():
    assert build_lexicon().mean_length == 0
    for number in (100, 200, 600):
        factories.article(body="word " * number)
    assert build_lexicon().mean_length == pytest.approx(300, rel=0.1)
