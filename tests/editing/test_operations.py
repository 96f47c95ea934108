"""Undoing operations that create, change and delete articles."""

import pytest
from django.core.exceptions import PermissionDenied

from articles import editing
from articles.editing import LoadOptions
from articles.models import Article, Revision, RevisionKind, TrashedArticle
from articles.serializers.documents import DocumentText, parse
from articles.serializers.loading import FixtureLoad
from tests import factories

pytestmark = pytest.mark.django_db


def load(options, *texts):
    fixture_load = FixtureLoad(options=options)
    for number, text in enumerate(texts):
        document = parse(DocumentText(f"{number}.md", 1, f"---\n{text}\n---\n\nWords.\n"))
        fixture_load.save(document.article, document)
    fixture_load.finish()


def test_the_revisions_of_a_load_have_its_user_comment_and_operation():
    user = factories.editor("amina")
    options = LoadOptions("From Git", user)
    load(options, *(f"title: Article {number}" for number in range(600)))
    (row,) = (
        Revision.objects.order_by().values("editor", "comment", "operation", "kind").distinct()
    )
    assert row == {
        "editor": "amina",
        "comment": "From Git",
        "operation": options.operation,
        "kind": RevisionKind.LOADED,
    }
    assert Article.objects.values_list("owner", flat=True).distinct().get() == user.pk


def test_a_load_keeps_the_owner_of_an_article_that_it_changes():
    article = factories.article("Peace")
    load(LoadOptions(user=factories.editor()), "title: Peace\nsummary: New.")
    article.refresh_from_db()
    assert (article.summary, article.owner) == ("New.", None)


def test_an_operation_that_created_changed_and_deleted_is_undone():
    changed, deleted = factories.article("Peace", summary="Old."), factories.article("War")
    options = LoadOptions()
    editing.delete([deleted], operation=options.operation)
    load(options, "title: Peace\nsummary: New.", "title: Treaty\naliases: [War]")
    undone = editing.undo_operation(options.operation, factories.editor("amina"))
    assert not undone.refusals
    assert [row.title for row in undone.trashed] == ["Treaty"]
    assert [row.article.title for row in undone.restored] == ["War"]
    assert Article.objects.get(pk=changed.pk).summary == "Old."
    assert set(Article.objects.values_list("title", flat=True)) == {"Peace", "War"}
    assert TrashedArticle.objects.get().editor == "amina"
    undoing = {*Revision.all_objects.filter(editor="amina").values_list("operation", flat=True)}
    assert len(undoing) == 1


def test_an_undone_creation_can_be_undone_itself():
    options = LoadOptions()
    load(options, "title: Treaty")
    (trashed,) = editing.undo_operation(options.operation, None).trashed
    undone = editing.undo_operation(trashed.operation, None)
    assert [row.article.title for row in undone.restored] == ["Treaty"]


def test_an_article_that_was_changed_since_its_creation_is_not_deleted():
    options = LoadOptions()
    load(options, "title: Treaty", "title: Accord")
    article = Article.objects.get(title="Treaty")
    article.summary = "Written since."
    editing.save(article)
    undone = editing.undo_operation(options.operation, None)
    assert undone.refusals[0].title == "Treaty"
    assert "changed since" in undone.refusals[0].reason
    assert list(Article.objects.values_list("title", flat=True)) == ["Treaty"]


def test_deleting_what_was_created_needs_permission():
    options = LoadOptions()
    load(options, "title: Treaty")

    def refuse(_article):
        raise PermissionDenied

    permissions = editing.UndoPermissions(authorize_deleting=refuse)
    undone = editing.undo_operation(options.operation, None, permissions)
    assert [refusal.title for refusal in undone.refusals] == ["Treaty"]
    assert Article.objects.count() == 1


def test_several_changes_of_one_article_in_its_first_operation_are_one_creation():
    options = LoadOptions()
    load(options, "title: Treaty")
    load(options, "title: Treaty\nsummary: New.")
    undone = editing.undo_operation(options.operation, None)
    assert (len(undone.trashed), undone.revisions, undone.refusals) == (1, [], [])
