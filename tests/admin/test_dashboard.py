"""The first page of the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Article, Draft, FailedSearch, Status
from tests import factories
from tests.admin.utils import ARTICLE_LIST, WRITER, html, log_in, user_of

pytestmark = pytest.mark.django_db

DASHBOARD = "/admin/"


@pytest.fixture(autouse=True)
def no_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def section(page, heading):
    """Return the HTML of a section of the page; empty if it is not there."""
    _before, _heading, rest = page.partition(f'id="{heading}_heading">')
    return rest.partition("</section>")[0]


def test_a_writer_sees_own_drafts_with_the_note_of_those_sent_back(writer, editor):
    user = user_of(writer)
    for title in ("Begun", "Submitted", "Returned"):
        factories.article(title, status=Status.DRAFT, owner=user)
    factories.article("Of another", status=Status.DRAFT)
    editing.submit(Article.objects.get(title="Submitted"), user=user)
    returned = Article.objects.get(title="Returned")
    editing.submit(returned, user=user)
    editing.send_back(returned, "Name your sources.", user=user_of(editor))
    page = html(writer.get(DASHBOARD))
    own = section(page, "own")
    assert all(title in own for title in ("Begun", "Submitted", "Returned", "Name your sources."))
    assert "Of another" not in page
    assert "In review" in own and "Sent back" in own
    assert not section(page, "waiting") and not section(page, "health")


def test_a_writer_sees_an_own_draft_of_an_article_that_is_hidden_under_its_own_title(writer):
    articles = [factories.article(title) for title in ("First", "Second")]
    for article in articles:
        article.title += " proposed"
        editing.save_draft(article, user=user_of(writer))
    hidden = Article.objects.get(title="First")
    hidden.title = "Secret"
    editing.save(hidden)
    editing.unpublish([hidden], None)
    page = html(writer.get(DASHBOARD))
    own = section(page, "own")
    assert f'href="{ARTICLE_LIST}{hidden.pk}/draft/"' in own
    assert "First proposed" in own and "Second proposed" in own and "Secret" not in page


def test_an_editor_sees_what_waits_for_review_and_what_could_not_be_published(editor):
    live = factories.article("Live")
    waiting = factories.article("Waiting", status=Status.DRAFT)
    omar = factories.user("omar")
    for article in (live, waiting):
        article.summary = "New."
        editing.submit(article, user=omar)
    Draft.objects.filter(pk=live.pk).update(failure="A name is taken.")
    queue = section(html(editor.get(DASHBOARD)), "waiting")
    assert all(text in queue for text in ("Live", "Waiting", "omar", "just now"))
    assert "Could not be published" in queue and "A name is taken." in queue


def test_an_editor_sees_what_is_scheduled_in_the_next_days(editor):
    now = timezone.now()
    factories.article("Soon", publish_at=now + timedelta(days=6))
    factories.article("Later", publish_at=now + timedelta(days=8))
    factories.article("Ends", expire_at=now + timedelta(days=2))
    changed = factories.article("Changed")
    changed.body = "New."
    editing.schedule(changed, now + timedelta(days=1))
    scheduled = section(html(editor.get(DASHBOARD)), "scheduled")
    positions = [scheduled.index(title) for title in ("Changed", "Ends", "Soon")]
    assert positions == sorted(positions) and "Later" not in scheduled


def test_numbers_of_gaps_are_links_to_lists_of_as_many_articles(editor):
    factories.article("Hub", body="[[Peace]] [[Nowhere]]", tags=["a"], summary="x")
    peace = factories.article("Peace")
    factories.article("Draft", status=Status.DRAFT)
    Article.objects.filter(pk=peace.pk).update(updated=timezone.now() - timedelta(days=400))
    FailedSearch.objects.record("unheard of")
    editing.delete([factories.article("Gone", summary="x", tags=["a"])])
    health = section(html(editor.get(DASHBOARD)), "health")
    for parameters, number in {"links=orphan": 2, "without=tags": 2, "without=summary": 2}.items():
        assert f'?{parameters}"><b>{number}</b>' in health
        listed = editor.get(f"{ARTICLE_LIST}?{parameters}").context["cl"].result_count
        assert listed == number
    assert '?changed=stale"><b>1</b>' in health
    for name in ("wanted/", "failedsearch/", "trash/"):
        assert f'{name}"><b>1</b>' in health


def test_recent_changes_are_those_that_the_user_may_see(writer, editor):
    factories.article("Secret", status=Status.DRAFT)
    bulk = [factories.article(f"Bulk {number}") for number in range(3)]
    editing.add_tags(bulk, ["a"], user_of(editor))
    page = section(html(editor.get(DASHBOARD)), "changes")
    assert "Secret" in page and "3 articles" in page
    assert "Secret" not in section(html(writer.get(DASHBOARD)), "changes")


def test_the_search_leads_to_the_list_whose_last_row_creates_an_article(editor, viewer):
    page = html(editor.get(DASHBOARD))
    assert f'action="{ARTICLE_LIST}" role="search"' in page and f'{ARTICLE_LIST}add/"' in page
    factories.article("Peace treaty")
    for query in ("peace", "unheard of"):
        result = html(editor.get(ARTICLE_LIST, {"q": query}))
        assert f"Create “{query}”" in result
    assert "Create “" not in html(viewer.get(ARTICLE_LIST, {"q": "peace"}))


def test_other_models_stay_reachable(admin_client, editor):
    page = html(admin_client.get(DASHBOARD))
    assert "/admin/auth/user/" in page and "/admin/auth/group/" in page
    assert "/admin/auth/user/" not in html(editor.get(DASHBOARD))


def test_a_user_without_permissions_is_told_so():
    page = html(log_in(factories.user()).get(DASHBOARD))
    assert "permission to view or edit" in page and 'role="search"' not in page


@pytest.mark.parametrize("number", [2, 20])
def test_the_dashboard_needs_the_same_queries_with_any_number_of_articles(
    number, django_assert_max_num_queries
):
    client = log_in(factories.editor("amina"))
    user, soon = user_of(client), timezone.now() + timedelta(days=1)
    for index in range(number):
        factories.article(status=Status.DRAFT, owner=user)
        editing.submit(factories.article(status=Status.DRAFT), user=user)
        changed = factories.article(body=f"[[Nowhere {index}]]", tags=["x"])
        changed.body = "New."
        editing.schedule(changed, soon, user=user)
    client.get(DASHBOARD)
    with django_assert_max_num_queries(32):
        client.get(DASHBOARD)


def test_a_writer_may_create_articles(client):
    page = html(log_in(factories.user("", *WRITER)).get(DASHBOARD))
    assert "New article" in page
    page = html(log_in(factories.user("", "view_article")).get(DASHBOARD))
    assert "New article" not in page
