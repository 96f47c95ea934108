"""Actions on selected articles: what they show first, what they change, and how it is undone."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from articles import editing
from articles.admin.bulk_actions import MAX_ARTICLES
from articles.models import Article, Draft, Revision, RevisionKind, Status, Tag, TrashedArticle
from tests import factories
from tests.admin.utils import (
    ARTICLE_LIST,
    WRITER,
    confirm_action,
    html,
    log_in,
    run_action,
    user_of,
)

pytestmark = pytest.mark.django_db


def tags_of(article):
    return editing.tag_names(article)


def undo_url(response):
    """Return the URL of the button of the message."""
    return re.search(r'action="([^"]+/undo/)"', html(response))[1]


def test_publishing_and_unpublishing_show_first_what_changes(editor):
    draft = factories.article("Draft", status=Status.DRAFT)
    public = factories.article("Public")
    later = factories.article("Later", status="draft", publish_at=timezone.now() + timedelta(1))
    response = run_action(editor, "publish", draft, public, later)
    assert {row.article for row in response.context["changed"]} == {later, draft}
    assert [row.article for row in response.context["refused"]] == [public]
    page = html(response)
    assert "2 articles change" in page and "It is published already." in page
    assert "Its dates hide it from readers." in page
    assert set(Article.objects.public()) == {public}
    page = html(confirm_action(editor, "publish", draft, public, later))
    assert "2 articles published." in page
    assert set(Article.objects.public()) == {draft, public}
    assert draft.revisions.count() == 2 and public.revisions.count() == 1
    assert LogEntry.objects.count() == 2
    assert "2 articles unpublished." in html(confirm_action(editor, "unpublish", draft, later))
    assert list(Article.objects.public()) == [public]


@pytest.mark.parametrize("action", ["publish", "archive", "delete_selected"])
def test_the_message_has_a_button_that_undoes_the_operation(editor, action):
    articles = [factories.article(status=Status.DRAFT, body="[[Peace]]") for _ in range(3)]
    response = confirm_action(editor, action, *articles)
    deleted = action == "delete_selected"
    assert not Article.objects.filter(status=Status.DRAFT).exists()
    operations = Revision.all_objects.filter(number=2).values("operation").distinct()
    assert operations.count() == 1
    if deleted:
        operation = TrashedArticle.objects.first().operation
        editor.post(f"{ARTICLE_LIST}restore_from_trash/", {"operation": operation})
    else:
        assert editor.post(undo_url(response), follow=True).status_code == 200
    assert Article.objects.filter(status=Status.DRAFT).count() == 3


def test_tags_are_added_to_and_removed_from_many_articles(editor):
    first = factories.article("First", tags=["war"])
    second = factories.article("Second", tags=["peace"])
    response = run_action(editor, "add_tags", first, second)
    assert "2 articles are selected" in html(response) and "confirmed" not in html(response)
    response = run_action(editor, "add_tags", first, second, tags="Peace, new")
    assert [list(row.new) for row in response.context["changed"]] == [["new"], ["peace", "new"]]
    assert not Tag.objects.filter(name="new").exists()
    assert "New tags" in html(response)
    response = confirm_action(editor, "add_tags", first, second, tags="Peace, new")
    assert "Tags added to 2 articles." in html(response)
    assert (tags_of(first), tags_of(second)) == (["new", "peace", "war"], ["new", "peace"])
    assert first.revisions.last().kind == RevisionKind.BULK
    editor.post(undo_url(response))
    assert (tags_of(first), tags_of(second)) == (["war"], ["peace"])
    response = run_action(editor, "remove_tags", first, second, tags="peace")
    assert [row.article for row in response.context["refused"]] == [first]
    confirm_action(editor, "remove_tags", first, second, tags="peace")
    assert (tags_of(first), tags_of(second)) == (["war"], [])


def test_tags_that_were_not_shown_are_shown_before_they_are_added(editor):
    article = factories.article()
    data = {"tags": "peace", "listed_tags": "war", "confirmed": "yes", "listed": article.pk}
    response = run_action(editor, "add_tags", article, **data)
    assert [row.article for row in response.context["changed"]] == [article]
    assert tags_of(article) == []


@pytest.mark.parametrize(
    ("action", "tags", "error"),
    [
        ("add_tags", " , ", "Enter at least one tag."),
        ("add_tags", "x" * 101, "at most 100 characters"),
        ("remove_tags", "unheard of", "There is no tag “unheard of”."),
    ],
)
def test_tags_that_cannot_be_changed_are_errors(editor, action, tags, error):
    page = html(confirm_action(editor, action, factories.article(), tags=tags))
    assert error in page and not Tag.objects.exists()


def test_an_article_that_was_not_shown_as_changed_is_not_changed(editor):
    """It is published while the user looks at the page."""
    selected, other = factories.article(status="draft"), factories.article(status="draft")
    keys = [selected.pk, other.pk]
    data = {"action": "publish", "confirmed": "yes", "listed": selected.pk}
    editor.post(ARTICLE_LIST, {**data, "_selected_action": keys})
    assert list(Article.objects.public()) == [selected]


def test_the_draft_of_a_published_article_is_not_published_by_the_way(editor):
    article = factories.article("Peace", body="Old.")
    article.body = "New."
    editing.save_draft(article)
    response = run_action(editor, "publish", article)
    assert "To publish its draft, open it." in html(response)
    confirm_action(editor, "publish", article)
    assert Draft.objects.exists() and Article.objects.get().body == "Old."


def test_a_writer_cannot_publish_or_change_the_articles_of_others_by_an_action(writer):
    own = factories.article("Own", status=Status.DRAFT, owner=user_of(writer))
    public, secret = factories.article("Public"), factories.article("Secret", status="draft")
    page = html(writer.get(ARTICLE_LIST))
    assert 'value="publish"' not in page and 'value="add_tags"' in page
    for action in ("publish", "unpublish", "archive", "delete_selected"):
        confirm_action(writer, action, own, public, secret)
    assert list(Article.objects.public()) == [public] and Article.objects.count() == 3
    factories.article(tags=["peace"])
    response = run_action(writer, "add_tags", own, public, secret, tags="peace")
    assert [row.article for row in response.context["changed"]] == [own]
    assert [row.article for row in response.context["refused"]] == [public]
    confirm_action(writer, "add_tags", own, public, secret, tags="peace")
    assert [tags_of(article) for article in (own, public, secret)] == [["peace"], [], []]
    assert "There is no tag" in html(run_action(writer, "add_tags", own, tags="unheard of"))


def test_all_articles_of_a_filtered_list_can_be_selected(editor):
    for number in range(60):
        factories.article(f"Draft {number}", status=Status.DRAFT)
    public = factories.article("Public", tags=["public"])
    url = f"{ARTICLE_LIST}?state=draft"
    data = {"action": "add_tags", "select_across": 1, "index": 0, "_selected_action": public.pk}
    response = editor.post(url, {**data, "tags": "all"})
    assert len(response.context["changed"]) == 60
    keys = [row.article.pk for row in response.context["changed"]]
    data = {"action": "add_tags", "_selected_action": keys, "tags": "all", "listed_tags": "all"}
    editor.post(url, {**data, "confirmed": "yes", "listed": response.context["listed"]})
    assert Tag.objects.with_usage().get(name="all").usage == 60


def test_more_articles_than_can_be_undone_are_not_changed_at_once(editor, monkeypatch):
    assert 2 * MAX_ARTICLES < 10_000
    monkeypatch.setattr("articles.admin.bulk_actions.MAX_ARTICLES", 2)
    articles = [factories.article(status="draft") for _ in range(3)]
    page = html(confirm_action(editor, "publish", *articles))
    assert "Select at most 2 articles." in page and not Article.objects.public().exists()


@pytest.mark.parametrize("number", [2, 30])
def test_the_page_of_an_action_needs_the_same_queries_for_many_articles(
    editor, number, django_assert_max_num_queries
):
    articles = [factories.article(tags=["a"], body="[[b]]") for _ in range(number)]
    for action in ("publish", "add_tags", "delete_selected"):
        run_action(editor, action, *articles, tags="x")
        with django_assert_max_num_queries(20):
            run_action(editor, action, *articles, tags="x")


def test_a_user_who_may_not_add_tags_cannot_create_them_by_an_action():
    client = log_in(factories.user("", *WRITER, "publish_article"))
    confirm_action(client, "add_tags", factories.article(), tags="new")
    assert not Tag.objects.exists()


def test_a_writer_cannot_change_the_tags_of_a_public_article_by_an_action(writer):
    article = factories.article("Own and public", owner=user_of(writer), tags=["calm"])
    factories.article(tags=["peace"])
    confirm_action(writer, "add_tags", article, tags="peace")
    confirm_action(writer, "remove_tags", article, tags="calm")
    assert tags_of(article) == ["calm"]
