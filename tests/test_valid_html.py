"""Every page is well-formed HTML: a strict parser has nothing to say, and no id stands twice."""

import re
from collections import Counter

import html5lib
import pytest

from articles import views
from tests import factories
from tests.browser import content

pytestmark = pytest.mark.django_db


def faults(html):
    parser = html5lib.HTMLParser()
    parser.parse(html)
    ids = Counter(re.findall(r'\sid="([^"]*)"', html))
    twice = [name for name, count in ids.items() if count > 1]
    return [(code, place) for place, code, _data in parser.errors] + twice


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_page_has_a_fault(client, signed_in):
    content.write()
    if signed_in:
        client.force_login(factories.editor())
    for name, path in content.PAGES.items():
        assert faults(client.get(path).content.decode()) == [], name


def test_nor_have_empty_pages_and_those_of_failures(client, rf):
    for path in ("/", "/articles/", "/tags/", "/nowhere/"):
        assert faults(client.get(path).content.decode()) == [], path
    assert faults(views.server_error(rf.get("/")).content.decode()) == []
