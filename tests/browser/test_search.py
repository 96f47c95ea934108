"""The search field in a browser: suggestions, the / shortcut, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests import factories


@pytest.fixture
def articles(live_server):
    for title in ("Peace", "Peacekeeping", "Peace Treaty"):
        factories.article(title, body="Quiet times were had.")
    factories.article("السلام", language="ar", aliases=["Peace in Arabic"])


def type_query(page, text):
    box = page.get_by_role("combobox", name="Search articles")
    box.press_sequentially(text)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    return box, options


@pytest.mark.usefixtures("articles")
def test_the_keyboard_selects_a_suggestion(open_page):
    page = open_page("/tags/")
    page.keyboard.press("/")
    box, options = type_query(page, "peace")
    expect(box).to_be_focused()
    expect(options).to_have_count(4)
    assert (box.input_value(), box.get_attribute("aria-expanded")) == ("peace", "true")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    selected = page.get_by_role("option", selected=True)
    assert box.get_attribute("aria-activedescendant") == selected.get_attribute("id")
    assert box.get_attribute("aria-controls") == page.get_by_role("listbox").get_attribute("id")
    expect(selected).to_have_text("Peace in Arabic السلام")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/peace/")


@pytest.mark.usefixtures("articles")
def test_escape_closes_the_suggestions_and_enter_searches(open_page):
    page = open_page("/tags/")
    page.get_by_role("combobox").focus()
    box, options = type_query(page, "peace")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    assert (box.input_value(), box.get_attribute("aria-expanded")) == ("peace", "false")
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(4)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=peace")
    expect(page.get_by_role("heading", level=1)).to_contain_text("peace")


@pytest.mark.usefixtures("articles")
def test_enter_searches_after_more_text_was_typed(open_page):
    page = open_page("/tags/")
    page.get_by_role("combobox").focus()
    box, _options = type_query(page, "pea")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_count(1)
    page.keyboard.type("ce t")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=peace+t")


@pytest.mark.usefixtures("articles")
def test_escape_cancels_pending_suggestions(open_page):
    page = open_page("/tags/")
    page.get_by_role("combobox").focus()
    box, options = type_query(page, "pea")
    pending = []
    page.route("**/search/suggest*", lambda route: pending.append(route))
    with page.expect_request("**/search/suggest?q=peace"):
        page.keyboard.type("ce")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    for route in pending:
        route.continue_()
    page.wait_for_timeout(300)
    assert (options.count(), box.get_attribute("aria-expanded")) == (0, "false")


@pytest.mark.usefixtures("articles")
def test_a_slash_can_be_typed_in_the_search_field(open_page):
    page = open_page("/")
    box = page.get_by_role("combobox")
    box.focus()
    page.keyboard.type("a/b")
    assert box.input_value() == "a/b"


@pytest.mark.usefixtures("articles")
def test_the_shortcut_can_be_turned_off(open_page):
    page = open_page("/tags/")
    box = page.get_by_role("combobox")
    toggle = page.get_by_role("button", name="Press / to search")
    assert box.get_attribute("aria-keyshortcuts") == "/"
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    for path in ("/tags/", "/articles/"):
        page.goto(path)
        page.keyboard.press("/")
        expect(box).not_to_be_focused()
        assert box.get_attribute("aria-keyshortcuts") is None
    toggle.click()
    page.keyboard.press("/")
    expect(box).to_be_focused()


@pytest.mark.usefixtures("articles")
def test_a_click_selects_a_suggestion(open_page):
    page = open_page("/")
    page.get_by_role("combobox").focus()
    _box, options = type_query(page, "peacek")
    options.first.click()
    page.wait_for_url("**/articles/peacekeeping/")


@pytest.mark.usefixtures("articles")
def test_axe_finds_nothing_in_suggestions_and_results(open_page, violations):
    page = open_page("/search/?q=quiet")
    assert violations(page) == []
    page.get_by_role("combobox").fill("")
    type_query(page, "peace")
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    page.goto("/search/?q=nowhere")
    assert violations(page) == []


@pytest.mark.usefixtures("articles")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_open_suggestions_fit_a_page_of_320_pixels(open_page, language):
    page = open_page("/tags/", width=320, locale=language)
    page.get_by_role("combobox").press_sequentially("peace")
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box = page.get_by_role("listbox").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320


@pytest.mark.usefixtures("articles")
def test_the_active_suggestion_is_outlined_in_forced_colours(open_page):
    page = open_page("/tags/", forced_colors="active")
    type_query(page, "peace")
    page.keyboard.press("ArrowDown")
    selected = page.get_by_role("option", selected=True)
    assert selected.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    other = page.get_by_role("option", selected=False).first
    assert other.evaluate("e => getComputedStyle(e).outlineStyle") == "none"


@pytest.mark.usefixtures("articles")
def test_the_form_searches_without_scripts(open_page):
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("quiet")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_have_text("Quiet")
