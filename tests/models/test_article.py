"""The questions that the public site asks: what is visible, where a link goes, what is related."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Article, ContentVersion, Link, Name, Status, Tag
from articles.models.link import LinkTarget
from articles.queries import maintenance, statistics
from articles.queries.links import link_targets
from articles.queries.related import related, related_tags
from articles.text import names
from tests import factories

pytestmark = pytest.mark.django_db


def linking_to(article):
    links = Link.objects.to(article).public()
    target = LinkTarget.from_article(article)
    assert set(Link.objects.public().first_to(target, 9)) == set(links)
    return {link.source.title for link in links}


def test_only_what_is_published_due_and_not_expired_is_public():
    now = timezone.now()
    factories.article("Public", tags=["x"], publish_at=now - timedelta(hours=1))
    for status in (Status.DRAFT, Status.REVIEW, Status.ARCHIVED):
        factories.article(f"As {status}", tags=["x"], status=status, publish_at=now)
    factories.article("Scheduled", tags=["x"], publish_at=now + timedelta(hours=1))
    factories.article("Expired", tags=["x"], expire_at=now - timedelta(seconds=1))
    assert [article.title for article in Article.objects.public()] == ["Public"]
    assert [article.title for article in Article.objects.countable()] == ["Public"]
    assert statistics.tags() == [("x", "x", 1)]
    assert [article.title for article in Article.objects.all() if article.is_public] == ["Public"]


def test_an_article_appears_and_vanishes_on_the_second(time_machine):
    now = timezone.now()
    factories.article(
        "Flag", tags=["x"], publish_at=now + timedelta(hours=1), expire_at=now + timedelta(hours=2)
    )
    versions = []
    for hours, visible in ((0.5, False), (1.5, True), (2.5, False)):
        time_machine.move_to(now + timedelta(hours=hours))
        assert Article.objects.public().exists() is visible
        assert bool(statistics.tags()) is visible
        assert bool(statistics.letters()) is visible
        versions.append(ContentVersion.objects.current())
    assert len(set(versions)) == 3


def test_a_link_follows_the_name_it_is_made_by():
    target = factories.article("Target", aliases=["Goal"])
    source = factories.article("Source", body="[[goal]] [[TARGET#Part]] [x](/articles/target/)")
    assert {value.slug for value in link_targets(source).values()} == {"target"}
    assert linking_to(target) == {"Source"}


def test_links_to_and_from_what_readers_may_not_see_are_not_there():
    hidden = factories.article("Hidden", status=Status.DRAFT, body="[[Shown]]")
    shown = factories.article("Shown", body="[[Hidden]]")
    assert link_targets(shown) == {}
    assert linking_to(shown) == set()
    assert linking_to(hidden) == {"Shown"}


def test_a_link_prefers_the_language_it_is_written_in_then_the_sites():
    factories.article("Islam", slug="islam-en", language="en")
    factories.article("Islam", slug="islam-fr", language="fr")
    factories.article("Islam", slug="islam-de", language="de")
    for language, expected in (("fr", "islam-fr"), ("en", "islam-en"), ("tr", "islam-en")):
        source = factories.article(slug=f"from-{language}", language=language, body="[[Islam]]")
        target = Article.objects.get(slug=expected)
        assert link_targets(source)["islam"].slug == expected
        assert source.title in linking_to(target)
        others = Article.objects.filter(slug__startswith="islam-").exclude(pk=target.pk)
        assert all(source.title not in linking_to(other) for other in others)


def test_wanted_links_and_orphans_are_found():
    factories.article("Hub", body="[[Leaf]]")
    leaf = factories.article("Leaf", body="[[Nowhere]] [[Hub]]")
    lonely = factories.article("Lonely", body="[[Lonely]]")
    assert list(maintenance.with_wanted_links(Article.objects.all())) == [leaf]
    assert list(maintenance.orphans(Article.objects.all())) == [lonely]


def test_the_nearest_names_are_offered():
    factories.article("Counter-Terrorism Cooperation")
    factories.article("Defense Budget", aliases=["Budget of Defense"])
    nearest = lambda text: [name.article.title for name in Name.objects.similar_to(text)]  # noqa: E731
    assert nearest("counter terorism coperation") == ["Counter-Terrorism Cooperation"]
    assert nearest("the defense budgets") == ["Defense Budget"]
    assert nearest("") == [] == nearest("qqqq zzzz")


def test_related_articles_say_what_they_share_and_rare_things_count_more():
    factories.article("Common goal")
    for number in range(8):
        factories.article(f"Crowd {number}", tags=["common"], body="[[Common goal]]")
    rare = factories.article("Rare", tags=["rare", "common"])
    article = factories.article("Article", tags=["rare", "common"], body="[[Common goal]]")
    factories.article("Hidden", tags=["rare"], status=Status.DRAFT)

    found = related(article, article.tags.all(), link_targets(article).values())
    assert found[0].title == rare.title
    assert [tag.name for tag in found[0].tags] == ["rare", "common"]
    crowd = next(entry for entry in found if entry.title.startswith("Crowd"))
    assert crowd.links == 1 and [tag.name for tag in crowd.tags] == ["common"]
    assert {"Article", "Hidden"}.isdisjoint(entry.title for entry in found)


def test_related_is_one_query(django_assert_num_queries):
    factories.article("Other", tags=["a", "b"])
    article = factories.article("Article", tags=["a", "b"])
    tags = list(article.tags.all())
    with django_assert_num_queries(1):
        assert related(article, tags, [])


def test_an_index_runs_through_letters_of_every_script():
    for title in ("Élan", "Eel", "Zebra", "1984", "«Quoted»", "سلام", "Ärger"):
        factories.article(title)
    assert statistics.letters() == ["#", "a", "e", "q", "z", "س"]
    assert [a.title for a in Article.objects.a_to_z("E")] == ["Eel", "Élan"]
    assert [a.title for a in Article.objects.a_to_z("#")] == ["1984"]
    everything = list(Article.objects.a_to_z())
    assert [a.sort_key for a in everything] == sorted(names.sort_key(a.title) for a in everything)


def test_tags_beside_a_tag_are_counted_in_what_readers_see():
    factories.article(tags=["a", "b", "c"])
    factories.article(tags=["a", "b"])
    factories.article(tags=["a", "secret"], status=Status.DRAFT)
    tag = Tag.objects.get(key="a")
    assert [(t.name, t.together) for t in related_tags(tag)] == [("b", 2), ("c", 1)]
    assert [(t.name, t.usage) for t in statistics.tags()] == [("a", 2), ("b", 2), ("c", 1)]


def test_counts_of_the_whole_are_computed_once_a_version(django_assert_num_queries):
    article = factories.article(tags=["a"])
    assert len(statistics.tags()) == 1
    with django_assert_num_queries(1):
        statistics.tags()
    editing.unpublish([article], None)
    assert statistics.tags() == []
