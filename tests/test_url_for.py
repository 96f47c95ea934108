"""Addresses made in one step are those that `reverse` makes, wherever the site is mounted."""

import pytest
from django.urls import reverse, set_script_prefix

from articles import url_for


@pytest.mark.parametrize("slug", ["peace", "tcp-ip", "ديوان-الدولة", "straße", "深度学习"])
@pytest.mark.parametrize("prefix", ["/", "/wiki/", "/slot/"])
def test_an_address_is_the_one_that_reverse_makes(slug, prefix):
    set_script_prefix(prefix)
    try:
        assert url_for.article(slug) == reverse("articles:article", args=[slug])
        assert url_for.backlinks(slug) == reverse("articles:backlinks", args=[slug])
        assert url_for.tag(slug) == reverse("articles:tag", args=[slug])
    finally:
        set_script_prefix("/")
