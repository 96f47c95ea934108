"""The trash: what deleting keeps, what restoring brings back, and what has to change for it."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import editing
from articles.models import (
    Article,
    ContentVersion,
    Draft,
    Link,
    Name,
    Revision,
    RevisionKind,
    SearchDocument,
    Status,
    Tag,
    TrashedArticle,
    TrashedName,
    WorkingCopy,
)
from tests import factories

pytestmark = pytest.mark.django_db


def trash(*articles):
    return editing.delete(articles)


def restore(*trashed, **options):
    return editing.restore_from_trash(trashed or TrashedArticle.objects.all(), **options)


def state(article):
    """Everything that is stored about an article, but for its revisions."""
    stored = Article.objects.get(pk=article.pk)
    fields = {field.name: getattr(stored, field.attname) for field in stored._meta.concrete_fields}
    names = Name.objects.filter(article=stored).order_by("key")
    links = Link.objects.filter(source=stored).order_by("position")
    document = SearchDocument.objects.filter(article=stored)
    return (
        fields,
        editing.tag_names(stored),
        list(names.values_list("key", "language", "kind", "text")),
        list(links.values_list("key", "fragment", "label")),
        list(document.values()),
    )


@pytest.fixture
def rich():
    """An article with a value in every field, two revisions and links both ways."""
    owner = factories.editor("amina")
    now = timezone.now().replace(microsecond=0)
    article = Article(
        title="Working title",
        slug="working-title",
        aliases=["Concord", "Harmony"],
        language="en",
        summary="A summary.",
        author="Amina",
        featured=True,
        status=Status.DRAFT,
        publish_at=now - timedelta(days=2),
        expire_at=now + timedelta(days=2),
        body="See [[War#Causes|causes]] and [[Nowhere]].",
    )
    editing.save(article, ["calm", "history"], owner)
    article.title, article.slug, article.status = "Peace", "peace", Status.PUBLISHED
    editing.save(article, user=owner)
    factories.rename(article, title="Peace and quiet")
    factories.article("War", body="See [[Peace and quiet]] and [[Concord]].")
    return article


def test_a_restored_article_is_as_it_was(rich):
    before, revisions = state(rich), list(rich.revisions.values_list("pk", flat=True))
    [trashed] = trash(rich)
    assert not Article.objects.filter(title="Peace and quiet").exists()
    assert not Name.objects.filter(key="concord").exists()
    [restored] = restore(trashed)
    assert restored.changes == [] and restored.article.pk == rich.pk
    assert state(rich) == before
    kinds = list(rich.revisions.order_by("number").values_list("pk", "kind"))
    assert [pk for pk, _kind in kinds[:-2]] == revisions
    assert [kind for _pk, kind in kinds[-2:]] == [RevisionKind.DELETED, RevisionKind.RESTORED]
    assert not TrashedArticle.objects.exists() and not TrashedName.objects.exists()
    assert not Revision.all_objects.exclude(trashed=None).exists()


def test_deletion_and_restoration_are_operations_of_a_user(rich):
    user, other = factories.editor("omar"), factories.article("Other")
    first, second = editing.delete([rich, other], user)
    assert first.operation == second.operation and first.editor == "omar"
    deletions = Revision.all_objects.filter(kind=RevisionKind.DELETED)
    assert set(deletions.values_list("operation", "editor")) == {(first.operation, "omar")}
    restore(first, second, user=user)
    restorations = Revision.objects.filter(kind=RevisionKind.RESTORED)
    [(operation, name)] = set(restorations.values_list("operation", "editor"))
    assert name == "omar" and operation != first.operation


def test_a_trashed_article_holds_no_names(rich):
    trash(rich)
    new = factories.article("Peace and quiet", slug="peace", aliases=["Concord"])
    assert new.pk != rich.pk


def test_restoring_says_which_names_were_taken_and_what_it_did_instead(rich):
    trash(rich)
    factories.article("Peace and quiet", slug="peace", aliases=["Concord"])
    [restored] = restore()
    article = Article.objects.get(pk=rich.pk)
    assert (article.title, article.slug) == ("Peace and quiet (2)", "peace-2")
    assert article.aliases == ["Harmony"]
    assert "Peace" not in article.former and "Working title" in article.former
    text = " ".join(restored.changes)
    for part in ("“Peace and quiet (2)”", "“peace-2”", "“Concord”"):
        assert part in text
    assert article.revisions.last().fields["title"] == "Peace and quiet (2)"


def test_titles_get_the_first_free_number():
    for number in range(3):
        trash(factories.article("Peace"))
        factories.article("Peace (2)", slug="two") if number == 0 else None
    restore()
    titles = Article.objects.order_by("pk").values_list("title", "slug")
    assert {*titles} == {
        ("Peace", "peace"),
        ("Peace (2)", "two"),
        ("Peace (3)", "peace-2"),
        ("Peace (4)", "peace-3"),
    }


def test_a_slug_that_an_article_in_another_language_has_is_not_free():
    trash(factories.article("Peace"))
    factories.article("سلام", slug="peace", language="ar")
    [restored] = restore()
    assert (restored.article.title, restored.article.slug) == ("Peace", "peace-2")
    assert len(restored.changes) == 1


def test_restoring_leaves_deleted_tags_out_and_follows_renamed_ones(rich):
    trash(rich)
    editing.delete_tags(Tag.objects.filter(name="calm"))
    tag = Tag.objects.get(name="history")
    tag.name = "past"
    editing.save_tag(tag)
    [restored] = restore()
    assert editing.tag_names(restored.article) == ["past"]
    assert ["“calm”" in change and "“history”" not in change for change in restored.changes] == [
        True
    ]


def test_a_translation_is_connected_again_unless_its_language_is_taken(peace, salam):
    [trashed] = trash(salam)
    assert restore(trashed)[0].changes == []
    assert Article.objects.get(pk=salam.pk).translation_of == "peace"
    [trashed] = trash(salam)
    factories.article("السلام", language="ar", translation_of="peace")
    [restored] = restore(trashed)
    assert restored.article.translation_of == ""
    assert "“السلام”" in restored.changes[0]


def test_another_article_may_have_the_primary_key():
    article = factories.article("Peace")
    [trashed] = trash(article)
    Article(pk=article.pk, title="Loaded", slug="loaded").save()
    [restored] = restore(trashed)
    assert restored.article.pk != article.pk and restored.article.revisions.count() == 3


def test_new_articles_get_no_primary_key_of_a_restored_one(tmp_path):
    """A load makes PostgreSQL count from the largest primary key that is stored."""
    first, last = factories.article("First"), factories.article("Last")
    [trashed] = trash(last)
    file = tmp_path / "all.json"
    call_command("dumpdata", "articles", output=str(file))
    call_command("loaddata", str(file), verbosity=0)
    restore(trashed)
    assert factories.article("New").pk not in (first.pk, last.pk)


def test_the_time_in_the_trash_is_no_time_of_publication():
    """An article that was scheduled, deleted and restored as a draft has never been public."""
    now = timezone.now()
    article = factories.article("Secret", publish_at=now + timedelta(hours=1))
    [trashed] = trash(article)
    with time_machine.travel(now + timedelta(hours=2)):
        [restored] = restore(trashed)
        restored.article.status = Status.DRAFT
    Revision.objects.filter(kind=RevisionKind.RESTORED).delete()
    with time_machine.travel(now + timedelta(hours=3)):
        assert Revision.objects.public_keys(article.pk, []) == set()


def test_authorize_is_called_with_the_article(rich):
    def refuse(article):
        assert article.title == "Peace and quiet" and article.owner_id == rich.owner_id
        raise PermissionDenied

    with pytest.raises(PermissionDenied):
        editing.delete([rich], None, refuse)
    [trashed] = trash(rich)
    with pytest.raises(PermissionDenied):
        restore(trashed, authorize=refuse)
    assert TrashedArticle.objects.exists() and not Article.objects.filter(pk=rich.pk).exists()


def test_emptying_the_trash_deletes_articles_with_their_revisions(rich):
    other = factories.article("Other")
    [first], [second] = trash(rich), trash(other)
    assert editing.empty_trash(TrashedArticle.objects.filter(pk=first.pk)) == 1
    assert list(TrashedArticle.objects.all()) == [second]
    assert not Revision.all_objects.filter(trashed=first.pk).exists()
    assert restore(first) == []


def test_dumps_leave_the_trash_out(rich, tmp_path):
    trash(rich)
    for options in ({}, {"use_base_manager": True}):
        output = StringIO()
        call_command("dumpdata", stdout=output, **options)
        records = json.loads(output.getvalue())
        assert "Peace and quiet" not in {
            record["fields"].get("fields", {}).get("title") for record in records
        }
        assert not {record["model"] for record in records} & {
            "articles.trashedarticle",
            "articles.trashedname",
        }
        assert all("trashed" not in record["fields"] for record in records)


def test_loading_an_article_that_is_in_the_trash_makes_a_new_one(rich, tmp_path):
    file = tmp_path / "all.json"
    names = {"natural_primary": True, "natural_foreign": True}
    call_command("dumpdata", "articles", output=str(file), **names)
    count = rich.revisions.count()
    [trashed] = trash(rich)
    call_command("loaddata", str(file), verbosity=0)
    loaded = Article.objects.get(slug="peace")
    assert loaded.revisions.count() == count
    assert restore(trashed)[0].article.slug == "peace-2"
    assert loaded.revisions.count() == count


def test_a_revision_belongs_to_an_article_or_to_one_in_the_trash(peace):
    fields = {"number": 9, "fields": {}, "fingerprint": "", "body": ""}
    [trashed] = trash(factories.article("War"))
    for owners in ({}, {"article": peace, "trashed": trashed}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.create(**fields, **owners)


def test_deleting_and_restoring_what_readers_see_changes_the_public_version():
    def versions(article):
        yield ContentVersion.objects.public_version()[0]
        [trashed] = trash(article)
        yield ContentVersion.objects.public_version()[0]
        restore(trashed)
        yield ContentVersion.objects.public_version()[0]

    assert len(set(versions(factories.article("Public")))) == 3
    assert len(set(versions(factories.article("Draft", status=Status.DRAFT)))) == 1


@pytest.mark.parametrize("is_scheduled", [True, False])
def test_a_draft_is_restored_too(rich, is_scheduled):
    rich.body = "Changed."
    if is_scheduled:
        at = timezone.now().replace(microsecond=0) + timedelta(days=1)
        editing.schedule(rich, at, user=factories.editor("omar"))
    else:
        editing.save_draft(rich)
    before = Draft.objects.values().get()
    [trashed] = trash(rich)
    assert not Draft.objects.exists()
    assert restore(trashed)[0].changes == []
    assert Draft.objects.values().get() == before
    [opened] = [editing.open_newest(Article.objects.get(pk=rich.pk))]
    assert opened.body == "Changed." and opened.conflicts == []


def test_a_draft_that_should_have_been_published_meanwhile_waits_for_an_editor(rich):
    user, at = factories.editor("omar"), timezone.now() + timedelta(hours=1)
    rich.body = "Changed."
    editing.schedule(rich, at, user=user)
    [trashed] = trash(rich)
    user.delete()
    with time_machine.travel(at + timedelta(hours=1)):
        [restored] = restore(trashed)
        editing.publish_due()
    draft = Draft.objects.get()
    assert len(restored.changes) == 1 and draft.publish_at is None and draft.owner is None
    assert "Changed" not in Article.objects.get(pk=rich.pk).body


@pytest.mark.parametrize(
    ("field", "other"),
    [("slug", {"title": "Other", "slug": "truce"}), ("title", {"title": "Truce", "slug": "o"})],
)
def test_a_draft_whose_names_were_taken_meanwhile_says_so_and_can_be_corrected(rich, field, other):
    setattr(rich, field, other[field])
    editing.schedule(rich, timezone.now() + timedelta(hours=1))
    trashed = trash(rich)
    factories.article(**other)
    [restored] = restore(*trashed)
    assert len(restored.changes) == 1 and "draft" in restored.changes[0]
    assert {"slug": "Slug", "title": "“Truce”"}[field] in restored.changes[0]
    with pytest.raises(ValidationError):
        editing.publish_draft(restored.article, None)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert editing.publish_due() == 0
    assert Draft.objects.get().failure
    setattr(rich, field, "Accord" if field == "title" else "accord")
    editing.save_draft(rich)
    editing.publish_draft(restored.article, None)
    assert getattr(Article.objects.get(pk=rich.pk), field) == getattr(rich, field)


def test_working_copies_belong_to_their_article_again(rich):
    user, fields = factories.editor("omar"), {"body": "Typed."}
    editing.store_working_copy(user, "form-1", rich, 1, fields)
    editing.store_working_copy(user, "form-2", None, 0, fields)
    trash(rich)
    assert not WorkingCopy.objects.filter(article__isnull=False).exists()
    restore()
    rows = WorkingCopy.objects.order_by("form_id").values_list("article", flat=True)
    assert list(rows) == [rich.pk, None]


def test_a_tag_that_readers_have_seen_on_a_deleted_article_stays_public():
    trash(factories.article("Peace", tags=["calm"]))
    assert Tag.objects.get().name_was_public
