"""Deleting articles and tags: what the confirmation says, and who may do it."""

import pytest

from articles.models import Article, Status, Tag
from tests import factories
from tests.admin.utils import (
    ARTICLE_LIST,
    TAG_LIST,
    WRITER,
    confirm_action,
    html,
    log_in,
    run_action,
    user_of,
)

pytestmark = pytest.mark.django_db


def test_deleting_an_article_reports_the_number_of_broken_links(editor):
    target = factories.article("Target", aliases=["Goal"])
    factories.article("One", body="[[Target]] and [[Goal]]")
    factories.article("Two", body="[[goal]]")
    page = html(editor.get(f"{ARTICLE_LIST}{target.pk}/delete/"))
    assert "2 articles link here; those links will be broken." in page
    assert "2 articles link here" in html(run_action(editor, "delete_selected", target))
    assert editor.post(f"{ARTICLE_LIST}{target.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Article.objects.filter(slug="target").exists()


def test_deleting_a_tag_reports_the_number_of_articles(editor):
    for _ in range(3):
        factories.article(tags=["history"])
    tag = Tag.objects.get()
    assert "3 articles will lose this tag" in html(editor.get(f"{TAG_LIST}{tag.pk}/delete/"))
    editor.post(f"{TAG_LIST}{tag.pk}/delete/", {"post": "yes"})
    assert not Tag.objects.exists() and Article.objects.count() == 3


def test_deleting_a_published_article_needs_the_permission_to_publish(client):
    client = log_in(factories.user("", *WRITER, "delete_article"))
    owner = user_of(client)
    public = factories.article("Public", owner=owner)
    draft = factories.article("Draft", status=Status.DRAFT, owner=owner)
    for article, status in ((public, 403), (draft, 302)):
        response = client.post(f"{ARTICLE_LIST}{article.pk}/delete/", {"post": "yes"})
        assert response.status_code == status
    confirm_action(client, "delete_selected", public)
    assert list(Article.objects.all()) == [public]
