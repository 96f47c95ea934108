"""Names and slugs of tags that readers have never seen are told nowhere; the others redirect."""

import io
import json
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from articles import editing
from articles.models import Article, Revision, Status, Tag, TagSynonym
from tests import factories

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def tag_article(name="working", **fields):
    return factories.article("Plan", tags=[name], body="Words.", **fields)


def rename_tag(name="", slug=""):
    tag = Tag.objects.get()
    tag.name, tag.slug = name or tag.name, slug or tag.slug
    editing.save_tag(tag)


def set_status(article, status):
    article.status = status
    editing.save(article)


def publish_with(tag_name="final"):
    factories.article("Public", tags=[tag_name], body="Text.")


def urls_with(client, word):
    """The URLs that lead readers from `word` to the tag “final”, or show them `word` there."""
    by_word = (f"/tags/{word}/", f"/tags/{word}/feed/", f"/api/v1/tags/{word}")
    urls = {url for url in by_word if client.get(url).status_code in (200, 301, 302, 308)}
    if client.get(f"/api/v1/articles?tag={word}").status_code == 200:
        urls.add("api/v1/articles?tag=")
    if "Public" in client.get(f"/search/?q=tag:{word}").text:
        urls.add("search")
    pages = ("/tags/", "/tags/final/", "/tags/final/feed/", "/api/v1/tags/final", "/sitemap.xml")
    pages += ("/articles/public/", "/articles/public.md", "/search/suggest?q=", "/map/", "/feed/")
    urls |= {url for url in pages if word in client.get(url).text}
    misspelled = f"{word[:4]}{word[5:]}"
    if word in client.get(f"/search/?q={misspelled}").text:
        urls.add("did you mean")
    return urls


def leads_to_tag(client, word):
    """Whether all those URLs tell `word`; fail if only some do."""
    urls = urls_with(client, word)
    by_word = {f"/tags/{word}/", f"/tags/{word}/feed/", f"/api/v1/tags/{word}"}
    assert not urls or urls >= by_word | {"api/v1/articles?tag=", "search"}
    return bool(urls)


def test_a_slug_that_only_hidden_articles_had_is_hidden_though_the_name_is_shown_later(client):
    article = tag_article("final", status=Status.DRAFT)
    rename_tag(slug="working")
    rename_tag(slug="final")
    set_status(article, Status.PUBLISHED)
    publish_with()
    assert not leads_to_tag(client, "working")


def test_a_slug_changed_while_hidden_is_hidden_although_the_name_was_public_before(client):
    article = tag_article("final")
    set_status(article, Status.DRAFT)
    rename_tag(slug="working")
    rename_tag(slug="final")
    publish_with()
    assert not leads_to_tag(client, "working")


def test_a_slug_changed_while_hidden_hides_no_name_that_was_public(client):
    article = tag_article("working")
    set_status(article, Status.DRAFT)
    rename_tag(slug="secret")
    rename_tag(name="final", slug="final")
    publish_with()
    assert leads_to_tag(client, "working")
    assert not leads_to_tag(client, "secret")


def test_a_name_changed_while_hidden_is_hidden_although_the_slug_was_public(client):
    article = tag_article("working")
    set_status(article, Status.DRAFT)
    rename_tag(name="secret")
    rename_tag(name="final", slug="final")
    publish_with()
    assert leads_to_tag(client, "working")
    assert not leads_to_tag(client, "secret")


def unpublish(article):
    set_status(article, Status.DRAFT)


def untag(article):
    editing.save(article, [])


def delete(article):
    editing.delete([article])


def bulk_unpublish(article):
    editing.unpublish([article], None)


WAYS_TO_HIDE = [unpublish, untag, delete, bulk_unpublish]


@pytest.mark.parametrize("hide", WAYS_TO_HIDE)
@pytest.mark.parametrize("scheduled", [False, True], ids=["published", "scheduled"])
def test_what_readers_saw_redirects_whatever_happened_to_the_article(client, hide, scheduled):
    now = timezone.now()
    article = tag_article(publish_at=now + HOUR if scheduled else None)
    with time_machine.travel(now + 2 * HOUR):
        hide(article)
        rename_tag("final", "final")
        publish_with()
        assert leads_to_tag(client, "working")


@pytest.mark.parametrize("hide", WAYS_TO_HIDE)
def test_what_was_scheduled_but_never_shown_stays_hidden(client, hide):
    article = tag_article(publish_at=timezone.now() + HOUR)
    hide(article)
    rename_tag("final", "final")
    publish_with()
    assert not leads_to_tag(client, "working")


@pytest.mark.parametrize("hide", [None, *WAYS_TO_HIDE])
def test_what_was_shown_between_two_saves_redirects(client, hide):
    now = timezone.now()
    article = tag_article(publish_at=now + HOUR, expire_at=now + 2 * HOUR)
    with time_machine.travel(now + 3 * HOUR):
        if hide:
            hide(article)
        rename_tag("final", "final")
        publish_with()
        assert leads_to_tag(client, "working")


def test_an_expired_article_does_not_tell_of_later_names(client):
    now = timezone.now()
    tag_article("first", expire_at=now + HOUR)
    with time_machine.travel(now + 2 * HOUR):
        rename_tag("working", "working")
        rename_tag("final", "final")
        publish_with()
        assert leads_to_tag(client, "first")
        assert not leads_to_tag(client, "working")


def test_an_article_that_had_expired_before_it_was_tagged_tells_nothing(client):
    now = timezone.now()
    article = factories.article("Plan", expire_at=now + HOUR)
    with time_machine.travel(now + 2 * HOUR):
        editing.save(article, ["working"])
        rename_tag("final", "final")
        publish_with()
        assert not leads_to_tag(client, "working")


def test_a_name_that_was_public_under_a_schedule_after_a_rename_redirects(client):
    now = timezone.now()
    tag_article("first", publish_at=now + HOUR)
    rename_tag("working", "working")
    with time_machine.travel(now + 2 * HOUR):
        rename_tag("final", "final")
        publish_with()
        assert leads_to_tag(client, "working")
        assert not leads_to_tag(client, "first")


def test_a_tag_that_is_removed_renamed_and_added_again_redirects_each_time(client):
    article = tag_article("first")
    for old, new in (("first", "second"), ("second", "final")):
        untag(article)
        rename_tag(new, new)
        editing.save(article, [new])
        assert client.get(f"/tags/{old}/")["Location"] == f"/tags/{new}/"
    publish_with()
    assert leads_to_tag(client, "first") and leads_to_tag(client, "second")


def test_a_hidden_name_becomes_public_when_the_tag_has_it_again_in_public(client):
    article = tag_article(status=Status.DRAFT)
    rename_tag("final", "final")
    set_status(article, Status.PUBLISHED)
    assert not leads_to_tag(client, "working")
    publish_with()
    rename_tag(slug="working")
    rename_tag(slug="final")
    assert leads_to_tag(client, "working")


def test_a_hidden_name_stays_hidden_when_the_tag_has_it_again_while_hidden(client):
    tag_article(status=Status.DRAFT)
    for name in ("final", "working", "final"):
        rename_tag(name, name)
    publish_with()
    assert not leads_to_tag(client, "working")


def test_a_synonym_that_an_editor_enters_is_public_although_it_was_the_name(client):
    tag_article(status=Status.DRAFT)
    tag = Tag.objects.get()
    tag.name = tag.slug = "final"
    editing.save_tag(tag, ["working"])
    publish_with()
    assert leads_to_tag(client, "working")


def test_other_changes_of_a_tag_keep_what_readers_have_seen(client):
    article = tag_article()
    loaded = Tag.objects.get()
    untag(article)
    loaded.description = "Plans."
    editing.save_tag(loaded)
    rename_tag("final", "final")
    publish_with()
    assert leads_to_tag(client, "working")


def test_a_form_that_was_opened_before_the_publication_forgets_nothing(client):
    article = tag_article(status=Status.DRAFT)
    opened = Tag.objects.get()
    set_status(article, Status.PUBLISHED)
    untag(article)
    opened.description = "Plans."
    editing.save_tag(opened)
    rename_tag("final", "final")
    publish_with()
    assert leads_to_tag(client, "working")


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.DRAFT])
def test_a_document_that_removes_a_tag_forgets_nothing(client, tmp_path, status):
    tag_article(status=status)
    file = tmp_path / "plan.md"
    file.write_text("---\ntitle: Plan\nslug: plan\nstatus: published\n---\nWords.\n")
    call_command("loaddata", str(file), verbosity=0)
    assert not Article.objects.get().taggings.exists()
    rename_tag("final", "final")
    publish_with()
    assert leads_to_tag(client, "working") == (status == Status.PUBLISHED)


def dump():
    output = io.StringIO()
    names = {"natural_primary": True, "natural_foreign": True}
    call_command("dumpdata", "articles", stdout=output, **names)
    return json.loads(output.getvalue())


def load(tmp_path, records):
    file = tmp_path / "dump.json"
    file.write_text(json.dumps(records))
    call_command("loaddata", str(file), verbosity=0)


def clear():
    Article.objects.all().delete()
    Tag.objects.all().delete()


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.DRAFT])
def test_a_dump_keeps_what_readers_have_seen(client, tmp_path, status):
    article = tag_article("first", status=status)
    untag(article)
    rename_tag("working", "working")
    records = dump()
    for empty in (True, False):
        if empty:
            clear()
        load(tmp_path, records)
    rename_tag("final", "final")
    publish_with()
    assert leads_to_tag(client, "first") == (status == Status.PUBLISHED)
    assert not leads_to_tag(client, "working")


def test_a_dump_from_before_a_publication_forgets_nothing(client, tmp_path):
    article = tag_article(status=Status.DRAFT)
    rename_tag("second")
    records = dump()
    set_status(article, Status.PUBLISHED)
    rename_tag(name="working")
    rename_tag(name="second")
    load(tmp_path, records)
    assert not TagSynonym.objects.get().hidden
    rename_tag("final", "final")
    publish_with()
    assert leads_to_tag(client, "working") and leads_to_tag(client, "second")


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.DRAFT])
def test_a_slug_that_a_fixture_changes_redirects_if_readers_have_seen_it(client, tmp_path, status):
    tag_article("final", status=status)
    rename_tag(slug="working")
    record = {"model": "articles.tag", "fields": {"name": "final", "slug": "final"}}
    for _attempt in range(2):
        load(tmp_path, [record])
    publish_with()
    assert leads_to_tag(client, "working") == (status == Status.PUBLISHED)
    assert Tag.objects.resolve(["working"])["working"].slug == "final"


def test_dumps_of_earlier_versions_can_be_loaded(client, tmp_path):
    tag_article(status=Status.DRAFT)
    rename_tag("second", "second")
    factories.article("Shown", tags=["shown"])
    records = dump()
    for record in records:
        for name in ("name_was_public", "slug_was_public", "renamed"):
            record["fields"].pop(name, None)
    for empty in (True, False):
        if empty:
            clear()
        load(tmp_path, records)
    assert Tag.objects.get(name="shown").slug_was_public
    assert not Tag.objects.get(name="second").slug_was_public
    assert TagSynonym.objects.get().hidden
    for record in records:
        record["fields"].pop("hidden", None)
    load(tmp_path, records)
    assert TagSynonym.objects.get().hidden


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.DRAFT])
def test_merging_tags_keeps_what_readers_have_seen(client, status):
    article = factories.article("Plan", tags=["heart"], status=status)
    Tag.objects.update(slug="working")
    untag(article)
    Tag.objects.create(name="heart\ufe0f", key="other", slug="final")
    editing.merge_equal_tags()
    assert Tag.objects.get().slug == "working"
    rename_tag("final", "other")
    rename_tag(slug="final")
    publish_with()
    for word in ("heart", "working"):
        assert leads_to_tag(client, word) == (status == Status.PUBLISHED)


def test_taggings_of_a_merged_tag_do_not_publish_the_name_of_the_other(client):
    now = timezone.now()
    factories.article("Plan", tags=["heart"], expire_at=now + HOUR)
    Tag.objects.update(name="♥︎", key="old", slug="public")
    Tag.objects.create(name="♥", key="♥", slug="working")
    with time_machine.travel(now + 2 * HOUR):
        editing.merge_equal_tags()
        tag = Tag.objects.get()
        assert tag.name_was_public and not tag.slug_was_public
        assert not TagSynonym.objects.get(name="public").hidden


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.DRAFT])
def test_saving_an_article_whose_tags_were_shown_or_not_takes_no_query_more(
    status, django_assert_max_num_queries
):
    article = tag_article(status=status)
    with django_assert_max_num_queries(100) as saving:
        article.body = "Other words."
        editing.save(article)
    condition = 'COALESCE("articles_tag"."renamed"'
    assert not [query for query in saving.captured_queries if condition in query["sql"]]
    Tag.objects.update(name_was_public=False)
    with django_assert_max_num_queries(100) as publishing:
        set_status(article, Status.PUBLISHED)
        untag(article)
    assert [query for query in publishing.captured_queries if condition in query["sql"]]


def test_the_migration_marks_what_readers_have_seen():
    now = timezone.now()
    factories.article("Shown", tags=["shown"])
    factories.article("Later", tags=["scheduled"], publish_at=now + HOUR)
    factories.article("Draft", tags=["draft"], status=Status.DRAFT)
    unpublish(factories.article("Past", tags=["past"]))
    untag(factories.article("Removed", tags=["removed"]))
    Tag.objects.update(name_was_public=False, slug_was_public=False)
    module = import_module("articles.migrations.0012_public_names_of_tags")
    module.mark_public_tags(apps, None)
    marked = Tag.objects.filter(name_was_public=True, slug_was_public=True)
    assert set(marked.values_list("name", flat=True)) == {"shown", "past", "removed"}
    assert Tag.objects.filter(name_was_public=False, slug_was_public=False).count() == 2
    Revision.objects.all().delete()
    module.mark_public_tags(apps, None)
