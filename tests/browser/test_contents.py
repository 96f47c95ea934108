"""The table of contents of an article."""

from playwright.sync_api import expect


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
