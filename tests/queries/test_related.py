"""Related articles: what is shared, what it weighs, and what it costs."""

import pytest

from articles.models import Status
from articles.queries.links import link_targets
from articles.queries.related import (
    MAX_ARTICLES,
    MAX_CANDIDATES,
    MAX_CITING,
    MAX_SHARED,
    related,
)
from tests import factories

pytestmark = pytest.mark.django_db


def related_to(article):
    targets = link_targets(article).values()
    return related(article, list(article.tags.all()), targets)


def test_articles_that_are_named_together_are_related():
    one, other = factories.article("One"), factories.article("Other")
    factories.article("Survey", body="[[One]] and [[Other]]")
    factories.article("Essay", body="[[Other]], then [[One]] and [[One]] again")
    assert [(entry.title, entry.cited) for entry in related_to(one)] == [("Other", 2)]
    assert [(entry.title, entry.cited) for entry in related_to(other)] == [("One", 2)]


def test_an_article_that_names_few_says_more_than_one_that_names_many():
    article = factories.article("Article")
    many = [factories.article(f"Many {number}").title for number in range(4)]
    factories.article("Few")
    factories.article("List", body=" ".join(f"[[{title}]]" for title in ["Article", *many]))
    factories.article("Essay", body="[[Article]] and [[Few]]")
    assert related_to(article)[0].title == "Few"


def test_readers_do_not_learn_that_a_draft_names_two_articles_together():
    article, _other = factories.article("Article"), factories.article("Other")
    factories.article("Draft", body="[[Article]] [[Other]]", status=Status.DRAFT)
    assert related_to(article) == []
    factories.article("Essay", body="[[Article]] [[Draft]]")
    assert related_to(article) == []


def test_drafts_take_no_place_of_those_that_readers_see():
    one, _other = factories.article("One", tags=["x"]), factories.article("Other", tags=["x"])
    for number in range(MAX_ARTICLES):
        factories.article(f"Draft {number}", tags=["x"], status=Status.DRAFT)
    assert [entry.title for entry in related_to(one)] == ["Other"]


def test_of_a_large_tag_the_newest_are_looked_at():
    article = factories.article("Article", tags=["x"])
    for number in range(MAX_ARTICLES + 3):
        factories.article(f"Other {number:02}", tags=["x"])
    found = {
        entry.title for entry in related(article, article.tags.all(), [], limit=MAX_CANDIDATES)
    }
    assert len(found) == MAX_CANDIDATES and not found & {
        f"Other {number:02}" for number in range(3)
    }


def test_so_many_tags_and_targets_are_looked_at():
    targets = [factories.article(f"Target {number:02}").title for number in range(MAX_SHARED)]
    body = " ".join(f"[[{title}]]" for title in targets)
    article = factories.article("Article", tags=["x", "y"], body=body)
    factories.article("Early", body=f"[[{targets[0]}]]")
    factories.article("Late", body=f"[[{targets[-1]}]]")
    linked = link_targets(article)
    ordered = [linked[title.lower()] for title in targets]
    found = related(article, list(article.tags.all()), ordered)
    assert [entry.title for entry in found] == ["Early"]


def test_who_links_to_an_article_is_looked_at_within_bounds():
    article = factories.article("Article")
    others = [factories.article(f"Other {number:02}").title for number in range(MAX_ARTICLES + 5)]
    links = " ".join(f"[[{title}]]" for title in reversed(others))
    for _number in range(MAX_CITING + 3):
        factories.article(body=f"[[Article]] {links}")
    found = related(article, [], [], limit=MAX_ARTICLES + 5)
    assert {entry.cited for entry in found} == {MAX_CITING}
    assert {entry.title for entry in found} == set(others[1 - MAX_ARTICLES :][:MAX_CANDIDATES])


def test_of_the_tags_that_are_shared_the_rarest_stand_first():
    article = factories.article("Article", tags=["common", "medium", "rare"])
    factories.article("Other", tags=["common", "medium", "rare"])
    factories.article("Third", tags=["common", "medium"])
    factories.article("Fourth", tags=["common"])
    entry = related_to(article)[0]
    assert entry.title == "Other"
    assert [tag.name for tag in entry.tags] == ["rare", "medium", "common"]
