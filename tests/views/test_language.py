"""The language of the interface: whose wish counts, and how it is changed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db

OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
ARABIC = '<html lang="ar" dir="rtl">'
ENGLISH = '<html lang="en" dir="ltr">'


@pytest.mark.parametrize(
    ("cookie", "accept", "site", "shown"),
    [
        ("", "", "en", ENGLISH),
        ("", "", "ar", ARABIC),
        ("", "ar", "en", ARABIC),
        ("", "fr-CA, ar-EG;q=0.8, en;q=0.5", "en", ARABIC),
        ("", "en-GB, ar;q=0.9", "ar", ENGLISH),
        ("", "fr, de;q=0.5", "ar", ARABIC),
        ("", "fr, ar;q=0", "en", ENGLISH),
        ("", "fr", "fr", ENGLISH),
        ("ar", "en", "en", ARABIC),
        ("en", "ar", "ar", ENGLISH),
        ("xx", "ar", "en", ARABIC),
        ("../../etc", "\0;q=x,,", "en", ENGLISH),
    ],
)
def test_the_cookie_counts_then_the_browser_then_the_site(
    client, settings, cookie, accept, site, shown
):
    settings.LANGUAGE_CODE = site
    if cookie:
        client.cookies["language"] = cookie
    response = client.get("/", HTTP_ACCEPT_LANGUAGE=accept)
    assert shown in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/articles/peace/", "/tags/", "/nowhere/", "/admin/login/"])
def test_caches_are_told_what_decides_the_language(client, path):
    factories.article("Peace")
    response = client.get(path)
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_readers_get_no_cookie_and_no_token_before_they_choose(client):
    response = client.get("/")
    assert not response.cookies
    assert "csrf" not in response.content.decode()


def test_a_choice_is_kept_and_leads_back_to_the_page(client):
    factories.article("Peace")
    page = "http://testserver/articles/peace/?x=1"
    response = client.post("/language/", {"language": "ar"}, HTTP_REFERER=page, **OURS)
    assert (response.status_code, response["Location"]) == (303, page)
    cookie = response.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("ar", True, "Lax")
    assert cookie["max-age"] == 365 * 24 * 3600
    assert list(response.cookies) == ["language"]
    assert "no-store" in response["Cache-Control"]
    html = client.get("/articles/peace/").content.decode()
    assert ARABIC in html
    assert '<div class="article" lang="en" dir="ltr">' in html


@pytest.mark.parametrize(
    "page",
    [
        "",
        "https://evil.example/",
        "//evil.example/x",
        "javascript:alert(1)",
        "http://testserver:9/",
    ],
)
def test_a_choice_leads_nowhere_else(client, page):
    response = client.post("/language/", {"language": "ar"}, HTTP_REFERER=page, **OURS)
    assert response["Location"] == reverse("articles:home")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, 303),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
        ({"HTTP_ORIGIN": "http://testserver"}, 303),
        ({"HTTP_ORIGIN": "https://testserver"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_form_changes_the_language(headers, status):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/language/", {"language": "ar"}, **headers).status_code == status
    assert ("language" in client.cookies) is (status == 303)


@pytest.mark.parametrize("language", ["", "xx", "fr", "ar\0", "a" * 600])
def test_a_language_that_the_interface_does_not_speak_is_refused(client, language):
    assert client.post("/language/", {"language": language}, **OURS).status_code == 400
    assert client.get("/language/").status_code == 405


def test_every_page_offers_the_other_languages(client):
    html = client.get("/").content.decode()
    assert 'name="language" value="ar" lang="ar" dir="rtl">العربية</button>' in html
    assert 'value="en"' not in html


def test_more_than_two_languages_are_a_list(client, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("fr", "français")]
    html = client.get("/").content.decode()
    assert "<summary>English</summary>" in html
    assert all(f'name="language" value="{code}"' in html for code in ("ar", "fr"))


def test_dates_counts_and_lists_are_arabic_with_the_digits_of_the_web(client):
    factories.article("Peace", tags=["history", "state"])
    factories.article("War", tags=["history", "state"], publish_at=DAY, body="word " * 660)
    html = client.get("/articles/war/", HTTP_ACCEPT_LANGUAGE="ar").content.decode()
    assert "21 نوفمبر 2020" in html
    assert "3 دقائق للقراءة" in html
    assert re.search("الوسمان (history، state|state، history)<", html)


DAY = "2020-11-21T00:00:00+00:00"


def test_the_desk_speaks_arabic(client):
    client.force_login(factories.editor())
    client.cookies["language"] = "ar"
    html = client.get("/admin/articles/article/add/").content.decode()
    assert ARABIC in html.replace('"ar" dir', '"ar" dir')
    for words in ("مكتب ديوان", "الأسماء البديلة", "اختصارات لوحة المفاتيح", "العربية</b>"):
        assert words in html
    assert "\\u064a\\u062c\\u0631\\u064a \\u0627\\u0644\\u062d\\u0641\\u0638" in html


def test_articles_may_be_in_any_language(client):
    client.force_login(factories.editor())
    html = client.get("/admin/articles/article/add/").content.decode()
    assert '<option value="sw">Swahili</option>' in html
    html = client.get("/admin/articles/article/add/", HTTP_ACCEPT_LANGUAGE="ar").content.decode()
    assert '<option value="sw">السواحلية</option>' in html
