"""After each kind of editing, the index equals that of a fresh rebuild."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editing, search
from articles.models import Article, SearchDocument, Tag, TrashedArticle
from articles.search import new_articles
from articles.search.index import COLUMNS
from articles.sql import fetch
from tests import factories

pytestmark = pytest.mark.django_db

POSTINGS = """SELECT lexeme, s.article_id FROM articles_search s,
    LATERAL unnest(tsvector_to_array(vector)) lexeme ORDER BY 1, 2"""


def snapshot():
    """Return the documents, the postings of the full-text index and the frequencies of terms."""
    documents = list(SearchDocument.objects.order_by("pk").values_list("pk", *COLUMNS))
    frequencies = fetch("SELECT term, documents FROM articles_searchterm WHERE documents <> 0", [])
    if connection.vendor == "postgresql":
        postings = fetch(POSTINGS, [])
    else:
        terms = [term for term, _documents in frequencies]
        sql = "SELECT rowid FROM articles_search WHERE articles_search MATCH %s"
        postings = [(term, *sorted(fetch(sql, [f'"{term}"']))) for term in sorted(terms)]
    return documents, postings, sorted(frequencies)


def rebuild():
    """Return the snapshot of a new index."""
    SearchDocument.objects.all().delete()
    call_command("reindex", stdout=io.StringIO())
    return snapshot()


def edit_published(article):
    article.body, article.title = "Changed wi-fi text.", "Renamed"
    editing.save(article, ["new", "first"])


def trash_and_restore(article):
    trashed = editing.delete([article])
    snapshot()
    editing.restore_from_trash(trashed)


def undo(article):
    edit_published(article)
    editing.undo(article.revisions.latest("pk"), None)


def undo_operation(article):
    operation = uuid4()
    editing.add_tags(Article.objects.all(), ["third"], None, operation=operation)
    editing.undo_operation(operation, None)


def restore_revision(article):
    first = article.revisions.earliest("pk")
    edit_published(article)
    editing.restore(first, None)


def publish_scheduled(article):
    article.body = "A scheduled change."
    at = timezone.now() + timedelta(days=1)
    editing.schedule(article, at, tags=["scheduled"])
    with time_machine.travel(at + timedelta(minutes=1)):
        assert editing.publish_due() == 1


def draft(article):
    article.body = "A draft."
    editing.save_draft(article, tags=["draft tag"])


def publish_draft(article):
    draft(article)
    editing.publish_draft(article, None)


def load(article, path):
    documents = "\f".join(
        f"---\nslug: {slug}\ntitle: {title}\ntags: [first, loaded]\n---\n\nText of {title}."
        for slug, title in (
            ("one", "Loaded one"),
            ("three", "Two and three"),
            ("four", "U.S. four"),
        )
    )
    path.write_text(documents)
    call_command("loaddata", str(path), verbosity=0)


EDITS = {
    "create": lambda article: factories.article("New", tags=["first"], body="New text."),
    "change": edit_published,
    "rename": lambda article: factories.rename(article, title="Renamed", slug="renamed"),
    "remove former name": lambda article: (
        factories.rename(article, title="Renamed"),
        editing.remove_former_name(article, "one"),
    ),
    "tag": lambda article: editing.save(article, ["second"]),
    "untag": lambda article: editing.save(article, []),
    "unpublish": lambda article: editing.unpublish([article], None),
    "archive": lambda article: editing.archive([article], None),
    "expire": lambda article: Article.objects.update(expire_at=timezone.now() - timedelta(days=1)),
    "delete": lambda article: editing.delete([article]),
    "restore": trash_and_restore,
    "delete forever": lambda article: (
        editing.delete([article]),
        editing.empty_trash(TrashedArticle.objects.all()),
    ),
    "undo": undo,
    "undo an operation": undo_operation,
    "restore a revision": restore_revision,
    "publish a scheduled draft": publish_scheduled,
    "draft": draft,
    "publish draft": publish_draft,
    "add tags": lambda article: editing.add_tags(Article.objects.all(), ["third"], None),
    "remove tags": lambda article: editing.remove_tags(Article.objects.all(), ["first"], None),
    "rename a tag": lambda article: editing.save_tag(
        Tag(pk=Tag.objects.get(name="first").pk, name="other", slug="other"), ["synonym"]
    ),
    "delete a tag": lambda article: editing.delete_tags(Tag.objects.filter(name="first")),
    "language": lambda article: (setattr(article, "language", "de"), editing.save(article)),
    "rebuild": lambda article: call_command("rebuild", all=True, stdout=io.StringIO()),
    "reindex": lambda article: call_command("reindex", stdout=io.StringIO()),
}


@pytest.fixture
def article():
    factories.article("Two", tags=["second"], body="Peace and wi-fi.", aliases=["U.S."])
    return factories.article("One", tags=["first", "second"], body="Peace, peace, 1,000.")


@pytest.mark.parametrize("edit", EDITS)
def test_the_index_is_that_of_a_rebuild(article, edit):
    EDITS[edit](article)
    assert snapshot() == rebuild()


def test_the_index_after_a_load_is_that_of_a_rebuild(article, tmp_path):
    load(article, tmp_path / "documents.md")
    assert snapshot() == rebuild()


def test_the_index_after_tags_were_merged_is_that_of_a_rebuild(article):
    Tag.objects.filter(name="first").update(name="SECOND")
    call_command("rebuild", all=True, stdout=io.StringIO())
    assert Tag.objects.count() == 1
    assert snapshot() == rebuild()


def test_a_change_that_is_rolled_back_leaves_the_index_as_it_was(article):
    before = snapshot()
    with transaction.atomic():
        edit_published(article)
        transaction.set_rollback(True)
    assert snapshot() == before == rebuild()


def test_the_rows_of_new_articles_equal_those_of_a_rebuild(monkeypatch):
    monkeypatch.setattr(new_articles, "MAX_UNCOUNTED", 2)
    articles = [
        factories.article(title, tags=["first", "second"], body=f"{title} of wi-fi is a text.")
        for title in ("Peace", "War and peace", "“Unknown”")
    ]
    expected = rebuild()
    SearchDocument.objects.all().delete()
    keys = Tag.objects.values_list("pk", flat=True)
    analyzed = [
        (article.pk, keys, search.analyze_fields(search.IndexedFields.of(article)))
        for article in articles
    ]
    rows = search.NewSearchRows()
    with transaction.atomic():
        rows.begin(analyzed[:2])()
        rows.begin(analyzed[2:])()
        rows.finish()
    assert snapshot() == expected
    if connection.vendor == "postgresql":
        # An error in the thread that copies.
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.begin(analyzed)()
    factories.article("Later")
    assert snapshot() == rebuild()


@pytest.mark.parametrize("is_owner", [True, False])
def test_a_load_merges_new_rows_into_the_index_before_it_ends(monkeypatch, is_owner):
    """Readers would scan what is not merged. A user who does not own the index can load, too."""
    if not is_owner:
        monkeypatch.setattr(new_articles, "IS_OWNER", "SELECT 1 = 2")
    keys = [factories.article(f"Peace {number}", body="Calm.").pk for number in range(4)]
    fields = search.analyze_fields(search.IndexedFields.of(Article.objects.get(pk=keys[0])))
    SearchDocument.objects.all().delete()
    rows = search.NewSearchRows()
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        for key in keys:
            rows.begin([(key, [], fields)])()
        rows.finish()
    statements = [query["sql"] for query in queries]
    limits = [sql for sql in statements if sql.startswith("ALTER INDEX")]
    merges = [sql for sql in statements if "gin_clean_pending_list" in sql]
    is_enlarged = is_owner and connection.vendor == "postgresql"
    assert (len(limits), len(merges)) == ((2, 1) if is_enlarged else (0, 0))
    assert SearchDocument.objects.count() == len(keys)
    if connection.vendor == "postgresql":
        options = "SELECT reloptions FROM pg_class WHERE relname = 'articles_search_vector'"
        assert fetch(options, []) == [(["gin_pending_list_limit=256"],)]
