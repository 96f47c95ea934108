"""Tests of drafts of published articles: saving, merging, publishing and discarding them."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from articles import derived, editing
from articles.models import Article, Draft, Name, Revision, RevisionKind, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina():
    return factories.editor("amina")


def save_draft(article, tags=None, **fields):
    """Save a draft with these values, as the form does: on what is stored."""
    row = Article.objects.get(pk=article.pk)
    newest = editing.open_newest(row)
    newest.apply(row)
    for name, value in fields.items():
        setattr(row, name, value)
    return editing.save_draft(row, tags=newest.fields["tags"] if tags is None else tags)


def stored(article):
    return Article.objects.filter(pk=article.pk).values().get()


def test_a_draft_leaves_the_row_of_its_article_as_it_is(peace, amina):
    before, names = stored(peace), list(Name.objects.values())
    peace.title, peace.body = "Concord", "Other words."
    revision = editing.save_draft(peace, tags=["calm"], user=amina, comment="Clearer")
    assert stored(peace) == before and list(Name.objects.values()) == names
    assert (revision.number, revision.is_draft, revision.comment) == (2, True, "Clearer")
    assert revision.fields["title"] == "Concord" and revision.fields["tags"] == ["calm"]
    assert revision.fields["status"] == Status.DRAFT
    assert not Tag.objects.exists()
    draft = Draft.objects.get()
    assert (draft.revision, draft.base, draft.owner) == (revision, 1, amina)


def test_a_second_draft_follows_the_first(peace):
    save_draft(peace, body="One.")
    assert save_draft(peace, body="One.") is None
    assert save_draft(peace, body="Two.").number == 3
    assert Draft.objects.get().revision.body == "Two."


def test_a_draft_without_a_change_is_none(peace):
    assert save_draft(peace) is None
    assert editing.submit(peace) is None
    assert not Draft.objects.exists() and Revision.objects.count() == 1


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.ARCHIVED])
def test_the_draft_of_an_unpublished_article_is_its_row(status):
    article = factories.article("Peace", status=status)
    article.body = "Other words."
    article.status = Status.PUBLISHED
    assert editing.save_draft(article).is_draft is False
    row = Article.objects.get()
    assert (row.status, row.body) == (status, "Other words.")
    assert not Draft.objects.exists()


def test_a_draft_is_refused_that_could_not_be_published(peace):
    factories.article("War", slug="war", aliases=["Conflict"])
    factories.article("Krieg", slug="krieg", language="de")
    for field, value in (("title", "War"), ("aliases", ["conflict"])):
        with pytest.raises(derived.NameTaken):
            save_draft(peace, **{field: value})
    for field, value in (("slug", "krieg"), ("slug", "not a slug"), ("body", "\0")):
        with pytest.raises(ValidationError):
            save_draft(peace, **{field: value})
    assert not Draft.objects.exists()


def test_a_draft_names_tags_by_their_present_names(peace):
    editing.save_tag(Tag(name="Calm"), ["quiet"])
    revision = editing.save_draft(peace, tags=["QUIET", " new  tag", "calm"])
    assert revision.fields["tags"] == ["Calm", "new tag"]
    with pytest.raises(ValidationError, match="was deleted"):
        editing.save_draft(peace, tags=["other"], create_tags=False)


def test_a_draft_on_an_older_revision_is_a_conflict(peace):
    save_draft(peace, body="One.")
    peace.body = "Two."
    with pytest.raises(editing.EditConflict):
        editing.save_draft(peace, base=1)
    assert editing.save_draft(peace, base=2)


def test_publishing_makes_the_draft_the_article(peace, amina):
    save_draft(peace, ["calm"], title="Concord", slug="concord", body="Other words.")
    revision = editing.publish_draft(peace, amina)
    row = Article.objects.get()
    assert (row.title, row.slug, row.status) == ("Concord", "concord", Status.PUBLISHED)
    assert row.former == ["Peace"] and editing.tag_names(row) == ["calm"]
    assert (revision.is_draft, revision.editor) == (False, "amina")
    assert not Draft.objects.exists()


def test_names_of_drafts_are_not_former_names_when_another_one_is_published(peace):
    save_draft(peace, title="Truce", slug="truce")
    save_draft(peace, title="Concord", slug="concord")
    editing.publish_draft(peace, None)
    assert Article.objects.get().former == ["Peace"]


def test_a_name_that_was_taken_meanwhile_is_refused_again_when_it_is_published(peace):
    save_draft(peace, title="Concord")
    factories.article("Concord", slug="other")
    with pytest.raises(derived.NameTaken):
        editing.publish_draft(peace, None)
    assert Draft.objects.exists() and Article.objects.get(pk=peace.pk).title == "Peace"


def test_publishing_merges_what_changed_in_the_article_meanwhile(peace):
    save_draft(peace, ["calm"], title="Concord", aliases=["Truce"])
    row = Article.objects.get()
    row.summary, row.aliases = "Short.", ["Pax"]
    editing.save(row, ["added"])
    newest = editing.open_newest(Article.objects.get())
    assert newest.conflicts == [] and {*newest.live} == {"summary", "aliases", "tags"}
    editing.publish_draft(peace, None)
    row = Article.objects.get()
    assert (row.title, row.summary, row.aliases) == ("Concord", "Short.", ["Pax", "Truce"])
    assert editing.tag_names(row) == ["added", "calm"]


def test_changes_of_different_words_of_the_body_are_merged(peace):
    save_draft(peace, body="See [[War]] first.")
    row = Article.objects.get()
    row.body = "Read [[War]]."
    editing.save(row)
    editing.publish_draft(peace, None)
    assert Article.objects.get().body == "Read [[War]] first."


def test_publishing_refuses_a_draft_that_conflicts_with_the_article(peace):
    save_draft(peace, summary="Mine.")
    row = Article.objects.get()
    row.summary = "Theirs."
    editing.save(row)
    with pytest.raises(editing.DraftConflict) as error:
        editing.publish_draft(peace, None)
    assert error.value.fields == ["summary"] and "summary" in error.value.messages[0]
    newest = editing.open_newest(Article.objects.get())
    assert newest.fields["summary"] == "Mine." and newest.conflicts == ["summary"]
    # The user has seen the conflict in the form, and saves what it shows.
    save_draft(peace, body="More.")
    assert editing.open_newest(Article.objects.get()).conflicts == []
    editing.publish_draft(peace, None)
    assert Article.objects.get().summary == "Mine."


def test_discarding_a_draft_makes_the_live_state_the_newest_revision(peace, amina):
    save_draft(peace, title="Concord")
    before = stored(peace)
    assert editing.discard_draft(peace, amina)
    newest = Revision.objects.newest(peace.pk).get()
    assert (newest.kind, newest.is_draft) == (RevisionKind.RESTORED, False)
    assert newest.fields["title"] == "Peace" and newest.number == 3
    assert stored(peace) == before and not Draft.objects.exists()
    assert not editing.discard_draft(peace, amina)


def test_publishing_an_unchanged_article_discards_its_draft(peace):
    save_draft(peace, title="Concord")
    editing.publish_changes(Article.objects.get())
    assert not Draft.objects.exists()
    assert not Revision.objects.newest(peace.pk).get().is_draft


@pytest.mark.parametrize("function", [editing.unpublish, editing.archive])
def test_hiding_an_article_keeps_its_draft(peace, function):
    save_draft(peace, title="Concord")
    function([peace], None)
    assert editing.open_newest(Article.objects.get()).fields["title"] == "Concord"
    # The next save makes it the state of the article.
    save_draft(peace, body="More.")
    assert Article.objects.get().title == "Concord" and not Draft.objects.exists()


def test_only_users_who_may_change_the_article_save_publish_or_discard(peace, amina):
    def refuse(article):
        raise PermissionError(article.status)

    save_draft(peace, title="Concord")
    for call in (
        lambda: editing.save_draft(peace, authorize=refuse),
        lambda: editing.publish_draft(peace, amina, authorize=refuse),
        lambda: editing.discard_draft(peace, amina, authorize=refuse),
    ):
        with pytest.raises(PermissionError):
            call()


@pytest.mark.parametrize("command", ["reindex", "rebuild --all"])
def test_commands_store_the_search_terms_of_drafts_again(command):
    article = factories.article("Peace")
    article.body = "Envoys travelled."
    editing.save_draft(article, tags=["history"])
    terms = Draft.objects.get().terms
    Draft.objects.update(terms="")
    call_command(*command.split(), verbosity=0, stdout=StringIO())
    assert Draft.objects.get().terms == terms and "envoy" in terms
