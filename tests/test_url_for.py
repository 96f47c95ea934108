"""URLs equal those of `reverse` under any prefix."""

import pytest
from django.urls import reverse, set_script_prefix

from articles import url_for


@pytest.mark.parametrize("slug", ["peace", "tcp-ip", "ديوان-الدولة", "straße", "深度学习"])
@pytest.mark.parametrize("prefix", ["/", "/wiki/", "/slot/"])
def test_urls_equal_those_of_reverse_under_any_prefix(slug, prefix):
    set_script_prefix(prefix)
    try:
        assert url_for.article(slug) == reverse("articles:article", args=[slug])
        assert url_for.backlinks(slug) == reverse("articles:backlinks", args=[slug])
        assert url_for.site_urls()["search"] == reverse("articles:search")
        assert url_for.tag(slug) == reverse("articles:tag", args=[slug])
    finally:
        set_script_prefix("/")
