"""The layout of pages: mirrored, without scripts, with reduced motion.

test_languages.py compares the widths of all pages with those of their windows.
"""

import pytest
from playwright.sync_api import expect


def test_an_arabic_article_is_mirrored(open_page, pages):
    page, positions = open_page(), {}
    for name in ("article", "arabic article"):
        page.goto(pages[name])
        positions[name] = [
            page.locator(part).bounding_box()["x"] for part in (".contents", ".prose", ".sidebar")
        ]
    assert positions["article"] == sorted(positions["article"])
    assert positions["arabic article"] == sorted(positions["arabic article"], reverse=True)
    assert page.evaluate("getComputedStyle(document.querySelector('.prose')).direction") == "rtl"


def test_everything_can_be_read_without_scripts(open_page, pages):
    page = open_page(pages["article"], java_script_enabled=False)
    assert not page.locator(".theme-toggle").is_visible()
    assert page.get_by_role("link", name="Afterlife").is_visible()
    page.goto(pages["tags"])
    page.get_by_role("searchbox").fill("diwan of old")
    page.keyboard.press("Enter")
    page.locator("main").get_by_role("link", name="Register of State").click()
    page.wait_for_url("**/articles/register-of-state/")
    page.goto(pages["index"])
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="Previous page")).to_be_visible()


ANIMATED = """() => [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    const lasts = (all) => all.split(",").some((each) => parseFloat(each) > 0);
    return lasts(style.transitionDuration) || lasts(style.animationDuration);
}).map((element) => element.outerHTML.slice(0, 80))"""


def test_nothing_is_animated_with_reduced_motion(open_page, pages):
    page = open_page(reduced_motion="reduce")
    for path in (pages["home"], pages["map"], pages["article"], "/articles/scribe-1/"):
        page.goto(path)
        if "scribe" in path:
            page.locator(".prose a").first.hover()
            page.wait_for_selector(".preview-card")
        assert page.evaluate(ANIMATED) == [], path
        scrolling = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        assert scrolling == "auto", path


LAYOUT_SHIFT = """() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 300);
})"""


@pytest.mark.parametrize("width", [375, 1280])
def test_the_layout_does_not_shift_while_the_page_loads(open_page, pages, width):
    page = open_page(width=width)
    for name in ("article", "home", "tag", "results", "map"):
        page.goto(pages[name])
        assert page.evaluate(LAYOUT_SHIFT) < 0.01, name
