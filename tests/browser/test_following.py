"""Following links: cards before a click, the neighbourhood, and the map."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests import factories
from tests.browser import content

CARD = "#site_preview"


@pytest.fixture
def pages(live_server):
    content.write()
    return content.PAGES


@pytest.fixture
def article(open_page, pages):
    """An article and its first link to another one; asks for cards are counted."""
    page = open_page("/articles/scribe-1/")
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "preview" in request.url else 0
    )
    return page, page.locator(".prose a").first, asked


def test_a_link_that_is_pointed_at_shows_where_it_leads(article):
    page, link, asked = article
    link.hover()
    assert not page.locator(CARD).is_visible()
    page.wait_for_selector(CARD)
    assert "A register in which a state kept its documents." in page.inner_text(CARD)
    page.locator(CARD).hover()
    page.wait_for_timeout(500)
    assert page.locator(CARD).is_visible()
    page.keyboard.press("Escape")
    assert page.locator(CARD).count() == 0
    page.mouse.move(1, 1)
    link.hover()
    page.wait_for_selector(CARD)
    page.mouse.move(1, 1)
    page.wait_for_selector(CARD, state="detached")
    assert len(asked) == 1


def test_so_does_one_that_the_keyboard_comes_to(article):
    page, link, _asked = article
    page.locator("#site_main").focus()
    while not link.evaluate("link => link === document.activeElement"):
        page.keyboard.press("Tab")
    page.wait_for_selector(CARD)
    assert link.get_attribute("aria-describedby") == "site_preview"
    page.keyboard.press("Escape")
    assert page.locator(CARD).count() == 0
    assert link.evaluate("link => link === document.activeElement")


def test_a_card_goes_when_the_focus_moves_on(article):
    page, link, _asked = article
    page.locator("#site_main").focus()
    while not link.evaluate("link => link === document.activeElement"):
        page.keyboard.press("Tab")
    page.wait_for_selector(CARD)
    page.locator("#site_shortcut").focus()
    page.wait_for_selector(CARD, state="detached")
    assert link.get_attribute("aria-describedby") is None


def test_a_pointer_that_only_passes_asks_for_nothing(article):
    page, link, asked = article
    link.hover()
    page.wait_for_timeout(100)
    assert not asked and page.locator(CARD).count() == 0
    page.mouse.move(1, 1)
    page.wait_for_timeout(700)
    assert not asked and page.locator(CARD).count() == 0


def test_a_card_shows_the_picture_of_its_article(open_page, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "map.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    factories.article("Map", body="![A map](/media/map.svg)")
    factories.article("Place", body="It is on the [[Map]].")
    page = open_page("/articles/place/")
    page.locator(".prose a").first.hover()
    expect(page.locator(f"{CARD} img")).to_have_attribute("src", "/media/map.svg")


@pytest.mark.parametrize("press", [{"modifiers": ["Control"]}, {"button": "middle"}])
def test_a_card_goes_with_the_pointer_after_its_link_was_opened_elsewhere(article, press):
    page, link, _asked = article
    link.hover()
    page.wait_for_selector(CARD)
    with page.context.expect_page():
        link.click(**press)
    page.bring_to_front()
    page.mouse.move(1, 1)
    page.wait_for_selector(CARD, state="detached")


def test_a_card_does_not_repeat_the_words_of_its_link(article):
    page, _link, _asked = article
    link = page.get_by_role("link", name="ديوان", exact=True).first
    link.hover()
    page.wait_for_selector(CARD)
    described = link.get_attribute("aria-describedby")
    assert page.inner_text(f"#{described}") == "السجل الذي كانت الدولة تحفظ فيه وثائقها."


def test_a_finger_gets_no_card(article):
    page, link, asked = article
    link.dispatch_event("pointerover", {"pointerType": "touch", "bubbles": True})
    page.wait_for_timeout(700)
    assert not asked and page.locator(CARD).count() == 0


def test_the_map_is_moved_and_zoomed_by_keys_and_shows_what_has_the_focus(open_page, pages):
    page = open_page(pages["map"], width=375)
    frame = page.locator(".map-viewport")
    look = "document.querySelector('.map-viewport svg').outerHTML.slice(0, 400)"
    frame.focus()
    seen = [page.evaluate(look)]
    for key in ("+", "ArrowRight", "0"):
        page.keyboard.press(key)
        seen.append(page.evaluate(look))
    assert len(set(seen)) == 4 or seen[3] in seen[:1]
    assert seen[0] != seen[1] != seen[2] != seen[3]
    for _step in range(8):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            """() => {
            const node = document.activeElement.getBoundingClientRect();
            const room = document.querySelector(".map-viewport").getBoundingClientRect();
            return node.left >= room.left - 1 && node.right <= room.right + 1;
        }"""
        )
        assert inside


def test_the_map_is_moved_by_dragging_and_zoomed_by_buttons_and_keys(open_page, pages):
    page = open_page(pages["map"], width=375)
    frame = page.locator(".map-viewport")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def look():
        return [float(each) for each in frame.locator("svg").get_attribute("viewBox").split()]

    for _step in range(3):
        page.locator("[data-zoom=in]").click()
    before = look()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 50, y - 60, steps=5)
    page.mouse.up()
    after = look()
    assert after[0] > before[0] and after[1] > before[1] and after[2:] == before[2:]
    page.mouse.move(x, y)
    assert look() == after
    frame.focus()
    for key, changed in (("ArrowLeft", 0), ("ArrowUp", 1)):
        before = look()
        page.keyboard.press(key)
        assert look()[changed] < before[changed]
    closer = look()[2]
    page.keyboard.press("-")
    further = look()[2]
    page.locator("[data-zoom=out]").click()
    furthest = look()[2]
    page.locator("[data-zoom=in]").click()
    assert closer < further < furthest > look()[2]
    page.locator("[data-zoom=all]").click()
    assert look()[2] > furthest


def test_a_card_closes_when_the_map_moves_under_it(open_page, pages):
    page = open_page(pages["map"])
    page.locator(".map-viewport").focus()
    for key in ("ArrowRight", "+"):
        page.keyboard.press("Tab")
        page.wait_for_selector(CARD)
        page.keyboard.press(key)
        assert page.locator(CARD).count() == 0


def test_after_a_drag_that_ends_beside_the_map_enter_opens_an_article(open_page, pages):
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
def test_the_map_opens_on_something_whole(open_page, pages, width):
    page = open_page(pages["map"], width=width)
    sides = "box => [box.left, box.top, box.right, box.bottom]"
    frame = page.locator(".map-viewport").evaluate(f"e => ({sides})(e.getBoundingClientRect())")
    clusters = page.eval_on_selector_all(
        ".cluster", f"all => all.map(e => ({sides})(e.getBoundingClientRect()))"
    )
    whole = [
        box
        for box in clusters
        if box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
    ]
    assert whole
    size = page.evaluate("document.querySelector('.node text').getBoundingClientRect().height")
    assert size > 10


def test_the_map_can_be_skipped_by_keyboard(open_page, pages):
    page = open_page(pages["map"])
    page.get_by_role("link", name="Skip map").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("View as list")).to_be_focused()


def test_names_on_the_map_stand_out_in_forced_colours(open_page, pages):
    page = open_page(pages["map"], forced_colors="active")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for name in (".cluster-label", ".node text"):
        fill, stroke, order = page.eval_on_selector(
            f".map {name}",
            "e => (s => [s.fill, s.stroke, s.paintOrder])(getComputedStyle(e))",
        )
        assert fill != paper and stroke == paper and order.startswith("stroke")


def test_the_map_is_there_without_scripts_and_filtered_by_tag(open_page, pages):
    page = open_page(pages["map"], java_script_enabled=False)
    page.select_option("#map_tag", "state")
    page.get_by_role("button", name="Filter").click()
    assert "tag=state" in page.url
    expect(page.locator(".map-viewport a")).to_have_count(1)
    page.locator(".map-viewport a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/register-of-state/")


def test_an_article_shows_what_lies_around_it(open_page, pages):
    page = open_page("/articles/scribe-1/")
    page.locator("[data-graph]").scroll_into_view_if_needed()
    box = page.locator("[data-graph] svg a", has_text="Register of State").first
    box.wait_for()
    box.click()
    page.wait_for_url("**/articles/register-of-state/**")


def test_on_a_telephone_what_lies_around_an_article_is_a_list(open_page, pages):
    page = open_page("/articles/scribe-1/", width=375)
    place = page.locator("[data-graph]")
    place.scroll_into_view_if_needed()
    expect(place.get_by_role("link", name="Register of State")).to_be_visible()
    expect(place.locator("svg")).to_be_hidden()
    assert place.evaluate("e => getComputedStyle(e.querySelector('h2')).fontSize") == "15px"


def test_a_window_that_becomes_narrow_keeps_the_way_to_the_list(open_page, pages):
    page = open_page("/articles/scribe-1/")
    place = page.locator("[data-graph]")
    place.scroll_into_view_if_needed()
    expect(place.locator("svg")).to_be_visible()
    page.set_viewport_size({"width": 375, "height": 700})
    expect(place.locator("svg")).to_be_hidden()
    place.locator("summary").click()
    expect(place.get_by_role("link", name="Register of State")).to_be_visible()


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "ar")])
def test_axe_finds_nothing_in_what_is_wanted_or_the_links_of_an_article(
    open_page, violations, console, pages, scheme, language, width
):
    window = {"width": width, "scheme": scheme, "locale": language}
    page = open_page("/admin/articles/article/wanted/", user=factories.editor(), **window)
    create = "a[href$='/add/?title=Nowhere']"
    expect(page.locator(create)).to_be_visible()
    assert violations(page) == []
    article = Article.objects.get(slug="register-of-state")
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    links = page.locator(".links-panel")
    expect(links.locator(create)).to_be_visible()
    assert (
        links.locator("h3").first.bounding_box()["y"]
        < page.locator("#id_slug").bounding_box()["y"]
    )
    before = list(console)
    assert violations(page) == []
    # axe itself puts the stylesheets of the preview's shadow root inline, which is refused.
    console[:] = before
