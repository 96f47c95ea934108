"""Compiled queries return what the querysets return that they were compiled from."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import derived, editing, sql
from articles.editing import articles as saving
from articles.editing import tags
from articles.models import Article, Link, Name, Revision, Tag
from articles.models.tagging import tags_subquery
from articles.queries.links import link_targets
from articles.sql import (
    MAX_FORMS,
    MAX_PYFORMAT_PARAMETERS,
    CompiledQuery,
    fetch,
    placeholders,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def names_by_key():
    def build(keys, pk, at, language):
        names = Name.objects.public(at).filter(key__in=keys, language=language)
        return names.exclude(article=pk).order_by("key").values_list("key", "article__slug")

    return CompiledQuery(build)


def test_a_query_is_run_with_each_set_of_arguments_and_in_each_shape(names_by_key):
    factories.article("A", language="en")
    factories.article("B", language="en")
    factories.article("B", slug="b-fr", language="fr")
    assert names_by_key.rows(["a", "b"], 0, language="en") == [("a", "a"), ("b", "b")]
    assert names_by_key.rows(["b", "sentinel 0 0"], 0, language="en") == [("b", "b")]
    assert names_by_key.rows(["b"], 0, language="fr") == [("b", "b-fr")]
    assert names_by_key.rows(["a"], Article.objects.get(slug="a").pk, language="en") == []


def test_a_limited_number_of_forms_stays_compiled(names_by_key):
    factories.article("A", language="en")
    for length in range(1, MAX_FORMS + 20):
        assert names_by_key.rows(["a"] * length, 0, language="en") == [("a", "a")]
    assert names_by_key.forms.cache_info().currsize == MAX_FORMS


def test_the_current_time_is_read_at_each_execution(names_by_key, time_machine):
    now = timezone.now()
    factories.article("A", publish_at=now + timedelta(hours=1), expire_at=now + timedelta(hours=2))
    counts = []
    for hours in (0.5, 1.5, 2.5):
        time_machine.move_to(now + timedelta(hours=hours))
        counts.append(len(names_by_key.rows(["a"], 0, language="en")))
    assert counts == [0, 1, 0]


def test_objects_have_the_selected_columns(django_assert_num_queries):
    factories.article("A", tags=["x"], body="## One\n\n## Two\n")
    article = CompiledQuery(lambda slug, at: Article.objects.filter(slug=slug).defer("body"))
    with django_assert_num_queries(1):
        (instance,) = article.objects("a")
        assert [heading["text"] for heading in instance.toc] == ["One", "Two"]
        assert instance.updated.tzinfo and instance.get_deferred_fields() == {"body"}
    tags_of = CompiledQuery(lambda pk, at: Tag.objects.filter(taggings__content_object=pk))
    assert [tag.name for tag in tags_of.objects(instance.pk)] == ["x"]


def test_objects_have_annotations_of_any_kind():
    factories.article("A", tags=["z", "b", 'a’s "%s"'])

    @CompiledQuery
    def annotated(slug, at):
        articles = Article.objects.filter(slug=slug).only("title")
        return articles.annotate(spoken=F("language"), three=Value(3), tagged=tags_subquery())

    (instance,) = annotated.objects("a")
    assert (instance.title, instance.spoken, instance.three) == ("A", "en", 3)
    assert [tag.name for tag in instance.tagged] == ['a’s "%s"', "b", "z"]


def test_queries_of_a_save_return_what_is_stored():
    article = factories.article("A", tags=["x", "b"])
    article.body = "More."
    editing.save(article)
    with transaction.atomic():
        (stored,) = saving._locked_article.objects(article.pk)
    assert (stored, stored.body, stored.hidden_former) == (article, "More.", [])
    assert "html" in stored.get_deferred_fields()
    (newest,) = saving._newest.objects(article.pk)
    assert newest == Revision.objects.get(article=article, number=2)
    assert [tag.name for tag in tags._tags_of.objects(article.pk)] == ["b", "x"]


@pytest.mark.parametrize("count", [0, 1, MAX_PYFORMAT_PARAMETERS, MAX_PYFORMAT_PARAMETERS + 1])
def test_fetch_takes_any_number_of_parameters(count):
    slugs = [f"slug-{number}" for number in range(count)]
    columns = "slug, '100%%', ':p0'"
    query = f"SELECT {columns} FROM articles_article WHERE slug IN ({placeholders(slugs)})"
    factories.article("A", slug="slug-0")
    rows = fetch(query, slugs)
    assert [tuple(row) for row in rows] == ([("slug-0", "100%", ":p0")] if count else [])


def test_link_targets_are_those_of_the_querysets():
    factories.article("Target", aliases=["Goal"], former=["Aim"])
    source = factories.article("Source", body="[[goal]] [[aim]] [[Nowhere]]")
    names = Name.objects.public().filter(key__in=Link.objects.filter(source=source).values("key"))
    targets = link_targets(source)
    assert sorted(targets) == sorted(names.values_list("key", flat=True)) == ["aim", "goal"]


def full_article(**fields):
    times = {name: datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC) for name in ("created", "publish_at")}
    values = {"title": "Péace", "slug": "peace", "aliases": ["a", "“b”"], "toc": [{"id": "x"}]}
    return Article(**{**values, **times, "featured": True, "body": "100 % ü\n", **fields})


def column_values(pk):
    return Article.objects.filter(pk=pk).values().get()


@pytest.mark.parametrize("pk", [None, 4711])
def test_an_inserted_row_is_the_one_that_save_stores(pk):
    article = full_article(pk=pk)
    sql.insert(article)
    stored = column_values(article.pk)
    assert pk in (None, article.pk) and not article._state.adding
    Article.objects.all().delete()
    full_article(pk=article.pk, updated=article.updated).save()
    assert column_values(article.pk) == stored


def test_an_updated_row_has_all_values_of_the_instance_and_others_stay():
    other, article = factories.article("War"), factories.article("Peace")
    before = column_values(other.pk)
    changed = full_article(pk=article.pk, updated=article.updated, language="ar")
    sql.update(changed)
    assert column_values(other.pk) == before
    stored = column_values(article.pk)
    assert (stored["language"], stored["toc"], stored["aliases"]) == (
        "ar",
        [{"id": "x"}],
        ["a", "“b”"],
    )
    changed.save()
    assert column_values(article.pk) == stored


def test_an_update_writes_the_columns_that_differ_or_were_not_read(django_assert_num_queries):
    article = factories.article("Peace")
    stored = Article.objects.only("title", "status").get()
    article.title, article.html = "War", "<p>New</p>"
    with CaptureQueriesContext(connection) as queries:
        sql.update(article, stored)
    assert '"title"' in queries[0]["sql"] and '"html"' in queries[0]["sql"]
    assert '"status"' not in queries[0]["sql"]
    assert Article.objects.values_list("title", "html").get() == ("War", "<p>New</p>")
    stored = Article.objects.get()
    with django_assert_num_queries(0):
        sql.update(article, stored)


def test_rows_are_inserted_as_they_are():
    article = factories.article("Peace", body="")
    texts = ["", "\\", "\t", "a\nb", "\\N", "“ü” \U0001f600", "100 %s %%"]
    rows = [
        (article.pk, number, "k", "", "n", "", text, "", "", "")
        for number, text in enumerate(texts)
    ]
    sql.insert_rows(Link, derived.LINK_COLUMNS, rows)
    labels = Link.objects.order_by("position").values_list("label", flat=True)
    assert list(labels) == texts
    with pytest.raises(IntegrityError), transaction.atomic():
        sql.insert_rows(Link, derived.LINK_COLUMNS, rows[:1])


def test_no_rows_need_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        sql.insert_rows(Link, derived.LINK_COLUMNS, [])


@pytest.mark.django_db
def test_many_new_instances_are_stored_with_their_primary_keys():
    rows = [
        Tag(name=f"Tag {number}", slug=f"tag-{number}", key=f"tag {number}") for number in range(3)
    ]
    sql.insert_all(rows[1:])
    rows[0].pk = rows[2].pk + 1
    sql.insert_all(rows[:1])
    assert {row.pk: row.name for row in rows} == dict(Tag.objects.values_list("pk", "name"))
    assert not any(row._state.adding for row in rows)
    sql.insert_all([])


def test_new_instances_never_get_the_primary_keys_of_deleted_ones():
    deleted, following = (Tag(name=name, slug=name, key=name) for name in ("a", "b"))
    sql.insert_all([deleted])
    Tag.objects.all().delete()
    sql.insert_all([following])
    assert following.pk > deleted.pk
