"""Which articles are drafts, in review or scheduled."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from articles.models import Article, Draft
from articles.queries import states
from tests import factories

pytestmark = pytest.mark.django_db


def test_states_of_articles_and_drafts_are_a_union_and_no_disjunction():
    """No index serves a disjunction: the databases would read all articles."""
    user = factories.user()
    queries = (partial(states.drafts_of, user=user), states.in_review, states.scheduled)
    for query in queries:
        sql = str(query(Article.objects.all(), Draft.objects.all()).query)
        assert " OR " not in sql and " UNION " in sql


def test_states_stay_within_the_given_articles_and_drafts():
    user = factories.user()
    own, other = (factories.article(status="draft", owner=user) for _ in range(2))
    within = Article.objects.filter(pk=own.pk)
    assert list(states.drafts_of(within, Draft.objects.all(), user)) == [own]
    factories.article(publish_at=timezone.now() + timedelta(days=1))
    assert not states.scheduled(within, Draft.objects.none()).exists()
    assert other not in states.in_review(Article.objects.all(), Draft.objects.all())
