"""The filters of the list of articles."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Article, Status, Tag
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, titles, user_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"status__exact": "draft"}, ["Draft"]),
        ({"links": "wanted"}, ["War"]),
        ({"links": "orphan"}, ["Draft", "Peace"]),
        ({"tag": "History"}, ["Peace"]),
        ({"tag": "annals"}, ["Peace"]),
        ({"tag": "unheard of"}, []),
        ({"language": "de"}, ["War"]),
        ({"tag": "history", "language": "de"}, []),
        ({"without": "tags"}, ["Draft", "War"]),
        ({"without": "summary"}, ["Peace", "War"]),
        ({"editor": "omar"}, ["War"]),
        ({"editor": "unheard of"}, []),
        ({"changed": "7"}, ["Draft", "War"]),
        ({"changed": "stale"}, ["Peace"]),
        (
            {"changed": "nonsense", "links": "x", "without": "y", "tag": ""},
            ["Draft", "Peace", "War"],
        ),
    ],
)
def test_articles_are_filtered(editor, params, expected):
    peace = factories.article("Peace", tags=["history"], body="[[War]]")
    war = factories.article("War", language="de", body="[[Nowhere]]")
    factories.article("Draft", status=Status.DRAFT, summary="Of something.")
    war.author = "Omar"
    editing.save(war, user=factories.user("omar"))
    editing.save_tag(Tag.objects.get(), ["annals"])
    Article.objects.filter(pk=peace.pk).update(updated=timezone.now() - timedelta(days=400))
    assert sorted(titles(editor.get(ARTICLE_LIST, params))) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", 8),
        ("mine", ["Changed", "Mine"]),
        ("draft", ["Mine", "Other draft"]),
        ("review", ["In review", "Submitted"]),
        ("scheduled", ["Later", "Later changed"]),
        ("live", ["Changed", "Later changed", "Submitted"]),
        ("changed", ["Changed", "Later changed", "Submitted"]),
        ("archived", ["Old"]),
    ],
)
def test_articles_are_listed_by_what_is_to_be_done_with_them(editor, state, expected):
    """A scheduled article is not among the live ones."""
    user, soon = user_of(editor), timezone.now() + timedelta(days=1)
    factories.article("Mine", status=Status.DRAFT, owner=user)
    factories.article("Other draft", status=Status.DRAFT)
    factories.article("In review", status=Status.REVIEW)
    factories.article("Later", publish_at=soon)
    factories.article("Old", status=Status.ARCHIVED)
    changed, submitted, later = map(factories.article, ("Changed", "Submitted", "Later changed"))
    for article in (changed, submitted, later):
        article.body = "New."
    editing.save_draft(changed, user=user)
    editing.submit(submitted)
    editing.schedule(later, soon)
    response = editor.get(ARTICLE_LIST, {"state": state})
    listed = sorted(titles(response))
    assert listed == expected or len(listed) == expected
    assert response.context["cl"].states[0].is_selected == (not state)


def test_filters_keep_each_other_and_can_be_removed_one_by_one(editor):
    factories.article("Peace", tags=["history"])
    params = {"tag": "history", "language": "en", "q": "pea", "state": "live"}
    response = editor.get(ARTICLE_LIST, params)
    page = html(response)
    assert '<option value="history">' in page and '<option value="de">German</option>' in page
    assert '<input type="hidden" name="state" value="live">' in page
    active = {row.value: row.remove_url for row in response.context["cl"].active_filters}
    assert active["history"] == "?language=en&q=pea&state=live"
    states = {choice.label: choice.url for choice in response.context["cl"].states}
    assert states["All"] == "?language=en&q=pea&tag=history"
    assert "&state=archived" in states["Archived"]


def test_a_writer_is_not_told_of_drafts_of_others(writer):
    article = factories.article("Public")
    article.body = "New."
    editing.submit(article)
    for state in ("review", "changed"):
        assert titles(writer.get(ARTICLE_LIST, {"state": state})) == []
