"""Tasks of trust: history, conflicts, lost connections, deletion, and changes of many articles."""

from django.contrib.sessions.models import Session

from articles import editing
from articles.models import Article, Status
from tests import factories
from tests.browser.tasks.counted import FORM, Desk, task
from tests.browser.tasks.writing import article, form_of

LIST = "/admin/articles/article/"
BODY = "One two three four five six.\n"


def changed(title: str, **fields: object) -> Article:
    """An article with a second revision."""
    row = article(title, body=BODY, **fields)
    row.body = BODY.replace("two", "2")
    editing.save(row, user=None)
    return row


@task("Who changed what last week", "impossible")
def recent_changes(desk: Desk) -> str:
    changed("Recent")
    window = desk.open("/admin/")
    window.click(window.page.locator(".admin-nav").get_by_role("link", name="Recent changes"))
    entries = window.page.locator("main li, #content li").count()
    return f"{entries} entries with person, time, size and comparison"


@task("Compare two revisions", "impossible")
def compare(desk: Desk) -> str:
    window = desk.open(FORM.format(changed("Compared").pk).replace("change", "history"))
    window.click(window.page.get_by_role("link", name="Show changes").first)
    insertions, deletions = (window.page.locator(tag).count() for tag in ("ins", "del"))
    return f"{insertions} insertion, {deletions} deletion"


@task("Undo one change", "impossible")
def undo(desk: Desk) -> str:
    row = changed("Undone")
    window = desk.open(FORM.format(row.pk).replace("change", "history"))
    window.click(window.page.get_by_role("link", name="Undo this change").first)
    window.click("Undo this change")
    row.refresh_from_db()
    return "the text is as before" if row.body == BODY else "NOT UNDONE"


@task("Two people change different words", "1/1, then all of the first is lost")
def clean_conflict(desk: Desk) -> str:
    row = article("Shared", body=BODY, status=Status.DRAFT)
    first, second = (desk.open(FORM.format(row.pk), user=user) for user in (desk.user, omar()))
    second.body.fill(BODY.replace("two", "2"))
    second.page.keyboard.press("Control+s")
    second.shows("Saved")
    first.body.fill(BODY.replace("five", "5"))
    first.press("Control+s")
    first.click("Save both")
    first.page.wait_for_timeout(700)
    row.refresh_from_db()
    return row.body.strip()


@task("Two people change the same words", "overwrite or lose")
def overlapping_conflict(desk: Desk) -> str:
    row = article("Contested", body=BODY, status=Status.DRAFT)
    first, second = (desk.open(FORM.format(row.pk), user=user) for user in (desk.user, omar()))
    second.body.fill(BODY.replace("two", "2"))
    second.page.keyboard.press("Control+s")
    second.shows("Saved")
    first.body.fill(BODY.replace("two", "II"))
    first.press("Control+s")
    first.click(first.page.get_by_role("alert").get_by_role("button").first)
    first.click(first.page.get_by_label("Both"))
    first.click("Save the result")
    row.refresh_from_db()
    return f"theirs, mine, both or edited; both: {row.body.strip()}"


@task("A list action against an open form", "the article is published again")
def action_and_form(desk: Desk) -> str:
    row = article("Withdrawn", body=BODY)
    window = desk.open(FORM.format(row.pk))
    editing.unpublish([row], None)
    window.append("More.")
    window.press("Control+s")
    window.click("Save both")
    window.page.wait_for_timeout(700)
    row.refresh_from_db()
    return f"text saved, status stays “{row.status}”"


@task("The session ends before a save", "2 more loads, text lost or not labelled")
def session(desk: Desk) -> str:
    window = form_of(desk, "Session", status=Status.DRAFT)
    window.append("Words.")
    Session.objects.all().delete()
    window.press("Control+s")
    dialog = window.page.get_by_role("dialog", name="Log in")
    dialog.get_by_label("Password").click()
    window.type("pass")
    window.press("Enter")
    window.shows("Saved")
    return "logged in on the page, saved"


@task("The network drops at a save", "Chromium's error page")
def offline(desk: Desk) -> str:
    window = form_of(desk, "Network", status=Status.DRAFT)
    window.append("Words.")
    window.page.context.set_offline(True)
    window.press("Control+s")
    window.shows("can't be reached")
    window.page.context.set_offline(False)
    window.press("Control+s")
    window.shows("Saved")
    return "the page stays; the second attempt saves"


@task("The browser crashes", "all is lost")
def crash(desk: Desk) -> str:
    row = article("Crash", status=Status.DRAFT)
    window = desk.open(FORM.format(row.pk))
    window.append("Words before the crash.")
    window.page.wait_for_timeout(3500)
    again = desk.open(FORM.format(row.pk))
    again.click("Restore")
    again.page.wait_for_timeout(500)
    desk.windows.reverse()
    return again.body.input_value().strip()


@task("Delete an article, and take it back", "3/3/0, no way back")
def delete(desk: Desk) -> str:
    row = article("Deleted")
    window = desk.open(FORM.format(row.pk))
    window.click(window.page.get_by_label("More actions"))
    window.click("Delete this article…")
    window.click(window.page.locator("main, #content").locator("[type=submit]").first)
    window.click("Undo")
    window.page.wait_for_timeout(500)
    return "restored" if Article.objects.filter(pk=row.pk).exists() else "NOT RESTORED"


@task("The article is deleted while somebody writes", "text in a box of 169 × 42 px")
def deleted_meanwhile(desk: Desk) -> str:
    row = article("Gone", status=Status.DRAFT)
    window = desk.open(FORM.format(row.pk))
    window.append("Words.")
    editing.delete([row])
    window.press("Control+s")
    window.click("Create it again")
    window.shows("Saved")
    return "the form stays; created again"


@task("Add a tag to 20 articles", "40/60/20")
def bulk_tags(desk: Desk) -> str:
    for number in range(20):
        article(f"Tagged {number}")
    window = desk.open(f"{LIST}?q=Tagged")
    window.click(window.page.get_by_text("Select all on this page"))
    window.click("Add tags…")
    window.click(window.page.get_by_label("Tags"))
    window.type("peace")
    window.press("Enter")
    window.click(window.page.get_by_role("button", name="Add tags to 20"))
    count = Article.objects.filter(tags__name="peace").count()
    return f"{count} tagged; with Undo" if window.locate("Undo").count() else f"{count} tagged"


@task("Publish 10 drafts", "1/4/0, no page in between, no Undo")
def bulk_publish(desk: Desk) -> str:
    for number in range(10):
        article(f"Prepared {number}", status=Status.DRAFT)
    window = desk.open(f"{LIST}?q=Prepared")
    window.click(window.page.get_by_text("Select all on this page"))
    window.click("Publish…")
    window.click(window.page.get_by_role("button", name="Publish 10"))
    count = Article.objects.filter(title__startswith="Prepared", status=Status.PUBLISHED).count()
    return (
        f"{count} published; with Undo" if window.locate("Undo").count() else f"{count} published"
    )


@task("Find a word in drafts' texts", "impossible")
def search(desk: Desk) -> str:
    article("Hidden away", status=Status.DRAFT, body="A lifesupport machine.")
    window = desk.open("/admin/")
    window.click(window.page.get_by_role("searchbox"))
    window.type("lifesupport")
    window.press("Enter")
    window.shows("Hidden away")
    return "finds it; offers to create an article of that name"


@task("Articles without tags, without summary, orphaned, not changed for a year", "orphans only")
def gaps(desk: Desk) -> str:
    window = desk.open("/admin/")
    gaps = window.page.get_by_role("region", name="Health").get_by_role("link").all_inner_texts()
    window.click(window.page.get_by_role("link", name="without tags"))
    return f"on the dashboard: {', '.join(' '.join(gap.split()) for gap in gaps)}"


@task("Help about Markdown, links, callouts", "list of keys only")
def help_on_markdown(desk: Desk) -> str:
    window = desk.open(f"{LIST}add/")
    window.click(window.page.get_by_role("button", name="Help"))
    text = window.page.get_by_role("dialog").filter(visible=True).first.inner_text()
    return "Markdown and keys" if "**" in text or "Markdown" in text else "keys"


@task("By keyboard from the load to the title of an article", "15 Tabs")
def keyboard(desk: Desk) -> str:
    window = form_of(desk, "Keys", status=Status.DRAFT)
    focused = "document.activeElement.name === 'title'"
    while not window.page.evaluate(focused) and window.keys < 40:
        window.press("Tab")
    without = window.keys
    window.start(window.page.url)
    window.press("Tab", "Enter")
    while not window.page.evaluate(focused) and window.keys < 40:
        window.press("Tab")
    return f"by the skip link; {without} Tabs without it"


@task("On a phone: write and save", "Save at y = 1846")
def phone(desk: Desk) -> str:
    row = article("Phone", status=Status.DRAFT)
    window = desk.open(FORM.format(row.pk), width=390)
    window.append("Words.")
    box = window.page.locator(".submit-row input").first.bounding_box()
    window.click(window.page.locator(".submit-row input").first)
    window.shows("Saved")
    return f"the button is at y = {box['y']:.0f} of 900" if box else "no button"


@task("A user without rights opens the list", "bare “403 Forbidden”")
def forbidden(desk: Desk) -> str:
    window = desk.open(LIST, user=factories.user())
    text = " ".join(window.page.locator("main, #content, body").last.inner_text().split())
    return f"“{text[:90]}”"


def omar() -> object:
    return factories.editor(f"omar{next(factories.numbers)}")
