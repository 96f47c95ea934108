"""The language of the interface: how it is negotiated, and how a reader changes it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db

SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
ARABIC = '<html lang="ar" dir="rtl">'
ENGLISH = '<html lang="en" dir="ltr">'


@pytest.mark.parametrize(
    ("cookie", "accept", "site", "expected"),
    [
        ("", "", "en", ENGLISH),
        ("", "", "ar", ARABIC),
        ("", "ar", "en", ARABIC),
        ("", "fr-CA, ar-EG;q=0.8, en;q=0.5", "en", ARABIC),
        ("", "en-GB, ar;q=0.9", "ar", ENGLISH),
        ("", "fr, de;q=0.5", "ar", ARABIC),
        ("", "fr, ar;q=0", "en", ENGLISH),
        ("", "ar; q=0.00, fr", "en", ENGLISH),
        ("", "*, ar;q=0.5", "en", ENGLISH),
        ("", "fr", "fr", ENGLISH),
        ("ar", "en", "en", ARABIC),
        ("en", "ar", "ar", ENGLISH),
        ("xx", "ar", "en", ARABIC),
        ("../../etc", "\0;q=x,,", "en", ENGLISH),
    ],
)
def test_the_language_is_that_of_the_cookie_then_the_browser_then_the_site(
    client, settings, cookie, accept, site, expected
):
    settings.LANGUAGE_CODE = site
    if cookie:
        client.cookies["language"] = cookie
    response = client.get("/", HTTP_ACCEPT_LANGUAGE=accept)
    assert expected in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/articles/peace/", "/tags/", "/nowhere/", "/admin/login/"])
def test_pages_vary_on_what_the_language_depends_on(client, path):
    factories.article("Peace")
    response = client.get(path)
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize("path", ["/feed/", "/sitemap.xml", "/api/v1/articles"])
def test_other_responses_do_not_vary_on_the_language(client, path):
    response = client.get(path, HTTP_ACCEPT_LANGUAGE="ar")
    assert "Accept-Language" not in response.get("Vary", "")
    assert "Content-Language" not in response


def test_readers_get_no_cookie_and_no_csrf_token_by_default(client):
    response = client.get("/")
    assert not response.cookies
    assert "csrf" not in response.content.decode()


def test_the_choice_is_stored_in_a_cookie_and_redirects_to_the_page(client):
    factories.article("Peace")
    page = "http://testserver/articles/peace/?x=1"
    response = client.post("/language/", {"language": "ar"}, HTTP_REFERER=page, **SAME_ORIGIN)
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
def test_the_choice_redirects_to_pages_of_the_site_only(client, page):
    response = client.post("/language/", {"language": "ar"}, HTTP_REFERER=page, **SAME_ORIGIN)
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
def test_only_a_form_of_the_same_origin_changes_the_language(headers, status):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/language/", {"language": "ar"}, **headers).status_code == status
    assert ("language" in client.cookies) is (status == 303)


@pytest.mark.parametrize("language", ["", "xx", "fr", "ar\0", "a" * 600])
def test_a_language_that_the_interface_does_not_have_is_a_bad_request(client, language):
    assert client.post("/language/", {"language": language}, **SAME_ORIGIN).status_code == 400
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


def test_dates_counts_and_lists_are_arabic_with_digits_from_0_to_9(client):
    factories.article("Peace", tags=["history", "state"])
    factories.article("War", tags=["history", "state"], publish_at=DAY, body="word " * 660)
    html = client.get("/articles/war/", HTTP_ACCEPT_LANGUAGE="ar").content.decode()
    assert "21 نوفمبر 2020" in html
    assert "3 دقائق للقراءة" in html
    assert re.search("الوسمان (history، state|state، history)<", html)


DAY = "2020-11-21T00:00:00+00:00"


def test_the_admin_is_in_arabic(client):
    client.force_login(factories.editor())
    client.cookies["language"] = "ar"
    html = client.get("/admin/articles/article/add/").content.decode()
    assert ARABIC in html.replace('"ar" dir', '"ar" dir')
    for words in ("إدارة ديوان", "الأسماء البديلة", "اختصارات لوحة المفاتيح", "العربية</b>"):
        assert words in html
    assert "\\u062c\\u0627\\u0631\\u064d \\u0627\\u0644\\u062d\\u0641\\u0638" in html


def test_the_form_lists_languages_by_their_names_in_the_language_of_the_editor(client):
    client.force_login(factories.editor())
    html = client.get("/admin/articles/article/add/").content.decode()
    assert '<option value="sw">Swahili</option>' in html
    html = client.get("/admin/articles/article/add/", HTTP_ACCEPT_LANGUAGE="ar").content.decode()
    assert '<option value="sw">السواحلية</option>' in html
