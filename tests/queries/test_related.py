"""Related articles and tags: what is shared, its weight, and the limits."""

import pytest

from articles.models import Status, Tag
from articles.queries.article_page import article_page
from articles.queries.related import (
    MAX_ARTICLES,
    MAX_CITING,
    MAX_NAMES,
    MAX_TAGS,
    related_tags,
)
from articles.queries.tag_index import tags_page
from tests import factories

pytestmark = pytest.mark.django_db


def related_to(article, limit=6):
    return article_page(article.slug, limit).related


def test_articles_that_an_article_links_to_together_are_related():
    one, other = factories.article("One"), factories.article("Other")
    factories.article("Survey", body="[[One]] and [[Other]]")
    factories.article("Essay", body="[[Other]], then [[One]] and [[One]] again")
    assert [(entry.title, entry.cited) for entry in related_to(one)] == [("Other", 2)]
    assert [(entry.title, entry.cited) for entry in related_to(other)] == [("One", 2)]


def test_a_citing_article_with_few_links_weighs_more():
    article = factories.article("Article")
    many = [factories.article(f"Many {number}").title for number in range(4)]
    factories.article("Few")
    factories.article("List", body=" ".join(f"[[{title}]]" for title in ["Article", *many]))
    factories.article("Essay", body="[[Article]] and [[Few]]")
    assert related_to(article)[0].title == "Few"


def test_drafts_do_not_count_as_citing_articles():
    article, _other = factories.article("Article"), factories.article("Other")
    factories.article("Draft", body="[[Article]] [[Other]]", status=Status.DRAFT)
    assert related_to(article) == []
    factories.article("Essay", body="[[Article]] [[Draft]]")
    assert related_to(article) == []


def test_drafts_do_not_use_up_the_articles_read_of_a_tag():
    one, _other = factories.article("One", tags=["x"]), factories.article("Other", tags=["x"])
    for number in range(MAX_ARTICLES):
        factories.article(f"Draft {number}", tags=["x"], status=Status.DRAFT)
    assert [entry.title for entry in related_to(one)] == ["Other"]


def test_the_newest_articles_of_a_large_tag_are_read():
    article = factories.article("Article", tags=["x"])
    for number in range(MAX_ARTICLES + 3):
        factories.article(f"Other {number:02}", tags=["x"])
    titles = {entry.title for entry in related_to(article, MAX_ARTICLES + 3)}
    assert titles == {f"Other {number:02}" for number in range(3, MAX_ARTICLES + 3)}


def test_the_oldest_articles_with_a_common_link_are_read():
    article = factories.article("Article", body="[[Goal]]")
    for number in range(MAX_ARTICLES + 3):
        factories.article(f"Other {number:02}", body="[[Goal]]")
    titles = {entry.title for entry in related_to(article, MAX_ARTICLES + 3)}
    assert titles == {f"Other {number:02}" for number in range(MAX_ARTICLES - 1)}


def test_links_to_an_article_that_does_not_exist_yet_are_shared():
    article = factories.article("Article", body="[[Goal]]")
    factories.article("Other", body="[[Goal]]")
    assert [(entry.title, entry.links) for entry in related_to(article)] == [("Other", 1)]


def test_hidden_articles_change_no_weight():
    article = factories.article("Article", tags=["x"], body="[[Goal]]")
    factories.article("By link", body="[[Goal]]")
    factories.article("By tag", tags=["x"])
    before = related_to(article)
    for _number in range(MAX_ARTICLES):
        factories.article(status=Status.DRAFT, tags=["x"], body="[[Goal]] and [[Article]]")
    assert related_to(article) == before


def test_the_numbers_of_shared_tags_and_names_are_limited():
    targets = [f"Target {number:02}" for number in range(MAX_NAMES + 1)]
    tags = [f"tag {number:02}" for number in range(MAX_TAGS + 1)]
    body = " ".join(f"[[{title}]]" for title in targets)
    article = factories.article("Article", tags=tags, body=body)
    factories.article("Early", body=f"[[{targets[0]}]]")
    factories.article("Late", body=f"[[{targets[-1]}]]")
    factories.article("First", tags=[tags[0]])
    factories.article("Last", tags=[tags[-1]])
    assert [entry.title for entry in related_to(article)] == ["Early", "First"]


def test_the_numbers_of_citing_articles_and_their_links_are_limited():
    article = factories.article("Article")
    others = [factories.article(f"Other {number:02}").title for number in range(MAX_ARTICLES + 5)]
    links = " ".join(f"[[{title}]]" for title in reversed(others))
    for _number in range(MAX_CITING + 3):
        factories.article(body=f"[[Article]] {links}")
    results = related_to(article, MAX_ARTICLES + 5)
    assert {entry.cited for entry in results} == {MAX_CITING}
    assert {entry.title for entry in results} == set(others[1 - MAX_ARTICLES :])


def test_the_rarest_of_the_shared_tags_comes_first():
    article = factories.article("Article", tags=["common", "medium", "rare"])
    factories.article("Other", tags=["common", "medium", "rare"])
    factories.article("Third", tags=["common", "medium"])
    factories.article("Fourth", tags=["common"])
    entry = related_to(article)[0]
    assert entry.title == "Other"
    assert [tag.name for tag in entry.tags] == ["rare", "medium", "common"]


def test_related_articles_list_what_is_shared_and_rare_things_count_more():
    factories.article("Common goal")
    for number in range(8):
        factories.article(f"Crowd {number}", tags=["common"], body="[[Common goal]]")
    rare = factories.article("Rare", tags=["rare", "common"])
    article = factories.article("Article", tags=["rare", "common"], body="[[Common goal]]")
    factories.article("Hidden", tags=["rare"], status=Status.DRAFT)

    results = related_to(article)
    assert results[0].title == rare.title
    assert [tag.name for tag in results[0].tags] == ["rare", "common"]
    crowd = next(entry for entry in results if entry.title.startswith("Crowd"))
    assert crowd.links == 1 and [tag.name for tag in crowd.tags] == ["common"]
    assert {"Article", "Hidden"}.isdisjoint(entry.title for entry in results)


def test_related_tags_are_counted_in_public_articles():
    factories.article(tags=["a", "b", "c"])
    factories.article(tags=["a", "b"])
    factories.article(tags=["a", "secret"], status=Status.DRAFT)
    tag = Tag.objects.get(key="a")
    assert [(t.name, t.together) for t in related_tags(tag.pk)] == [("b", 2), ("c", 1)]
    assert [(t.name, t.usage) for t in tags_page("", None).rows] == [("a", 2), ("b", 2), ("c", 1)]
