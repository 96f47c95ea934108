"""The lists of articles and tags: columns, search, number of queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Tag
from tests import factories
from tests.admin.utils import ARTICLE_LIST, TAG_LIST, html, titles

pytestmark = pytest.mark.django_db


def test_articles_are_searched_by_any_name(editor):
    article = factories.article("Peace", slug="calm", aliases=["Concord"], former=["Armistice"])
    factories.article("War")
    for query in ("eac", "CALM", "concord", "armis"):
        assert titles(editor.get(ARTICLE_LIST, {"q": query})) == ["Peace"]
    assert editor.get(ARTICLE_LIST, {"q": "a\0b"}).status_code == 200
    assert article.title in html(editor.get(ARTICLE_LIST))


def test_the_list_shows_status_tags_and_links(editor):
    now = timezone.now()
    factories.article("Hub", tags=["b", "a"], body="[[Later]] [[Gone]] [[Hub]]")
    factories.article("Later", publish_at=now + timedelta(days=1), body="[[hub]] [[Hub]]")
    factories.article("Gone", expire_at=now - timedelta(days=1))
    rows = {row.title: row for row in editor.get(ARTICLE_LIST).context["cl"].result_list}
    page = html(editor.get(ARTICLE_LIST))
    assert all(label in page for label in ("Scheduled", "Expired", "Published"))
    assert rows["Hub"].tag_names == ["a", "b"]
    assert (rows["Hub"].links_in, rows["Hub"].links_out) == (1, 3)
    assert (rows["Later"].links_in, rows["Gone"].links_in) == (1, 1)


@pytest.mark.parametrize("number", [3, 60])
def test_the_list_of_articles_needs_the_same_queries_at_any_length(
    editor, number, django_assert_max_num_queries
):
    for index in range(number):
        factories.article(f"No {index}", tags=["x", f"t{index % 7}"], body="[[No 1]] [[Other]]")
    editor.get(ARTICLE_LIST)
    with django_assert_max_num_queries(11) as queries:
        editor.get(ARTICLE_LIST)
    columns = " ".join(query["sql"] for query in queries)
    assert not any(f'"articles_article"."{name}"' in columns for name in ("body", "html", "text"))


@pytest.mark.parametrize("number", [3, 40])
def test_the_list_of_tags_needs_the_same_queries_at_any_length(
    editor, number, django_assert_num_queries
):
    for index in range(number):
        factories.article(tags=["common", f"tag {index}"])
        editing.save_tag(Tag.objects.get(slug=f"tag-{index}"), [f"word {index}"])
    editor.get(TAG_LIST)
    with django_assert_num_queries(9):
        page = html(editor.get(TAG_LIST))
    assert f">{number}<span" in page and "word 2" in page
