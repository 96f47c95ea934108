"""Translations on the article's page and in its Markdown document."""

import pytest

from articles import editing
from tests import factories

pytestmark = pytest.mark.django_db


def alternates(client, path: str) -> list[tuple[str, str]]:
    html = client.get(path).content.decode()
    lines = [line for line in html.splitlines() if 'rel="alternate" hreflang' in line]
    return [(line.split('"')[3], line.split('"')[5]) for line in lines if "<link" in line]


@pytest.mark.usefixtures("salam")
def test_the_page_has_alternates_and_a_default_version(client, settings):
    here = "http://testserver/articles"
    arabic = "http://testserver/articles/%D8%B3%D9%84%D8%A7%D9%85/"
    expected = [("ar", arabic), ("en", f"{here}/peace/"), ("x-default", f"{here}/peace/")]
    assert alternates(client, "/articles/peace/") == expected
    assert alternates(client, "/articles/سلام/") == expected
    settings.LANGUAGE_CODE = "ar"
    assert alternates(client, "/articles/peace/")[-1] == ("x-default", arabic)


@pytest.mark.usefixtures("salam")
def test_the_page_links_to_its_translations(client):
    html = client.get("/articles/peace/").content.decode()
    assert 'hreflang="ar" lang="ar" rel="alternate" dir="auto">العربية</a>' in html
    assert '<b lang="en" dir="auto" aria-current="page">English</b>' in html


def test_the_page_of_an_article_without_translations_does_not_mention_any(client, peace):
    html = client.get("/articles/peace/").content.decode()
    assert "hreflang" not in html
    assert 'class="translations"' not in html


def test_translations_add_three_queries_to_the_article_page(
    client, django_assert_num_queries, peace, salam
):
    factories.article("Krieg", language="de", tags=["history"], body="[[Peace]] [[War]]")
    for article in (peace, salam):
        editing.save(article, ["history"])
    factories.article(
        "Paix", language="fr", translation_of="peace", body="[[Peace]]", tags=["history"]
    )
    for path in ("/articles/peace/", "/articles/سلام/", "/articles/paix/"):
        client.get(path)
        with django_assert_num_queries(4):
            assert client.get(path).status_code == 200


def test_the_document_has_the_current_slug_of_a_public_source(client, peace, salam):
    def source() -> str:
        text = client.get("/articles/سلام.md").content.decode()
        return text.partition("translation_of: ")[2].partition("\n")[0]

    assert source() == "peace"
    factories.rename(peace, slug="quiet")
    assert source() == "quiet"
    editing.unpublish([peace], None)
    assert source() == ""
    editing.delete([peace])
    assert source() == "", "it may never have been public"
