"""Tests of saving, publishing and deleting articles, and of what is derived from them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext

from articles import derived, editing
from articles.models import Article, ContentVersion, Name, Revision, Status, Tag, Tagging
from articles.queries.links import link_targets
from tests import factories

pytestmark = pytest.mark.django_db


def names(article):
    return {(name.kind, name.text) for name in article.names.all()}


def test_a_saved_article_has_html_names_links_tags_and_a_first_revision():
    editor = factories.editor("amina")
    article = Article(title="Peace", slug="peace", aliases=["Concord"], body="See [[War|war]].")
    revision = editing.save(article, ["history", "War & Peace"], editor, "first words")

    article.refresh_from_db()
    assert "wiki:war" in article.html
    assert names(article) == {("title", "Peace"), ("alias", "Concord")}
    assert [(link.key, link.label) for link in article.links.all()] == [("war", "war")]
    assert editing.tag_names(article) == ["history", "War & Peace"]
    assert (revision.number, revision.editor, revision.comment) == (1, "amina", "first words")
    assert revision.body == "See [[War|war]]." and revision.fields["tags"] == [
        "War & Peace",
        "history",
    ]


def test_saving_without_a_change_writes_nothing():
    article = factories.article("Peace", tags=["history"])
    before = article.updated, ContentVersion.objects.current()
    assert editing.save(article, ["History"]) is None
    article.refresh_from_db()
    assert (article.updated, ContentVersion.objects.current()) == before
    assert article.revisions.count() == 1


def test_every_change_bumps_the_content_version():
    versions = {ContentVersion.objects.current()}
    article = factories.article("Peace")
    versions.add(ContentVersion.objects.current())
    factories.rename(article, title="Concord")
    versions.add(ContentVersion.objects.current())
    editing.save_tag(Tag(name="history"))
    versions.add(ContentVersion.objects.current())
    editing.delete([article])
    versions.add(ContentVersion.objects.current())
    assert len(versions) == 5


def test_renaming_keeps_the_former_title_and_slug_as_names():
    article = factories.article("War and Peace", slug="war-peace")
    factories.rename(article, title="Peace and War", slug="peace-war")
    assert ("former", "War and Peace") in names(article)
    assert ("former", "war-peace") in names(article)


def test_renaming_back_removes_the_current_title_from_the_former_names():
    article = factories.article("Alpha")
    factories.rename(article, title="Beta", slug="beta")
    factories.rename(article, title="Alpha", slug="alpha")
    assert article.former == ["Beta"]
    assert Name.objects.get(key="alpha").kind == "title"


def test_renaming_does_not_change_other_articles():
    target = factories.article("Target")
    source = factories.article("Source", body="To [[Target]].")
    stored = Article.objects.filter(pk=source.pk).values().get()
    factories.rename(target, title="Goal", slug="goal")
    assert Article.objects.filter(pk=source.pk).values().get() == stored
    assert link_targets(source)["target"].slug == "goal"


def test_a_name_of_another_article_is_refused_and_nothing_is_saved():
    owner = factories.article("Peace", aliases=["Concord"])
    for fields in ({"title": "concord"}, {"title": "X", "aliases": ["PEACE"]}):
        with pytest.raises(derived.NameTaken) as error:
            factories.article(**{"slug": "new", **fields})
        assert error.value.owner == owner
        assert owner.title in error.value.messages[0]
    assert Article.objects.count() == 1 and Revision.objects.count() == 1


def test_articles_in_different_languages_may_have_the_same_name():
    factories.article("Islam", language="en")
    assert factories.article("Islam", slug="islam-fr", language="fr").pk


def test_the_database_refuses_a_duplicate_name():
    article = factories.article("Peace")
    row = {"key": "peace", "language": "en", "kind": "alias", "text": "Peace"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Name.objects.create(article=article, **row)


@pytest.mark.parametrize(
    "invalid",
    [
        {"slug": ""},
        {"title": ""},
        {"status": "secret"},
        {"publish_at": "2026-02-01T00:00Z", "expire_at": "2026-01-01T00:00Z"},
    ],
)
def test_the_database_refuses_an_invalid_article(invalid):
    article = factories.article("Peace")
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**invalid)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "A [[bracket]]"),
        ("slug", "Not A Slug"),
        ("language", "no language"),
        ("status", "secret"),
        ("aliases", ["#"]),
        ("aliases", "text"),
        ("body", "nul \x00"),
        ("body", "page \f break"),
        ("body", "x" * 1_000_001),
        ("body", "[[a]]" * 10_001),
    ],
)
def test_an_invalid_value_is_reported_with_its_field(field, value):
    article = Article(title="Peace", slug="peace")
    setattr(article, field, value)
    with pytest.raises(ValidationError) as error:
        editing.save(article, [])
    assert field in error.value.message_dict
    assert not Article.objects.exists()


def test_links_and_names_that_were_removed_from_the_article_are_deleted():
    article = factories.article("Peace", aliases=["Concord"], body="[[A]] [[B]]")
    article.aliases, article.body = ["Harmony"], "[[B]]"
    editing.save(article, [])
    assert ("alias", "Concord") not in names(article)
    assert [link.key for link in article.links.all()] == ["b"]


def test_spellings_and_synonyms_resolve_to_the_same_tag():
    tag = Tag(name="Peacekeeping")
    editing.save_tag(tag, ["Peace operations"])
    article = factories.article("Blue helmets", tags=["PEACEKEEPING", "peace-operations"])
    assert editing.tag_names(article) == ["Peacekeeping"]


def test_tags_with_special_characters_get_readable_and_unique_slugs():
    tags = editing.get_or_create_tags(["C++", "C#", "C", "AT&T", "AT-T", "深度学习"])
    slugs = [tag.slug for tag in tags]
    assert slugs[:3] == ["c-plus-plus", "c-sharp", "c"]
    assert len(set(slugs)) == 6 and all(slugs)


def test_renaming_a_tag_keeps_the_old_name_as_a_synonym():
    tag = Tag(name="Peacekeeping")
    editing.save_tag(tag)
    tag.name, tag.slug = "Peace operations", ""
    editing.save_tag(tag)
    assert tag.slug == "peace-operations"
    assert [synonym.name for synonym in tag.synonyms.all()] == ["Peacekeeping"]
    assert Tag.objects.resolve(["peacekeeping"])["peacekeeping"] == tag


def test_a_stored_value_that_newer_rules_refuse_does_not_prevent_other_changes(peace):
    Article.objects.filter(pk=peace.pk).update(author="A\fB")
    peace.refresh_from_db()
    peace.body += "\nMore."
    assert editing.save(peace)
    peace.author = "A\fC"
    with pytest.raises(ValidationError):
        editing.save(peace)


def test_a_name_or_synonym_of_another_tag_is_refused():
    editing.save_tag(Tag(name="Peacekeeping"), ["Peace operations"])
    for tag, synonyms in ((Tag(name="peace operations"), []), (Tag(name="New"), ["PEACEKEEPING"])):
        with pytest.raises(ValidationError, match="Peacekeeping"):
            editing.save_tag(tag, synonyms)


def test_publishing_returns_the_changed_articles():
    draft = factories.article("Draft", status=Status.DRAFT)
    public = factories.article("Public")
    assert editing.publish([draft, public], None) == [draft]
    assert editing.unpublish([draft, public], None) == [draft, public]
    assert not Article.objects.public().exists()
    assert draft.revisions.count() == 3


def test_a_comment_is_stored_in_the_language_of_the_site_not_of_the_session(settings):
    article = factories.article("Peace", status=Status.DRAFT)
    with translation.override("ar"):
        editing.publish([article], None)
        stub = editing.create_stub("War", "en", None)
    settings.LANGUAGE_CODE = "ar"
    editing.unpublish([article], None)
    with translation.override("ar"):
        unpublished = gettext("Unpublished")
    comments = article.revisions.order_by("number").values_list("comment", flat=True)
    assert list(comments) == ["", "Published", unpublished]
    assert stub.revisions.get().comment == "Created as a stub" and unpublished != "Unpublished"


def test_a_stub_is_a_draft_with_a_free_slug():
    factories.article("Peace", slug="democracy")
    stub = editing.create_stub("Democracy!", "en", None)
    assert (stub.status, stub.slug) == (Status.DRAFT, "democracy-2")


def test_a_renamed_article_is_sorted_by_its_new_title_in_its_tags():
    article = factories.article("Zebra", tags=["animals"])
    factories.rename(article, title="Aardvark")
    assert Tagging.objects.get().sort_key == "aardvark"


def test_saving_takes_a_bounded_number_of_queries(django_assert_max_num_queries):
    for number in range(20):
        factories.article(f"Other {number}", body="[[Peace]]", tags=["history"])
    article = factories.article("Peace", tags=["history", "war"], body="[[A]] [[B]] [[C]]")
    article.title, article.body = "Concord", "[[A]] [[D]]"
    with django_assert_max_num_queries(32):
        editing.save(article, ["history", "peace"])
