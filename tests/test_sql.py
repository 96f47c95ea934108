"""Queries that are compiled once: they answer as the querysets do that they were made from."""

from datetime import timedelta

import pytest
from django.db.models import F, Value
from django.utils import timezone

from articles.models import Article, Link, Name, Tag
from articles.models.tagging import tags_subquery
from articles.queries.links import link_targets
from articles.sql import MAX_PYFORMAT_PARAMETERS, CompiledQuery, fetch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def built():
    """The shapes that a query was built for."""
    return []


@pytest.fixture
def named(built):
    def build(keys, pk, at, language):
        built.append((len(keys), language))
        names = Name.objects.public(at).filter(key__in=keys, language=language)
        return names.exclude(article=pk).order_by("key").values_list("key", "article__slug")

    return CompiledQuery(build)


def test_it_answers_for_each_value_and_is_built_once_for_each_shape(named, built):
    factories.article("A", language="en")
    factories.article("B", language="en")
    factories.article("B", slug="b-fr", language="fr")
    assert named.rows(["a", "b"], 0, language="en") == [("a", "a"), ("b", "b")]
    assert named.rows(["b", "sentinel 0 0"], 0, language="en") == [("b", "b")]
    assert named.rows(["b"], 0, language="fr") == [("b", "b-fr")]
    assert named.rows(["a"], Article.objects.get(slug="a").pk, language="en") == []
    assert built == [(2, "en"), (1, "fr"), (1, "en")]


def test_it_looks_at_the_clock_each_time(named, time_machine):
    now = timezone.now()
    factories.article("A", publish_at=now + timedelta(hours=1), expire_at=now + timedelta(hours=2))
    found = []
    for hours in (0.5, 1.5, 2.5):
        time_machine.move_to(now + timedelta(hours=hours))
        found.append(len(named.rows(["a"], 0, language="en")))
    assert found == [0, 1, 0]


def test_it_gives_objects_with_the_columns_that_were_asked_for(django_assert_num_queries):
    factories.article("A", tags=["x"], body="## One\n\n## Two\n")
    article = CompiledQuery(lambda slug, at: Article.objects.filter(slug=slug).defer("body"))
    with django_assert_num_queries(1):
        (found,) = article.objects("a")
        assert [heading["text"] for heading in found.toc] == ["One", "Two"]
        assert found.updated.tzinfo and found.get_deferred_fields() == {"body"}
    tags = CompiledQuery(lambda pk, at: Tag.objects.filter(taggings__content_object=pk))
    assert [tag.name for tag in tags.objects(found.pk)] == ["x"]


def test_it_gives_annotations_of_any_kind_beside_the_columns():
    factories.article("A", tags=["z", "b", 'a’s "%s"'])

    @CompiledQuery
    def annotated(slug, at):
        found = Article.objects.filter(slug=slug).only("title")
        return found.annotate(spoken=F("language"), three=Value(3), tagged=tags_subquery())

    (found,) = annotated.objects("a")
    assert (found.title, found.spoken, found.three) == ("A", "en", 3)
    assert [tag.name for tag in found.tagged] == ['a’s "%s"', "b", "z"]


@pytest.mark.parametrize("count", [0, 1, MAX_PYFORMAT_PARAMETERS, MAX_PYFORMAT_PARAMETERS + 1])
def test_sql_is_asked_with_any_number_of_parameters(count):
    marks = ", ".join(["%s"] * count) or "NULL"
    sql = f"SELECT slug, '100%%', ':p0' FROM articles_article WHERE slug IN ({marks})"
    factories.article("A", slug="slug-0")
    rows = fetch(sql, [f"slug-{number}" for number in range(count)])
    assert [tuple(row) for row in rows] == ([("slug-0", "100%", ":p0")] if count else [])


def test_links_lead_where_the_querysets_say():
    factories.article("Target", aliases=["Goal"], former=["Aim"])
    source = factories.article("Source", body="[[goal]] [[aim]] [[Nowhere]]")
    names = Name.objects.public().filter(key__in=Link.objects.filter(source=source).values("key"))
    targets = link_targets(source)
    assert sorted(targets) == sorted(names.values_list("key", flat=True)) == ["aim", "goal"]
