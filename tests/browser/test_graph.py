"""The local graph of an article."""

from playwright.sync_api import expect


def test_an_article_shows_its_local_graph(open_page, pages):
    page = open_page("/articles/scribe-1/")
    page.locator("[data-graph]").scroll_into_view_if_needed()
    box = page.locator("[data-graph] svg a", has_text="Register of State").first
    box.wait_for()
    box.click()
    page.wait_for_url("**/articles/register-of-state/**")


def test_on_a_phone_the_local_graph_is_a_list(open_page, pages):
    page = open_page("/articles/scribe-1/", width=375)
    container = page.locator("[data-graph]")
    container.scroll_into_view_if_needed()
    expect(container.get_by_role("link", name="Register of State")).to_be_visible()
    expect(container.locator("svg")).to_be_hidden()
    assert container.evaluate("e => getComputedStyle(e.querySelector('h2')).fontSize") == "15px"


def test_the_list_can_be_opened_after_the_window_became_narrow(open_page, pages):
    page = open_page("/articles/scribe-1/")
    container = page.locator("[data-graph]")
    container.scroll_into_view_if_needed()
    expect(container.locator("svg")).to_be_visible()
    page.set_viewport_size({"width": 375, "height": 700})
    expect(container.locator("svg")).to_be_hidden()
    container.locator("summary").click()
    expect(container.get_by_role("link", name="Register of State")).to_be_visible()
