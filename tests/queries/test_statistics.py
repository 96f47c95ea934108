"""Statistics are cached for one content version."""

import pytest

from articles import editing
from articles.queries import statistics
from tests import factories

pytestmark = pytest.mark.django_db


def test_statistics_are_computed_once_for_each_content_version(django_assert_num_queries):
    article = factories.article(tags=["a"])
    assert len(statistics.tags()) == 1
    with django_assert_num_queries(1):
        statistics.tags()
    editing.unpublish([article], None)
    assert statistics.tags() == []
