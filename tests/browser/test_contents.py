"""The table of contents of an article."""

from playwright.sync_api import expect

from tests import factories


def test_the_current_section_is_highlighted_on_a_wide_page(open_page, pages):
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


def test_the_contents_are_closed_on_a_narrow_page(open_page, pages):
    page = open_page(pages["article"], width=375)
    link = page.get_by_role("navigation", name="Contents").get_by_role("link", name="Numbers")
    assert not link.is_visible()
    page.get_by_text("Contents", exact=True).click()
    assert link.is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert link.is_visible()


def test_entries_in_another_script_keep_the_side_of_the_contents(open_page):
    factories.article("ديوان", language="ar", body="## التاريخ\n\n## C#\n\n### Latin\n\n## الأثر")
    page = open_page("/articles/ديوان/")
    links = page.get_by_role("navigation").locator("a[href^='#']")
    sides = """links => links.map(link => {
        const { right } = link.getBoundingClientRect();
        const text = link.firstElementChild.getBoundingClientRect();
        return [link.offsetWidth - link.clientWidth, link.clientLeft, right - text.right];
    })"""
    history, c_sharp, latin, legacy = links.evaluate_all(sides)
    # The line is on the right, and beside it the text, indented by its level.
    assert history == c_sharp == legacy == [2, 0, history[2]]
    assert latin[:2] == [2, 0]
    assert latin[2] > history[2]
