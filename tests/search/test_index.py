"""When articles are indexed."""

import pickle

import pytest
from django.core.management import call_command

from articles.models import Article, ContentVersion, SearchDocument
from articles.search import (
    IndexedFields,
    analyze_fields,
    index_analyzed,
    reindex,
    search_articles,
)
from tests import factories


@pytest.mark.django_db
def test_articles_older_than_the_index_are_indexed_after_migrating():
    factories.article("Peace")
    SearchDocument.objects.all().delete()
    assert not search_articles("peace").hits
    call_command("migrate", verbosity=0)
    assert [hit.article.title for hit in search_articles("peace").hits] == ["Peace"]


@pytest.mark.django_db(transaction=True)
def test_batches_indexed_before_one_that_fails_are_kept(monkeypatch):
    first = factories.article("First")
    factories.article("Second")
    SearchDocument.objects.all().delete()
    batches = reindex(batch_size=1)
    assert next(batches) == 1
    monkeypatch.setattr(ContentVersion.objects, "bump", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        next(batches)
    assert [row.article for row in SearchDocument.objects.all()] == [first]


@pytest.mark.django_db
def test_articles_are_indexed_by_terms_that_another_process_has_made():
    factories.article("Peace", aliases=["Harmony"], body="## Talks\n\nQuiet times.")
    article = Article.objects.get()
    expected = SearchDocument.objects.values().get()
    SearchDocument.objects.all().delete()
    fields = pickle.loads(pickle.dumps(IndexedFields.of(article)))
    analyzed = pickle.loads(pickle.dumps(analyze_fields(fields)))
    index_analyzed([(article.pk, [], analyzed)])
    assert SearchDocument.objects.values().get() == expected
