"""The panel of the article form with outgoing and incoming links."""

import pytest

from articles.admin.links import MAX_ROWS, link_panel
from articles.models import Article, Status
from tests import factories
from tests.admin.utils import ADD_ARTICLE, change_url, html

pytestmark = pytest.mark.django_db


def test_the_panel_shows_outgoing_and_incoming_links_with_their_status(editor):
    factories.article("Draft", status=Status.DRAFT, body="[[Centre]]")
    factories.article("Public", body="[[Centre]]")
    factories.article("Islam", slug="islam-fr", language="fr")
    factories.article("Islam", slug="islam-en", language="en")
    article = factories.article("Centre", body="[[Draft]] [[Public]] [[Islam]] [[Nowhere]]")
    panel = link_panel(article, Article.objects.all())
    outgoing = {link.name: [target.status for target in link.targets] for link in panel.outgoing}
    assert outgoing == {
        "Nowhere": [],
        "Draft": ["Draft"],
        "Public": ["Live"],
        "Islam": ["Live", "Live"],
    }
    several = next(link for link in panel.outgoing if link.name == "Islam")
    assert [target.article.language for target in several.targets] == ["en", "fr"]
    incoming = {source.article.title: source.status for source in panel.incoming}
    assert incoming == {"Draft": "Draft", "Public": "Live"}
    page = html(editor.get(change_url(article)))
    section = page.partition('id="links_panel_heading"')[2].partition("</section>")[0]
    assert "several articles" in section and "no article yet" in section
    for part in section.split("Incoming links"):
        assert ">Draft</a> <em>Draft</em>" in part
        assert ">Public</a> <em>Live</em>" in part
    assert 'href="/admin/articles/article/add/?title=Nowhere"' in section


@pytest.mark.parametrize("count", [2, 120])
def test_the_panel_limits_the_number_of_links(django_assert_num_queries, count):
    body = " ".join(f"[[Missing {number}]]" for number in range(count))
    article = factories.article("Centre", body=body)
    for _number in range(min(count, MAX_ROWS + 2)):
        factories.article(body="[[Centre]]")
    with django_assert_num_queries(6):
        panel = link_panel(article, Article.objects.all())
    assert len(panel.outgoing) == len(panel.incoming) == min(count, MAX_ROWS)
    assert panel.has_more_outgoing is panel.has_more_incoming is (count > MAX_ROWS)


def test_the_form_of_a_new_article_says_when_links_are_listed(editor):
    page = html(editor.get(ADD_ARTICLE))
    assert "Links are listed here once the article is saved." in page
