"""The article form in a browser: editor, completion, preview, tags, save status."""

import re

from playwright.sync_api import expect

from articles import editing, markdown
from articles.models import Article, Status
from tests import factories

ADD = "/admin/articles/article/add/"


def body_text(page):
    return page.evaluate("document.querySelector('[name=body]').value")


def expect_options(page, options):
    """Wait until the listbox has exactly these options."""
    expect(page.locator("[role=option] span")).to_have_text(options)


def test_an_editor_writes_an_article_and_views_it_on_the_site(open_page, editor):
    page = open_page("/admin/")
    page.get_by_label("Username").fill("amina")
    page.get_by_label("Password").fill("pass")
    page.keyboard.press("Enter")
    page.locator(".admin-nav").get_by_role("link", name="Articles", exact=True).click()
    page.get_by_role("link", name="Add article").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()

    page.get_by_label("Title").press_sequentially("Peace & Quiet")
    expect(page.get_by_label("Slug")).to_have_value("peace-quiet")
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()

    page.get_by_label("Body").focus()
    page.keyboard.type("See [[arms")
    expect_options(page, ["Arms Trade", "Create stub “arms”"])
    page.keyboard.press("Enter")
    page.keyboard.type(" and ")
    page.keyboard.press("Control+b")
    page.keyboard.type("calm")
    preview = page.locator("#body_preview")
    expect(preview.get_by_role("link", name="Arms Trade")).to_have_attribute(
        "href", "/articles/defense-trade/"
    )
    expect(preview.locator("strong")).to_have_text("calm")

    page.get_by_role("combobox", name="Tags").press_sequentially("blue")
    expect_options(page, ["blue helmets"])
    page.keyboard.press("Enter")
    expect(page.locator(".tag-chips li")).to_have_text(["peacekeeping×"])

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. Visible to readers.")).to_be_visible()
    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    page.get_by_role("link", name="View article").first.click()
    expect(page.get_by_role("heading", name="Peace & Quiet")).to_be_visible()
    expect(page.locator("article strong")).to_have_text("calm")
    expect(page.get_by_role("link", name="peacekeeping")).to_be_visible()
    assert Article.objects.get(slug="peace-quiet").revisions.get().editor == "amina"


def test_the_slug_is_prepopulated_until_the_editor_changes_it(form):
    title, slug = form.get_by_label("Title"), form.get_by_label("Slug")
    title.fill("War")
    expect(slug).to_have_value("war")
    title.fill("War and")
    slug.fill("own")
    form.wait_for_timeout(500)
    assert slug.input_value() == "own"
    title.fill("War and Peace")
    form.wait_for_timeout(500)
    assert slug.input_value() == "own"


def test_undo_reverts_the_commands_of_the_toolbar(form):
    form.keyboard.type("calm")
    form.keyboard.press("Control+a")
    for name, result in [
        ("Bold", "**calm**"),
        ("Italic", "*calm*"),
        ("List", "- calm"),
        ("Quote", "> calm"),
        ("Heading", "## calm"),
        ("External link", "[calm](https://)"),
        ("Footnote", "calm[^1]\n\n[^1]: Note\n"),
    ]:
        form.get_by_role("button", name=name, exact=True).click()
        assert body_text(form) == result
        for _step in range(3):
            if body_text(form) != "calm":
                form.keyboard.press("Control+z")
        assert body_text(form) == "calm", name
        form.keyboard.press("Control+a")
    form.get_by_role("button", name="Table").click()
    assert body_text(form).startswith("calm\n\n| Column | Column |\n| --- | --- |\n")


def test_the_toolbar_is_one_tab_stop_with_arrow_keys(form):
    form.keyboard.press("Shift+Tab")
    focused = (
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )
    assert form.evaluate(focused) == "Heading"
    form.keyboard.press("ArrowRight")
    assert form.evaluate(focused) == "Bold"
    form.keyboard.press("End")
    assert form.evaluate(focused) == "Keyboard shortcuts"
    form.keyboard.press("ArrowRight")
    assert form.evaluate(focused) == "Heading"
    form.keyboard.press("Tab")
    assert form.evaluate("document.activeElement.name") == "body"


def test_tab_leaves_the_textarea(form):
    form.keyboard.type("calm")
    form.keyboard.press("Tab")
    assert body_text(form) == "calm"
    assert form.evaluate("document.activeElement.name") != "body"


def test_shortcuts_are_listed_and_work(form):
    form.keyboard.press("Control+/")
    expect(form.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    form.keyboard.press("Escape")
    assert form.evaluate("document.activeElement.name") == "body"
    form.keyboard.press("Control+i")
    form.keyboard.type("calm")
    assert body_text(form) == "*calm*"
    form.get_by_label("Title").fill("Quiet")
    form.get_by_label("Title").press("Control+s")
    form.wait_for_url("**/change/")
    assert Article.objects.get(title="Quiet").status == Status.DRAFT


def test_wikilinks_are_completed_with_arrow_keys_tab_escape_and_mouse(form):
    area = form.get_by_label("Body")
    form.keyboard.type("[[defe")
    expect_options(form, ["Defense Diplomacy", "Defense Trade", "Create stub “defe”"])
    assert area.get_attribute("aria-activedescendant") == form.locator(
        "[role=option][aria-selected=true]"
    ).get_attribute("id")
    expect(form.get_by_role("status").filter(has_text="Results: 3")).to_be_attached()
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Tab")
    assert body_text(form) == "[[Defense Trade]]"
    form.keyboard.type(" [[arms")
    expect_options(form, ["Arms Trade", "Create stub “arms”"])
    expect(form.locator("[role=option] small").first).to_have_text("alias of Defense Trade")
    form.keyboard.press("Escape")
    expect(form.get_by_role("listbox")).to_be_hidden()
    form.keyboard.press("Enter")
    assert body_text(form) == "[[Defense Trade]] [[arms\n"
    form.keyboard.type("[[dip")
    form.keyboard.press("Control+a")
    form.keyboard.type("[[Diplomacy of def")
    form.keyboard.press("Control+a")
    form.keyboard.type("[[defense d")
    form.get_by_role("option", name="Defense Diplomacy").click()
    assert body_text(form) == "[[Defense Diplomacy]]"
    assert area.get_attribute("aria-activedescendant") is None


def test_the_listbox_closes_when_the_textarea_loses_the_focus(form):
    form.keyboard.type("[[defe")
    expect(form.get_by_role("listbox")).to_be_visible()
    form.get_by_label("Title").click()
    expect(form.get_by_role("listbox")).to_be_hidden()


def test_sections_are_suggested_after_a_hash(form):
    form.keyboard.type("[[Arms Trade#")
    expect_options(form, ["Export Control", "Industry"])
    form.keyboard.type("z")
    expect(form.get_by_role("status").filter(has_text="No results")).to_be_attached()
    form.keyboard.press("Backspace")
    form.keyboard.type("ind")
    expect_options(form, ["Industry"])
    form.keyboard.press("Enter")
    assert body_text(form) == "[[Arms Trade#Industry]]"
    form.keyboard.type("\n\n## Own Part\n\n[[#own")
    expect_options(form, ["Own Part"])
    form.keyboard.press("Enter")
    assert body_text(form).endswith("[[#Own Part]]")


def test_characters_with_a_meaning_in_a_link_are_escaped(form):
    title = r"R&amp;D \_ C#"
    factories.article(title, body="## Issue #5 [a | b]\n\n### C#")
    form.keyboard.type("[[R&am")
    form.get_by_role("option", name=title).click()
    assert body_text(form) == r"[[R\&amp;D \\_ C#]]"
    form.keyboard.press("Control+a")
    form.keyboard.type(r"[[R\&amp;D \\_ C##")
    expect_options(form, ["Issue #5 [a | b]", "C#"])
    form.keyboard.press("Enter")
    assert body_text(form) == r"[[R\&amp;D \\_ C##Issue \#5 \[a &#124; b\]]]"
    (link,) = markdown.parse(body_text(form)).links
    assert (link.name, link.fragment) == (title, "issue-5-a-b")


def test_a_stub_is_created_for_a_name_without_article(form):
    form.keyboard.type("[[Foreign Affairs")
    expect_options(form, ["Create stub “Foreign Affairs”"])
    assert form.locator("[role=option][aria-selected=true]").count() == 0
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    expect(form.get_by_role("status").filter(has_text="created and linked")).to_be_attached()
    assert body_text(form) == "[[Foreign Affairs]]"
    assert Article.objects.get(title="Foreign Affairs").status == Status.DRAFT


def test_enter_does_not_create_a_stub_that_was_not_selected(form):
    form.keyboard.type("[[gunboat di")
    expect_options(form, ["Create stub “gunboat di”"])
    form.keyboard.press("Enter")
    assert body_text(form) == "[[gunboat di\n"
    form.keyboard.type("[[gunboat")
    expect_options(form, ["Create stub “gunboat”"])
    form.keyboard.press("Tab")
    assert not Article.objects.filter(title__startswith="gunboat").exists()


def test_a_hash_after_an_unknown_name_suggests_no_stub(form):
    form.keyboard.type("[[gunboat#")
    expect(form.get_by_role("status").filter(has_text="No results")).to_be_attached()
    expect(form.get_by_role("listbox")).to_be_hidden()


def test_selected_text_becomes_the_label_of_a_wikilink(form):
    form.keyboard.type("arms")
    form.keyboard.press("Control+a")
    form.keyboard.press("Control+Shift+K")
    expect_options(form, ["Arms Trade", "Create stub “arms”"])
    form.keyboard.press("Enter")
    assert body_text(form) == "[[Arms Trade|arms]]"


def test_wikilinks_are_completed_in_right_to_left_text(form):
    form.keyboard.type("انظر [[ديو")
    expect_options(form, ["ديوان", "Create stub “ديو”"])
    box = form.locator(".listbox:visible").bounding_box()
    area = form.get_by_label("Body").bounding_box()
    assert box["x"] > area["x"] and box["y"] > area["y"]
    form.keyboard.press("Enter")
    assert body_text(form) == "انظر [[ديوان]]"


def test_a_late_response_does_not_replace_a_newer_preview(form):
    pending = []

    def hold(route):
        pending.append(route) if "body=old" in route.request.post_data else route.continue_()

    expect(form.locator("#body_preview").get_by_text("0 words")).to_be_visible()
    form.route("**/preview/", hold)
    preview, area = form.locator("#body_preview .prose"), form.get_by_label("Body")
    with form.expect_request(lambda request: "body=old" in (request.post_data or "")):
        area.fill("old")
    area.fill("new")
    expect(preview).to_have_text("new")
    pending[0].continue_()
    form.wait_for_timeout(1000)
    expect(preview).to_have_text("new")


def test_the_preview_shows_missing_articles_and_errors(form, console):
    preview = form.locator("#body_preview")
    form.keyboard.type("[[Nowhere]]")
    form.keyboard.press("Escape")
    expect(preview.locator("a.wanted")).to_have_text("Nowhere")
    expect(preview.get_by_text("1 link to a missing article")).to_be_visible()
    form.get_by_label("Body").fill("a\x0cb")
    expect(preview.get_by_text("control character")).to_be_visible()
    form.route("**/preview/", lambda route: route.abort())
    form.get_by_label("Body").fill("more")
    expect(preview.get_by_text("The server can't be reached")).to_be_visible()
    console.clear()


def test_tags_are_chips(form):
    tags = form.get_by_role("combobox", name="Tags")
    chips = form.locator(".tag-chips li span")
    tags.press_sequentially("Blue Helmets، new one,")
    expect(chips).to_have_text(["peacekeeping", "new one"])
    tags.press("Backspace")
    expect(chips).to_have_text(["peacekeeping"])
    form.get_by_role("button", name="Remove tag “peacekeeping”").click()
    expect(chips).to_have_count(0)
    expect(form.get_by_role("status").filter(has_text="removed")).to_be_attached()
    assert form.evaluate("document.activeElement.id") == "id_tags"


def test_without_permission_an_unknown_tag_is_an_error(open_page, editor):
    writer = factories.user("", "add_article", "change_article", "view_tag")
    page = open_page(ADD, user=writer)
    tags = page.get_by_role("combobox", name="Tags")
    tags.press_sequentially("unheard,")
    expect(page.get_by_text("There is no tag “unheard”")).to_be_visible()
    assert tags.input_value() == "unheard"


def test_leaving_with_unsaved_changes_asks_for_confirmation(form):
    dialogs = []
    form.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.dismiss()))
    form.keyboard.type("unsaved")
    form.get_by_role("link", name="Articles").first.click()
    form.wait_for_timeout(300)
    assert dialogs == ["beforeunload"] and body_text(form) == "unsaved"


def test_the_form_works_without_scripts(open_page, editor):
    page = open_page(ADD, user=editor, java_script_enabled=False)
    page.get_by_label("Title").fill("Plain")
    page.get_by_label("Body").fill("[[Defense Trade]]")
    page.get_by_role("textbox", name="Tags").fill("peacekeeping، new")
    page.get_by_role("button", name="Save draft", exact=True).click()
    article = Article.objects.get(slug="plain")
    assert editing.tag_names(article) == ["new", "peacekeeping"]


def test_an_invalid_form_keeps_its_text(open_page, editor, console):
    page = open_page(ADD, user=editor)
    page.get_by_label("Title").fill("arms trade")
    page.get_by_label("Body").fill("Many words")
    page.get_by_role("button", name="Save draft", exact=True).click()
    expect(page.locator(".errorlist a")).to_have_text("Defense Trade")
    expect(page.get_by_label("Body")).to_have_value("Many words")
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    console.clear()
