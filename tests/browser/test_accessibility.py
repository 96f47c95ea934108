"""Nobody is kept out: axe finds nothing on any kind of page, light or dark, narrow or wide."""

import pytest
from django.test import RequestFactory

from articles import views
from tests import factories
from tests.browser import content


@pytest.fixture
def pages(live_server):
    content.write()
    return content.PAGES


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(open_page, violations, console, pages, scheme, width):
    for name, path in pages.items():
        page = open_page(path, width=width, scheme=scheme)
        assert violations(page) == [], name
        page.context.close()
    console[:] = [line for line in console if "404" not in line]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_opened_contents_or_what_an_editor_sees(
    open_page, violations, console, pages, scheme
):
    page = open_page(pages["article"], width=375, scheme=scheme, user=factories.editor())
    page.get_by_text("Contents", exact=True).click()
    assert violations(page) == []
    page.goto(pages["missing article"])
    assert violations(page) == []
    console.clear()


def test_every_page_is_walked_by_keyboard_with_the_focus_in_sight(open_page, pages):
    page = open_page(pages["article"])
    seen = []
    for _step in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1]["text"] == "Admin":
            break
    assert seen[0]["text"] == "Skip to content"
    assert [stop["text"] for stop in seen].count("Admin") == 1
    assert {stop["outline"] for stop in seen} == {"3px solid"}
    assert all(stop["inside"] for stop in seen)


@pytest.mark.parametrize("name", ["home", "find", "neighbourhood", "map", "letter", "tag", "api"])
def test_the_keyboard_goes_through_a_page_and_out_again(open_page, pages, name):
    page = open_page(pages[name])
    seen = []
    for _step in range(250):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1]["text"] == "API":
            break
    assert seen[0]["text"] == "Skip to content" and seen[-1]["text"] == "API"
    assert [stop for stop in seen if not stop["inside"]] == []
    assert {stop["outline"] for stop in seen} <= {"3px solid", "4px solid"}


@pytest.mark.parametrize("name", ["home", "tags", "tag", "letter", "index"])
def test_the_keyboard_comes_to_every_link_and_button(open_page, pages, name):
    page = open_page(pages[name])
    there = page.evaluate(REACHABLE)
    assert there > 10
    for _step in range(there):
        page.keyboard.press("Tab")
        page.evaluate("document.activeElement.dataset.visited = ''")
    assert page.eval_on_selector_all(UNVISITED, "all => all.map(each => each.outerHTML)") == []


REACHABLE = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, summary")];
    const there = all.filter((each) => each.checkVisibility() && !each.disabled);
    for (const each of there) each.dataset.there = "";
    return there.length;
}"""
UNVISITED = "[data-there]:not([data-visited])"


FOCUSED = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    // In a picture the shape of a link has a thicker line.
    const shape = element.ownerSVGElement && element.querySelector("rect, .symbol");
    const style = getComputedStyle(shape || element);
    const line = shape ? [style.strokeWidth, "solid"] : [style.outlineWidth, style.outlineStyle];
    return {
        text: (element.textContent || element.placeholder || "").trim(),
        outline: line.join(" "),
        inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    };
}"""


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_a_failure(open_page, violations, scheme, width):
    page = open_page("/tags/", width=width, scheme=scheme)
    page.route("**/broken/", lambda route: route.fulfill(body=failure(), content_type="text/html"))
    page.goto("/broken/")
    assert page.locator("h1").inner_text() == "Something went wrong"
    assert violations(page) == []


def failure():
    return views.server_error(RequestFactory().get("/")).content


def test_the_current_entries_stand_out_in_forced_colours(open_page, pages):
    for name, part in (("tags", ".site-nav"), ("index", ".site-nav"), ("letter", ".letters")):
        page = open_page(pages[name], forced_colors="active")
        current = page.locator(f"{part} [aria-current]")
        assert current.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", name


def test_the_skip_link_leads_past_the_head(open_page, pages):
    page = open_page(pages["article"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
