"""Reading in a browser: at any width, light or dark, with scripts or without, on paper."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser import content

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(251, 249, 244)", "rgb(20, 24, 26)"


@pytest.fixture
def pages(live_server):
    content.write()
    return content.PAGES


@pytest.mark.parametrize(
    ("width", "options"),
    [
        *((320, {}), (375, {}), (800, {}), (1600, {})),
        (640, {"device_scale_factor": 2}),
        (640, {"device_scale_factor": 2, "locale": "ar"}),
    ],
    ids=["320", "375", "800", "1600", "1280 at 200 %", "1280 at 200 % in Arabic"],
)
def test_no_page_is_wider_than_its_window(open_page, console, pages, width, options):
    page = open_page(width=width, **options)
    for name, path in pages.items():
        page.goto(path)
        assert not page.evaluate(WIDER), name
    console[:] = [line for line in console if "404" not in line]


def test_the_colours_follow_the_system_until_the_reader_chooses(open_page, pages):
    page = open_page(pages["article"], scheme="dark")
    switch = page.get_by_role("button", name="Theme")
    assert (page.evaluate(PAPER), switch.inner_text().split()[-1]) == (DARK, "Auto")
    switch.click()
    assert (page.evaluate(PAPER), switch.inner_text().split()[-1]) == (LIGHT, "Light")
    page.goto(pages["tags"])
    assert page.evaluate(PAPER) == LIGHT
    switch.click()
    assert (page.evaluate(PAPER), switch.inner_text().split()[-1]) == (DARK, "Dark")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(PAPER) == DARK
    switch.click()
    assert page.evaluate(PAPER) == LIGHT


def test_the_choice_of_colours_is_there_before_anything_is_painted(open_page, console, pages):
    page = open_page(pages["article"])
    page.locator("#site_theme").click(click_count=2)
    page.route("**/js/site.js", lambda route: route.abort())
    page.goto(pages["article"])
    assert page.evaluate(PAPER) == DARK
    console.clear()


def test_colours_that_were_chosen_at_the_desk_hold_here_too(open_page, pages):
    page = open_page(pages["article"])
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.reload()
    assert page.evaluate(PAPER) == DARK
    assert page.context.cookies()[0]["value"] == "dark"


def test_the_contents_follow_the_reader_on_a_wide_page(open_page, pages):
    page = open_page(pages["article"])
    contents = page.get_by_role("navigation", name="Contents")
    current = contents.locator("[aria-current]")
    assert contents.get_by_role("link", name="Afterlife").is_visible()
    assert current.count() == 0
    contents.get_by_role("link", name="Numbers").click()
    expect(current).to_have_text("Numbers")
    assert 0 <= contents.bounding_box()["y"] < 100
    # There is room for the outline of what has the focus.
    assert current.bounding_box()["x"] - contents.bounding_box()["x"] >= 5
    page.mouse.wheel(0, -100_000)
    expect(current).to_have_count(0)


def test_the_contents_fold_on_a_narrow_page(open_page, pages):
    page = open_page(pages["article"], width=375)
    link = page.get_by_role("navigation", name="Contents").get_by_role("link", name="Numbers")
    assert not link.is_visible()
    page.get_by_text("Contents", exact=True).click()
    assert link.is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert link.is_visible()


def test_an_arabic_article_is_mirrored(open_page, pages):
    place = {}
    for name in ("article", "arabic article"):
        page = open_page(pages[name])
        place[name] = [
            page.locator(part).bounding_box()["x"] for part in (".contents", ".prose", ".sidebar")
        ]
    assert place["article"] == sorted(place["article"])
    assert place["arabic article"] == sorted(place["arabic article"], reverse=True)
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


def test_paper_gets_the_text_and_where_its_links_lead(open_page, pages):
    page = open_page(pages["article"], scheme="dark", width=650)
    page.emulate_media(media="print")
    assert page.evaluate(PAPER) == "rgb(255, 255, 255)"
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


def test_paper_gets_no_controls(open_page, pages):
    factories.article(
        "السجل", language="ar", translation_of="register-of-state", body=content.ARABIC
    )
    editor, seen, printed = factories.editor(), set(), {}
    for name in ("home", "index", "map", "search", "find", "narrowed", "article"):
        path = pages.get(name, "/search/?q=scribe&tag=history")
        page = open_page(path, width=800, user=editor)
        if name == "article":
            page.locator(".prose a").first.hover()
            page.wait_for_selector(".preview-card")
        seen.update(page.evaluate(SHOWN, CONTROLS))
        page.emulate_media(media="print")
        printed[name] = page.evaluate(SHOWN, CONTROLS)
    assert seen == set(CONTROLS)
    assert {name: shown for name, shown in printed.items() if shown} == {}


# Ticked boxes in a text can't be pressed: they are part of the text.
CONTROLS = (
    *("button", "input:enabled", "select", ".page-links", ".skip-link", ".edit-link"),
    *(".pagination", ".letters", ".facets", ".active-filters", ".preview-card"),
    *(".article-footer", ".map-help", ".map-filter", ".map-controls", ".graph-list"),
    *(".language-menu", ".translations"),
)
SHOWN = """names => names.filter((name) =>
    [...document.querySelectorAll(name)].some((each) => each.checkVisibility()))"""


MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    const lasts = (all) => all.split(",").some((each) => parseFloat(each) > 0);
    return lasts(style.transitionDuration) || lasts(style.animationDuration);
}).map((element) => element.outerHTML.slice(0, 80))"""


def test_nothing_moves_for_those_who_asked_for_that(open_page, pages):
    for path in (pages["home"], pages["map"], pages["article"], "/articles/scribe-1/"):
        page = open_page(path, reduced_motion="reduce")
        if "scribe" in path:
            page.locator(".prose a").first.hover()
            page.wait_for_selector(".preview-card")
        assert page.evaluate(MOVING) == [], path
        scrolling = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        assert scrolling == "auto", path


SHIFT = """() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 300);
})"""


@pytest.mark.parametrize("width", [375, 1280])
def test_the_layout_does_not_shift_while_the_page_arrives(open_page, pages, width):
    for name in ("article", "home", "tag", "find", "map"):
        page = open_page(pages[name], width=width)
        assert page.evaluate(SHIFT) < 0.01, name
