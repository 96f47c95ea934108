"""Articles in alphabetical order."""

import pytest

from articles.models import Article
from articles.queries import statistics
from articles.text import names
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_alphabetical_order_covers_letters_of_every_script():
    for title in ("Élan", "Eel", "Zebra", "1984", "«Quoted»", "سلام", "Ärger"):
        factories.article(title)
    assert statistics.letters() == ["#", "a", "e", "q", "z", "س"]
    assert [a.title for a in Article.objects.a_to_z("E")] == ["Eel", "Élan"]
    assert [a.title for a in Article.objects.a_to_z("#")] == ["1984"]
    everything = list(Article.objects.a_to_z())
    assert [a.sort_key for a in everything] == sorted(names.sort_key(a.title) for a in everything)
