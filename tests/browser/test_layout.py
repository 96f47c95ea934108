"""The layout of pages: at any width, without scripts, with reduced motion."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("widths", "options"),
    [
        ((320, 375, 800, 1600), {}),
        ((640,), {"device_scale_factor": 2}),
        ((640,), {"device_scale_factor": 2, "locale": "ar"}),
    ],
    ids=["any width", "1280 at 200 %", "1280 at 200 % in Arabic"],
)
def test_no_page_is_wider_than_its_window(open_page, overflows, console, pages, widths, options):
    page = open_page(**options)
    for name, path in pages.items():
        page.goto(path)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert not overflows(page), (name, width)
    console[:] = [line for line in console if "404" not in line]


def test_an_arabic_article_is_mirrored(open_page, pages):
    positions = {}
    for name in ("article", "arabic article"):
        page = open_page(pages[name])
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
    for path in (pages["home"], pages["map"], pages["article"], "/articles/scribe-1/"):
        page = open_page(path, reduced_motion="reduce")
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
    for name in ("article", "home", "tag", "results", "map"):
        page = open_page(pages[name], width=width)
        assert page.evaluate(LAYOUT_SHIFT) < 0.01, name
