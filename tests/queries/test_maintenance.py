"""What editors look for in the admin."""

import pytest

from articles.models import Article
from articles.queries import maintenance
from tests import factories

pytestmark = pytest.mark.django_db


def test_articles_with_wanted_links_and_orphans():
    factories.article("Hub", body="[[Leaf]]")
    leaf = factories.article("Leaf", body="[[Nowhere]] [[Hub]]")
    lonely = factories.article("Lonely", body="[[Lonely]]")
    assert list(maintenance.with_wanted_links(Article.objects.all())) == [leaf]
    assert list(maintenance.orphans(Article.objects.all())) == [lonely]
