"""Values that look like templates, format strings, marks or HTML, in all fields on all pages."""

import json
import re
from html import unescape

import pytest
from django.urls import set_script_prefix

from articles import editing
from articles.models import Tag
from tests import factories

pytestmark = pytest.mark.django_db

VALUES = [
    "%(title)s %s %% %d",
    "{{ title }} {% now 'Y' %} {title} {0}",
    "\ue000title\ue001 \ue000html\ue001",
    "\"'><script>alert(1)</script>",
    "</script><!-- > &amp; &lt;",
    "line\u2028separator\u2029",
    '\\u003c \\" \\',
    "0",
    "𝄞 😀 \u202e end",
    "%E2%98%83 %00",
]
PATHS = ["/", "/articles/", "/tags/", "/map/", "/feed/", "/sitemap.xml", "/search/?q=title"]
PATHS += ["/articles/nowhere%25/", "/articles/%EE%80%80title%EE%80%81/", "/articles/?letter=%25"]
PATHS += [
    "/articles/?after=%EE%80%80html%EE%80%81",
    "/search/?q=%25(x)s%EE%80%80",
    "/tags/common/",
]
JSON_LD = re.compile('<script type="application/ld\\+json"[^>]*>(.*?)</script>', re.DOTALL)
LOCAL_URL = re.compile('(?:href|src|action)="(/[^"]*)"')


@pytest.fixture(params=["/", "/wiki/"])
def prefix(request):
    """The prefix of all URLs, which Django's test client doesn't set by itself."""
    set_script_prefix(request.param)
    yield request.param
    set_script_prefix("/")


@pytest.fixture
def articles():
    articles = [
        factories.article(
            value,
            slug=f"value-{number}",
            aliases=[f"alias {value}"],
            summary=value,
            author=value,
            featured=True,
            tags=[value, "common"],
            body=f"## {value}\n\n## Second {value}\n\n{value} [[value-{number - 1}]]",
        )
        for number, value in enumerate(VALUES)
    ]
    tag = Tag.objects.get(name="common")
    tag.description = " ".join(VALUES)
    editing.save_tag(tag, [f"synonym {value}" for value in VALUES])
    return articles


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("debug", [True, False])
def test_all_pages_display_all_values_as_they_are(
    client, settings, articles, prefix, language, debug
):
    settings.DEBUG, settings.SITE_NAME = debug, "S % {x} \"&<b>' name"
    headings = {f"/articles/{article.slug}/": article.title for article in articles}
    tags = {f"/tags/{tag.slug}/": tag.name for tag in Tag.objects.all()}
    headings |= {path: name for path, name in tags.items() if path.isascii()}
    for path in [*PATHS, *headings]:
        response = client.get(path, headers={"Accept-Language": language})
        assert response.status_code in (200, 404), path
        text = response.content.decode()
        assert "<script>alert" not in text, path
        if not text.startswith("<!doctype html>") or response.status_code != 200:
            continue
        assert f'<html lang="{language}"' in text, path
        for data in JSON_LD.findall(text):
            assert f'"http://testserver{prefix}' in json.dumps(json.loads(data))
        for url in LOCAL_URL.findall(text):
            assert url.startswith((prefix, "/static/")), (path, url)
        if path in headings:
            heading = re.search("<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[1]
            displayed = unescape(re.sub("<[^>]*>", "", heading))
            assert " ".join(headings[path].split()) in " ".join(displayed.split()), path


def test_the_search_in_metadata_is_under_the_prefix(client, prefix):
    (data,) = JSON_LD.findall(client.get("/").content.decode())
    assert f"http://testserver{prefix}search/?q=" in data
