"""Every page of the admin is accessible, narrow and wide, light and dark, in both directions."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles import editing
from articles.models import Article, Status, Tag
from tests import factories
from tests.browser import content

ADD = "/admin/articles/article/add/"


def test_axe_finds_nothing_in_the_admin(open_page, admin_violations, overflows, editor):
    """Django's own tables and fields included; pages fit the window."""
    article, tag = Article.objects.first(), Tag.objects.get()
    editing.delete([factories.article("Deleted")])
    page = open_page("/admin/")
    assert admin_violations(page) == []
    page = open_page("/admin/", user=editor)
    for path in (
        "/admin/",
        "/admin/articles/article/",
        ADD,
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/article/{article.pk}/delete/",
        "/admin/articles/article/wanted/",
        "/admin/articles/article/trash/",
        "/admin/articles/failedsearch/",
        "/admin/articles/tag/",
        f"/admin/articles/tag/{tag.pk}/change/",
        "/admin/articles/article/profile/",
        "/admin/articles/article/recent-changes/",
        "/admin/articles/article/import/",
        f"/admin/articles/article/{article.pk}/history/",
    ):
        page.goto(path)
        assert admin_violations(page) == [], path
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert not overflows(page), (path, width)


def show_panel(page, panel):
    """Show a tab of the article form; on a narrow screen, in the sheet."""
    details = page.locator("[data-pane=details]")
    if details.is_visible() and details.get_attribute("aria-expanded") == "false":
        details.click()
    page.locator(f"[aria-controls={panel}]").click()


def test_axe_finds_nothing_in_open_listboxes_and_dialogs(open_page, admin_violations, form):
    form.keyboard.type("[[defe")
    expect(form.get_by_role("listbox")).to_be_visible()
    assert admin_violations(form) == []
    form.keyboard.press("Escape")
    form.get_by_role("combobox", name="Tags").press_sequentially("peace")
    expect(form.get_by_role("listbox")).to_be_visible()
    assert admin_violations(form) == []
    form.keyboard.press("Enter")
    form.keyboard.press("Control+/")
    assert admin_violations(form) == []
    viewer = factories.user("", "view_article", "view_tag")
    article = Article.objects.get(title="Defense Trade")
    page = open_page(f"/admin/articles/article/{article.pk}/change/", user=viewer)
    assert admin_violations(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_the_admin_is_wider_than_its_window(open_page, pages, overflows, width):
    page = open_page("/admin/", width=width, user=factories.editor())
    forms = [
        f"article/{article.pk}/change/"
        for article in Article.objects.filter(tags__name__in=[content.LONG, "state"])
    ]
    for path in ["article/", "tag/", "article/wanted/", *forms]:
        page.goto(f"/admin/articles/{path}")
        if path in forms:
            preview = page.get_by_role("button", name="Preview")
            if preview.get_attribute("aria-pressed") == "false":
                assert not overflows(page), path
                preview.click()
            expect(page.locator("#body_preview .prose").first).to_be_visible()
        else:
            field = page.locator("#searchbar")
            assert not field.count() or field.bounding_box()["width"] > 150
        assert not overflows(page), path


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 375)])
def test_axe_finds_nothing_in_wanted_articles_and_the_links_panel(
    open_page, admin_violations, pages, language, width
):
    window = {"width": width, "locale": language}
    page = open_page("/admin/articles/article/wanted/", user=factories.editor(), **window)
    create = "a[href$='/add/?title=Nowhere']"
    expect(page.locator(create)).to_be_visible()
    assert admin_violations(page) == []
    article = Article.objects.get(slug="register-of-state")
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    for tab in ("links_panel", "history_panel", "checks_panel"):
        show_panel(page, tab)
        assert admin_violations(page) == [], tab
    show_panel(page, "links_panel")
    expect(page.locator(".links-panel").locator(create)).to_be_visible()


def test_the_admin_is_mirrored_and_accessible_in_arabic(
    open_page, admin_violations, pages, screenshot
):
    editor = factories.editor()
    article = factories.article("Register", slug="register")
    page = open_page("/admin/", locale="ar", user=editor)
    for name, path in {
        "list": "/admin/articles/article/",
        "form": f"/admin/articles/article/{article.pk}/change/",
        "translation": "/admin/articles/article/add/?translation_of=register&language=ar",
    }.items():
        page.goto(path)
        screenshot(page, f"admin-{name}")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert admin_violations(page) == [], name


@pytest.mark.parametrize(("width", "locale"), [(390, "en"), (1360, "ar")])
def test_axe_finds_nothing_in_lists_of_work_and_pages_of_actions(
    open_page, admin_violations, overflows, work, width, locale
):
    page = open_page("/admin/", user=work, width=width, locale=locale)
    assert admin_violations(page) == [] and not overflows(page)
    page.goto("/admin/articles/article/?q=peace&tag=calm")
    page.locator(".list-filters summary").click()
    assert admin_violations(page) == [] and not overflows(page)
    for action in ("publish", "add_tags", "delete_selected"):
        page.goto("/admin/articles/article/")
        page.locator("#action-toggle").check()
        if action == "publish":
            assert admin_violations(page) == [], "selected"
        page.locator(f"button[value={action}]").click()
        if action == "add_tags":
            page.locator("#id_tags").fill("new, calm")
            page.locator(".bulk-tags button").click()
        assert admin_violations(page) == [] and not overflows(page), action


def test_on_a_phone_the_lines_of_an_article_in_the_list_begin_at_one_edge(open_page, work):
    page = open_page("/admin/articles/article/", user=work, width=390)
    edges = [
        page.locator(f"#result_list {name}").first.bounding_box()["x"]
        for name in (".article-title", ".article-editor")
    ]
    assert edges[0] == edges[1]


def test_actions_work_by_keyboard_on_all_pages_of_a_list(open_page, work):
    for number in range(60):
        factories.article(f"Draft {number}", status=Status.DRAFT)
    page = open_page("/admin/articles/article/?state=draft", user=work)
    page.locator("#action-toggle").focus()
    page.keyboard.press("Space")
    count = page.locator(".bulk-count")
    expect(count).to_have_text("50 selected")
    page.get_by_role("button", name="Select all 61").press("Enter")
    expect(count).to_have_text("All 61 are selected")
    page.get_by_role("button", name="Publish…", exact=True).press("Enter")
    page.get_by_role("button", name="Publish 61 articles").press("Enter")
    page.get_by_role("button", name="Undo", exact=True).press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("Undone in 61 articles.")
    assert Article.objects.drafts().count() == 61


@pytest.fixture
def work(live_server):
    """Return an editor for whom there is something in each section of the dashboard."""
    user, soon = factories.editor(), timezone.now() + timedelta(days=1)
    article = factories.article("Peace", body="[[Nowhere]]", aliases=["Concord"], tags=["calm"])
    article.body = "New."
    editing.schedule(article, soon, user=user)
    draft = factories.article("Draft", status=Status.DRAFT, owner=user)
    editing.submit(draft, user=user)
    editing.send_back(draft, "Name your sources.", user=user)
    editing.submit(factories.article("Treaty"), user=user)
    return user


@pytest.mark.parametrize(("locale", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_empty_search_fields_have_the_direction_of_the_page(open_page, editor, locale, direction):
    page = open_page("/admin/", user=editor, locale=locale)
    for path in ("/admin/", "/admin/articles/article/"):
        page.goto(path)
        field = page.locator("input[name=q]").first
        assert field.evaluate("field => getComputedStyle(field).direction") == direction
