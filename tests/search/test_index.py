"""When articles are indexed."""

import pickle

import pytest
from django.core.management import call_command

from articles import editing
from articles.models import Article, ContentVersion, SearchDocument
from articles.search import (
    IndexedFields,
    analysis,
    analyze_fields,
    backends,
    index_analyzed,
    reindex,
    search_articles,
    stemming,
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
@pytest.mark.parametrize("target", ["0025", "0018"])
def test_content_stays_searchable_when_migrations_are_undone_and_applied_again(target):
    editing.delete([factories.article("War", tags=["talks"])])
    draft = factories.article("Peace", tags=["talks"], body="Wi-fi. [[War]]")
    draft.body = "Harmony."
    editing.save_draft(draft)
    rows = list(SearchDocument.objects.values_list())
    try:
        call_command("migrate", "articles", target, verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert list(SearchDocument.objects.values_list()) == rows
    (hit,) = search_articles("wifi talks").hits
    assert hit.article.title == "Peace" and not hit.missing


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


@pytest.mark.django_db
def test_the_documents_of_each_term_are_counted():
    def frequencies():
        return backends.document_frequencies(["peac", "war", "#1", "@en", "=one", "=two", "none"])

    article = factories.article("One", body="Peace, peace and war.")
    factories.article("Two", body="Peaceful times.")
    assert frequencies() == {"peac": 2, "war": 1, "@en": 2, "=one": 1, "=two": 1}
    article.body = "War and harmony."
    editing.save(article, [])
    assert frequencies() == {"peac": 1, "war": 1, "@en": 2, "=one": 1, "=two": 1}
    editing.delete([article])
    assert frequencies() == {"peac": 1, "@en": 1, "=two": 1}
    Article.objects.all().delete()
    assert frequencies() == {}


@pytest.mark.django_db
def test_completions_are_ordered_by_frequency():
    factories.article("One", body="peacekeeping missions")
    factories.article("Two", body="peacekeeping peacetime")
    assert backends.completions("peace", 5) == {"peacekeep": 2, "peacetim": 1}


@pytest.mark.django_db
def test_a_search_stems_words_of_the_query_only(monkeypatch):
    factories.article("Missions", body="They were keeping peace between nations. " * 99)
    search_articles("warm up the caches of the site")
    stemmed = set()

    def stem(_self, word, _language):
        stemmed.add(word)
        return word

    analysis._cached_terms.cache_clear()
    monkeypatch.setattr(stemming.Stemmers, "stem", stem)
    results = search_articles("peace nation")
    analysis._cached_terms.cache_clear()
    assert stemmed <= {"peace", "nation"} and results.hits


@pytest.mark.django_db
def test_the_spellings_of_a_word_are_highlighted():
    factories.article("Subject", body="A mission, two MISSIONS and the missionary.")
    [hit] = search_articles("missions").hits
    assert [text for text, marked in hit.snippet if marked] == ["mission", "MISSIONS"]
