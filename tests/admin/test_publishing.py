"""The buttons of the article form: drafts, review, schedule and publication."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from articles import editing
from articles.admin.publishing import live_version
from articles.models import Article, Draft, Revision, Status
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    WRITER,
    change_form,
    change_url,
    form_data,
    html,
    log_in,
    submitted,
)

pytestmark = pytest.mark.django_db

FUTURE = "2126-11-30 09:00"


def row():
    return Article.objects.get()


def press(client, button, article=None, **data):
    """Open the form, change it and press a button, as a browser without JavaScript does."""
    article = article or row()
    page = client.get(change_url(article))
    posted = {name: value for name, value in submitted(page).items() if name != "_publish"}
    return client.post(change_url(article), posted | data | {button: "1"}, follow=True)


def messages(response):
    return " ".join(str(message) for message in response.context["messages"])


def errors(response):
    return response.context["adminform"].form.errors


def buttons(page):
    form = page.context["adminform"].form
    return [button.name for button in form.buttons]


def test_the_form_has_a_chip_for_the_state_and_no_field_for_the_status(editor):
    factories.article("Peace")
    page = html(editor.get(change_url(row())))
    assert 'data-state="live">Live</b>' in page and 'name="status"' not in page


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, ["_draft", "_submit", "_publish", "_schedule"]),
        ("draft", ["_draft", "_submit", "_publish", "_schedule", "_archive"]),
        ("review", ["_draft", "_return", "_publish", "_schedule", "_archive"]),
        (
            "published",
            ["_draft", "_submit", "_publish", "_schedule", "_unpublish", "_archive"],
        ),
        ("archived", ["_draft", "_publish", "_schedule", "_unpublish"]),
    ],
)
def test_editors_and_writers_see_the_buttons_that_they_may_press(editor, status, expected):
    omar = factories.user("omar", *WRITER)
    url = ADD_ARTICLE
    if status:
        article = factories.article("Peace", status=status)
        Article.objects.update(owner=omar)
        url = change_url(article)
    page = editor.get(url)
    assert buttons(page) == expected
    assert all(f'name="{button}"' in html(page) for button in expected)
    if status in (None, "draft", "review"):
        page = log_in(omar).get(url)
        assert buttons(page) == [name for name in expected if name in ("_draft", "_submit")]
        assert 'name="_publish"' not in html(page)


def test_the_first_button_of_the_form_saves_a_draft(editor):
    """Browsers press it when Enter is hit in a field."""
    article = factories.article("Peace")
    press(editor, "_draft", body="Draft.")
    page = html(editor.get(change_url(article)))
    form = page[page.index('id="article_form"') : page.index("</form>", page.index("_archive"))]
    assert form.index('type="submit" name="_draft"') < form.index('type="submit" name="_publish"')
    first = min(form.index(text) for text in ('type="submit" name=', "formaction") if text in form)
    assert form[first:].startswith('type="submit" name="_draft"')


def test_a_draft_of_a_published_article_is_saved_opened_and_published(editor):
    article = factories.article("Peace", body="First.")
    response = press(editor, "_draft", body="Second.", title="Concord", edit_summary="Clearer")
    assert messages(response).startswith("Draft saved. Readers see the version of ")
    assert (row().body, row().title) == ("First.", "Peace")
    assert Draft.objects.get().revision.comment == "Clearer"
    page = editor.get(change_url(article))
    assert "Second." in html(page) and "Live + draft" in html(page)
    assert f"{article.pk}/compare/?old=1&amp;new=2" in html(page)
    response = press(editor, "_publish")
    assert messages(response).startswith("Published. Visible to readers.")
    assert (row().body, row().title) == ("Second.", "Concord")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("legacy", ["_save", "_continue", "_addanother", "x"])
def test_a_script_that_posts_no_button_of_the_form_publishes_nothing(editor, legacy):
    factories.article("Peace", body="First.")
    press(editor, legacy, body="Second.")
    assert row().body == "First." and Draft.objects.get().revision.body == "Second."
    editor.post(ADD_ARTICLE, form_data(title="War", **{legacy: "1"}))
    assert Article.objects.get(title="War").status == Status.DRAFT


def test_a_posted_status_and_two_buttons_are_refused_with_the_text(editor):
    for data in ({"status": "published"}, {"_draft": "1", "_publish": "1"}):
        response = editor.post(ADD_ARTICLE, form_data(body="My words.", **data))
        assert errors(response)["__all__"] and "My words." in html(response)
    assert not Article.objects.exists()


def test_a_draft_is_discarded(editor):
    article = factories.article("Peace", body="First.")
    press(editor, "_draft", body="Second.")
    url = f"/admin/articles/article/{article.pk}/discard/"
    assert editor.get(url).status_code == 405
    response = editor.post(url, {"revision": "1"}, follow=True)
    assert "while you were editing" in messages(response) and Draft.objects.exists()
    response = editor.post(url, {"revision": "2"}, follow=True)
    assert "Draft discarded" in messages(response)
    assert not Draft.objects.exists() and "First." in html(response)
    assert "nothing to change" in messages(editor.post(url, {"revision": "3"}, follow=True))


def test_drafts_and_schedules_are_changed_by_users_with_the_permission(editor, writer, viewer):
    article = factories.article("Peace")
    press(editor, "_schedule", body="Second.", publish_change_at=FUTURE)
    for client in (writer, viewer):
        for name in ("discard", "unschedule"):
            url = f"/admin/articles/article/{article.pk}/{name}/"
            assert client.post(url, {"revision": "2"}).status_code == 403
    assert Draft.objects.get().publish_at


def test_a_name_that_is_taken_is_told_when_a_draft_is_saved_and_when_it_is_published(editor):
    factories.article("Peace")
    press(editor, "_draft", title="Concord", slug="concord")
    factories.article("Concord", slug="concord")
    peace = Article.objects.get(title="Peace")
    for button in ("_draft", "_publish"):
        response = press(editor, button, peace, title="Concord", slug="concord")
        assert {*errors(response)} == {"title", "slug"}


def test_review_by_buttons(editor):
    omar = factories.user("omar", *WRITER)
    writer = log_in(omar)
    response = writer.post(ADD_ARTICLE, form_data(body="Draft.", _submit="1"), follow=True)
    assert messages(response) == "Submitted for review. Not visible to readers."
    assert row().status == Status.REVIEW
    assert list(errors(press(editor, "_return"))) == ["note"]
    response = press(editor, "_return", note="Which war?")
    assert "with your note" in messages(response)
    assert row().status == Status.DRAFT
    page = html(writer.get(change_url(row())))
    assert "Which war?" in page and "amina sent this back" in page
    press(writer, "_submit", body="The Thirty Years' War.")
    press(editor, "_publish")
    assert row().is_public and "amina sent this back" not in html(editor.get(change_url(row())))


def test_saving_an_article_in_review_keeps_it_in_review(editor):
    factories.article("Peace", status="review")
    press(editor, "_draft", body="More.")
    assert (row().status, row().body) == ("review", "More.")


@pytest.mark.parametrize(
    ("status", "button"),
    [
        ("draft", "_return"),
        ("published", "_return"),
        ("draft", "_unpublish"),
        ("archived", "_submit"),
        ("archived", "_archive"),
        ("review", "_submit"),
    ],
)
def test_a_button_that_the_form_does_not_have_is_refused_with_the_text(editor, status, button):
    article = factories.article("Peace", status=status, body="First.")
    url, data = change_form(article, body="My words.", note="x", **{button: "1"})
    response = editor.post(url, data)
    assert errors(response)["__all__"] and "My words." in html(response)
    assert (row().status, row().body) == (status, "First.")


def test_the_text_of_the_form_is_saved_when_an_article_is_unpublished_or_archived(editor):
    factories.article("Peace")
    response = press(editor, "_unpublish", body="One.")
    assert messages(response) == "Draft saved. Not visible to readers."
    assert (row().status, row().body) == ("draft", "One.")
    press(editor, "_archive", body="Two.")
    assert (row().status, row().body) == ("archived", "Two.")
    press(editor, "_unpublish")
    assert row().status == "draft"


def test_an_article_is_scheduled_by_a_button(editor):
    factories.article("Peace", status="draft")
    response = press(editor, "_schedule", publish_at=FUTURE)
    assert messages(response) == (
        "Scheduled. Not visible to readers until Nov. 30, 2126, 9 a.m. UTC."
    )
    assert row().publish_at == datetime(2126, 11, 30, 9, tzinfo=UTC) and not row().is_public
    page = editor.get(change_url(row()))
    assert "Scheduled: 30 Nov 2126 09:00 UTC" in html(page) and "Time zone: UTC" in html(page)
    response = press(editor, "_draft", body="More.")
    assert "will be published on Nov. 30, 2126, 9 a.m. UTC" in messages(response)
    assert row().body == "" and not row().is_public
    press(editor, "_publish", publish_at="")
    assert row().is_public and row().body == "More."


def test_a_change_is_scheduled_and_cancelled_by_buttons(editor):
    article = factories.article("Peace")
    response = press(editor, "_schedule", body="Second.", publish_change_at=FUTURE)
    text = "The change is scheduled for Nov. 30, 2126, 9 a.m. UTC. Readers see the version of"
    assert messages(response).startswith(text)
    page = html(editor.get(change_url(article)))
    assert "Live + change on 30 Nov 2126 09:00 UTC" in page and f'value="{FUTURE}"' in page
    url = f"/admin/articles/article/{article.pk}/unschedule/"
    assert "still a draft" in messages(editor.post(url, follow=True))
    assert Draft.objects.get().publish_at is None
    press(editor, "_schedule", publish_change_at=FUTURE)
    assert Draft.objects.get().publish_at
    response = press(editor, "_draft", body="Third.")
    assert "not scheduled any more" in messages(response)
    assert Draft.objects.get().publish_at is None and row().body == ""


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize(
    ("button", "date", "words"),
    [
        ("_schedule", "", "Enter the date"),
        ("_schedule", "2126-11-30", "Enter a date and a time"),
        ("_schedule", "2020-11-30 09:00", "in the past"),
        ("_publish", FUTURE, "Schedule"),
    ],
)
def test_half_typed_and_contradictory_dates_are_refused(editor, published, button, date, words):
    factories.article("Peace", body="First.", status="published" if published else "draft")
    field = "publish_change_at" if published else "publish_at"
    response = press(editor, button, body="My words.", **{field: date})
    assert words in errors(response)[field][0] and "My words." in html(response)
    assert row().body == "First." and not Draft.objects.exists()


def test_a_date_for_the_change_needs_the_button_to_schedule(editor):
    factories.article("Peace")
    assert (
        "Schedule"
        in errors(press(editor, "_draft", publish_change_at=FUTURE))["publish_change_at"][0]
    )


def test_a_change_is_not_scheduled_after_the_article_expires(editor):
    factories.article("Peace", expire_at=timezone.now() + timedelta(days=1))
    response = press(editor, "_schedule", body="Second.", publish_change_at=FUTURE)
    assert "expires before" in errors(response)["publish_change_at"][0]


def test_the_form_says_why_a_scheduled_change_was_not_published(editor):
    factories.article("Peace")
    press(editor, "_schedule", title="Concord", slug="concord", publish_change_at=FUTURE)
    factories.article("Concord", slug="other")
    with time_machine.travel(datetime(2126, 12, 1, tzinfo=UTC)):
        editing.publish_due()
    page = html(editor.get(change_url(Article.objects.get(slug="peace"))))
    assert "could not be published" in page and "Concord" in page


def test_the_form_shows_what_the_published_version_changed_and_where_both_differ(editor):
    article = factories.article("Peace", summary="First.")
    press(editor, "_draft", summary="Mine.")
    live = row()
    live.summary, live.author = "Theirs.", "Sara"
    editing.save(live)
    page = editor.get(change_url(article))
    assert "changed in the same fields since: summary" in html(page)
    assert "is in the form: author" in html(page)
    assert page.context["adminform"].form["author"].value() == "Sara"
    press(editor, "_publish")
    assert (row().summary, row().author) == ("Mine.", "Sara")


def test_a_draft_saved_by_another_user_meanwhile_is_a_conflict(editor):
    article = factories.article("Peace")
    data = submitted(editor.get(change_url(article)))
    other = row()
    other.body = "Theirs."
    editing.save_draft(other)
    response = editor.post(change_url(article), data | {"body": "Mine."})
    assert response.status_code == 409 and "Mine." in html(response)
    assert Revision.objects.count() == 2


def test_a_new_tag_of_a_draft_exists_from_its_publication_on(editor):
    article = factories.article("Peace", tags=["calm"])
    press(editor, "_draft", tags="calm, rare")
    assert editing.tag_names(article) == ["calm"]
    press(editor, "_draft", body="More.")
    press(editor, "_publish")
    assert editing.tag_names(article) == ["calm", "rare"]


def test_the_version_that_readers_see_is_named_by_its_day():
    article = Article(status="published", updated=datetime(2020, 11, 21, tzinfo=UTC))
    assert live_version(article) == "Readers see the version of 21 Nov 2020."
    article.expire_at = datetime(2020, 12, 1, tzinfo=UTC)
    assert "expired" in live_version(article)
