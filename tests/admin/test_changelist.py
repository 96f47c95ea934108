"""The lists of articles and tags: columns, search, number of queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Status, Tag
from tests import factories
from tests.admin.utils import ARTICLE_LIST, TAG_LIST, html, titles, user_of

pytestmark = pytest.mark.django_db


def test_articles_are_searched_by_any_name(editor):
    article = factories.article("Peace", slug="calm", aliases=["Concord"], former=["Armistice"])
    factories.article("War")
    for query in ("eac", "CALM", "concord", "armis"):
        assert titles(editor.get(ARTICLE_LIST, {"q": query})) == ["Peace"]
    assert '<bdi lang="en">Concord</bdi>' in html(editor.get(ARTICLE_LIST, {"q": "conc"}))
    assert editor.get(ARTICLE_LIST, {"q": "a\0b"}).status_code == 200
    assert article.title in html(editor.get(ARTICLE_LIST))


def test_the_list_shows_status_tags_and_links(editor):
    now = timezone.now()
    factories.article("Hub", tags=["b", "a"], body="[[Later]] [[Gone]] [[Hub]]")
    factories.article("Later", publish_at=now + timedelta(days=1), body="[[hub]] [[Hub]]")
    factories.article("Gone", expire_at=now - timedelta(days=1))
    rows = {row.title: row for row in editor.get(ARTICLE_LIST).context["cl"].result_list}
    page = html(editor.get(ARTICLE_LIST))
    assert all(label in page for label in ("Scheduled: ", "Expired", "Live"))
    assert [tag.name for tag in rows["Hub"].tag_list] == ["a", "b"]
    assert (rows["Hub"].links_in, rows["Hub"].links_out) == (1, 3)
    assert (rows["Later"].links_in, rows["Gone"].links_in) == (1, 1)


def test_texts_are_searched_those_of_drafts_included(editor):
    live = factories.article("Budget", body="Life-support systems cost a lot.")
    factories.article("Plan", status=Status.DRAFT, body="More life support.")
    live.body = "Nothing costs anything."
    editing.save_draft(live)
    assert titles(editor.get(ARTICLE_LIST, {"q": "life-support"})) == ["Plan", "Budget"]
    assert titles(editor.get(ARTICLE_LIST, {"q": "nothing cost"})) == ["Budget"]
    assert titles(editor.get(ARTICLE_LIST, {"q": '"life support" -more'})) == ["Budget"]
    assert titles(editor.get(ARTICLE_LIST, {"q": "unheard"})) == []
    editing.discard_draft(live, None)
    assert titles(editor.get(ARTICLE_LIST, {"q": "nothing cost"})) == []


def test_articles_with_a_matching_name_come_first_unless_the_list_is_sorted(editor):
    factories.article("Peace", body="x")
    factories.article("Armistice", body="Peace.")
    assert titles(editor.get(ARTICLE_LIST, {"q": "peace"})) == ["Peace", "Armistice"]
    assert titles(editor.get(ARTICLE_LIST, {"q": "peace", "o": "1"})) == ["Armistice", "Peace"]


def test_a_writer_finds_no_texts_of_others(writer):
    for title, owner in (("Mine", user_of(writer)), ("Other", None)):
        factories.article(title, status=Status.DRAFT, body="secret", owner=owner)
    public = factories.article("Public", body="Known.")
    public.body = "secret"
    editing.save_draft(public)
    assert titles(writer.get(ARTICLE_LIST, {"q": "secret"})) == ["Mine"]
    assert "draft" not in html(writer.get(ARTICLE_LIST, {"q": "Public"})).split("<tbody")[1]


@pytest.mark.parametrize("number", [3, 60])
def test_the_list_of_articles_needs_the_same_queries_at_any_length(
    editor, number, django_assert_max_num_queries
):
    for index in range(number):
        factories.article(f"No {index}", tags=["x", f"t{index % 7}"], body="[[No 1]] [[Other]]")
    editor.get(ARTICLE_LIST)
    with django_assert_max_num_queries(14) as queries:
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
