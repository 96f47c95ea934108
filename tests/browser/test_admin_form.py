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
    page.get_by_role("link", name="New article").click()
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
        ("Numbered list", "1. calm"),
        ("Task list", "- [ ] calm"),
        ("Heading", "## calm"),
        ("Subheading", "### calm"),
        ("External link", "[calm](https://)"),
    ]:
        form.get_by_role("button", name=name, exact=True).click()
        assert body_text(form) == result
        for _step in range(3):
            if body_text(form) != "calm":
                form.keyboard.press("Control+z")
        assert body_text(form) == "calm", name
        form.keyboard.press("Control+a")


def test_the_menu_of_the_toolbar_inserts_what_is_rarer(form):
    for name, result in [
        ("Image", "![calm](image.png)"),
        ("Table", "calm\n\n| Column | Column |\n| --- | --- |\n| Cell | Cell |\n"),
        ("Footnote", "calm[^1]\n\n[^1]: Note\n"),
        ("Callout", "calm\n\n> [!note] Title\n> Text\n"),
        ("Definition", "calm\n\nTerm\n: Definition\n"),
    ]:
        form.get_by_label("Body").fill("calm")
        form.keyboard.press("Control+a")
        form.get_by_role("button", name="Insert").click()
        form.get_by_role("button", name=name).click()
        assert body_text(form) == result


def test_lists_continue_on_enter_and_end_on_an_empty_item(form):
    form.keyboard.type("- a\nb\n\n9. c\nd\n\n- [x] e\nf\n\n> g\nh\n\n```\n- i\nj")
    assert body_text(form) == ("- a\n- b\n9. c\n10. d\n- [x] e\n- [ ] f\n> g\n> h\n```\n- i\nj")


def test_tab_indents_items_only_and_escape_releases_it(form):
    form.keyboard.type("calm")
    form.keyboard.press("Tab")
    assert body_text(form) == "calm"
    assert form.evaluate("document.activeElement.name") != "body"
    form.get_by_label("Body").fill("")
    form.keyboard.type("1. a\nb")
    form.keyboard.press("Tab")
    assert body_text(form) == "1. a\n   2. b"
    form.keyboard.press("Shift+Tab")
    assert body_text(form) == "1. a\n2. b"
    form.keyboard.press("Escape")
    form.keyboard.press("Tab")
    assert body_text(form) == "1. a\n2. b"
    assert form.evaluate("document.activeElement.name") != "body"


PASTE = """([html, text]) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return event.defaultPrevented;
}"""
PAGE = """<h1>Peace</h1><p>Some <b>bold </b><span style="font-style: italic">words</span>,
<a href="https://example.org/a_(b)">a link</a> *</p><ul><li>One<ol><li>In it</li></ol></li></ul>
<table><tr><th>A<th>B|C<tr><td>1<td>2</table><script>document.title = "run"</script>
<img src="x" onerror="document.title = 'run'"><a href="javascript:alert(1)">text</a>"""
WORD = """<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span
style="mso-list:Ignore">·<span>  </span></span>First</p><p style="mso-list:l0 level2 lfo1"><span
style="mso-list:Ignore">1.</span>Second</p>"""


def test_formatted_text_is_pasted_as_markdown(form):
    assert form.evaluate(PASTE, [PAGE, "text"])
    assert body_text(form) == (
        "## Peace\n\nSome **bold** *words*, [a link](https://example.org/a_%28b%29) \\*\n\n"
        "- One\n  1. In it\n\n| A | B\\|C |\n| --- | --- |\n| 1 | 2 |\n\ntext"
    )
    assert form.title() != "run"
    form.keyboard.press("Control+z")
    assert body_text(form) == ""
    assert form.evaluate(PASTE, [WORD, "text"])
    assert body_text(form) == "- First\n   1. Second"
    # As from a code editor: the browser pastes the plain text.
    assert not form.evaluate(PASTE, ["<div><span style='color: red'>- a</span></div>", "- a"])
    # A URL over selected text becomes a link.
    form.get_by_label("Body").fill("calm")
    form.keyboard.press("Control+a")
    assert form.evaluate(PASTE, ["", "https://example.org/"])
    assert body_text(form) == "[calm](https://example.org/)"


def test_the_toolbar_is_one_tab_stop_with_arrow_keys(form):
    form.keyboard.press("Shift+Tab")
    focused = (
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )
    assert form.evaluate(focused) == "Heading"
    form.keyboard.press("ArrowRight")
    assert form.evaluate(focused) == "Subheading"
    form.keyboard.press("End")
    assert form.evaluate(focused) == "Help"
    form.keyboard.press("ArrowRight")
    assert form.evaluate(focused) == "Heading"
    form.keyboard.press("Tab")
    assert form.evaluate("document.activeElement.name") == "body"


def test_shortcuts_are_listed_and_work(form):
    form.keyboard.press("Control+/")
    expect(form.get_by_role("dialog", name="Help")).to_be_visible()
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


def test_a_completed_link_shows_what_was_typed_and_no_long_title(form):
    title = "Neutrality: How States That Took No Side Stayed Out of the Wars of Others"
    factories.article(title)
    for typed, link in [
        ("arms t", "[[Defense Trade|Arms Trade]]"),
        ("arms trade", "[[Defense Trade|arms trade]]"),
        ("tra", "[[Defense Trade|trade]]"),
        ("neutr", f"[[{title}|Neutrality]]"),
    ]:
        form.get_by_label("Body").fill("")
        form.keyboard.type(f"[[{typed}")
        expect(form.locator("[role=option] span").first).to_contain_text(typed, ignore_case=True)
        form.keyboard.press("Enter")
        assert body_text(form) == link


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
    assert body_text(form) == "[[Defense Trade|arms]]"


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


def test_a_long_text_has_one_direction_and_a_short_one_that_of_its_paragraphs(form):
    area = form.get_by_label("Body")
    expect(area).to_have_attribute("dir", "auto")
    for words, direction in (("Many words. ", "ltr"), ("كلمات. ", "rtl")):
        area.fill("1. " + words * 4000)
        expect(area).to_have_attribute("dir", direction)
        area.fill(words)
        expect(area).to_have_attribute("dir", "auto")


def test_the_preview_replaces_only_the_blocks_that_have_changed(form):
    area, prose = form.get_by_label("Body"), form.locator("#body_preview .prose")
    area.fill("First.\n\nSecond.\n\nThird.")
    expect(prose.locator("p")).to_have_text(["First.", "Second.", "Third."])
    prose.evaluate("prose => { for (const block of prose.children) block.isOld = true; }")
    for text, old in (
        ("First.\n\nChanged.\n\nThird.", [True, False, True]),
        ("First.\n\nNew.\n\nChanged.\n\nThird.", [True, False, False, True]),
        ("Third.", [True]),
        ("Third.\n\nLast.", [True, False]),
    ):
        area.fill(text)
        expect(prose.locator("p")).to_have_text(text.split("\n\n"))
        assert prose.evaluate("prose => [...prose.children].map((b) => b.isOld === true)") == old


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


LONG = "\n\n".join(f"## Part {number}\n\n{'Some words. ' * 40}" for number in range(1, 30))


def test_the_page_scrolls_under_the_bar_and_the_preview_keeps_step(form):
    form.get_by_label("Body").fill(LONG)
    preview = form.locator("[data-preview]")
    expect(preview.get_by_role("heading", name="Part 29")).to_be_attached()
    area = form.get_by_label("Body")
    assert area.evaluate("area => area.scrollHeight === area.clientHeight")
    part = preview.get_by_role("heading", name="Part 20", exact=True)
    form.evaluate("scrollTo(0, 0)")
    expect(part).not_to_be_in_viewport()
    area.evaluate("""area => {
        const [before, after] = ["paddingTop", "paddingBottom"].map(
            (side) => parseFloat(getComputedStyle(area)[side]),
        );
        const height = area.clientHeight - before - after;
        scrollTo(0, area.getBoundingClientRect().top + before + (height * 19) / 29 - 300);
    }""")
    expect(part).to_be_in_viewport()
    expect(form.locator(".form-bar")).to_be_in_viewport()
    expect(form.get_by_role("toolbar")).to_be_in_viewport()


def test_the_arrangement_of_the_form_is_remembered(form):
    form.get_by_role("tab", name="Article").focus()
    form.keyboard.press("ArrowRight")
    expect(form.get_by_role("tab", name="Links", selected=True)).to_be_focused()
    form.get_by_role("separator", name="Width of the text").press("ArrowRight")
    form.reload()
    expect(form.get_by_role("tabpanel", name="Links")).to_be_visible()
    expect(form.get_by_role("separator")).to_have_attribute("aria-valuenow", "55")
    form.get_by_role("button", name="Preview").click()
    form.get_by_role("button", name="Focus mode").click()
    expect(form.get_by_role("tablist")).to_be_hidden()
    form.reload()
    expect(form.locator("#body_preview")).to_be_hidden()
    expect(form.get_by_role("tablist")).to_be_hidden()


def test_the_preview_is_shown_as_wide_as_on_a_phone(form):
    form.set_viewport_size({"width": 1600, "height": 900})
    preview = form.locator("[data-preview]")
    assert preview.bounding_box()["width"] > 390
    form.get_by_role("button", name="Phone width").click()
    assert preview.bounding_box()["width"] == 390
    form.reload()
    expect(form.get_by_role("button", name="Phone width", pressed=True)).to_be_visible()
    assert preview.bounding_box()["width"] == 390


def test_checks_are_live(form):
    form.get_by_role("tab", name="Checks").click()
    checks = form.get_by_role("tabpanel", name="Checks")
    expect(checks.get_by_text("No summary.")).to_be_visible()
    form.get_by_label("Summary").fill("A summary.")
    form.get_by_label("Body").fill("![](map.png)")
    expect(checks.get_by_text("An image has no alternative text: “map.png”.")).to_be_visible()
    expect(checks.get_by_text("No summary.")).to_be_hidden()
