"""Undoing a change: what it changed is reversed, what others changed since stays."""

import pytest
from django.core.exceptions import PermissionDenied

from articles import editing
from articles.models import Article, Revision, RevisionKind, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = "The first sentence.\n\nThe second sentence.\n\nThe third sentence."


def save(article, tags=None, **fields):
    article = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(article, name, value)
    return editing.save(article, tags)


@pytest.fixture
def article():
    return factories.article("Peace", body=TEXT, tags=["calm"], aliases=["Concord"])


def test_only_the_change_is_reversed(article):
    change = save(article, ["calm", "war"], body=TEXT.replace("first", "1st"), summary="Short.")
    save(article, ["calm", "war", "treaty"], body=TEXT.replace("first", "1st") + "\n\nMore.")
    undone = editing.undo(change, factories.editor("amina"))
    stored = Article.objects.get(pk=article.pk)
    assert stored.body == TEXT + "\n\nMore."
    assert stored.summary == ""
    assert editing.tag_names(stored) == ["calm", "treaty"]
    assert (undone.kind, undone.editor, undone.comment) == (
        RevisionKind.UNDONE,
        "amina",
        "Undid revision 2",
    )


def test_a_change_that_was_changed_again_is_not_undone(article):
    change = save(article, body=TEXT.replace("first", "1st"), summary="Short.")
    save(article, body=TEXT.replace("first", "initial"), summary="Brief.")
    with pytest.raises(editing.UndoConflict, match="summary, body") as error:
        editing.undo(change, None)
    assert error.value.code == "undo_conflict"
    assert Revision.objects.count() == 3


def test_a_change_that_is_gone_already_is_not_undone_again(article):
    change = save(article, body="Other.")
    editing.undo(change, None)
    with pytest.raises(editing.UndoConflict, match="nothing of this change"):
        editing.undo(change, None)
    with pytest.raises(editing.UndoConflict):
        editing.reverse_change(Article.objects.get(pk=article.pk), change)


def test_a_rename_is_undone_and_its_names_stay(article):
    change = save(article, title="Harmony", slug="harmony", aliases=["Concord", "Accord"])
    editing.undo(change, None)
    stored = Article.objects.get(pk=article.pk)
    assert (stored.title, stored.slug, stored.aliases) == ("Peace", "peace", ["Concord"])
    assert stored.former == ["Harmony"]


def test_a_change_of_status_is_undone(article):
    change = save(article, status=Status.ARCHIVED)
    save(article, body="Other.")
    editing.undo(change, None)
    stored = Article.objects.get(pk=article.pk)
    assert (stored.status, stored.body) == (Status.PUBLISHED, "Other.")


def test_the_user_needs_permission_for_the_state_before_and_after(article):
    def authorize(article):
        if article.status == Status.PUBLISHED:
            raise PermissionDenied

    change = save(article, status=Status.DRAFT)
    with pytest.raises(PermissionDenied):
        editing.undo(change, None, authorize=authorize)
    assert Article.objects.get(pk=article.pk).status == Status.DRAFT


def test_tags_that_were_renamed_since_are_undone(article):
    change = save(article, ["calm", "war"])
    tag = Tag.objects.get(name="war")
    tag.name = "wars"
    editing.save_tag(tag, ["war"])
    editing.undo(change, None)
    assert editing.tag_names(article) == ["calm"]


def test_neither_the_first_revision_nor_a_draft_is_undone(article):
    first = Revision.objects.get()
    with pytest.raises(editing.UndoConflict, match="Delete the article"):
        editing.undo(first, None)
    draft = Revision.objects.create(article=article, number=2, fields={}, is_draft=True)
    with pytest.raises(editing.UndoConflict, match="draft"):
        editing.undo(draft, None)


def test_a_change_after_a_draft_is_compared_with_the_live_state_before_it(article):
    fields = {**Revision.objects.get().fields, "summary": "Of the draft."}
    Revision.objects.create(article=article, number=2, fields=fields, body="D.", is_draft=True)
    change = save(article, body=TEXT + "\n\nMore.")
    editing.undo(change, None)
    stored = Article.objects.get(pk=article.pk)
    assert (stored.body, stored.summary) == (TEXT, "")
