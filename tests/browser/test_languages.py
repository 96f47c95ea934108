"""The interface in Arabic and English, and articles in both directions."""

import pytest

from tests import factories
from tests.browser import content


@pytest.fixture
def pages(pages):
    factories.article(
        "السجل", language="ar", translation_of="register-of-state", body=content.ARABIC
    )
    factories.article("Mixed", body=MIXED)
    return {**pages, "translated": "/articles/السجل/", "mixed": "/articles/mixed/"}


MIXED = """\
ديوان is the word for a register, and the paragraph is English.

كان الديوان سجلًا للدولة (a register), وكان فيه كل شيء، مثل `code()`.

## القسم الأول

1. أولًا
2. ثانيًا

- one, in English
- واحد، بالعربية

| Term | المصطلح |
| --- | --- |
| register | ديوان، سجل |

> قال الكاتب: كُتب كل شيء!

[A link elsewhere](https://example.org/) and [رابط إلى موقع](https://example.org/).

## Second section

More of it.
"""


# 640 pixels is a window of 1280 in which the page is enlarged to 200 %.
WIDTHS = (320, 375, 640, 800, 1600)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(
    open_page, violations, overflows, console, pages, screenshot, language
):
    page = open_page(locale=language)
    for name, path in pages.items():
        page.goto(path)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        screenshot(page, f"{name}-{language}".replace(" ", "-"))
        assert violations(page) == [], name
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert not overflows(page), (name, width)
    console[:] = [line for line in console if "404" not in line]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_header_of_a_narrow_page_has_two_lines(open_page, pages, language):
    page = open_page(pages["article"], locale=language)
    for width in (320, 375):
        page.set_viewport_size({"width": width, "height": 900})
        tops = page.eval_on_selector_all(
            ".site-header > *",
            "all => all.map(e => Math.round(e.getBoundingClientRect().bottom / 20))",
        )
        assert len(set(tops)) == 2, (width, tops)


def test_the_selected_language_is_remembered(open_page, pages):
    page = open_page("/articles/register-of-state/?x=1")
    page.get_by_role("button", name="العربية").click()
    page.wait_for_url("**/articles/register-of-state/?x=1")
    assert page.locator("html").get_attribute("lang") == "ar"
    page.goto("/tags/")
    assert page.locator("h1").inner_text() == "الوسوم"
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/tags/")
    assert page.locator("h1").inner_text() == "Tags"


def test_the_page_is_mirrored(open_page, pages):
    edges = "element => (box => [box.left, box.right])(element.getBoundingClientRect())"
    for language, sign in (("en", 1), ("ar", -1)):
        page = open_page(pages["arabic article" if sign < 0 else "article"], locale=language)
        brand = page.locator(".brand").evaluate(edges)
        nav = page.locator(".site-nav").evaluate(edges)
        contents = page.locator(".contents").evaluate(edges)
        sidebar = page.locator(".sidebar").evaluate(edges)
        assert (nav[0] - brand[0]) * sign > 0
        assert (sidebar[0] - contents[0]) * sign > 0


def test_blocks_have_the_direction_of_their_text(open_page, pages):
    page = open_page(pages["mixed"])
    directions = page.eval_on_selector_all(
        ".prose > :is(p, h2, ol, blockquote)", "all => all.map(e => getComputedStyle(e).direction)"
    )
    # The list stays on the side of the page.
    assert directions == ["ltr", "rtl", "rtl", "ltr", "rtl", "ltr", "ltr", "ltr"]
    assert page.eval_on_selector("code", "code => getComputedStyle(code).direction") == "ltr"
    arrows = page.eval_on_selector_all(
        ".prose .external", "all => all.map(e => getComputedStyle(e, '::after').content[1])"
    )
    assert arrows[0] == "↗"


def test_a_reader_switches_to_a_translation(open_page, pages):
    page = open_page(pages["article"])
    page.get_by_role("navigation", name="This article in other languages").get_by_role(
        "link", name="العربية"
    ).click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "السجل"


def test_the_language_is_selected_without_scripts(open_page, pages):
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("button", name="العربية").click()
    page.wait_for_load_state()
    assert "موسوعة" in page.content()
