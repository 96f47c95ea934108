"""When articles come into the index."""

import pytest
from django.core.management import call_command

from articles import search
from articles.models import SearchDocument
from tests import factories


@pytest.mark.django_db
def test_articles_that_were_there_before_the_index_are_found_after_migrating():
    factories.article("Peace")
    SearchDocument.objects.all().delete()
    assert not search.search("peace").hits
    call_command("migrate", verbosity=0)
    assert [hit.article.title for hit in search.search("peace").hits] == ["Peace"]
