"""Writing in a browser: by keyboard, with links and tags completed, and nothing lost."""

import pytest
from playwright.sync_api import expect

from articles import editing
from articles.models import Article, Status, Tag
from tests import factories
from tests.browser import content

ADD = "/admin/articles/article/add/"
BODY = "document.querySelector('[name=body]').value"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def library(live_server):
    """Articles to link to, a tag with a synonym, and an editor who may do everything."""
    factories.article(
        "Defense Trade",
        aliases=["Arms Trade"],
        body="## Export Control\n\n## Industry\n",
        tags=["peacekeeping"],
    )
    factories.article("Defense Diplomacy")
    factories.article("ديوان", language="ar")
    editing.save_tag(Tag.objects.get(), ["blue helmets"])
    return factories.editor("amina")


@pytest.fixture
def form(open_page, library):
    page = open_page(ADD, user=library)
    page.get_by_label("Body").focus()
    return page


def written(page):
    return page.evaluate(BODY)


def choices(page, wanted):
    """Wait until the list offers exactly this."""
    expect(page.locator("[role=option] span")).to_have_text(wanted)


def test_an_editor_writes_links_tags_saves_and_sees_it_on_the_site(open_page, library):
    page = open_page("/admin/")
    page.get_by_label("Username").fill("amina")
    page.get_by_label("Password").fill("pass")
    page.keyboard.press("Enter")
    page.locator(".admin-nav").get_by_role("link", name="Articles", exact=True).click()
    page.get_by_role("link", name="Add article").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()

    page.get_by_label("Title").press_sequentially("Peace & Quiet")
    expect(page.get_by_label("Slug")).to_have_value("peace-quiet")
    expect(page.get_by_text("Unsaved changes", exact=True)).to_be_visible()

    page.get_by_label("Body").focus()
    page.keyboard.type("See [[arms")
    choices(page, ["Arms Trade", "Create stub “arms”"])
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
    choices(page, ["blue helmets"])
    page.keyboard.press("Enter")
    expect(page.locator(".tag-chips li")).to_have_text(["peacekeeping×"])

    page.get_by_role("combobox", name="Status").select_option("published")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Peace & Quiet").first.click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_role("link", name="View article").click()
    expect(page.get_by_role("heading", name="Peace & Quiet")).to_be_visible()
    expect(page.locator("article strong")).to_have_text("calm")
    expect(page.get_by_role("link", name="peacekeeping")).to_be_visible()
    assert Article.objects.get(slug="peace-quiet").revisions.get().editor == "amina"


def test_the_address_follows_the_title_until_the_editor_writes_one(form):
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


def test_what_the_toolbar_writes_is_taken_back_by_undo(form):
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
        assert written(form) == result
        for _step in range(3):
            if written(form) != "calm":
                form.keyboard.press("Control+z")
        assert written(form) == "calm", name
        form.keyboard.press("Control+a")
    form.get_by_role("button", name="Table").click()
    assert written(form).startswith("calm\n\n| Column | Column |\n| --- | --- |\n")


def test_the_toolbar_is_one_stop_and_arrows_go_round_it(form):
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


def test_tab_leaves_the_text(form):
    form.keyboard.type("calm")
    form.keyboard.press("Tab")
    assert written(form) == "calm"
    assert form.evaluate("document.activeElement.name") != "body"


def test_shortcuts_are_listed_and_work(form):
    form.keyboard.press("Control+/")
    expect(form.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    form.keyboard.press("Escape")
    assert form.evaluate("document.activeElement.name") == "body"
    form.keyboard.press("Control+i")
    form.keyboard.type("calm")
    assert written(form) == "*calm*"
    form.get_by_label("Title").fill("Quiet")
    form.get_by_label("Title").press("Control+s")
    form.wait_for_url("**/change/")
    assert Article.objects.get(title="Quiet").status == Status.DRAFT


def test_links_are_completed_with_arrows_tab_escape_and_mouse(form):
    area = form.get_by_label("Body")
    form.keyboard.type("[[defe")
    choices(form, ["Defense Diplomacy", "Defense Trade", "Create stub “defe”"])
    assert area.get_attribute("aria-activedescendant") == form.locator(
        "[role=option][aria-selected=true]"
    ).get_attribute("id")
    expect(form.get_by_role("status").filter(has_text="Results: 3")).to_be_attached()
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Tab")
    assert written(form) == "[[Defense Trade]]"
    form.keyboard.type(" [[arms")
    choices(form, ["Arms Trade", "Create stub “arms”"])
    expect(form.locator("[role=option] small").first).to_have_text("alias of Defense Trade")
    form.keyboard.press("Escape")
    expect(form.get_by_role("listbox")).to_be_hidden()
    form.keyboard.press("Enter")
    assert written(form) == "[[Defense Trade]] [[arms\n"
    form.keyboard.type("[[dip")
    form.keyboard.press("Control+a")
    form.keyboard.type("[[Diplomacy of def")
    form.keyboard.press("Control+a")
    form.keyboard.type("[[defense d")
    form.get_by_role("option", name="Defense Diplomacy").click()
    assert written(form) == "[[Defense Diplomacy]]"
    assert area.get_attribute("aria-activedescendant") is None


def test_the_list_closes_when_the_text_is_left(form):
    form.keyboard.type("[[defe")
    expect(form.get_by_role("listbox")).to_be_visible()
    form.get_by_label("Title").click()
    expect(form.get_by_role("listbox")).to_be_hidden()


def test_after_a_sharp_the_sections_are_offered(form):
    form.keyboard.type("[[Arms Trade#")
    choices(form, ["Export Control", "Industry"])
    form.keyboard.type("z")
    expect(form.get_by_role("status").filter(has_text="No results")).to_be_attached()
    form.keyboard.press("Backspace")
    form.keyboard.type("ind")
    choices(form, ["Industry"])
    form.keyboard.press("Enter")
    assert written(form) == "[[Arms Trade#Industry]]"
    form.keyboard.type("\n\n## Own Part\n\n[[#own")
    choices(form, ["Own Part"])
    form.keyboard.press("Enter")
    assert written(form).endswith("[[#Own Part]]")


def test_a_stub_is_created_where_there_is_no_article(form):
    form.keyboard.type("[[Foreign Affairs")
    choices(form, ["Create stub “Foreign Affairs”"])
    form.keyboard.press("Enter")
    expect(form.get_by_role("status").filter(has_text="created and linked")).to_be_attached()
    assert written(form) == "[[Foreign Affairs]]"
    assert Article.objects.get(title="Foreign Affairs").status == Status.DRAFT


def test_selected_words_become_the_label_of_a_link(form):
    form.keyboard.type("arms")
    form.keyboard.press("Control+a")
    form.keyboard.press("Control+Shift+K")
    choices(form, ["Arms Trade", "Create stub “arms”"])
    form.keyboard.press("Enter")
    assert written(form) == "[[Arms Trade|arms]]"


def test_links_are_completed_in_text_from_right_to_left(form):
    form.keyboard.type("انظر [[ديو")
    choices(form, ["ديوان", "Create stub “ديو”"])
    box = form.locator(".listbox:visible").bounding_box()
    area = form.get_by_label("Body").bounding_box()
    assert box["x"] > area["x"] and box["y"] > area["y"]
    form.keyboard.press("Enter")
    assert written(form) == "انظر [[ديوان]]"


def test_an_old_answer_never_replaces_a_newer_preview(form):
    held = []

    def hold(route):
        held.append(route) if "body=old" in route.request.post_data else route.continue_()

    expect(form.locator("#body_preview").get_by_text("0 words")).to_be_visible()
    form.route("**/preview/", hold)
    preview, area = form.locator("#body_preview .prose"), form.get_by_label("Body")
    with form.expect_request(lambda request: "body=old" in (request.post_data or "")):
        area.fill("old")
    area.fill("new")
    expect(preview).to_have_text("new")
    held[0].continue_()
    form.wait_for_timeout(1000)
    expect(preview).to_have_text("new")


def test_the_preview_says_what_is_wrong(form, console):
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


def test_who_may_not_make_tags_is_told_at_once(open_page, library):
    writer = factories.user("", "add_article", "change_article", "view_tag")
    page = open_page(ADD, user=writer)
    tags = page.get_by_role("combobox", name="Tags")
    tags.press_sequentially("unheard,")
    expect(page.get_by_text("There is no tag “unheard”")).to_be_visible()
    assert tags.input_value() == "unheard"


def test_leaving_with_unsaved_words_is_asked_about_first(form):
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form.keyboard.type("unsaved")
    form.get_by_role("link", name="Articles").first.click()
    form.wait_for_timeout(300)
    assert asked == ["beforeunload"] and written(form) == "unsaved"


def test_without_scripts_the_form_still_works(open_page, library):
    page = open_page(ADD, user=library, java_script_enabled=False)
    page.get_by_label("Title").fill("Plain")
    page.get_by_label("Body").fill("[[Defense Trade]]")
    page.get_by_role("textbox", name="Tags").fill("peacekeeping، new")
    page.get_by_role("button", name="Save", exact=True).click()
    article = Article.objects.get(slug="plain")
    assert editing.tag_names(article) == ["new", "peacekeeping"]


def test_what_was_typed_stays_when_it_is_refused(open_page, library):
    page = open_page(ADD, user=library)
    page.get_by_label("Title").fill("arms trade")
    page.get_by_label("Body").fill("Many words")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errorlist a")).to_have_text("Defense Trade")
    expect(page.get_by_label("Body")).to_have_value("Many words")
    expect(page.get_by_text("Unsaved changes", exact=True)).to_be_visible()


@pytest.fixture
def axe(violations, console):
    """axe copies the stylesheets of the preview, which stands in a shadow root, into inline ones,
    and the policy refuses these: such complaints are about axe, not about the page."""

    def axe(page):
        before = list(console)
        found = violations(page)
        console[:] = before
        return found

    return axe


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(open_page, axe, library, scheme, width):
    """Django's own tables and fields included; pages fit the window."""
    article, tag = Article.objects.first(), Tag.objects.get()
    page = open_page("/admin/", width=width, scheme=scheme)
    assert axe(page) == []
    page = open_page("/admin/", width=width, scheme=scheme, user=library)
    for path in (
        "/admin/",
        "/admin/articles/article/",
        ADD,
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/article/{article.pk}/delete/",
        "/admin/articles/article/wanted/",
        "/admin/articles/failedsearch/",
        "/admin/articles/tag/",
        f"/admin/articles/tag/{tag.pk}/change/",
    ):
        page.goto(path)
        assert axe(page) == [], path
        assert not page.evaluate(WIDER), path


def test_axe_finds_nothing_in_what_opens(open_page, axe, form, library):
    form.keyboard.type("[[defe")
    expect(form.get_by_role("listbox")).to_be_visible()
    assert axe(form) == []
    form.keyboard.press("Escape")
    form.get_by_role("combobox", name="Tags").press_sequentially("peace")
    expect(form.get_by_role("listbox")).to_be_visible()
    assert axe(form) == []
    form.keyboard.press("Enter")
    form.keyboard.press("Control+/")
    assert axe(form) == []
    viewer = factories.user("", "view_article", "view_tag")
    article = Article.objects.get(title="Defense Trade")
    page = open_page(f"/admin/articles/article/{article.pk}/change/", user=viewer)
    assert axe(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_the_desk_is_wider_than_its_window(open_page, live_server, width):
    content.write()
    page = open_page("/admin/", width=width, user=factories.editor())
    forms = [
        f"article/{article.pk}/change/"
        for article in Article.objects.filter(tags__name__in=[content.LONG, "state"])
    ]
    for path in ["article/", "tag/", "article/wanted/", *forms]:
        page.goto(f"/admin/articles/{path}")
        if path in forms:
            expect(page.locator("#body_preview .prose").first).to_be_visible()
        else:
            field = page.locator("#searchbar")
            assert not field.count() or field.bounding_box()["width"] > 150
        assert not page.evaluate(WIDER), path
