"""Articles that say the same: what ties them, and what follows for readers."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from articles import editing
from articles.models import Article, Link, Revision, Status
from articles.models.link import LinkTarget
from articles.queries.links import link_targets
from articles.queries.translations import translations, translations_by_article
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def peace() -> Article:
    return factories.article("Peace", body="See [[War]].")


@pytest.fixture
def salam(peace) -> Article:
    return factories.article("سلام", language="ar", translation_of="peace", body="انظر [[War]].")


def of(article: Article, **options) -> list[str]:
    return [other.slug for other in translations(article.pk, article.language, **options)]


def alternates(client, path: str) -> list[tuple[str, str]]:
    html = client.get(path).content.decode()
    lines = [line for line in html.splitlines() if 'rel="alternate" hreflang' in line]
    return [(line.split('"')[3], line.split('"')[5]) for line in lines if "<link" in line]


def test_translations_of_one_source_are_translations_of_one_another(peace, salam):
    paix = factories.article("Paix", language="fr", translation_of="peace")
    factories.article("Calm", body="[[Peace]]")
    assert of(peace) == ["سلام", "paix"]
    assert of(salam) == ["peace", "paix"]
    assert of(paix) == ["سلام", "peace"]


def test_a_translation_may_be_there_before_its_source(salam):
    Article.objects.filter(slug="peace").delete()
    assert of(salam) == []
    assert of(factories.article("Peace again", slug="peace")) == ["سلام"]


def test_a_source_that_gets_another_address_stays_the_source(peace, salam):
    factories.rename(peace, slug="state-of-peace")
    assert of(peace) == ["سلام"]
    assert of(salam) == ["state-of-peace"]
    assert Revision.objects.filter(article=salam).count() == 1


def test_a_name_that_another_article_has_as_its_address_is_not_mistaken(salam):
    """`peace` was once the address of an article in French, and is that of another one now."""
    other = factories.article("Autre", language="fr", former=["peace"])
    assert of(other) == []
    assert of(salam) == ["peace"]


def test_who_names_a_translation_stands_beside_it(peace, salam):
    """In fixtures nobody sees to it that a translation names the source itself."""
    paix = factories.article("Paix", language="fr", translation_of="سلام")
    assert of(paix) == ["سلام"]
    assert of(salam) == ["peace"] or of(salam) == ["peace", "paix"]


def test_translations_of_many_are_asked_for_at_once(django_assert_num_queries, peace, salam):
    paix = factories.article("Paix", language="fr", translation_of="peace")
    alone = factories.article("Alone")
    hidden = factories.article("Hidden", slug="frieden", language="de", translation_of="peace")
    editing.unpublish([hidden], None)
    asked = {article.pk: article.language for article in (peace, salam, paix, alone)}
    with django_assert_num_queries(1):
        found = translations_by_article(asked)
    slugs = {pk: [other.slug for other in others] for pk, others in found.items()}
    assert slugs == {
        peace.pk: ["سلام", "paix"],
        salam.pk: ["peace", "paix"],
        paix.pk: ["سلام", "peace"],
        alone.pk: [],
    }
    assert translations_by_article({}) == {}


@pytest.mark.usefixtures("salam")
def test_the_page_names_its_versions_and_one_for_everybody(client, settings):
    here = "http://testserver/articles"
    arabic = "http://testserver/articles/%D8%B3%D9%84%D8%A7%D9%85/"
    expected = [("ar", arabic), ("en", f"{here}/peace/"), ("x-default", f"{here}/peace/")]
    assert alternates(client, "/articles/peace/") == expected
    assert alternates(client, "/articles/سلام/") == expected
    settings.LANGUAGE_CODE = "ar"
    assert alternates(client, "/articles/peace/")[-1] == ("x-default", arabic)


@pytest.mark.usefixtures("salam")
def test_the_page_leads_to_its_other_versions(client):
    html = client.get("/articles/peace/").content.decode()
    assert 'hreflang="ar" lang="ar" rel="alternate" dir="auto">العربية</a>' in html
    assert '<b lang="en" dir="auto" aria-current="page">English</b>' in html


def test_an_article_without_translations_says_nothing_of_them(client, peace):
    html = client.get("/articles/peace/").content.decode()
    assert "hreflang" not in html
    assert 'class="translations"' not in html


def test_what_readers_may_not_see_is_no_translation_to_them(client, peace):
    now = timezone.now()
    hidden = {"language": "ar", "translation_of": "peace"}
    factories.article("Secret draft", status=Status.DRAFT, **hidden)
    later = now + timedelta(days=1)
    factories.article("Secret of tomorrow", publish_at=later, **hidden | {"language": "fr"})
    assert "secret" not in client.get("/articles/peace/").content.decode()
    assert of(peace) == []
    assert len(of(peace, public=False)) == 2


def test_the_article_page_asks_no_more_than_before(
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


class TestLinks:
    @pytest.fixture(autouse=True)
    def articles(self, peace, salam):
        self.war = factories.article("War", aliases=["Conflict"])
        self.harb = factories.article("حرب", language="ar", translation_of="war")
        self.peace, self.salam = peace, salam

    def target(self, article: Article, key: str = "war") -> str:
        return link_targets(article)[key].slug

    def test_lead_to_the_translation_into_the_language_of_the_article(self, client):
        assert self.target(self.peace) == "war"
        assert self.target(self.salam) == "حرب"
        assert "%D8%AD%D8%B1%D8%A8/" in client.get("/articles/سلام/").content.decode()

    def test_fall_back_where_there_is_none_that_readers_see(self):
        editing.unpublish([self.harb], None)
        assert self.target(self.salam) == "war"

    def test_lead_from_one_translation_to_another_and_to_the_source(self):
        text = factories.article("Texte", language="fr", body="[[حرب]] [[Peace]]")
        assert self.target(text, "حرب") == "حرب"
        guerre = factories.article("Guerre", language="fr", translation_of="war")
        assert self.target(text, "حرب") == "guerre"
        english = factories.article("Text", body="[[Guerre]] [[حرب]]")
        assert self.target(english, "guerre") == self.target(english, "حرب") == "war"
        assert guerre.pk

    def test_prefer_what_has_the_name_in_the_language_itself(self):
        factories.article("Krieg", language="ar", slug="other-war", aliases=["War"])
        assert self.target(self.salam) == "other-war"

    def linked(self, article: Article) -> set[str]:
        first = Link.objects.first_to(LinkTarget.from_article(article), 9)
        links = Link.objects.to(article)
        assert sorted(first.values_list("pk")) == sorted(links.values_list("pk"))
        return set(links.values_list("source__slug", flat=True))

    def test_lead_a_translation_to_its_source_not_to_itself(self):
        self.salam.body = "نُقلت عن [[Peace]]."
        editing.save(self.salam, [])
        assert self.target(self.salam, "peace") == "peace"
        assert self.linked(self.peace) == {"سلام"}
        assert self.linked(self.salam) == set()

    def test_are_counted_where_they_lead(self, client):
        assert self.linked(self.war) == {"peace"}
        assert self.linked(self.harb) == {"سلام"}
        editing.unpublish([self.harb], None)
        assert self.linked(self.war) == {"peace", "سلام"}
        editing.publish([self.harb], None)
        for path, there in (
            ("/articles/war/", "peace"),
            ("/articles/حرب/", "%D8%B3%D9%84%D8%A7%D9%85"),
        ):
            for page in (path, f"{path}links/"):
                html = client.get(page).content.decode()
                assert f'href="/articles/{there}/"' in html
                assert "<mark>War</mark>" in html

    def test_lead_in_a_preview_where_they_will_lead(self, client):
        client.force_login(factories.editor())
        text = {"body": "[[War]]", "language": "ar"}
        html = client.post("/admin/articles/article/preview/", text).json()["html"]
        assert "%D8%AD%D8%B1%D8%A8" in html


def test_machines_are_led_where_readers_are(client):
    """To the translation that an article names, and to the one that is in its own language."""
    factories.article("Peace", body="In Arabic [[سلام]].")
    factories.article("سلام", language="ar", translation_of="peace", body="نص")
    war = factories.article("قوة", language="ar", body="[[Peace]]")
    address = "/articles/%D8%B3%D9%84%D8%A7%D9%85/"
    for path in ("/articles/peace/", "/api/v1/articles/peace", "/feed/en/"):
        assert address in client.get(path).content.decode().partition("In Arabic")[2], path
    for slug, number in (("peace", 0), ("سلام", 1)):
        back = client.get(f"/api/v1/articles/{slug}/backlinks").json()["items"]
        assert [item["article"]["slug"] for item in back].count(war.slug) == number
        edges = client.get(f"/api/v1/articles/{slug}/graph").json()["edges"]
        assert ({"source": war.slug, "target": slug} in edges) == bool(number)


def test_the_document_of_a_translation_names_its_source_as_readers_know_it(client, peace, salam):
    def named() -> str:
        text = client.get("/articles/سلام.md").content.decode()
        return text.partition("translation_of: ")[2].partition("\n")[0]

    assert named() == "peace"
    factories.rename(peace, slug="quiet")
    assert named() == "quiet"
    editing.unpublish([peace], None)
    assert named() == ""
    editing.delete([peace])
    assert named() == "peace", "what others that were tied to it name too"


# Fixtures

DOCUMENT = """\
---
slug: سلام
title: سلام
language: ar
translation_of: peace
status: published
---

نص.
"""


def load(tmp_path, text: str) -> None:
    file = tmp_path / "document.md"
    file.write_text(text, encoding="utf-8")
    call_command("loaddata", str(file), verbosity=0)


def dump(**options) -> str:
    out = StringIO()
    call_command("dumpdata", "articles.article", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_translation_is_loaded_before_its_source_and_comes_out_as_it_was(tmp_path, client):
    load(tmp_path, DOCUMENT)
    assert "translation_of: peace\n" in dump(format="md")
    load(tmp_path, "---\nslug: peace\ntitle: Peace\nstatus: published\n---\n\nText.\n")
    assert [tag for tag, _url in alternates(client, "/articles/peace/")] == [
        "ar",
        "en",
        "x-default",
    ]
    count = Revision.objects.count()
    load(tmp_path, DOCUMENT)
    assert Revision.objects.count() == count


def test_json_carries_it_too(salam, tmp_path):
    dumped = dump(use_natural_primary_keys=True, use_natural_foreign_keys=True)
    assert '"translation_of": "peace"' in dumped
    assert "source_key" not in dumped
    file = tmp_path / "all.json"
    file.write_text(dumped, encoding="utf-8")
    Article.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)
    assert of(Article.objects.get(slug="peace")) == ["سلام"]


@pytest.mark.parametrize("source", ["war", "peace"])
def test_what_is_a_translation_itself_is_no_source(tmp_path, source):
    factories.article("War")
    factories.article("Peace", language="fr", translation_of=source)
    with pytest.raises(Exception, match=rf"document\.md:\d: translation_of: “peace” .*“{source}”"):
        load(tmp_path, DOCUMENT)


def test_what_others_translate_becomes_no_translation(tmp_path):
    factories.article("Peace")
    factories.article("سلام", language="ar")
    factories.article("Paix", language="fr", translation_of="سلام")
    with pytest.raises(Exception, match=r"document\.md:\d: translation_of: “paix” .*“سلام”"):
        load(tmp_path, DOCUMENT)
    assert not Article.objects.get(slug="سلام").translation_of
    both = f"{DOCUMENT}\f---\nslug: paix\ntitle: Paix\nlanguage: fr\ntranslation_of: peace\n---\n"
    load(tmp_path, both)
    assert of(Article.objects.get(slug="paix")) == ["سلام", "peace"]


def test_a_document_that_names_no_slug_is_refused_with_the_line(tmp_path):
    with pytest.raises(Exception, match=r"document\.md:5: translation_of: .*“some-peace”"):
        load(tmp_path, DOCUMENT.replace("peace", "Some Peace!"))


def test_what_is_derived_is_derived_again(salam):
    Article.objects.update(source_key=None)
    assert of(salam) == []
    call_command("rebuild", stdout=StringIO())
    assert of(salam) == ["peace"]


def test_a_source_that_is_no_slug_is_not_saved():
    with pytest.raises(ValidationError):
        factories.article("X", translation_of="Not A Slug")
