"""The map: pan and zoom by pointer, keyboard and buttons."""

import pytest
from playwright.sync_api import expect


def test_keys_pan_and_zoom_the_map_and_focused_nodes_are_visible(open_page, pages):
    page = open_page(pages["map"], width=375)
    frame = page.locator(".map-viewport")
    current_view = "document.querySelector('.map-viewport svg').outerHTML.slice(0, 400)"
    frame.focus()
    views = [page.evaluate(current_view)]
    for key in ("+", "ArrowRight", "0"):
        page.keyboard.press(key)
        views.append(page.evaluate(current_view))
    assert len(set(views)) == 4 or views[3] in views[:1]
    assert views[0] != views[1] != views[2] != views[3]
    for _step in range(8):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            """() => {
            const node = document.activeElement.getBoundingClientRect();
            const frame = document.querySelector(".map-viewport").getBoundingClientRect();
            return node.left >= frame.left - 1 && node.right <= frame.right + 1;
        }"""
        )
        assert inside


def test_dragging_pans_the_map_and_buttons_zoom_it(open_page, pages):
    page = open_page(pages["map"], width=375)
    frame = page.locator(".map-viewport")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def current_view():
        return [float(number) for number in frame.locator("svg").get_attribute("viewBox").split()]

    for _step in range(3):
        page.locator("[data-zoom=in]").click()
    before = current_view()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 50, y - 60, steps=5)
    page.mouse.up()
    after = current_view()
    assert after[0] > before[0] and after[1] > before[1] and after[2:] == before[2:]
    page.mouse.move(x, y)
    assert current_view() == after
    frame.focus()
    for key, changed in (("ArrowLeft", 0), ("ArrowUp", 1)):
        before = current_view()
        page.keyboard.press(key)
        assert current_view()[changed] < before[changed]
    closer = current_view()[2]
    page.keyboard.press("-")
    further = current_view()[2]
    page.locator("[data-zoom=out]").click()
    furthest = current_view()[2]
    page.locator("[data-zoom=in]").click()
    assert closer < further < furthest > current_view()[2]
    page.locator("[data-zoom=all]").click()
    assert current_view()[2] > furthest


def test_enter_opens_an_article_after_a_drag_that_ended_outside_of_the_map(open_page, pages):
    page = open_page(pages["map"])
    frame = page.locator(".map-viewport")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] - 20, steps=4)
    page.mouse.up()
    frame.locator("a[href^='/articles/']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*/")


@pytest.mark.parametrize("width", [375, 1280])
def test_the_map_opens_on_a_complete_and_legible_cluster(open_page, pages, width):
    page = open_page(pages["map"], width=width)
    sides = "box => [box.left, box.top, box.right, box.bottom]"
    frame = page.locator(".map-viewport").evaluate(f"e => ({sides})(e.getBoundingClientRect())")
    clusters = page.eval_on_selector_all(
        ".cluster", f"all => all.map(e => ({sides})(e.getBoundingClientRect()))"
    )
    complete = [
        box
        for box in clusters
        if box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
    ]
    assert complete
    size = page.evaluate("document.querySelector('.node text').getBoundingClientRect().height")
    assert size > 10


def test_the_map_can_be_skipped_by_keyboard(open_page, pages):
    page = open_page(pages["map"])
    page.get_by_role("link", name="Skip map").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("View as list")).to_be_focused()


def test_titles_on_the_map_are_outlined_in_forced_colours(open_page, pages):
    page = open_page(pages["map"], forced_colors="active")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for name in (".cluster-label", ".node text"):
        fill, stroke, order = page.eval_on_selector(
            f".map {name}",
            "e => (s => [s.fill, s.stroke, s.paintOrder])(getComputedStyle(e))",
        )
        assert fill != background and stroke == background and order.startswith("stroke")


def test_the_map_works_without_scripts_and_is_filtered_by_tag(open_page, pages):
    page = open_page(pages["map"], java_script_enabled=False)
    page.select_option("#map_tag", "state")
    page.get_by_role("button", name="Filter").click()
    assert "tag=state" in page.url
    expect(page.locator(".map-viewport a")).to_have_count(1)
    page.locator(".map-viewport a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/register-of-state/")
