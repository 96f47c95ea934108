"""Recent changes of the whole site: operations, filters, undoing, the private feed."""

from datetime import timedelta
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from articles import editing
from articles.models import Article, Profile, Revision, RevisionKind, Status
from articles.queries import recent_changes
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, log_in, user_of

pytestmark = pytest.mark.django_db

URL = f"{ARTICLE_LIST}recent-changes/"
FEED_SETTINGS = f"{URL}feed/"
ATOM = "{http://www.w3.org/2005/Atom}"


def save(article, tags=None, user=None, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    return editing.save(article, tags, user)


def entries(client, **query):
    """Return the titles that a page lists, those of an operation as a list."""
    operations = client.get(URL, query).context["page"].operations
    return [
        [revision.title for revision in operation.revisions]
        if operation.count > 1
        else operation.revision.title
        for operation in operations
    ]


@pytest.fixture
def bulk():
    """Three drafts that one action has published."""
    articles = [
        factories.article(title, status=Status.DRAFT, tags=["letters"])
        for title in ("Alpha", "Beta", "Gamma")
    ]
    editing.publish(articles, factories.user("omar-2"))
    return Revision.objects.filter(kind=RevisionKind.BULK)


def operation_url(revisions, page=""):
    return f"{ARTICLE_LIST}operations/{revisions[0].operation}/{page}"


def test_changes_are_listed_newest_first_and_an_operation_is_one_entry(editor, bulk):
    save(Article.objects.get(title="Beta"), title="Delta", user=factories.user("sara"))
    titles = entries(editor)
    assert titles[0] == "Delta"
    assert sorted(titles[1]) == ["Alpha", "Beta", "Gamma"]
    assert titles[2:] == ["Gamma", "Beta", "Alpha"]
    page = html(editor.get(URL))
    assert "3 articles" in page and "sara" in page and "Undo all" in page


def test_changes_are_filtered_by_person_kind_tag_and_period(editor, bulk):
    war = factories.article("War", tags=["conflict"])
    save(war, user=factories.user("sara"), body="New.")
    assert entries(editor, editor="sara") == ["War"]
    assert entries(editor, kind="edit") == ["War"]
    assert entries(editor, tag="Conflict") == ["War", "War"]
    assert len(entries(editor, editor="omar-2", kind="bulk", tag="letters")) == 1
    assert entries(editor, editor="nadia") == []
    Revision.objects.update(created=timezone.now() - timedelta(days=20))
    assert entries(editor, days=7) == []
    assert len(entries(editor, days=30)) == 6
    assert len(entries(editor, kind="x", days="x", after="x")) == 6
    assert "There is no tag" in html(editor.get(URL, {"tag": "nothing"}))


def test_articles_of_large_tags_are_filtered_too(editor, bulk, monkeypatch):
    monkeypatch.setattr(recent_changes, "MAX_TAGGED", 2)
    factories.article("War")
    assert len(entries(editor, tag="letters")) == 4


def test_pages_follow_each_other_without_gaps(editor, monkeypatch):
    monkeypatch.setattr(recent_changes, "PAGE_SIZE", 2)
    for number in range(5):
        factories.article(f"No {number}")
    titles, after = [], 0
    while after is not None:
        page = editor.get(URL, {"after": after}).context["page"]
        titles += [operation.revision.title for operation in page.operations]
        after = page.last
    assert titles == [f"No {number}" for number in reversed(range(5))]


@pytest.mark.parametrize("scan_size", [1, 2, 3, 9, 300])
@pytest.mark.parametrize("page_size", [1, 2, 30])
def test_an_operation_on_more_articles_than_are_read_is_one_entry(
    editor, monkeypatch, scan_size, page_size
):
    factories.article("First")
    drafts = [factories.article(f"No {number}", status=Status.DRAFT) for number in range(9)]
    Revision.objects.exclude(fields__title="First").delete()
    editing.publish(drafts, None)
    factories.article("Last")
    monkeypatch.setattr(recent_changes, "SCAN_SIZE", scan_size)
    monkeypatch.setattr(recent_changes, "PAGE_SIZE", page_size)
    counts, after = [], 0
    while after is not None:
        page = editor.get(URL, {"after": after}).context["page"]
        counts += [operation.count for operation in page.operations]
        after = page.last
    assert counts == [1, 9, 1]


@pytest.mark.parametrize("number", [3, 40])
def test_recent_changes_need_the_same_queries_at_any_length(
    editor, bulk, number, django_assert_max_num_queries
):
    for index in range(number):
        factories.article(f"No {index}")
    editor.get(URL)
    with django_assert_max_num_queries(8) as queries:
        editor.get(URL)
    assert not any('"articles_revision"."body"' in query["sql"] for query in queries)


def test_only_users_who_may_read_articles_see_changes(bulk):
    outsider = log_in(factories.user("", "view_tag"))
    for url in (URL, FEED_SETTINGS, operation_url(bulk), operation_url(bulk, "undo/")):
        assert outsider.get(url).status_code == 403
    viewer = log_in(factories.user("", "view_article"))
    assert "Undo" not in html(viewer.get(URL))
    assert viewer.get(operation_url(bulk)).status_code == 200
    assert viewer.post(operation_url(bulk, "undo/")).status_code == 403


def test_the_page_of_an_operation_lists_its_articles(editor, bulk):
    page = html(editor.get(operation_url(bulk)))
    assert all(f"<bdi>{title}</bdi>" in page for title in ("Alpha", "Beta", "Gamma"))
    missing = "operations/00000000-0000-4000-8000-000000000000/"
    assert editor.get(f"{ARTICLE_LIST}{missing}").status_code == 404
    assert editor.post(f"{ARTICLE_LIST}{missing}undo/").status_code == 404


def test_an_operation_is_undone_as_one(editor, bulk):
    assert editor.get(operation_url(bulk, "undo/")).status_code == 200
    save(Article.objects.get(title="Beta"), body="Later text.")
    save(Article.objects.get(title="Gamma"), status=Status.ARCHIVED)
    page = html(editor.post(operation_url(bulk, "undo/"), follow=True))
    assert "Undone in 2 articles." in page
    assert "Not undone in “Gamma”: What it changed has been changed again" in page
    assert dict(Article.objects.values_list("title", "status")) == {
        "Alpha": Status.DRAFT,
        "Beta": Status.DRAFT,
        "Gamma": Status.ARCHIVED,
    }
    assert Article.objects.get(title="Beta").body == "Later text."
    undone = Revision.objects.filter(kind=RevisionKind.UNDONE)
    assert undone.count() == 2 and len({row.operation for row in undone}) == 1


def test_undoing_an_operation_names_articles_that_went_to_the_trash_meanwhile(editor, bulk):
    editing.delete([Article.objects.get(title="Beta")])
    page = html(editor.post(operation_url(bulk, "undo/"), follow=True))
    assert "Undone in 2 articles." in page
    assert "Not undone in “Beta”: It is in the trash." in page


def test_undoing_an_operation_hides_articles_in_the_trash_that_the_user_may_not_read(writer):
    own, secret, other = (factories.article(name) for name in ("Own", "Secret", "Other"))
    Article.objects.filter(pk__in=[own.pk, other.pk]).update(owner=user_of(writer))
    operation = uuid4()
    editing.unpublish([own, secret, other], None, operation=operation)
    editing.delete([secret, other])
    response = writer.post(f"{ARTICLE_LIST}operations/{operation}/undo/", follow=True)
    assert "Not undone in “Other”: It is in the trash." in html(response)
    assert "Secret" not in html(response)


def test_an_operation_leaves_articles_that_the_user_may_not_change(bulk):
    writer = log_in(factories.user("", "change_article", "view_article"))
    page = html(writer.post(operation_url(bulk, "undo/"), follow=True))
    assert "Undone in 0 articles." in page and "You may not change this article." in page
    assert not Article.objects.exclude(status=Status.PUBLISHED).exists()


def test_deletions_are_listed_and_undone(editor, bulk):
    editing.delete(Article.objects.exclude(title="Gamma"), factories.user("sara"))
    page = html(editor.get(URL))
    assert "2 articles" in page and "In the trash" in page
    assert sorted(entries(editor, kind="deleted")[0]) == ["Alpha", "Beta"]
    deletion = Revision.all_objects.filter(kind=RevisionKind.DELETED)
    factories.article("Beta")
    page = html(editor.post(operation_url(deletion, "undo/"), follow=True))
    assert "Undone in 2 articles." in page and "Restored “Beta" in page
    assert Article.objects.filter(title="Alpha").exists()
    page = html(editor.post(operation_url(deletion, "undo/"), follow=True))
    assert "nothing of this change any more" in page


def feed_url(client):
    client.post(FEED_SETTINGS, {"create": ""})
    return client.get(FEED_SETTINGS).context["feed_url"].removeprefix("http://testserver")


def test_the_private_feed_needs_no_login(editor, bulk):
    save(Article.objects.get(title="Beta"), title="Delta & co", user=factories.user("sara"))
    Revision.objects.update(comment="From\x01 Word")
    response = Client().get(feed_url(editor))
    assert response["Content-Type"].startswith("application/atom+xml")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries_of(response)]
    assert titles[:2] == ["Delta & co · rename", "3 articles · bulk"]
    first = entries_of(response)[0]
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "sara"
    assert "/compare/?new=3" in first.find(f"{ATOM}link").get("href")


def entries_of(response):
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_the_url_of_the_feed_can_be_replaced_and_revoked(editor, bulk):
    old, new = feed_url(editor), feed_url(editor)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    editor.post(FEED_SETTINGS, {"revoke": ""})
    assert Client().get(new).status_code == 404
    assert editor.get(FEED_SETTINGS).context["feed_url"] == ""


def test_the_feed_shows_what_its_owner_may_read_now(editor, bulk):
    url = feed_url(editor)
    user = Profile.objects.get().user
    user.user_permissions.clear()
    assert entries_of(Client().get(url)) == []
    user.is_active = False
    user.save()
    assert Client().get(url).status_code == 404


def test_writers_see_changes_of_public_and_own_articles(bulk):
    user = factories.user("omar", "add_article", "change_article", "view_article")
    editing.save(Article(title="Own", slug="own", language="en"), user=user)
    factories.article("Hidden", status=Status.DRAFT)
    own = Article(title="Own, deleted", slug="own-deleted", language="en")
    editing.save(own, user=user)
    editing.delete([own], user)
    titles = entries(log_in(user))
    assert titles[:3] == ["Own, deleted", "Own, deleted", "Own"] and "Hidden" not in titles


def test_undoing_an_operation_does_not_name_articles_that_the_user_may_not_read(writer):
    own = factories.article("Own", status=Status.DRAFT, owner=user_of(writer))
    secret = factories.article("Secret", status=Status.DRAFT)
    trashed = factories.article("Hidden", status=Status.DRAFT)
    operation = uuid4()
    factories.article(tags=["peace"])
    editing.add_tags([own, secret], ["peace"], None, operation=operation)
    editing.delete([trashed], operation=operation)
    response = writer.post(f"{ARTICLE_LIST}operations/{operation}/undo/", follow=True)
    assert "Undone in 1 article." in html(response)
    assert "Secret" not in html(response) and "Hidden" not in html(response)
    assert editing.tag_names(own) == [] and editing.tag_names(secret) == ["peace"]


@pytest.mark.parametrize("token", ["unknown", "%00", "%D8%A7"])
def test_a_token_that_nobody_has_is_not_found(client, token):
    response = client.get(f"{FEED_SETTINGS}{token}/", follow=True)
    assert response.status_code == 404 or "username" in html(response)
