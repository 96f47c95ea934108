"""Tests of revisions: the kind, the operation and the owner that a change records."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command

from articles import editing
from articles.models import Article, Revision, RevisionKind, Status
from tests import factories

pytestmark = pytest.mark.django_db


def change(article, tags=None, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    return editing.save(article, tags)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"body": "Other words."}, RevisionKind.EDIT),
        ({"summary": "Short.", "status": Status.REVIEW}, RevisionKind.EDIT),
        ({"title": "Beta", "body": "Other words."}, RevisionKind.RENAME),
        ({"slug": "beta"}, RevisionKind.RENAME),
        ({"status": Status.REVIEW}, RevisionKind.STATUS),
        ({"tags": ["one"]}, RevisionKind.TAGS),
    ],
)
def test_a_revision_has_the_kind_of_its_change(fields, kind):
    article = factories.article("Alpha", status=Status.DRAFT)
    assert Revision.objects.get().kind == RevisionKind.CREATED
    assert change(article, **fields).kind == kind


def test_all_revisions_of_one_action_have_the_same_operation():
    articles = [factories.article(title, status=Status.DRAFT) for title in ("Alpha", "Beta")]
    editing.publish(articles, None)
    operations = (
        Revision.objects.filter(number=2).order_by().values_list("operation", "kind").distinct()
    )
    assert [kind for _operation, kind in operations] == [RevisionKind.BULK]
    assert Revision.objects.filter(number=1).order_by().values("operation").distinct().count() == 2


def test_publishing_one_article_is_a_change_of_its_status():
    editing.publish([factories.article("Alpha", status=Status.DRAFT)], None)
    assert Revision.objects.get(number=2).kind == RevisionKind.STATUS


def test_the_user_who_creates_an_article_owns_it():
    first, second = factories.editor("amina"), factories.editor("omar")
    article = Article(title="Alpha", slug="alpha", language="en")
    editing.save(article, user=first)
    change(article, body="Other words.")
    editing.save(article, user=second)
    assert Article.objects.get().owner == first


def sizes():
    revisions = Revision.objects.order_by("number").values_list("words_added", "words_removed")
    return list(revisions)


def test_a_revision_counts_the_words_that_it_adds_and_removes():
    article = factories.article("Alpha", body="One two three.\n\nFour five.\n\nSix.")
    change(article, body="One 2 three.\n\nFour five.\n\nSix.\n\nSeven eight.")
    change(article, summary="Short.")
    change(article, body="")
    assert sizes() == [(6, 0), (3, 1), (0, 0), (0, 8)]


def test_loaded_revisions_count_words_too(tmp_path):
    document = tmp_path / "alpha.md"
    for body in ("One two.", "One three four."):
        document.write_text(f"# Alpha\n\n{body}\n")
        call_command("loaddata", str(document), verbosity=0)
    assert sizes() == [(2, 0), (2, 1)]


def test_revisions_in_dumps_of_earlier_versions_get_their_sizes(tmp_path):
    article = factories.article("Alpha", body="One two three.")
    change(article, body="One 2 three four.")
    dump = tmp_path / "dump.json"
    natural = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}
    call_command("dumpdata", "articles", output=str(dump), **natural)
    records = json.loads(dump.read_text())
    for record in records:
        if record["model"] == "articles.revision":
            del record["fields"]["words_added"], record["fields"]["words_removed"]
    dump.write_text(json.dumps(records))
    Article.objects.all().delete()
    call_command("loaddata", str(dump), verbosity=0)
    assert sizes() == [(3, 0), (2, 1)]


def test_the_migration_counts_the_words_of_stored_revisions():
    article = factories.article("Alpha", body="One two three.")
    change(article, body="One 2 three four.")
    factories.article("Beta", body="Five.")
    Revision.objects.update(words_added=0, words_removed=0)
    Revision.objects.create(article=article, number=3, fields={}, body="One.", is_draft=True)
    Revision.objects.create(article=article, number=4, fields={}, body="One 2 three four five.")
    import_module("articles.migrations.0016_count_words").count_words(apps, None)
    ordered = Revision.objects.order_by("article", "number")
    counted = list(ordered.values_list("words_added", "words_removed"))
    assert counted == [(3, 0), (2, 1), (0, 3), (1, 0), (1, 0)]
