"""Every page is accessible by keyboard, and by axe's rules.

test_languages.py runs axe on the pages in both languages.
"""

import pytest
from django.test import RequestFactory
from playwright.sync_api import expect

from articles import editing, views
from tests import factories


def test_axe_finds_nothing_in_open_contents_and_links_for_editors(
    open_page, violations, console, pages
):
    page = open_page(pages["article"], width=375, user=factories.editor())
    page.get_by_text("Contents", exact=True).click()
    assert violations(page) == []
    page.goto(pages["missing article"])
    assert violations(page) == []
    editing.delete([factories.article("Register of old", body="[[Register of State]]")])
    page.goto("/articles/register-of-old/")
    expect(page.get_by_role("heading", name="Article deleted")).to_be_visible()
    assert violations(page) == []
    console.clear()


def test_the_focus_is_visible_on_every_tab_stop_of_an_article(open_page, pages):
    page = open_page(pages["article"])
    stops = []
    for _step in range(70):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS_STATE))
        if stops[-1]["text"] == "Admin":
            break
    assert stops[0]["text"] == "Skip to content"
    assert [stop["text"] for stop in stops].count("Admin") == 1
    assert {stop["outline"] for stop in stops} == {"3px solid"}
    assert all(stop["in_view"] for stop in stops)


@pytest.mark.parametrize(
    "name", ["home", "results", "graph", "map", "api", "letter", "tag", "tags", "index"]
)
def test_the_keyboard_passes_through_a_page_and_reaches_each_link_and_button(
    open_page, pages, name
):
    page = open_page(pages[name])
    assert page.evaluate(MARK_TAB_STOPS) > 10
    stops = []
    for _step in range(250):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS_STATE))
        if stops[-1]["text"] == "Press / to search":
            break
    assert [stops[0]["text"], stops[-1]["text"]] == ["Skip to content", "Press / to search"]
    assert [stop for stop in stops if not stop["in_view"]] == []
    assert {stop["outline"] for stop in stops} <= {"3px solid", "4px solid"}
    outer_html = "all => all.map(element => element.outerHTML)"
    assert page.eval_on_selector_all(UNVISITED, outer_html) == []


MARK_TAB_STOPS = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, summary")];
    const stops = all.filter((element) => element.checkVisibility() && !element.disabled);
    for (const element of stops) element.dataset.tabStop = "";
    return stops.length;
}"""
UNVISITED = "[data-tab-stop]:not([data-visited])"


FOCUS_STATE = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    element.dataset.visited = "";
    // In SVG, the focus thickens the stroke of a shape in the link.
    const shape = element.ownerSVGElement && element.querySelector("rect, .symbol");
    const style = getComputedStyle(shape || element);
    const line = shape ? [style.strokeWidth, "solid"] : [style.outlineWidth, style.outlineStyle];
    return {
        text: (element.textContent || element.placeholder || "").trim(),
        outline: line.join(" "),
        in_view: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    };
}"""


def test_axe_finds_nothing_on_the_500_page(open_page, violations):
    page = open_page("/tags/")
    page.route(
        "**/broken/",
        lambda route: route.fulfill(body=server_error_page(), content_type="text/html"),
    )
    page.goto("/broken/")
    assert page.locator("h1").inner_text() == "Something went wrong"
    assert violations(page) == []


def server_error_page():
    return views.server_error(RequestFactory().get("/")).content


def test_current_links_are_outlined_in_forced_colours(open_page, pages):
    page = open_page(forced_colors="active")
    for name, part in (("tags", ".site-nav"), ("index", ".site-nav"), ("letter", ".letters")):
        page.goto(pages[name])
        current = page.locator(f"{part} [aria-current]")
        assert current.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", name


def test_the_skip_link_moves_past_the_header(open_page, pages):
    page = open_page(pages["article"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
