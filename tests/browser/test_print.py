"""Pages on paper."""

from tests import factories
from tests.browser import content


def test_a_printed_article_has_its_text_and_the_urls_of_its_links(open_page, pages):
    page = open_page(pages["article"], scheme="dark", width=650)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for chrome in (".site-header", ".site-footer", ".contents", ".sidebar"):
        assert not page.locator(chrome).is_visible()
    after = page.evaluate(
        "getComputedStyle(document.querySelector('.prose a.external'), '::after').content"
    )
    assert after == '" [" attr(href) "]"' or "https://example.org/" in after
    bare = page.evaluate(
        "getComputedStyle(document.querySelector('.prose a.bare'), '::after').content"
    )
    assert bare == "none"
    table = page.locator(".prose table").bounding_box()
    assert table["x"] + table["width"] <= page.viewport_size["width"]


def test_controls_are_not_printed(open_page, pages):
    factories.article(
        "السجل", language="ar", translation_of="register-of-state", body=content.ARABIC
    )
    on_screen, on_paper = set(), {}
    page = open_page(width=800, user=factories.editor())
    for name in ("home", "index", "map", "search", "results", "filtered results", "article"):
        path = pages.get(name, "/search/?q=scribe&tag=history")
        page.emulate_media(media="screen")
        page.goto(path)
        if name == "article":
            page.locator(".prose a").first.hover()
            page.wait_for_selector(".preview-card")
        on_screen.update(page.evaluate(VISIBLE, CONTROLS))
        page.emulate_media(media="print")
        on_paper[name] = page.evaluate(VISIBLE, CONTROLS)
    assert on_screen == set(CONTROLS)
    assert not any(on_paper.values()), on_paper


# Ticked boxes in a text can't be pressed: they are part of the text.
CONTROLS = (
    *("button", "input:enabled", "select", ".page-links", ".skip-link", ".edit-link"),
    *(".pagination", ".letters", ".facets", ".active-filters", ".preview-card"),
    *(".article-footer", ".map-help", ".map-filter", ".map-controls", ".graph-list"),
    *(".language-menu", ".translations"),
)


VISIBLE = """names => names.filter((name) =>
    [...document.querySelectorAll(name)].some((element) => element.checkVisibility()))"""
