"""Names that are typed on Arabic and on Persian keyboards: one name, also in stored rows."""

from importlib import import_module

import pytest
from django.apps import apps

from articles import derived, editing, rebuilding
from articles.models import Article, FailedSearch, Link, Name, Tag, TagSynonym, TrashedName
from articles.search import search_articles, suggest_names
from articles.text import names
from tests import factories

migration = import_module("articles.migrations.0024_fold_letters_of_keyboards")
ARABIC, PERSIAN = "كتاب علي ٢٠", "کتاب علی ۲۰"

pytestmark = pytest.mark.django_db


def migrate():
    for operation in migration.Migration.operations:
        operation.code(apps, None)


@pytest.fixture
def of_earlier_version(monkeypatch):
    """Let names be folded as they were before. Yield the function that ends it."""

    def fold_again():
        monkeypatch.undo()
        names._cached_fold.cache_clear()

    monkeypatch.setattr(names, "KEYBOARDS", {})
    names._cached_fold.cache_clear()
    yield fold_again
    fold_again()


def body_of(client, slug):
    return client.get(f"/articles/{slug}/").content.decode()


@pytest.mark.parametrize(("title", "typed"), [(ARABIC, PERSIAN), (PERSIAN, ARABIC)])
def test_an_article_has_one_name_on_both_keyboards(client, title, typed):
    article = factories.article(title, language="fa", tags=[title])
    factories.article("Link", language="fa", body=f"[[{typed}]]", tags=[typed])
    assert f'href="{article.get_absolute_url()}"' in body_of(client, "link")
    assert client.get(f"/articles/{names.slug(typed)}/", follow=True).status_code == 200
    assert Tag.objects.count() == 1
    assert [name.article for name in suggest_names(typed[:4])] == [article]
    assert search_articles(typed).hits[0].article == article
    with pytest.raises(derived.NameTaken):
        factories.article(typed, language="fa", slug="another")


def test_slugs_and_lists_have_the_letters_of_the_title():
    article = factories.article(PERSIAN, language="fa")
    assert article.slug == "کتاب-علی-۲۰"
    assert article.sort_key.startswith("ک")


def test_stored_names_links_and_tags_are_folded_again(client, of_earlier_version):
    article = factories.article(PERSIAN, language="fa", tags=[PERSIAN])
    TagSynonym.objects.create(tag=Tag.objects.get(), name="بازی", key=names.fold("بازی"))
    factories.article("Link", language="fa", body=f"[[{PERSIAN}#الف|متن]] [[ک/ی]] [[Other]]")
    deleted = factories.article("یک", language="fa")
    editing.delete([deleted])
    FailedSearch.objects.record("نیست")
    of_earlier_version()
    migrate()
    assert Name.objects.get(key=names.fold(ARABIC)).article == article
    assert f'href="{article.get_absolute_url()}#' in body_of(client, "link")
    keys = set(Link.objects.values_list("key", "path"))
    assert {(names.fold(ARABIC), ""), ("ك/ي", "ك/ي"), ("other", "")} <= keys
    assert [Tag.objects.resolve([text]) != {} for text in (ARABIC, "بازي")] == [True, True]
    assert TrashedName.objects.first_match(["يك"])
    assert FailedSearch.objects.get().query == names.fold("نيست")
    html = Article.objects.get(slug="link").html
    rebuilding.rebuild()
    assert Article.objects.get(slug="link").html == html
    assert set(Link.objects.values_list("key", "path")) == keys


def test_names_that_have_become_one_are_left_to_rebuild(of_earlier_version):
    for title in (ARABIC, PERSIAN):
        factories.article(title, language="fa", tags=[title])
        FailedSearch.objects.record(f"{title} نيست")
    editing.delete(Article.objects.filter(title=PERSIAN))
    factories.article(PERSIAN, language="fa", tags=[PERSIAN], slug="second")
    of_earlier_version()
    migrate()
    assert FailedSearch.objects.get().count == 2
    assert Tag.objects.count() == 2
    assert len(editing.merge_equal_tags()) == 1
    lost = rebuilding.rebuild().lost_names
    assert {name.name.article.slug for name in lost} == {"second"}
    assert Name.objects.filter(key=names.fold(ARABIC)).count() == 1


def test_a_deleted_article_keeps_one_of_two_names_that_are_one(of_earlier_version):
    article = factories.article(ARABIC, language="fa", aliases=[PERSIAN])
    editing.delete([article])
    of_earlier_version()
    migrate()
    assert set(TrashedName.objects.values_list("key", flat=True)) == {names.fold(ARABIC)}
