"""Link previews: when a card opens, what it contains, when it closes."""

import pytest
from playwright.sync_api import expect

from tests import factories

PREVIEW = "#site_preview"


@pytest.fixture
def article(open_page, pages):
    """An article, its first link to another article, and the URLs of requests for previews."""
    page = open_page("/articles/scribe-1/")
    requests = []
    page.on(
        "request", lambda request: requests.append(request.url) if "preview" in request.url else 0
    )
    return page, page.locator(".prose a").first, requests


def test_hovering_a_link_shows_a_preview_until_escape_or_leaving(article):
    page, link, requests = article
    link.hover()
    assert not page.locator(PREVIEW).is_visible()
    page.wait_for_selector(PREVIEW)
    assert "A register in which a state kept its documents." in page.inner_text(PREVIEW)
    page.locator(PREVIEW).hover()
    page.wait_for_timeout(500)
    assert page.locator(PREVIEW).is_visible()
    page.keyboard.press("Escape")
    assert page.locator(PREVIEW).count() == 0
    page.mouse.move(1, 1)
    link.hover()
    page.wait_for_selector(PREVIEW)
    page.mouse.move(1, 1)
    page.wait_for_selector(PREVIEW, state="detached")
    assert len(requests) == 1


def test_keyboard_focus_shows_a_preview(article):
    page, link, _requests = article
    page.locator("#site_main").focus()
    while not link.evaluate("link => link === document.activeElement"):
        page.keyboard.press("Tab")
    page.wait_for_selector(PREVIEW)
    assert link.get_attribute("aria-describedby") == "site_preview"
    page.keyboard.press("Escape")
    assert page.locator(PREVIEW).count() == 0
    assert link.evaluate("link => link === document.activeElement")


def test_a_preview_closes_when_the_focus_moves_on(article):
    page, link, _requests = article
    page.locator("#site_main").focus()
    while not link.evaluate("link => link === document.activeElement"):
        page.keyboard.press("Tab")
    page.wait_for_selector(PREVIEW)
    page.locator("#site_shortcut").focus()
    page.wait_for_selector(PREVIEW, state="detached")
    assert link.get_attribute("aria-describedby") is None


def test_a_pointer_that_only_passes_sends_no_request(article):
    page, link, requests = article
    link.hover()
    page.wait_for_timeout(100)
    assert not requests and page.locator(PREVIEW).count() == 0
    page.mouse.move(1, 1)
    page.wait_for_timeout(700)
    assert not requests and page.locator(PREVIEW).count() == 0


def test_a_preview_shows_the_image_of_the_article(open_page, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "map.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    factories.article("Map", body="![A map](/media/map.svg)")
    factories.article("Island", body="It is on the [[Map]].")
    page = open_page("/articles/island/")
    page.locator(".prose a").first.hover()
    expect(page.locator(f"{PREVIEW} img")).to_have_attribute("src", "/media/map.svg")


@pytest.mark.parametrize("press", [{"modifiers": ["Control"]}, {"button": "middle"}])
def test_a_preview_closes_with_the_pointer_after_its_link_opened_a_tab(article, press):
    page, link, _requests = article
    link.hover()
    page.wait_for_selector(PREVIEW)
    with page.context.expect_page():
        link.click(**press)
    page.bring_to_front()
    page.mouse.move(1, 1)
    page.wait_for_selector(PREVIEW, state="detached")


def test_the_description_does_not_repeat_the_text_of_the_link(article):
    page, _link, _requests = article
    link = page.get_by_role("link", name="ديوان", exact=True).first
    link.hover()
    page.wait_for_selector(PREVIEW)
    described = link.get_attribute("aria-describedby")
    assert page.inner_text(f"#{described}") == "السجل الذي كانت الدولة تحفظ فيه وثائقها."


def test_touch_shows_no_preview(article):
    page, link, requests = article
    link.dispatch_event("pointerover", {"pointerType": "touch", "bubbles": True})
    page.wait_for_timeout(700)
    assert not requests and page.locator(PREVIEW).count() == 0


def test_a_preview_closes_when_the_map_moves(open_page, pages):
    page = open_page(pages["map"])
    page.locator(".map-viewport").focus()
    for key in ("ArrowRight", "+"):
        page.keyboard.press("Tab")
        page.wait_for_selector(PREVIEW)
        page.keyboard.press(key)
        assert page.locator(PREVIEW).count() == 0
