"""The article form in a browser: what is typed survives failed saves, logouts and navigation."""

import re
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Route, expect

from articles import editing
from articles.models import Article, Profile, Tag
from tests import factories
from tests.browser.conftest import session_cookie

ADD = "/admin/articles/article/add/"
UNSAVED = "Not saved"
SAVED = re.compile("^Saved")
POSITIONS = """() => {
  const { selectionStart, scrollTop } = document.querySelector("textarea[name=body]");
  return { caret: selectionStart, scrollTop, scrollY, focus: document.activeElement.name };
}"""
HAS_DRAFT = "Object.keys(localStorage).some((key) => key.startsWith('draft:'))"
IS_IN_DRAFT = """text => Object.entries(localStorage).some(
  ([key, value]) => key.startsWith("draft:") && value.includes(text))"""


def save(page):
    page.get_by_role("button", name=re.compile("^Save( draft)?$")).click()


def accept_dialogs(page):
    page.on("dialog", lambda dialog: dialog.accept())


def wait_for_draft(page, text):
    """Wait until the browser has stored what was typed."""
    page.wait_for_function(IS_IN_DRAFT, arg=text)


def body_of(page):
    return page.get_by_label("Body")


@pytest.fixture
def article(editor):
    return factories.article("Peace", body="Calm.", tags=["history"], status="draft")


@pytest.fixture
def change_form(open_page, editor, article):
    return open_page(f"/admin/articles/article/{article.pk}/change/", user=editor)


@pytest.fixture
def plain_form(open_page, editor):
    """The form of a new article in a browser without JavaScript."""
    return open_page(ADD, user=editor, java_script_enabled=False)


def test_a_save_without_network_keeps_the_form(form, console):
    body_of(form).fill("Many words")
    form.get_by_label("Title").fill("Quiet")
    form.context.set_offline(True)
    save(form)
    expect(form.get_by_role("alert").get_by_text("The server can't be reached")).to_be_visible()
    expect(form.get_by_text("Offline, kept in this browser")).to_be_visible()
    form.context.set_offline(False)
    expect(form.get_by_text(UNSAVED, exact=True)).to_be_visible()
    save(form)
    expect(form.get_by_text(SAVED)).to_be_visible()
    assert Article.objects.get(title="Quiet").body == "Many words"
    console.clear()


def test_what_is_typed_after_the_response_to_a_save_was_lost_is_kept(
    change_form, article, console
):
    def lose_response(route):
        route.fetch()
        route.abort()

    body_of(change_form).fill("Calm and quiet.")
    change_form.route("**/change/", lose_response, times=1)
    change_form.keyboard.press("Control+s")
    expect(change_form.get_by_text("The server can't be reached")).to_be_visible()
    assert article.revisions.last().body == "Calm and quiet."
    body_of(change_form).fill("Calm, quiet and more.")
    wait_for_draft(change_form, "Calm, quiet and more.")
    page = change_form.context.new_page()
    page.goto(change_form.url)
    page.get_by_role("button", name="Restore").click()
    expect(body_of(page)).to_have_value("Calm, quiet and more.")
    console.clear()


def fail(status, route):
    route.fulfill(status=status, body="<h1>Error</h1>")


def test_a_save_that_fails_on_the_server_keeps_the_form(change_form, console):
    page = change_form
    for status in (500, 503, 504):
        body = f"Calm and quiet, {status}."
        body_of(page).fill(body)
        page.route("**/change/", partial(fail, status))
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Server error. Your changes are still here")).to_be_visible()
        expect(page.get_by_text(UNSAVED, exact=True)).to_be_visible()
        page.unroute("**/change/")
        page.keyboard.press("Control+s")
        expect(page.get_by_text(SAVED)).to_be_visible()
        expect(page.get_by_text("Server error")).not_to_be_visible()
        assert Article.objects.get(title="Peace").body == body
    console.clear()


def test_a_save_keeps_caret_scroll_undo_and_what_is_typed_meanwhile(change_form, article):
    page, body = change_form, body_of(change_form)
    body.fill("\n".join(f"Line {number}." for number in range(200)))
    body.press("Control+Home")
    body.press_sequentially("Calm. ")
    body.evaluate("field => { field.scrollTop = 900; }")
    page.evaluate("scrollTo(0, 120)")
    before = page.evaluate(POSITIONS)
    page.keyboard.press("Control+s")
    page.keyboard.type("More. ")
    expect(page.get_by_text(UNSAVED, exact=True)).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.get_by_text(SAVED)).to_be_visible()
    article.refresh_from_db()
    assert article.body.startswith("Calm. More. Line 0.")
    body.evaluate("field => { field.scrollTop = 900; }")
    after = page.evaluate(POSITIONS)
    assert after == before | {"caret": before["caret"] + len("More. ")}
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(body).to_have_value(re.compile("^(Calm. )?Line 0"))
    expect(page.get_by_text(UNSAVED, exact=True)).to_be_visible()


def test_a_new_article_is_saved_in_place_and_its_fields_are_those_stored(form, console):
    form.get_by_label("Title").fill("  Quiet  ")
    form.keyboard.press("Control+s")
    expect(form).to_have_url(re.compile("/change/$"))
    expect(form.get_by_label("Title")).to_have_value("Quiet")
    form.get_by_label("Title").fill("Silence")
    form.keyboard.press("Control+s")
    expect(form.get_by_text(SAVED)).to_be_visible()
    form.get_by_label("Title").fill("Arms Trade")
    form.keyboard.press("Control+s")
    expect(form.locator(".errorlist a")).to_have_text("Defense Trade")
    console.clear()
    form.get_by_label("Title").fill("Calm")
    form.keyboard.press("Control+s")
    expect(form.get_by_text(SAVED)).to_be_visible()
    assert form.locator(".errorlist").count() == 0
    expect(form.get_by_label("Former names")).to_have_value("Silence")
    article = Article.objects.get(title="Calm")
    assert article.slug == "quiet" and article.former == ["Silence"]


def test_after_a_logout_the_user_logs_in_again_without_leaving_the_form(form, console):
    body_of(form).fill("Many words")
    form.get_by_label("Title").fill("Quiet")
    Session.objects.all().delete()
    save(form)
    dialog = form.get_by_role("dialog", name="Log in")
    expect(form.get_by_text("Signed out")).to_be_visible()
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_text("Please enter the correct username and password")).to_be_visible()
    dialog.get_by_label("Password").fill("pass")
    dialog.get_by_role("button", name="Log in").click()
    expect(form.get_by_text(SAVED)).to_be_visible()
    assert Article.objects.get(title="Quiet").body == "Many words"
    console.clear()


def test_the_login_dialog_asks_for_a_missing_code_only(open_page, editor, settings, console):
    settings.SECOND_FACTOR = "optional"
    form = open_page(ADD, user=editor)
    form.get_by_label("Title").fill("Quiet")
    device = StaticDevice.objects.create(user=editor, name="recovery codes")
    device.token_set.create(token="abcdefgh")
    TOTPDevice.objects.create(user=editor, name="app")
    Session.objects.all().delete()
    save(form)
    dialog = form.get_by_role("dialog", name="Log in")
    dialog.get_by_label("Password").fill("pass")
    form.keyboard.press("Enter")
    expect(dialog.get_by_text("Enter the code of your authenticator app")).to_be_visible()
    expect(dialog.get_by_label("Password")).to_have_value("pass")
    expect(dialog.get_by_label("Code")).to_be_focused()
    form.keyboard.type("wrong")
    form.keyboard.press("Enter")
    expect(dialog.get_by_text("The code is wrong")).to_be_visible()
    expect(dialog.get_by_label("Password")).to_have_value("")
    expect(dialog.get_by_label("Password")).to_be_focused()
    StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    form.keyboard.type("pass")
    dialog.get_by_label("Code").fill("abcdefgh")
    form.keyboard.press("Enter")
    expect(form.get_by_text(SAVED)).to_be_visible()
    assert Article.objects.filter(title="Quiet").exists()
    console.clear()


def test_nothing_is_saved_as_another_user_who_logged_in_meanwhile(form, live_server, console):
    body_of(form).fill("Many words")
    form.get_by_label("Title").fill("Quiet")
    form.context.clear_cookies()
    form.context.add_cookies([session_cookie(factories.editor("omar"), live_server.url)])
    save(form)
    expect(form.get_by_role("dialog").get_by_text("omar is logged in")).to_be_visible()
    assert not Article.objects.filter(title="Quiet").exists()
    form.close()
    console.clear()


def test_nothing_is_saved_as_another_user_whom_the_preview_has_noticed(form, live_server, console):
    form.get_by_label("Title").fill("Quiet")
    form.context.clear_cookies()
    form.context.add_cookies([session_cookie(factories.editor("omar"), live_server.url)])
    body_of(form).fill("Many words")
    expect(form.get_by_role("status").get_by_text("omar is logged in")).to_be_visible()
    save(form)
    expect(form.get_by_role("dialog").get_by_text("omar is logged in")).to_be_visible()
    assert not Article.objects.filter(title="Quiet").exists()
    form.close()
    console.clear()


def test_the_text_of_a_deleted_article_stays_and_can_be_created_again(
    change_form, article, console
):
    body_of(change_form).fill("Calm and quiet.")
    editing.delete([article])
    change_form.keyboard.press("Control+s")
    expect(change_form.get_by_text("This article was deleted while you were")).to_be_visible()
    expect(body_of(change_form)).to_have_value("Calm and quiet.")
    change_form.get_by_role("button", name="Create it again").click()
    expect(change_form.get_by_text(SAVED)).to_be_visible()
    assert Article.objects.get(title="Peace").body == "Calm and quiet."
    # It may still ask about links to the deleted article.
    change_form.close()
    console.clear()


def log_in(page):
    page.get_by_label("Username").fill("amina")
    page.get_by_label("Password").fill("pass")
    page.get_by_role("button", name="Log in").click()


def test_a_login_in_another_tab_does_not_stop_a_save_or_the_preview(form, console):
    # No request with the first session is under way.
    expect(form.locator("#body_preview").get_by_text("0 words")).to_be_visible()
    form.context.clear_cookies(name="sessionid")
    other = form.context.new_page()
    other.goto("/admin/login/")
    log_in(other)
    expect(other.get_by_role("heading", name="Dashboard")).to_be_visible()
    body_of(form).fill("Many **words**")
    expect(form.locator("#body_preview strong")).to_have_text("words")
    form.get_by_label("Title").fill("Quiet")
    save(form)
    expect(form.get_by_text(SAVED)).to_be_visible()
    assert Article.objects.get(title="Quiet").body == "Many **words**"
    console.clear()


@pytest.mark.parametrize("lost", ["session", "token"])
def test_without_scripts_a_refused_form_is_saved_after_the_login(plain_form, lost, console):
    page = plain_form
    page.get_by_label("Title").fill('Quiet & "calm"')
    body_of(page).fill("\n  Many\nwords <b>")
    page.get_by_role("textbox", name="Tags").fill('"Washington, D.C.", new')
    if lost == "session":
        Session.objects.all().delete()
    else:
        token = page.context.cookies()[0] | {"name": "csrftoken", "value": "a" * 32}
        page.context.add_cookies([token])
    save(page)
    if lost == "session":
        expect(page.get_by_text("Your session has ended")).to_be_visible()
        page.get_by_label("Password").fill("wrong")
        page.get_by_label("Username").fill("amina")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_text("Your session has ended")).to_be_visible()
        log_in(page)
    expect(page.get_by_role("heading", name="Your changes are not saved yet")).to_be_visible()
    expect(page.get_by_role("textbox", name="Body")).to_have_value("\n  Many\nwords <b>")
    save(page)
    page.wait_for_url("**/change/")
    article = Article.objects.get(title='Quiet & "calm"')
    assert article.body == "\n  Many\nwords <b>"
    assert editing.tag_names(article) == ["new", "Washington, D.C."]
    console.clear()


def test_changes_are_kept_in_the_browser_and_offered_in_a_new_tab(change_form, open_page):
    body_of(change_form).fill("Calm and quiet.")
    change_form.get_by_role("combobox", name="Tags").fill("unfinished")
    wait_for_draft(change_form, "unfinished")
    page = change_form.context.new_page()
    page.goto(change_form.url)
    expect(page.get_by_text("Unsaved changes from")).to_be_visible()
    expect(body_of(page)).to_have_value("Calm.")
    page.get_by_role("button", name="Restore").click()
    expect(body_of(page)).to_have_value("Calm and quiet.")
    expect(page.locator(".tag-chips li span")).to_have_text(["history", "unfinished"])
    expect(page.get_by_text(UNSAVED, exact=True)).to_be_visible()
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.goto(change_form.url)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert page.locator("[data-draft]").is_hidden()


def test_discarded_changes_are_not_offered_again(form):
    body_of(form).fill("Many words")
    wait_for_draft(form, "Many words")
    page = form.context.new_page()
    page.goto(ADD)
    page.get_by_role("button", name="Discard").click()
    assert page.locator("[data-draft]").is_hidden()
    page.reload()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert page.locator("[data-draft]").is_hidden()


def test_changes_are_not_offered_to_another_user_or_in_another_article(change_form, live_server):
    body_of(change_form).fill("Calm and quiet.")
    wait_for_draft(change_form, "Calm and quiet.")
    page = change_form.context.new_page()
    page.goto(ADD)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert page.locator("[data-draft]").is_hidden()
    other = session_cookie(factories.editor("omar"), live_server.url)
    change_form.context.add_cookies([other])
    page.goto(change_form.url)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert page.locator("[data-draft]").is_hidden()


def test_after_back_and_forward_the_form_is_complete_and_unsaved(change_form):
    page = change_form
    accept_dialogs(page)
    body_of(page).fill("Calm and quiet.")
    page.get_by_role("combobox", name="Tags").fill("new,")
    expect(page.locator(".tag-chips li")).to_have_count(2)
    page.get_by_role("link", name="Articles").first.click()
    page.wait_for_url("**/article/")
    page.go_back()
    expect(body_of(page)).to_have_value("Calm and quiet.")
    expect(page.locator(".tag-chips li span")).to_have_text(["history", "new"])
    expect(page.get_by_text(UNSAVED, exact=True)).to_be_visible()
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert editing.tag_names(Article.objects.get(title="Peace")) == ["history", "new"]


def test_restored_changes_can_be_discarded(change_form):
    accept_dialogs(change_form)
    body_of(change_form).fill("Calm and quiet.")
    wait_for_draft(change_form, "Calm and quiet.")
    change_form.reload()
    expect(change_form.get_by_text("were restored")).to_be_visible()
    expect(body_of(change_form)).to_have_value("Calm and quiet.")
    change_form.get_by_role("button", name="Discard").click()
    expect(body_of(change_form)).to_have_value("Calm.")
    expect(change_form.get_by_text(SAVED)).to_be_visible()
    assert not change_form.evaluate(HAS_DRAFT)


def test_back_after_a_save_says_saved(change_form):
    body_of(change_form).fill("Calm and quiet.")
    save(change_form)
    expect(change_form.get_by_text(SAVED)).to_be_visible()
    change_form.get_by_role("link", name="Articles").first.click()
    change_form.wait_for_url("**/article/")
    change_form.go_back()
    expect(change_form.get_by_text(SAVED)).to_be_visible()
    expect(body_of(change_form)).to_have_value("Calm and quiet.")


def test_a_refused_save_is_neither_restored_nor_offered(form, console):
    form.get_by_label("Title").fill("arms trade")
    body_of(form).fill("Many\n\nwords")
    save(form)
    expect(form.locator(".errorlist a")).to_have_text("Defense Trade")
    assert form.locator("[data-draft]").is_hidden()
    expect(form.get_by_text(UNSAVED, exact=True)).to_be_visible()
    console.clear()


def test_an_incomplete_date_is_not_saved(change_form, article):
    change_form.get_by_text("Dates", exact=True).click()
    change_form.get_by_label("Expire at").press_sequentially("12312126")
    save(change_form)
    expect(change_form.get_by_text("A date is incomplete")).to_be_visible()
    change_form.get_by_label("Expire at").fill("2126-12-31T09:00")
    save(change_form)
    expect(change_form.get_by_text(SAVED)).to_be_visible()
    article.refresh_from_db()
    assert f"{article.expire_at:%Y-%m-%d %H:%M}" == "2126-12-31 09:00"


def test_an_hour_that_the_clock_repeats_is_saved_with_its_offset(
    change_form, editor, article, console
):
    Profile.objects.update_or_create(user=editor, defaults={"time_zone": "Europe/Berlin"})
    change_form.get_by_text("Dates", exact=True).click()
    expire_at = change_form.get_by_label("Expire at")
    expire_at.fill("2126-10-27T02:30")
    save(change_form)
    expect(change_form.get_by_text("occurs twice")).to_be_visible()
    expire_at.fill("2126-10-27 02:30+01:00")
    save(change_form)
    expect(change_form.get_by_text(SAVED)).to_be_visible()
    article.refresh_from_db()
    assert f"{article.expire_at:%Y-%m-%d %H:%M}" == "2126-10-27 01:30"
    console.clear()


def test_an_incomplete_date_is_refused_without_scripts_and_displayed(plain_form):
    plain_form.get_by_label("Title").fill("Quiet")
    plain_form.get_by_text("Dates", exact=True).click()
    plain_form.get_by_label("Expire at").fill("2126-12-31")
    save(plain_form)
    expect(plain_form.get_by_text("Enter a date and a time")).to_be_visible()
    expect(plain_form.get_by_label("Expire at")).to_have_value("2126-12-31")
    plain_form.get_by_label("Expire at").fill("2126-12-31 09:00")
    save(plain_form)
    plain_form.wait_for_url("**/change/")
    assert Article.objects.get(title="Quiet").expire_at


def test_shortcuts_work_right_after_the_page_has_loaded(change_form):
    assert change_form.evaluate("document.activeElement === document.body")
    change_form.keyboard.press("Control+/")
    expect(change_form.get_by_role("dialog", name="Help")).to_be_visible()
    change_form.keyboard.press("Escape")
    change_form.evaluate("document.activeElement.blur()")
    change_form.keyboard.press("Control+s")
    expect(change_form.get_by_role("status").get_by_text("Nothing has changed.")).to_be_attached()


def test_a_slug_that_is_suggested_while_the_form_is_saved_is_ignored(form):
    """The server suggests another slug than that of the new article, which is taken by it."""
    requests: list[Route] = []

    def save_slowly(route):
        response = route.fetch()
        while not requests:
            form.wait_for_timeout(50)
        requests[0].continue_()
        form.wait_for_timeout(300)
        route.fulfill(response=response)

    # The request may be made before that of the save. It is answered after it.
    form.route("**/slug/?*", lambda route: requests.append(route))
    form.route("**/add/", save_slowly)
    form.get_by_label("Title").fill("Quiet")
    with form.expect_response("**/slug/?*") as suggestion:
        save(form)
    assert suggestion.value.json() == {"slug": "quiet-2"}
    expect(form.get_by_text(SAVED)).to_be_visible()
    assert form.get_by_label("Slug").input_value() == "quiet"


def test_tags_with_commas_that_are_selected_are_saved_as_one_tag_each(form, console):
    names = ['The "Great", x', "Washington, D.C.", "بغداد، العراق", "和、平"]
    tags, chips = form.get_by_role("combobox", name="Tags"), form.locator(".tag-chips li span")
    for number, name in enumerate(names):
        editing.save_tag(Tag(name=name), [])
        tags.press_sequentially(name[:1])
        form.get_by_role("option", name=name).click()
        expect(chips).to_have_text(names[: number + 1])
    save(form)
    expect(form.get_by_text("This field is required")).to_be_visible()
    expect(chips).to_have_text(names)
    form.get_by_label("Title").fill("Quiet")
    save(form)
    expect(form.get_by_text(SAVED)).to_be_visible()
    assert set(editing.tag_names(Article.objects.get(title="Quiet"))) == set(names)
    console.clear()


def test_a_tag_in_quotation_marks_may_contain_commas(form):
    tags = form.get_by_role("combobox", name="Tags")
    tags.press_sequentially('one, "Washington, D.C.", last')
    chips = form.locator(".tag-chips li span")
    expect(chips).to_have_text(["one", "Washington, D.C."])
    tags.press("Enter")
    expect(chips).to_have_text(["one", "Washington, D.C.", "last"])


def test_the_session_is_prolonged_while_a_user_works(form, settings):
    session = Session.objects.get()
    before = session.expire_date
    data = session.get_decoded()
    data["renewed"] -= settings.SESSION_COOKIE_AGE // 2
    Session.objects.update(session_data=Session.objects.encode(data))
    body_of(form).fill("more")
    expect(form.locator("#body_preview").get_by_text("1 word")).to_be_visible()
    assert Session.objects.get().expire_date > before


@pytest.fixture
def two_forms(open_page, editor, article):
    """The form of an article that two editors have opened in two browsers."""
    url = f"/admin/articles/article/{article.pk}/change/"
    other = factories.editor("sara")
    return open_page(url, user=editor), open_page(url, user=other)


def test_changes_of_two_editors_that_do_not_overlap_are_both_saved(two_forms, article, console):
    mine, theirs = two_forms
    body_of(theirs).fill("Calm, and stillness.")
    theirs.keyboard.press("Control+s")
    expect(theirs.get_by_text(SAVED)).to_be_visible()
    mine.get_by_label("Summary").fill("Quiet.")
    body_of(mine).press("End")
    mine.keyboard.press("Control+s")
    expect(mine.get_by_text("Your 1 change and 1 other change don't overlap.")).to_be_visible()
    expect(mine.get_by_text("sara saved this article at")).to_be_visible()
    expect(mine.get_by_text(UNSAVED, exact=True)).to_be_visible()
    mine.get_by_role("button", name="Save both").click()
    expect(mine.get_by_text(SAVED)).to_be_visible()
    expect(body_of(mine)).to_have_value("Calm, and stillness.")
    assert body_of(mine).evaluate("field => field.selectionStart") == len("Calm, and stillness.")
    console.clear()
    article.refresh_from_db()
    assert (article.summary, article.body) == ("Quiet.", "Calm, and stillness.")


@pytest.mark.parametrize("scripts", [True, False])
def test_where_two_editors_overlap_the_second_one_chooses(
    open_page, editor, article, scripts, screenshot, admin_violations, overflows, console
):
    url = f"/admin/articles/article/{article.pk}/change/"
    page = open_page(url, user=editor, java_script_enabled=scripts, width=390)
    body_of(page).fill("Loud.")
    article.body = "Still."
    editing.save(article, user=factories.user("sara", first_name="Sara"))
    if scripts:
        page.keyboard.press("Control+s")
        page.get_by_role("button", name="Compare and choose").click()
    else:
        save(page)
    expect(page.get_by_role("heading", name="Sara saved this article at")).to_be_visible()
    result = page.get_by_label("Result", exact=True)
    expect(result).to_have_value("Loud")
    if scripts:
        assert admin_violations(page) == [] and not overflows(page)
        screenshot(page, "edit-conflict")
        page.get_by_label("Both").check()
        expect(result).to_have_value("Still Loud")
        result.fill("Still and loud")
        expect(page.get_by_label("The result below")).to_be_checked()
    else:
        page.get_by_label("Both").check()
    page.get_by_role("button", name="Save the result").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    console.clear()
    article.refresh_from_db()
    assert article.body == ("Still and loud." if scripts else "Still Loud.")


def test_who_is_editing_and_a_copy_on_the_server_reach_another_browser(
    two_forms, open_page, editor, console
):
    mine, theirs = two_forms
    body_of(mine).fill("Calm and quiet.")
    with mine.expect_response("**/working_copy/"):
        pass
    body_of(theirs).fill("Still.")
    expect(theirs.get_by_text("amina is editing this.")).to_be_visible()
    again = open_page(mine.url, user=editor)
    expect(again.locator("[data-draft]").get_by_text("Unsaved changes from")).to_be_visible()
    expect(body_of(again)).to_have_value("Calm.")
    again.get_by_role("button", name="Restore").click()
    expect(body_of(again)).to_have_value("Calm and quiet.")
    expect(again.get_by_text(UNSAVED, exact=True)).to_be_visible()


def test_the_form_of_a_tag_keeps_its_text_too(open_page, editor, console):
    tag = Tag.objects.get()
    page = open_page(f"/admin/articles/tag/{tag.pk}/change/", user=editor)
    page.get_by_label("Description").fill("Soldiers.")
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_text("The server can't be reached")).to_be_visible()
    expect(page.get_by_text("Offline, kept in this browser")).to_be_visible()
    page.context.set_offline(False)
    wait_for_draft(page, "Soldiers.")
    accept_dialogs(page)
    page.reload()
    expect(page.get_by_label("Description")).to_have_value("Soldiers.")
    save(page)
    page.wait_for_url("**/tag/")
    tag.refresh_from_db()
    assert tag.description == "Soldiers."
    console.clear()


def test_the_time_of_a_save_is_in_the_time_zone_of_the_profile(open_page, editor, article):
    Profile.objects.create(user=editor, time_zone="Pacific/Kiritimati")
    url = f"/admin/articles/article/{article.pk}/change/"
    page = open_page(url, user=editor, timezone_id="America/Los_Angeles")
    body_of(page).fill("Calm and quiet.")
    save(page)
    status = page.get_by_text(re.compile(r"^Saved \d"))
    expect(status).to_be_visible()
    time = datetime.strptime(
        status.inner_text().split(maxsplit=1)[1].replace("\u202f", " "), "%I:%M %p"
    )
    expected = datetime.now(ZoneInfo("Pacific/Kiritimati"))
    assert (expected - expected.replace(hour=time.hour, minute=time.minute)) < timedelta(minutes=2)
