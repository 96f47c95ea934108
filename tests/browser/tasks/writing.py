"""Tasks of writing: new articles, links, previews, saving, schedules and drafts."""

import time
from datetime import timedelta

from django.utils import timezone

from articles import editing
from articles.models import Article, Status
from tests import factories
from tests.browser.tasks.counted import FORM, Desk, Window, task

ADD = "/admin/articles/article/add/"


def article(title: str, **fields: object) -> Article:
    return factories.article(title, **fields)


def form_of(desk: Desk, title: str, **fields: object) -> Window:
    return desk.open(FORM.format(article(title, **fields).pk))


def date(hours: int) -> str:
    return f"{timezone.now() + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


@task("New article from a red link on the site", "1/1/0")
def red_link(desk: Desk) -> str:
    window = desk.open("/articles/register-of-state/")
    window.click(window.page.get_by_role("link", name="wanted one"))
    title = window.page.get_by_label("Title")
    focus = title.evaluate("field => document.activeElement === field")
    return f"title “{title.input_value()}”, focus in it: {'yes' if focus else 'no'}"


@task("New article from the wanted ones", "2/2/0")
def wanted(desk: Desk) -> str:
    window = desk.open("/admin/")
    window.click(window.page.get_by_role("link", name="wanted articles").last)
    window.click(window.page.locator("main, #content").get_by_role("link", name="Create").first)
    return f"title “{window.page.get_by_label('Title').input_value()}”"


@task("From the list: a new article with summary, two links and a tag, published", "2/5/6")
def new_article(desk: Desk) -> str:
    window = desk.open("/admin/articles/article/")
    window.click("New article")
    window.type("Peacekeeping")
    window.press("Tab")
    window.type("Soldiers without enemies.")
    window.click(window.body)
    for text in ("See [[scribe 12", " and [[of old"):
        window.type(text)
        window.page.get_by_role("option").first.wait_for()
        window.press("Enter")
    window.click(window.page.get_by_role("combobox", name="Tags"))
    window.type("hist")
    window.page.get_by_role("option").first.wait_for()
    window.press("Enter")
    window.click("Publish")
    window.has_state("Live")
    return Article.objects.get(title="Peacekeeping").body.strip()


@task("Completion of “[[” by a word in the middle of a name", "impossible")
def completion(desk: Desk) -> str:
    window = desk.open(ADD)
    window.click(window.body)
    window.type("[[state")
    window.page.get_by_role("option").first.wait_for()
    options = window.page.get_by_role("option").all_inner_texts()
    window.press("Enter")
    return f"{len(options)} options; inserted: {window.body.input_value()}"


@task("Preview with title and summary", "body only")
def preview(desk: Desk) -> str:
    window = desk.open(ADD)
    window.type("Quiet")
    window.append("Calm **words**")
    pane = window.page.get_by_role("region", name="Preview")
    pane.get_by_text("words").wait_for()
    pane.get_by_role("heading", name="Quiet").wait_for()
    return "title, summary and text beside the source"


@task("Ctrl+S: caret, scroll position and undo stay", "1/0/1, all lost")
def save_in_place(desk: Desk) -> str:
    window = form_of(desk, "Long", status=Status.DRAFT, body="Line.\n\n" * 300)
    window.body.press("Control+Home")
    window.page.evaluate("scrollTo(0, 400)")
    window.type("Calm. ")
    before = window.page.evaluate("[scrollY, document.activeElement.selectionStart]")
    window.press("Control+s")
    window.shows("Saved")
    window.page.wait_for_timeout(500)
    after = window.page.evaluate("[scrollY, document.activeElement.selectionStart]")
    return "all stay" if after == before else f"scroll and caret: {before} → {after}"


@task("Ctrl+S right after the page has loaded", "the browser's dialog")
def save_at_once(desk: Desk) -> str:
    window = form_of(desk, "At once", status=Status.DRAFT)
    window.press("Control+s")
    window.page.wait_for_timeout(700)
    return "saved by the site"


@task("Schedule a new article", "1/6/1")
def schedule(desk: Desk) -> str:
    window = desk.open(ADD)
    window.type("Tomorrow's news")
    window.click(window.page.get_by_label("More actions"))
    window.page.locator("[name=publish_at]").fill(date(30))
    window.click("Schedule")
    return window.has_state("Scheduled")


@task("Schedule with a date in the past", "accepted")
def schedule_past(desk: Desk) -> str:
    window = desk.open(ADD)
    window.type("Yesterday's news")
    window.click(window.page.get_by_label("More actions"))
    window.page.locator("[name=publish_at]").fill(date(-30))
    window.click("Schedule")
    window.shows("in the past")
    return "refused with a reason"


@task("Change a published article unseen by readers, then publish the change", "impossible")
def draft_of_live(desk: Desk) -> str:
    window = form_of(desk, "Treaty", body="Old words.")
    window.append(" New words.")
    window.click("Save draft")
    window.has_state("Live + draft")
    hidden = "New words" not in desk.open("/articles/treaty/").page.content()
    window.click("Publish changes")
    window.shows("Published")
    return "readers saw the old version until then" if hidden else "READERS SAW THE DRAFT"


@task("Schedule a change of a published article", "impossible")
def schedule_change(desk: Desk) -> str:
    window = form_of(desk, "Budget", body="Old words.")
    window.append(" New words.")
    window.click(window.page.get_by_label("More actions"))
    window.page.locator("[name=publish_change_at]").fill(date(30))
    window.click("Schedule")
    window.shows("scheduled for")
    return window.has_state("")


@task("Rename an article that others link to", "1/2/0, nothing is said")
def rename(desk: Desk) -> str:
    article("Links to truce", body="See [[Truce]].")
    window = form_of(desk, "Truce")
    window.fill("Title", "Armistice")
    window.fill("Slug", "armistice")
    notice = window.notice()
    window.click("Publish changes")
    window.shows("Published")
    return f"said before: {notice}"


@task("Rename a heading that others link to", "no word")
def rename_heading(desk: Desk) -> str:
    article("Links to heading", body="See [[Ceasefire#Terms]].")
    window = form_of(desk, "Ceasefire", body="## Terms\n\nText.\n")
    window.click(window.body)
    window.page.keyboard.press("Control+Home")
    window.press("End")
    window.type(" of peace")
    return window.notice()


@task("Remove an alias that others use", "no word")
def remove_alias(desk: Desk) -> str:
    article("Links to alias", body="See [[UN forces]].")
    window = form_of(desk, "Blue helmets", aliases=["UN forces"])
    window.fill("Aliases", " ")
    window.press("Backspace")
    return window.notice()


@task("Paste 200 kB", "0.4 s, then 40–100 ms a key")
def paste(desk: Desk) -> str:
    window = desk.open(ADD)
    window.click(window.body)
    start = time.perf_counter()
    window.page.evaluate(
        "document.execCommand('insertText', false, 'Many words here. '.repeat(12000))"
    )
    pasted = time.perf_counter() - start
    start = time.perf_counter()
    window.type("0123456789")
    key = (time.perf_counter() - start) / 10
    return f"{pasted:.1f} s, then {key * 1000:.0f} ms a key"


@task("Image with an alternative text", "no button")
def image(desk: Desk) -> str:
    window = desk.open(ADD)
    window.click(window.body)
    window.click("Insert")
    window.click("Image")
    return f"inserts {window.body.input_value().strip()}; no upload"


@task("Translate an article", "1/1/0")
def translation(desk: Desk) -> str:
    window = form_of(desk, "Envoy", body="An envoy travels.")
    window.click(window.page.get_by_role("link", name="Create translation").first)
    value = window.page.locator("#id_language").input_value()
    return f"language “{value}”; the source is not beside it"


@task("A writer proposes a change of a published article, an editor publishes it", "impossible")
def review(desk: Desk) -> str:
    row = article("Review")
    rights = ("add_article", "change_article", "view_article", "view_tag", "add_tag")
    writer = desk.open(FORM.format(row.pk), user=factories.user("omar", *rights))
    writer.append("Proposed words.")
    writer.click("Submit for review")
    writer.has_state("review")
    window = desk.open("/admin/")
    window.click(window.page.locator("main").get_by_role("link", name="Review").first)
    if "change" not in window.page.url:
        raise AssertionError(window.page.url)
    window.click("Publish changes")
    window.shows("Published")
    row.refresh_from_db()
    assert editing.tag_names(row) == [] and "Proposed" in row.body
    return f"writer {writer.counts}; the editor finds it on the dashboard"
