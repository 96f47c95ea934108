"""Over-long and hostile values in every path and query parameter of the public site."""

from urllib.parse import quote

import pytest
from django.core.cache import caches

from tests import factories

pytestmark = pytest.mark.django_db

LONG = 3900
VALUES = {
    "long word": "a" * LONG,
    "long words": "ab " * (LONG // 3),
    "long language": "en-" + "abcdefgh-" * (LONG // 9),
    "long number": "9" * LONG,
    "too large": str(2**63),
    "negative": "-1",
    "NUL": "a\0b",
    "only NUL": "\0",
    "controls": "\x01\x1b\x7f\u0085\u2028",
    "not UTF-8": b"\xff\xfe\xed\xa0\x80",
    "not in Unicode yet": "\U0010ffff\ufdd0",
    "combining": "a" + "\u0301" * 1900,
    "tsquery": "a & b | !c <-> (d:* 'e' \\",
    "FTS5": '"a" NEAR(b, 2) ^c -d OR {e}: f*',
    "SQL": "' OR 1=1 --; %s %(a)s {0} {{ x }}",
    "wildcards": "%_*?[a-z]",
    "path": "../../../etc/passwd",
    "dots": "./..//.",
    "slashes": "/" * 500,
    "fullwidth digits": "１２３",
    "Arabic digits": "١٢٣",
    "right to left": "\u202e\u2067abc",
    "empty": "",
    "spaces": " \t\r\n\u3000",
}
QUERIES = {
    "/": ["q", "tag", "language", "page"],
    "/articles/": ["q", "letter", "after", "before"],
    "/articles/peace/": ["tag"],
    "/articles/peace/links/": ["after", "before"],
    "/articles/peace/graph/": ["size"],
    "/articles/peace/preview/": ["x"],
    "/articles/peace.md": ["x"],
    "/tags/calm/": ["after", "before"],
    "/tags/calm/feed/": ["x"],
    "/map/": ["tag"],
    "/search/": ["q", "tag", "language", "page", "q=peace&tag", "q=peace&language", "q=tag:"],
    "/search/suggest": ["q"],
    "/feed/": ["x"],
    "/sitemap.xml": ["x"],
    "/random/": ["x"],
    "/opensearch.xml": ["x"],
    "/api/v1/articles": ["tag", "cursor", "limit"],
    "/api/v1/articles/peace": ["x"],
    "/api/v1/articles/peace/links": ["cursor", "limit"],
    "/api/v1/articles/peace/backlinks": ["cursor", "limit"],
    "/api/v1/articles/peace/graph": ["x"],
    "/api/v1/tags": ["cursor", "limit"],
    "/api/v1/tags/calm": ["x"],
    "/api/v1/search": ["q", "limit"],
}
PATHS = [
    "/articles/{}/",
    "/articles/{}",
    "/articles/{}.md",
    "/articles/{}/links/",
    "/articles/{}/graph/",
    "/articles/{}/preview/",
    "/tags/{}/",
    "/tags/{}/feed/",
    "/feed/{}/",
    "/sitemaps/{}-1.xml",
    "/sitemaps/articles-{}.xml",
    "/sitemaps/pages-{}.xml",
    "/api/v1/articles/{}",
    "/api/v1/articles/{}/links",
    "/api/v1/articles/{}/backlinks",
    "/api/v1/articles/{}/graph",
    "/api/v1/tags/{}",
    "/api/v1/{}",
    "/media/{}",
    "/{}",
]


@pytest.fixture(autouse=True)
def articles():
    factories.article("Peace", tags=["calm"], body="[[War]] [[Nowhere]]")
    factories.article("War", tags=["calm"], body="[[Peace]]")


def check(client, url):
    caches["rates"].clear()
    response = client.get(url)
    assert response.status_code in (200, 301, 302, 400, 404), (url[:80], response.status_code)
    if "Location" in response:
        assert "\n" not in response["Location"] and response["Location"].startswith("/")
        assert not response["Location"].startswith("//")


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_every_query_parameter_takes_every_value(client, value):
    for path, parameters in QUERIES.items():
        for parameter in parameters:
            separator = "" if parameter.endswith(":") else "="
            check(client, f"{path}?{parameter}{separator}{quote(value)}")


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_every_path_takes_every_name(client, value):
    for path in PATHS:
        check(client, path.format(quote(value)))


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_the_language_form_takes_every_value(client, value):
    headers = {"Sec-Fetch-Site": "same-origin", "Referer": value, "Accept-Language": value}
    headers = {
        name: header.encode() if isinstance(header, str) else header
        for name, header in headers.items()
    }
    texts = {name: header.decode("latin-1") for name, header in headers.items()}
    response = client.post("/language/", {"language": value}, headers=texts)
    assert response.status_code in (303, 400)
    client.cookies["language"] = "x" * LONG
    assert client.get("/", headers=texts).status_code == 200
