"""Every page is well-formed HTML for a strict parser, and its ids are unique."""

import re
from collections import Counter

import html5lib
import pytest

from articles import views
from tests import factories
from tests.browser import content

pytestmark = pytest.mark.django_db


def errors(html):
    parser = html5lib.HTMLParser()
    parser.parse(html)
    ids = Counter(re.findall(r'\sid="([^"]*)"', html))
    duplicates = [name for name, count in ids.items() if count > 1]
    return [(code, position) for position, code, _data in parser.errors] + duplicates


@pytest.mark.parametrize("signed_in", [False, True])
def test_pages_are_valid_html(client, signed_in):
    content.create()
    if signed_in:
        client.force_login(factories.editor())
    for name, path in content.PAGES.items():
        assert errors(client.get(path).content.decode()) == [], name


def test_empty_pages_and_error_pages_are_valid_html(client, rf):
    for path in ("/", "/articles/", "/tags/", "/nowhere/"):
        assert errors(client.get(path).content.decode()) == [], path
    for page in (views.server_error, views.service_unavailable):
        assert errors(page(rf.get("/")).content.decode()) == []
