"""Which article a link leads to: by name, language and translation."""

import pytest

from articles import editing
from articles.models import Article, Link, Status
from articles.models.link import LinkTarget
from articles.queries.links import link_targets
from tests import factories

pytestmark = pytest.mark.django_db


def linking_to(article):
    links = Link.objects.to(article).public()
    target = LinkTarget.from_article(article)
    assert set(Link.objects.public().first_to(target, 9)) == set(links)
    return {link.source.title for link in links}


def test_a_link_leads_to_the_article_with_its_name():
    target = factories.article("Target", aliases=["Goal"])
    source = factories.article("Source", body="[[goal]] [[TARGET#Part]] [x](/articles/target/)")
    assert {value.slug for value in link_targets(source).values()} == {"target"}
    assert linking_to(target) == {"Source"}


def test_links_to_and_from_hidden_articles_are_left_out():
    hidden = factories.article("Hidden", status=Status.DRAFT, body="[[Shown]]")
    visible = factories.article("Shown", body="[[Hidden]]")
    assert link_targets(visible) == {}
    assert linking_to(visible) == set()
    assert linking_to(hidden) == {"Shown"}


def test_a_shared_name_resolves_to_the_language_of_the_source_then_of_the_site():
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


class TestLinks:
    @pytest.fixture(autouse=True)
    def articles(self, peace, salam):
        self.war = factories.article("War", aliases=["Conflict"])
        self.harb = factories.article("حرب", language="ar", translation_of="war")
        self.peace, self.salam = peace, salam

    def target(self, article: Article, key: str = "war") -> str:
        return link_targets(article)[key].slug

    def test_lead_to_the_translation_in_the_language_of_their_source(self, client):
        assert self.target(self.peace) == "war"
        assert self.target(self.salam) == "حرب"
        assert "%D8%AD%D8%B1%D8%A8/" in client.get("/articles/سلام/").content.decode()

    def test_fall_back_to_the_named_article_without_a_public_translation(self):
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

    def test_prefer_an_article_with_the_name_in_the_language_of_their_source(self):
        factories.article("Krieg", language="ar", slug="other-war", aliases=["War"])
        assert self.target(self.salam) == "other-war"

    def sources(self, article: Article) -> set[str]:
        first = Link.objects.first_to(LinkTarget.from_article(article), 9)
        links = Link.objects.to(article)
        assert sorted(first.values_list("pk")) == sorted(links.values_list("pk"))
        return set(links.values_list("source__slug", flat=True))

    def test_lead_a_translation_to_its_source_and_not_to_itself(self):
        self.salam.body = "نُقلت عن [[Peace]]."
        editing.save(self.salam, [])
        assert self.target(self.salam, "peace") == "peace"
        assert self.sources(self.peace) == {"سلام"}
        assert self.sources(self.salam) == set()

    def test_are_backlinks_of_the_article_they_lead_to(self, client):
        assert self.sources(self.war) == {"peace"}
        assert self.sources(self.harb) == {"سلام"}
        editing.unpublish([self.harb], None)
        assert self.sources(self.war) == {"peace", "سلام"}
        editing.publish([self.harb], None)
        for path, there in (
            ("/articles/war/", "peace"),
            ("/articles/حرب/", "%D8%B3%D9%84%D8%A7%D9%85"),
        ):
            for page in (path, f"{path}links/"):
                html = client.get(page).content.decode()
                assert f'href="/articles/{there}/"' in html
                assert "<mark>War</mark>" in html

    def test_lead_in_a_draft_preview_where_they_will_lead_once_saved(self, client):
        client.force_login(factories.editor())
        text = {"body": "[[War]]", "language": "ar"}
        html = client.post("/admin/articles/article/preview/", text).json()["html"]
        assert "%D8%AD%D8%B1%D8%A8" in html


def test_feeds_and_the_api_resolve_links_as_the_page_does(client):
    """A link leads to the translation it names, or to that in the language of its source."""
    factories.article("Peace", body="In Arabic [[سلام]].")
    factories.article("سلام", language="ar", translation_of="peace", body="نص")
    war = factories.article("قوة", language="ar", body="[[Peace]]")
    url = "/articles/%D8%B3%D9%84%D8%A7%D9%85/"
    for path in ("/articles/peace/", "/api/v1/articles/peace", "/feed/en/"):
        assert url in client.get(path).content.decode().partition("In Arabic")[2], path
    for slug, number in (("peace", 0), ("سلام", 1)):
        back = client.get(f"/api/v1/articles/{slug}/backlinks").json()["items"]
        assert [item["article"]["slug"] for item in back].count(war.slug) == number
        edges = client.get(f"/api/v1/articles/{slug}/graph").json()["edges"]
        assert ({"source": war.slug, "target": slug} in edges) == bool(number)
