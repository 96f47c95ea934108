"""What happens to hidden articles changes no response to readers, nor its headers."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone

from articles import editing
from articles.models import Article, Status, Tag
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_sitemap_file")]

URLS = (
    "/",
    "/articles/",
    "/articles/peace/",
    "/articles/peace.md",
    "/articles/peace/links/",
    "/articles/peace/graph/",
    "/articles/peace/preview/",
    "/articles/quiet/",
    "/articles/secret/",
    "/tags/",
    "/tags/calm/",
    "/tags/secret/",
    "/tags/calm/feed/",
    "/feed/",
    "/feed/en/",
    "/map/",
    "/sitemap.xml",
    "/sitemaps/pages-1.xml",
    "/sitemaps/articles-1.xml",
    "/robots.txt",
    "/search/?q=peace",
    "/search/?q=secret",
    "/search/?q=tag:secret",
    "/search/?q=secrett",
    "/search/suggest?q=se",
    "/api/v1/articles",
    "/api/v1/articles?limit=1",
    "/api/v1/articles?tag=secret",
    "/api/v1/articles/peace",
    "/api/v1/articles/peace/links",
    "/api/v1/articles/peace/backlinks",
    "/api/v1/articles/peace/graph",
    "/api/v1/articles/quiet",
    "/api/v1/tags",
    "/api/v1/tags/secret",
    "/api/v1/search?q=peace",
    "/api/v1/search?q=secrett",
)


@pytest.fixture
def public():
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=2), tick=False):
        peace = factories.article("Peace", body="[[War]] and [[Secret]].", tags=["calm"])
        factories.article("سلام", language="ar", translation_of="peace")
        factories.article("War", body="[[Peace]]", tags=["calm"])
        factories.rename(peace, title="Quiet", slug="quiet")
        factories.rename(peace, title="Peace", slug="peace")


def responses(client):
    caches["rates"].clear()
    result = {}
    for url in URLS:
        response = client.get(url)
        result[url] = (response.status_code, dict(response.headers), response.content)
    return result


def hidden(**fields):
    return factories.article("Secret", tags=["secret"], body="[[Peace]] [[War]]", **fields)


def change(article):
    article.body += " More [[War]]."
    factories.rename(article, title="Secret plan", slug="secret-plan")


def test_writing_drafts_changes_no_response(client, public, tmp_path):
    before = responses(client)
    draft = hidden(status=Status.DRAFT)
    assert responses(client) == before
    change(draft)
    assert responses(client) == before
    factories.article("Geheim", language="de", translation_of="peace", status=Status.REVIEW)
    factories.article("Quiet", slug="quiet", language="de", status=Status.DRAFT)
    factories.article("paix", slug="paix", language="fr", translation_of="quiet", status="draft")
    assert responses(client) == before
    editing.delete([draft])
    assert responses(client) == before
    file = tmp_path / "draft.md"
    file.write_text("---\ntitle: Secret load\nstatus: draft\ntags: [secret]\n---\n[[Peace]]\n")
    call_command("loaddata", str(file), verbosity=0)
    assert responses(client) == before


def test_drafts_of_a_published_article_change_no_response(client, public):
    before = responses(client)
    user = factories.editor()
    for index, function in enumerate((editing.save_draft, editing.submit, editing.save_draft)):
        peace = Article.objects.get(slug="peace")
        peace.title, peace.slug, peace.aliases = f"Secret {index}", f"secret-{index}", ["Secret"]
        peace.summary, peace.body, peace.featured = "secret", "Secret [[War]] [[Quiet]]", True
        peace.language, peace.translation_of = "de", "secret"
        peace.expire_at = timezone.now() + timedelta(days=1)
        function(peace, tags=["secret", "calm"], user=user)
        assert responses(client) == before
    editing.schedule(peace, timezone.now() + timedelta(hours=1), user=user)
    assert responses(client) == before
    editing.cancel_schedule(peace)
    assert responses(client) == before
    editing.discard_draft(peace, user)
    assert responses(client) == before


@pytest.mark.parametrize("field", ["publish_at", "expire_at"])
def test_scheduled_and_expired_articles_change_no_response(client, public, field):
    days = 1 if field == "publish_at" else -3
    before = responses(client)
    article = hidden(**{field: timezone.now() + timedelta(days=days)})
    if field == "publish_at":
        assert responses(client) == before
    before = responses(client)
    change(article)
    assert responses(client) == before


def test_each_change_of_public_content_has_another_etag(client, public):
    etags = [client.get("/feed/")["ETag"]]

    def changed():
        etags.append(client.get("/feed/")["ETag"])
        return len(set(etags)) == len(etags)

    draft = hidden(status=Status.DRAFT)
    editing.publish([draft], None)
    assert changed()
    draft.refresh_from_db()
    change(draft)
    assert changed()
    editing.unpublish([draft], None)
    assert changed()
    tag = Tag.objects.get(slug="calm")
    tag.description = "Quiet."
    editing.save_tag(tag)
    assert changed()
    scheduled = factories.article("Later", publish_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert changed()
        scheduled.expire_at = timezone.now() + timedelta(hours=1)
        editing.save(scheduled)
        assert changed()
    with time_machine.travel(timezone.now() + timedelta(hours=4)):
        assert changed()
    editing.delete([Article.objects.get(slug="war")])
    assert changed()


def test_an_article_is_not_older_for_readers_than_its_publication(client):
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=9)):
        factories.article("Planned", publish_at=now - timedelta(days=1), body="Words.")
    date_text = f"{now - timedelta(days=9):%Y-%m-%d}"
    for url in (
        "/",
        "/articles/planned/",
        "/search/?q=planned",
        "/api/v1/articles/planned",
        "/api/v1/articles",
        "/articles/planned.md",
        "/feed/",
        "/sitemap.xml",
    ):
        assert date_text not in client.get(url).text, url
