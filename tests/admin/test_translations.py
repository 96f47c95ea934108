"""Translations in the admin: the panel of the form, the field for the source, the filter."""

import re

import pytest

from articles import editing
from articles.models import Article, Status
from articles.queries.translations import translations
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    ARTICLE_LIST,
    change_form,
    change_url,
    html,
    log_in,
    titles,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def peace():
    return factories.article("Peace", body="See [[War]].")


@pytest.fixture
def salam(peace):
    return factories.article("سلام", language="ar", translation_of="peace", body="انظر [[War]].")


def translation_slugs(article):
    return [row.slug for row in translations(article.pk, article.language)]


def errors(client, article: Article, **changes: str) -> str:
    """Return the page with the errors of a change, empty if it was saved."""
    names = ("title", "slug", "summary", "body", "language", "translation_of", "author")
    data = {name: getattr(article, name) for name in names}
    data |= {"tags": "", "aliases": "", "former": "", **changes}
    response = client.post(*change_form(article, **data))
    return "" if response.status_code == 302 else html(response)


def test_the_panel_shows_translations_and_links_to_create_missing_ones(editor, peace):
    url = change_url(peace)
    add_url = f"{ADD_ARTICLE}?translation_of=peace&amp;language=ar"
    page = html(editor.get(url))
    assert f'Arabic: <a href="{add_url}">Create translation</a>' in page
    salam = factories.article("سلام", language="ar", translation_of="peace", status=Status.DRAFT)
    page = html(editor.get(url))
    assert add_url not in page
    assert f'<a href="/admin/articles/article/{salam.pk}/change/" lang="ar"' in page
    assert "<small>Draft</small>" in page
    assert "<small>Live · source</small>" in page
    assert "older than its source" not in page
    factories.rename(peace, title="Peace and quiet")
    assert "older than its source" in html(editor.get(url))


def test_a_regional_language_counts_as_its_language(editor):
    article = factories.article("Colour", language="en-GB")
    page = html(editor.get(change_url(article)))
    untranslated = re.findall(r"add/\?translation_of=colour&amp;language=([\w-]+)", page)
    assert untranslated == ["ar"]


def test_creating_a_translation_needs_the_permission_to_add_articles(client, peace):
    client.force_login(factories.user("", "view_article"))
    page = html(client.get(change_url(peace)))
    assert "Translations" in page
    assert "Create translation" not in page


def test_the_form_of_a_new_translation_contains_the_text_of_its_source(editor, peace):
    editing.save(peace, ["history", "state"])
    url = f"{ADD_ARTICLE}?translation_of=peace&language=ar"
    initial = editor.get(url).context["adminform"].form.initial
    assert initial["language"] == "ar"
    assert initial["translation_of"] == "peace"
    assert initial["body"] == peace.body
    assert initial["tags"] == ["history", "state"]
    assert not initial["title"]
    for slug in ("%00", "nothing", "x" * 5000):
        url = f"{ADD_ARTICLE}?translation_of={slug}&language=%00"
        assert editor.get(url).status_code == 200


def test_the_text_of_a_hidden_source_needs_the_permission_to_view_articles(peace):
    factories.hidden_articles(body="Hidden text.", summary="Hidden text.", tags=["hidden"])
    for permission, is_visible in (("add_article", False), ("view_article", True)):
        client = log_in(factories.user("", "add_article", permission))
        for slug in ("secret-draft", "secret-of-old", "secret-of-tomorrow", "secret-of-yesterday"):
            response = client.get(f"{ADD_ARTICLE}?translation_of={slug}&language=ar")
            assert ("Hidden text." in html(response)) is is_visible
            assert ("hidden" in response.context["adminform"].form.initial.get("tags", [])) is (
                is_visible
            )
        response = client.get(f"{ADD_ARTICLE}?translation_of=peace&language=ar")
        assert "See [[War]]." in html(response)


def test_the_source_can_be_entered_by_any_name_of_it_or_of_its_translations(editor, peace, salam):
    paix = factories.article("Paix", language="fr")
    for name in ("Peace", "PEACE", "peace", "سلام"):
        assert errors(editor, paix, translation_of=name) == ""
        paix.refresh_from_db()
        assert paix.translation_of == "peace"
        assert errors(editor, paix) == ""
    assert errors(editor, paix, translation_of="") == ""
    assert translation_slugs(paix) == []


def test_an_impossible_source_is_an_error(editor, peace, salam):
    paix = factories.article("Paix", language="fr")
    assert "There is no article called “Nothing”." in errors(
        editor, paix, translation_of="Nothing"
    )
    calm = factories.article("Calm")
    assert "is in the same language" in errors(editor, calm, translation_of="Peace")
    for language in ("en", "fr"):
        for article in (peace, salam):
            page = errors(editor, article, translation_of=article.title, language=language)
            assert "be its own translation" in page
    assert "is a translation of this article, so" in errors(editor, peace, translation_of="Paix")
    second = factories.article("سلام آخر", language="ar")
    assert "is in the same language" in errors(editor, second, translation_of="peace")
    assert "is in the same language" in errors(editor, salam, language="en")
    assert "is in the same language" in errors(editor, peace, language="ar")


def test_a_translation_of_a_deleted_source_can_be_saved(editor, peace, salam):
    editing.delete([peace])
    page = html(editor.get(change_url(salam)))
    assert "The source article “<bdi>peace</bdi>” doesn't exist." in page
    assert errors(editor, salam, summary="x") == ""
    paix = factories.article("Paix", language="fr")
    assert errors(editor, paix, translation_of="peace") == ""
    assert translation_slugs(salam) == ["paix"]
    assert "is in the same language" in errors(editor, salam, language="fr")
    assert errors(editor, salam, language="tr") == ""


def filtered(client, value: str) -> set[str]:
    return set(titles(client.get(ARTICLE_LIST, {"translations": value})))


def test_articles_are_filtered_by_missing_and_outdated_translations(editor, peace, salam):
    factories.article("War")
    paix = factories.article("Paix", language="fr", translation_of="peace")
    factories.article("Old", language="en-GB")
    factories.article("وحيد", language="ar")
    assert filtered(editor, "missing-ar") == {"War", "Old"}
    assert filtered(editor, "missing-en") == {"وحيد"}
    assert filtered(editor, "older") == set()
    factories.rename(peace, slug="quiet")
    assert filtered(editor, "missing-ar") == {"War", "Old"}
    assert filtered(editor, "older") == {"سلام", "Paix"}
    editing.save(paix, ["history"])
    assert filtered(editor, "older") == {"سلام"}
    assert len(filtered(editor, "missing-xx")) == 6
