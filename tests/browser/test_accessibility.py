"""Nobody is kept out: axe finds nothing on any kind of page, light or dark, narrow or wide."""

import pytest

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
        if seen[-1]["text"] == "Desk":
            break
    assert seen[0]["text"] == "Skip to the text"
    assert [stop["text"] for stop in seen].count("Desk") == 1
    assert {stop["outline"] for stop in seen} == {"3px solid"}
    assert all(stop["inside"] for stop in seen)


FOCUSED = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
        text: (element.textContent || element.placeholder || "").trim(),
        outline: `${style.outlineWidth} ${style.outlineStyle}`,
        inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    };
}"""


def test_the_skip_link_leads_past_the_head(open_page, pages):
    page = open_page(pages["article"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
