"""Names that an article had only before readers could see it are told nowhere."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from articles import editing, rebuilding
from articles.models import Article, Name, Revision, Status, Tag
from articles.serializers.documents import serialize
from tests import factories

pytestmark = pytest.mark.django_db

WORKING = "Layoffs at Contoso"
SLUG = "layoffs-at-contoso"
# Each tells the name if it is public.
URLS = (
    "/search/suggest?q=layoffs+at",
    "/search/suggest?q=contoso",
    "/search/?q=layoffs+at+contoso",
    "/search/?q=layofs+at+contosso",
    f"/articles/{SLUG}/",
    f"/articles/{SLUG}x/",
    f"/articles/{SLUG}.md",
    f"/articles/{SLUG}/links/",
    f"/articles/{SLUG}/preview/",
    f"/articles/{SLUG}/graph/",
    f"/api/v1/articles/{SLUG}",
    "/api/v1/search?q=layoffs+at+contoso",
    "/api/v1/articles/restructuring",
    "/articles/restructuring/",
    "/articles/restructuring.md",
    "/feed/",
)


def shows_name(client):
    """The URLs that tell readers that the article has the working title."""
    return [url for url in URLS if tells(url, client.get(url))]


def tells(url, response):
    if "Location" in response:
        return "restructuring" in response["Location"]
    by_name = "q=" in url or SLUG in url
    return ("estructuring" if by_name else "ontoso") in response.text


def draft(**fields):
    return factories.article(WORKING, status=Status.DRAFT, body="Words.", **fields)


def publish(article):
    article.status = Status.PUBLISHED
    editing.save(article)


def kinds(article):
    return set(Name.objects.filter(article=article).values_list("kind", "text"))


def test_a_hidden_name_that_an_article_takes_back_as_a_draft_stays_hidden(client):
    article = draft()
    factories.rename(article, title="Reorganization", slug="reorganization")
    publish(article)
    article.status = Status.DRAFT
    editing.save(article)
    factories.rename(article, title=WORKING, slug=SLUG)
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    assert shows_name(client) == []
    assert client.get("/articles/reorganization/").status_code == 301


def test_the_working_title_of_a_draft_is_told_nowhere(client):
    article = draft()
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    assert client.get("/articles/restructuring/").status_code == 200
    assert shows_name(client) == []
    assert kinds(article) == {("title", "Restructuring"), ("hidden", WORKING)}


def test_a_title_that_changes_with_the_publication_is_told_nowhere(client):
    article = draft()
    article.status = Status.PUBLISHED
    factories.rename(article, title="Restructuring", slug="restructuring")
    assert shows_name(client) == []


def test_a_title_from_before_the_scheduled_time_is_told_nowhere(client):
    article = factories.article(WORKING, publish_at=timezone.now() + timedelta(hours=1))
    factories.rename(article, title="Restructuring", slug="restructuring")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert client.get("/articles/restructuring/").status_code == 200
        assert shows_name(client) == []


def test_a_title_of_a_public_article_redirects_when_it_is_given_up(client):
    article = factories.article(WORKING, body="Words.")
    factories.rename(article, title="Restructuring", slug="restructuring")
    # All but those that show the article without its former names.
    assert set(URLS) - set(shows_name(client)) <= {*URLS[2:4], *URLS[-5:]}
    assert ("former", WORKING) in kinds(article)


@pytest.mark.parametrize("hide", ["status", "expiry"])
def test_a_title_of_an_article_that_was_public_once_stays_public(client, hide):
    article = factories.article(WORKING)
    if hide == "status":
        article.status = Status.DRAFT
    else:
        article.expire_at = timezone.now()
    editing.save(article)
    factories.rename(article, title="Restructuring", slug="restructuring")
    article.expire_at = None
    publish(article)
    assert client.get(f"/articles/{SLUG}/")["Location"] == "/articles/restructuring/"


def test_a_title_that_was_public_for_some_time_between_two_saves_stays_public(client):
    now = timezone.now()
    article = factories.article(
        WORKING, publish_at=now + timedelta(hours=1), expire_at=now + timedelta(hours=2)
    )
    with time_machine.travel(now + timedelta(hours=3)):
        article.status = Status.DRAFT
        factories.rename(article, title="Restructuring", slug="restructuring")
        article.expire_at = None
        publish(article)
        assert client.get(f"/articles/{SLUG}/").status_code == 301


def test_links_by_a_working_title_keep_working(client):
    article = draft()
    factories.article("Chronicle", body=f"See [[{WORKING}]].")
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    assert '<a href="/articles/restructuring/">' in client.get("/articles/chronicle/").text
    assert "Chronicle" in client.get("/articles/restructuring/").text
    links = client.get("/api/v1/articles/restructuring/backlinks").json()["items"]
    assert [link["article"]["slug"] for link in links] == ["chronicle"]


def test_translations_keep_their_source_by_its_working_slug(client):
    article = draft()
    factories.article("تقليص", language="ar", translation_of=SLUG)
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    assert 'hreflang="ar"' in client.get("/articles/restructuring/").text


def test_an_alias_and_an_entered_former_name_are_public(client):
    article = draft()
    article.aliases = ["Job cuts"]
    article.former = ["Restructuring of 2026"]
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    for name in ("job-cuts", "Restructuring_of_2026"):
        assert client.get(f"/articles/{name}/").status_code == 301


def test_a_working_title_becomes_public_as_an_alias_or_as_the_title(client):
    article = draft()
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    factories.rename(article, title=WORKING)
    assert client.get(f"/articles/{SLUG}/").status_code == 301
    factories.rename(article, title="Restructuring")
    assert client.get(f"/articles/{SLUG}/").status_code == 301
    assert article.hidden_former == []


def test_a_hidden_name_that_an_editor_removes_is_forgotten():
    article = draft()
    factories.rename(article, title="Restructuring", slug="restructuring")
    article.former = []
    editing.save(article)
    assert article.hidden_former == [] and kinds(article) == {("title", "Restructuring")}


def test_a_document_that_renames_a_draft_publishes_no_name(client, tmp_path):
    file = tmp_path / "article.md"
    text = "---\nslug: restructuring\ntitle: {}\nstatus: {}\n---\nWords.\n"
    for title, status in ((WORKING, "draft"), ("Restructuring", "published")):
        file.write_text(text.format(title, status))
        call_command("loaddata", str(file), verbosity=0)
    assert Article.objects.get().hidden_former == [WORKING]
    assert shows_name(client) == []


def test_dumps_do_not_turn_hidden_names_into_public_ones(client, tmp_path):
    article = draft()
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    assert WORKING not in serialize(article, [])
    file = tmp_path / "all.json"
    names = {"natural_primary": True, "natural_foreign": True}
    call_command("dumpdata", "articles", output=str(file), **names)
    editing.delete([article])
    call_command("loaddata", str(file), verbosity=0)
    assert shows_name(client) == []


def test_rebuilding_keeps_names_hidden(client):
    article = draft()
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    rebuilding.rebuild()
    assert shows_name(client) == []


def test_the_id_in_feeds_is_of_the_first_public_slug_and_stays(client):
    def feed_id():
        return client.get("/feed/").text.partition("<entry>")[0:3:2][1].split("</id>")[0]

    article = draft()
    factories.rename(article, title="Restructuring", slug="restructuring")
    publish(article)
    first = feed_id()
    assert Revision.objects.first_slugs([article]) == {article.pk: "restructuring"}
    for slug in ("changes", "restructuring", SLUG, "reform"):
        factories.rename(article, slug=slug)
        if slug != "reform":
            assert feed_id() == first


def test_the_migration_hides_names_of_articles_that_were_never_public():
    article = draft()
    factories.rename(article, title="Restructuring", slug="restructuring")
    public = factories.article("Old")
    factories.rename(public, title="New", slug="new")
    for row in (article, public):
        Article.objects.filter(pk=row.pk).update(hidden_former=[])
        Name.objects.filter(article=row, kind="hidden").update(kind="former")
    module = import_module("articles.migrations.0008_hidden_names_and_public_version")
    module.hide_names(apps, None)
    assert kinds(article) == {("title", "Restructuring"), ("hidden", WORKING)}
    assert Article.objects.get(pk=article.pk).hidden_former == [WORKING]
    assert ("former", "Old") in kinds(public)


def shows_tag_name(client):
    """Whether readers are told that the tag “policy” was called “layoffs”."""
    urls = ("/tags/policy/", "/api/v1/tags/policy", "/search/?q=tag:layoffs", "/search/?q=layofs")
    texts = [client.get(url).text.replace("tag:layoffs", "") for url in urls]
    redirects = [
        client.get(url).status_code
        for url in ("/tags/layoffs/", "/tags/layoffs/feed/", "/api/v1/tags/layoffs")
    ]
    is_listed = "Plan" in client.get("/search/?q=tag:layoffs").text
    return is_listed or any("ayoffs" in text for text in texts) or set(redirects) != {404}


def rename_tag():
    tag = Tag.objects.get()
    tag.name, tag.slug = "policy", "policy"
    editing.save_tag(tag)


def test_the_working_name_of_a_tag_of_drafts_is_told_nowhere(client):
    article = factories.article("Plan", tags=["layoffs"], status=Status.DRAFT)
    rename_tag()
    publish(article)
    assert client.get("/tags/policy/").status_code == 200
    assert not shows_tag_name(client)
    assert client.get("/api/v1/articles?tag=layoffs").status_code == 404
    # Documents and forms may still use it.
    editing.save(article, ["layoffs"])
    assert Tag.objects.get().name == "policy"
    editing.save_tag(Tag.objects.get(), ["layoffs", "guideline"])
    assert not shows_tag_name(client)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.ARCHIVED])
def test_the_former_name_of_a_tag_that_readers_have_seen_redirects(client, status):
    article = factories.article("Plan", tags=["layoffs"])
    article.status = status
    editing.save(article)
    rename_tag()
    publish(article)
    assert client.get("/tags/layoffs/")["Location"] == "/tags/policy/"
    assert shows_tag_name(client)
