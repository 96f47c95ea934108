"""An article's page, its backlinks, redirects from its other names, and who may see it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from articles import editing
from articles.form_fields import MAX_NAMES
from articles.models import Status
from tests import factories

pytestmark = pytest.mark.django_db

QUERIES = 1


@pytest.fixture
def tcp():
    aliases = ["Straße des Netzes", "مُحَمَّد"]
    article = factories.article("TCP/IP", slug="internet-protocols", aliases=aliases)
    factories.rename(article, slug="tcp-ip")


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "UTC", "March 1, 2026"),
        ("en", "Asia/Tokyo", "March 2, 2026"),
        ("ar", "Asia/Tokyo", "2 مارس 2026"),
    ],
)
def test_dates_are_local_and_in_the_language_of_the_page(language, zone, expected):
    page = Template("{% load articles_tags %}{{ moment|day }}")
    moment = datetime(2026, 3, 1, 22, tzinfo=UTC)
    with translation.override(language), timezone.override(zone):
        assert page.render(Context({"moment": moment})) == expected


def test_an_article_shows_its_title_summary_text_dates_and_author(client):
    factories.article(
        "Peace", summary="The absence of war.", author="Layla Haddad", body="*Calm* & quiet."
    )
    html = client.get("/articles/peace/").content.decode()
    for part in (
        "<title>Peace · Diwan</title>",
        '<meta name="description" content="The absence of war.">',
        '<link rel="canonical" href="http://testserver/articles/peace/">',
        "<h1>Peace</h1>",
        "<em>Calm</em> &amp; quiet.",
        '<span class="author" dir="auto">Layla Haddad</span>',
        f'<time datetime="{timezone.now():%Y-%m-%d}',
        "1 minute to read",
    ):
        assert part in html
    assert "Edit" not in html


@pytest.mark.parametrize(
    "name",
    [
        "TCP-IP",
        "Tcp_Ip",
        "tcp ip",
        "tcp-ip//",
        "TCP/IP",
        "tcp/ip",
        "internet protocols",
        "Internet-Protocols",
        "STRASSE_des__Netzes",
        "محمد",
        "مُحَمَّد",
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.usefixtures("tcp")
def test_every_name_in_every_spelling_redirects_to_the_article(client, name, slash):
    response = client.get(f"/articles/{quote(name)}{slash}?from=there")
    assert (response.status_code, response["Location"]) == (301, "/articles/tcp-ip/?from=there")


@pytest.mark.usefixtures("tcp")
def test_a_url_without_a_slash_redirects_to_the_one_with_it(client):
    response = client.get("/articles/tcp-ip")
    assert (response.status_code, response["Location"]) == (301, "/articles/tcp-ip/")


def test_a_name_in_several_languages_redirects_to_the_article_in_the_sites_language(client):
    factories.article("Islam", slug="islam-fr", language="fr")
    factories.article("Islam", slug="islam-en", language="en")
    assert client.get("/articles/Islam/")["Location"] == "/articles/islam-en/"


@pytest.mark.usefixtures("tcp")
def test_other_names_redirect_to_the_page_of_backlinks(client):
    response = client.get("/articles/TCP/IP/links/")
    assert (response.status_code, response["Location"]) == (301, "/articles/tcp-ip/links/")


def test_an_article_may_have_links_in_its_name(client):
    factories.article("Golf/Links")
    assert client.get("/articles/golf-links/").status_code == 200
    assert client.get("/articles/Golf/Links/")["Location"] == "/articles/golf-links/"


def test_an_unknown_name_is_answered_with_similar_names(client):
    factories.article("Counter-Terrorism Cooperation")
    response = client.get("/articles/counter terorism <b>coperation/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "“<bdi>counter terorism &lt;b&gt;coperation</bdi>”" in html
    assert 'href="/articles/counter-terrorism-cooperation/"' in html
    assert 'type="search" name="q" value="counter terorism &lt;b&gt;coperation"' in html
    assert "Create this article" not in html


@pytest.mark.parametrize(
    ("permission", "offered"), [("add_article", True), ("view_article", False)]
)
def test_users_who_may_add_articles_get_a_link_to_create_a_missing_one(
    client, permission, offered
):
    client.force_login(factories.user("", permission))
    html = client.get("/articles/New%20idea%20%26%20more/").content.decode()
    assert ('href="/admin/articles/article/add/?title=New+idea+%26+more"' in html) is offered


@pytest.mark.parametrize(
    "path",
    [
        "/articles/%00/",
        "/articles/a%00b/",
        "/articles/%ff%fe/",
        "/articles/%ED%A0%80/",
        "/articles/../../etc/passwd",
        "/articles/" + "x" * 3000 + "/",
        "/articles/" + "%D8%A7" * 400,
        "/articles/%25%25/",
        "/articles//",
        "/articles/---/",
        "/articles/%E2%80%8E/",
        "/articles/{{7*7}}'\"<script>/",
    ],
)
def test_invalid_names_are_not_found(client, path):
    factories.article("x")
    response = client.get(path)
    assert response.status_code == 404
    assert b"<script>/" not in response.content


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["/", "/articles/", "/articles/x/", "/articles/x", "/articles/x/links/", "/tags/"]
)
def test_pages_allow_only_safe_methods(client, method, path):
    factories.article("x")
    assert getattr(client, method)(path).status_code == 405


def hidden():
    now = timezone.now()
    factories.article("Secret draft", status=Status.DRAFT, **fields())
    factories.article("Secret in review", status=Status.REVIEW, **fields())
    factories.article("Secret of old", status=Status.ARCHIVED, **fields())
    factories.article("Secret of tomorrow", publish_at=now + timedelta(days=1), **fields())
    factories.article("Secret of yesterday", expire_at=now - timedelta(days=1), **fields())


def fields():
    return {"tags": ["shared", "secretive"], "body": "[[Public]]", "featured": True}


def test_hidden_articles_are_not_found_and_appear_on_no_page(client):
    hidden()
    body = "[[Secret draft|label]] [[secret of tomorrow|label]]"
    factories.article("Public", tags=["shared"], body=body)
    for slug in ("draft", "in-review", "of-old", "of-tomorrow", "of-yesterday"):
        for path in (f"/articles/secret-{slug}/", f"/articles/Secret {slug}", "/tags/secretive/"):
            response = client.get(path)
            assert response.status_code == 404
            assert b"/articles/secret" not in response.content
    for path in (
        "/",
        "/articles/",
        "/articles/?letter=s",
        "/articles/?after=secret-draft",
        "/search/?q=yesterday",
        "/search/suggest?q=secret",
        "/articles/public/links/",
        "/articles/secre/",
        "/tags/",
        "/tags/shared/",
    ):
        html = client.get(path).content.decode()
        assert "Secret" not in html.replace("“<bdi>Secret", "")
        assert "secretive" not in html
    html = client.get("/articles/public/").content.decode()
    assert "/articles/secret" not in html
    assert "ecret" not in html


def test_links_follow_the_current_names(client):
    target = factories.article("Target", aliases=["Goal"])
    factories.article("Source", body="A [[goal#Some part|thing]] and [[Nowhere|nothing]].")
    factories.rename(target, title="Aim", slug="aim")
    html = client.get("/articles/source/").content.decode()
    assert '<a href="/articles/aim/#some-part">thing</a>' in html
    assert (
        '<span class="wanted">nothing<span class="visually-hidden" lang="en"> '
        "(no article yet)</span>" in html
    )
    assert "wiki:" not in html


def test_an_editor_can_create_wanted_articles_and_edit_existing_ones(client):
    article = factories.article("Source", body="[[No where|nothing]]")
    client.force_login(factories.user("", "add_article", "change_article"))
    html = client.get("/articles/source/").content.decode()
    assert 'href="/admin/articles/article/add/?title=No+where"' in html
    assert f'href="/admin/articles/article/{article.pk}/change/"' in html


def test_backlinks_show_the_sentence_of_the_link(client):
    factories.article("Target")
    factories.article("Source", body="First one. Then came [[target|the goal]] of it all. Last.")
    html = client.get("/articles/target/").content.decode()
    sentence = "<p>Then came <mark>the goal</mark> of it all.</p>"
    assert f'<a href="/articles/source/">Source</a> {sentence}' in html
    assert sentence in client.get("/articles/target/links/").content.decode()


def test_the_first_backlinks_are_shown_with_a_link_to_all(client):
    factories.article("Target")
    for number in range(9):
        factories.article(f"Source {number}", body="[[Target]] [[Target]]")
    html = client.get("/articles/target/").content.decode()
    assert [f"source-{n}/" in html for n in range(9)] == [True] * 8 + [False]
    assert "All articles that link here" in html and 'href="/articles/target/links/"' in html


@pytest.mark.parametrize("translated", [False, True])
def test_an_article_may_have_as_many_names_as_the_admin_allows(admin_client, translated):
    """Each of them leads here, and the first that link here are shown, whatever name they use."""
    aliases = [f"Name {number}" for number in range(MAX_NAMES)]
    target = factories.article("Target", aliases=aliases)
    if translated:
        factories.article("But", language="fr", translation_of="target")
    for number, name in enumerate(["Target", *reversed(aliases[-9:])]):
        factories.article(f"Source {number}", body=f"[[{name}]]")
    html = admin_client.get("/articles/target/").content.decode()
    assert [f"source-{n}/" in html for n in range(10)] == [True] * 8 + [False] * 2
    assert "source-9/" in admin_client.get("/articles/target/links/").content.decode()
    desk = admin_client.get(f"/admin/articles/article/{target.pk}/change/").content.decode()
    assert "Source 9" in desk


def test_related_articles_say_why(client):
    factories.article("Other", tags=["peacekeeping"], body="[[Common]] [[Shared]]")
    factories.article("Common")
    factories.article("Shared")
    factories.article("This", tags=["peacekeeping"], body="[[Common]] [[Shared]]")
    html = client.get("/articles/this/").content.decode()
    assert "<bdi>2 links, tag peacekeeping</bdi>" in html


def test_a_long_text_has_a_table_of_contents(client):
    factories.article("Long", body="## One & two\n\n### Three\n\n## أربعة\n")
    html = client.get("/articles/long/").content.decode()
    assert (
        '<li class="level-2"><a href="#one-two"><bdi dir="ltr">One &amp; two</bdi></a></li>'
        in html
    )
    assert f'<a href="#{quote("أربعة")}"><bdi dir="rtl">أربعة</bdi></a>' in html
    factories.article("Short", body="## One\n")
    assert 'class="contents"' not in client.get("/articles/short/").content.decode()


def test_an_article_is_laid_out_in_the_direction_of_its_language(client):
    factories.article("ديوان", language="ar", body="[[Register]]")
    factories.article("Register", body="[[ديوان]]")
    html = client.get(f"/articles/{quote('ديوان')}/").content.decode()
    assert '<html lang="en" dir="ltr">' in html
    assert '<div class="article" lang="ar" dir="rtl">' in html
    margin = client.get("/articles/register/").content.decode().partition("Linked from")[2]
    assert f'<li lang="ar" dir="rtl"><a href="/articles/{quote("ديوان")}/">' in margin
    listed = client.get("/articles/").content.decode()
    assert re.search(r'<li lang="ar" dir="rtl">\s*<a [^>]*>ديوان</a>', listed)


def furnish(count):
    """An article with all that its page can show, `count` times of each."""
    targets = [factories.article(tags=[f"tag {n}", "all"]) for n in range(count)]
    body = " ".join(f"[[{target.title}]]" for target in targets)
    for _number in range(count):
        factories.article(tags=["all"], body=f"[[Centre]] {body}")
    tags = [f"tag {number}" for number in range(count)]
    return factories.article("Centre", tags=[*tags, "all"], body=f"## A\n\n## B\n\n{body}")


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_takes_one_query(client, django_assert_num_queries, count):
    furnish(count)
    with django_assert_num_queries(QUERIES):
        assert client.get("/articles/centre/").status_code == 200


def test_large_columns_that_are_not_displayed_are_not_read(client, django_assert_num_queries):
    furnish(1)
    with django_assert_num_queries(QUERIES) as captured:
        client.get("/articles/centre/")
    first = captured.captured_queries[0]["sql"]
    assert '"html"' in first and '"body"' not in first and '"text"' not in first


@pytest.mark.parametrize("count", [3, 60])
def test_the_page_of_backlinks_takes_a_constant_number_of_queries(
    client, django_assert_num_queries, count
):
    factories.article("Centre")
    for number in range(count):
        factories.article(f"Source {number:02}", body="[[Centre]] and again [[Centre]]")
    with django_assert_num_queries(4):
        first = client.get("/articles/centre/links/").content.decode()
    assert first.count("<mark>") == min(count, 50) * 2
    with django_assert_num_queries(5):
        client.get("/articles/centre/links/?after=source-01")


def test_backlinks_are_paginated(client):
    factories.article("Centre")
    for number in range(60):
        factories.article(f"Source {number:02}", body="[[Centre]]")
    assert 'href="?after=source-49"' in client.get("/articles/centre/links/").content.decode()
    rest = client.get("/articles/centre/links/?after=source-49").content.decode()
    assert rest.count("<mark>") == 10 and 'href="?before=source-50"' in rest


def test_a_page_without_a_cookie_sets_none(client):
    factories.article("Peace")
    response = client.get("/articles/peace/")
    assert not response.cookies
    assert "Cookie" in response["Vary"]


def test_a_redirect_leads_to_a_hidden_article_once_that_is_published(client):
    factories.article("السلام", language="ar", aliases=["Peace"])
    assert client.get("/articles/peace/").status_code == 301
    hidden = factories.article("Peace", language="en", status="draft")
    assert client.get("/articles/peace/").status_code == 301
    editing.publish([hidden], None)
    assert client.get("/articles/peace/").status_code == 200


def test_titles_and_headings_have_the_direction_of_their_article_or_text(client):
    body = "See [[ديوان]].\n\n## NATO والدفاع\n\nنص.\n\n## Said in English\n\nنص."
    factories.article("NATO والدفاع المشترك", slug="nato", language="ar", tags=["x"], body=body)
    factories.article("ديوان", language="ar", tags=["x"], body="See [[nato]].")
    html = client.get("/articles/nato/?tag=x").content.decode()
    assert '<a href="#nato-%D9%88%D8%A7%D9%84%D8%AF%D9%81%D8%A7%D8%B9"><bdi dir="rtl">NATO' in html
    assert '<a href="#said-in-english"><bdi dir="ltr">Said in English</bdi></a>' in html
    html = client.get("/articles/ديوان/?tag=x").content.decode()
    for part in (
        '<span lang="ar" dir="rtl">NATO',
        '<li lang="ar" dir="rtl"><a href="/articles/nato/">',
    ):
        assert part in html
