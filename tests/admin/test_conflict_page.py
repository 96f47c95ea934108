"""Two editors, or two windows of one, change an article: both changes are combined, and where they
overlap the second editor chooses. Nothing that was typed is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Article, Draft, Revision, WorkingCopy
from articles.signals import edit_conflict
from tests import factories
from tests.admin.utils import change_url, form_data, html, log_in, resolution, submitted

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
BASE = "One two three four five six seven.\n\nThe end.\n"


def conflict(editor, *, theirs, mine, user=None, **fields):
    """Return the article and the page after a save of `mine` over `theirs`."""
    article = factories.article("Peace", **{"body": BASE, "status": "draft", **fields})
    data = submitted(editor.get(change_url(article))) | mine
    tags = theirs.pop("tags", None)
    for name, value in theirs.items():
        setattr(article, name, value)
    editing.save(article, tags, user)
    response = editor.post(change_url(article), data)
    assert response.status_code == 409
    article.refresh_from_db()
    return article, response


def save(editor, article, data):
    response = editor.post(change_url(article), data)
    assert response.status_code == 302
    article.refresh_from_db()


def test_changes_that_do_not_overlap_are_combined_when_the_user_agrees(editor):
    sara = factories.user("sara", first_name="Sara")
    article, response = conflict(
        editor,
        user=sara,
        theirs={"body": BASE.replace("two", "2").replace("end", "END"), "summary": "Hers."},
        mine={"body": BASE.replace("six", "6"), "author": "Amina"},
    )
    page = html(response)
    assert "Sara saved this article at" in page
    assert "Your 2 changes and 3 other changes don&#x27;t overlap." in page
    assert "errornote" not in page
    assert "2" in article.body and "6" not in article.body
    save(editor, article, resolution(response))
    assert article.body == "One 2 three four five 6 seven.\n\nThe END.\n"
    assert (article.summary, article.author) == ("Hers.", "Amina")


def test_a_conflict_is_signalled(editor):
    senders = []

    def receive(sender, **kwargs):
        senders.append(sender)

    edit_conflict.connect(receive)
    conflict(editor, theirs={"summary": "Hers."}, mine={"author": "Amina"})
    assert senders == [editing.EditConflict]


@pytest.mark.parametrize(
    ("choice", "words"),
    [("theirs", "3"), ("mine", "III"), ("both", "3 III"), ("edited", "drei"), ("x", "3 III")],
)
def test_an_overlap_is_resolved_by_the_choice_of_the_user(editor, choice, words):
    article, response = conflict(
        editor,
        theirs={"body": BASE.replace("three", "3").replace("One", "1")},
        mine={"body": BASE.replace("three", "III").replace("six", "6")},
    )
    assert "1 of your changes overlaps" in html(response)
    data = resolution(response, body=choice)
    (result,) = [name for name in data if name.startswith("result_body")]
    assert data[result] == "III"
    save(editor, article, data | {result: "drei"})
    assert article.body == f"1 two {words} four five 6 seven.\n\nThe end.\n"


def test_fields_that_both_changed_are_chosen_and_others_are_combined(editor):
    article, response = conflict(
        editor,
        theirs={
            "title": "Concord",
            "summary": "Peace in theirs. Second.",
            "aliases": ["Harmony", "Calm"],
            "featured": True,
            "tags": ["law", "annals"],
        },
        mine={
            "title": "Truce",
            "summary": "Peace in base. Mine.",
            "aliases": "Harmony\nQuiet",
            "tags": "history, war",
        },
        summary="Peace in base. Second.",
        aliases=["Harmony"],
        tags=["history"],
    )
    assert html(response).count("data-conflict") == 1
    save(editor, article, resolution(response, title="mine"))
    assert article.title == "Truce" and "Concord" in article.former
    assert article.summary == "Peace in theirs. Mine." and article.featured
    assert set(article.aliases) == {"Harmony", "Calm", "Quiet"}
    assert set(editing.tag_names(article)) == {"law", "annals", "war"}


def test_status_and_dates_are_never_those_of_the_older_form(editor):
    soon = timezone.now().replace(second=30, microsecond=0) + timedelta(days=1)
    article, response = conflict(
        editor,
        theirs={"publish_at": soon, "expire_at": None, "status": "archived"},
        mine={"body": "Mine.", "publish_at": ""},
        expire_at=soon + timedelta(days=9),
    )
    save(editor, article, resolution(response))
    assert (article.publish_at, article.expire_at, article.status) == (soon, None, "archived")
    assert article.body == "Mine."


def test_values_that_the_others_removed_stay_removed(editor):
    article, response = conflict(
        editor,
        theirs={"summary": "", "aliases": [], "featured": False, "tags": []},
        mine={"body": "Mine."},
        summary="First.",
        aliases=["Harmony"],
        featured=True,
        tags=["history"],
    )
    save(editor, article, resolution(response))
    assert (article.summary, article.aliases, article.featured) == ("", [], False)
    assert editing.tag_names(article) == [] and article.body == "Mine."


def test_the_combined_text_can_be_edited_before_it_is_saved(editor):
    article, response = conflict(
        editor,
        theirs={"body": BASE.replace("two", "2")},
        mine={"body": BASE.replace("six", "6")},
    )
    data = resolution(response) | {"_edit_result": "1"}
    response = editor.post(change_url(article), data, follow=True)
    combined = BASE.replace("two", "2").replace("six", "6")
    form = submitted(response)
    assert (form["body"], form["revision"]) == (combined, 2)
    assert WorkingCopy.objects.get().fields["body"] == combined
    article.refresh_from_db()
    assert article.body == BASE.replace("two", "2")
    save(editor, article, form)
    assert article.body == combined


def test_a_third_save_during_the_conflict_is_another_conflict(editor):
    article, response = conflict(
        editor, theirs={"body": "Theirs."}, mine={"body": "Mine."}, body="First."
    )
    article.summary = "Third."
    editing.save(article)
    again = editor.post(change_url(article), resolution(response, body="both"))
    assert again.status_code == 409
    save(editor, article, resolution(again))
    assert (article.summary, article.body) == ("Third.", "Theirs Mine.")


def test_two_windows_of_one_user_lose_nothing(editor):
    article = factories.article("Peace", body=BASE, status="draft")
    first = submitted(editor.get(change_url(article)))
    second = dict(first)
    save(editor, article, first | {"body": BASE.replace("two", "2")})
    response = editor.post(change_url(article), second | {"body": BASE.replace("six", "6")})
    assert "You, in another window, saved" in html(response)
    save(editor, article, resolution(response))
    assert article.body == BASE.replace("two", "2").replace("six", "6")


def test_a_save_that_is_sent_again_is_no_conflict(editor):
    article = factories.article("Peace", body=BASE, status="draft", tags=["b", "a"])
    data = submitted(editor.get(change_url(article))) | {"body": "Mine.", "tags": "a, c, b"}
    for _attempt in range(2):
        save(editor, article, data)
    assert article.body == "Mine." and article.revisions.count() == 2


def test_a_change_by_an_action_is_combined_too_and_keeps_the_status(editor):
    article = factories.article("Peace", body=BASE, status="draft")
    data = submitted(editor.get(change_url(article))) | {"body": "Mine."}
    editing.publish([article], None)
    response = editor.post(change_url(article), data)
    assert "A command saved this article" in html(response)
    save(editor, article, resolution(response))
    assert (article.body, article.status) == (BASE, "published")
    assert Draft.objects.get().revision.body == "Mine."


def test_two_drafts_of_a_published_article_are_combined(editor):
    article = factories.article("Peace", body=BASE)
    sara = log_in(factories.editor("sara"))
    url = change_url(article)
    mine, theirs = ({**submitted(client.get(url)), "_draft": "1"} for client in (editor, sara))
    for data in (mine, theirs):
        del data["_publish"]
    assert sara.post(url, theirs | {"body": BASE.replace("two", "2")}).status_code == 302
    response = editor.post(url, mine | {"body": BASE.replace("six", "6")})
    save(editor, article, resolution(response))
    combined = BASE.replace("two", "2").replace("six", "6")
    assert article.body == BASE and Draft.objects.get().revision.body == combined


@pytest.mark.parametrize("revision", [None, "", "0", "x", "-1", "9" * 30, "2"])
def test_a_change_without_the_newest_revision_is_refused(editor, revision):
    article = factories.article("Peace", body="First.", status="draft")
    data = submitted(editor.get(change_url(article))) | {"body": "Mine."}
    del data["revision"]
    response = editor.post(
        change_url(article), data | ({} if revision is None else {"revision": revision})
    )
    assert response.status_code == 409 and "Mine." in html(response)
    article.refresh_from_db()
    assert (article.body, article.status) == ("First.", "draft")
    save(editor, article, resolution(response, body="mine"))
    assert (article.body, article.status) == ("Mine.", "draft")


def test_an_article_without_revisions_can_be_changed(editor):
    article = factories.article("Peace")
    Revision.objects.all().delete()
    save(editor, article, submitted(editor.get(change_url(article))) | {"body": "Mine."})
    assert Revision.objects.get().body == "Mine."


def test_an_edit_conflict_is_reported_even_after_another_error(editor):
    article = factories.article("Peace", body="First.", status="draft")
    article.body = "Theirs."
    editing.save(article)
    data = form_data(title="", body="Mine.", revision=1)
    response = editor.post(change_url(article), data)
    assert response.context["base_revision"] == 1
    assert editor.post(change_url(article), data | {"title": "Peace"}).status_code == 409


def test_a_form_that_is_saved_in_place_learns_whether_the_changes_overlap(editor):
    article = factories.article("Peace", body=BASE, status="draft")
    url = change_url(article)
    data = submitted(editor.get(url)) | {"body": BASE.replace("six", "6"), "_continue": "1"}
    article.body = BASE.replace("two", "2")
    editing.save(article, user=factories.user("omar"))
    answer = editor.post(url, data, headers=JSON)
    assert answer.status_code == 409
    assert (answer.json()["newest"], answer.json()["is_clean"]) == (2, True)
    assert "omar saved" in answer.json()["error"]
    wrong = editor.post(url, data | {"merge_with": "1"}, headers=JSON)
    assert wrong.status_code == 409
    saved = editor.post(url, data | {"merge_with": "2"}, headers=JSON).json()
    combined = BASE.replace("six", "6").replace("two", "2")
    assert saved["fields"] == {"body": combined} and saved["revision"] == "3"
    overlapping = data | {"body": BASE.replace("two", "II"), "merge_with": "3"}
    answer = editor.post(url, overlapping, headers=JSON)
    assert answer.status_code == 409 and answer.json()["is_clean"] is False
    article.refresh_from_db()
    assert article.body == combined


def test_the_page_of_a_conflict_with_a_text_of_another_script_loses_no_character(editor):
    base = '\n\n  بغداد مدينة السلام.\r\n<b>&amp; "x"</b>\n'.replace("\r\n", "\n")
    article, response = conflict(
        editor,
        theirs={"body": base.replace("السلام", "الحرب")},
        mine={"body": base.replace('"x"', "'y' 𝒛")},
        body=base,
    )
    save(editor, article, resolution(response))
    assert article.body == base.replace("السلام", "الحرب").replace('"x"', "'y' 𝒛")


def test_a_user_without_permission_can_not_post_the_page(viewer):
    article = factories.article("Peace")
    data = {"parts_body": "1", "part_body_0": "x", "_edit_result": "1", "revision": "1"}
    assert viewer.post(change_url(article), data).status_code == 403
    assert log_in(factories.user("")).post(change_url(article), data).status_code == 403
    assert not WorkingCopy.objects.exists() and Article.objects.get().body == ""


def test_a_conflict_does_not_show_a_base_that_the_user_may_not_read(writer):
    article, sara = factories.article("Peace", body="Live."), factories.editor("sara")
    article.body = "Secret."
    hidden = editing.save_draft(article, user=sara)
    editing.discard_draft(article, user=sara)
    data = form_data(title="Peace", slug="peace", body="Mine.", revision=hidden.number, _draft="1")
    response = writer.post(change_url(article), data)
    assert response.status_code == 409 and "Mine." in html(response)
    assert "Secret." not in html(response)


def test_a_combined_text_with_a_nul_character_can_be_edited(editor):
    article = factories.article("Peace")
    data = form_data(revision="1", _edit_result="1", parts_body="1", part_body_0="Pe\0ace")
    assert editor.post(change_url(article), data).status_code == 302
    assert WorkingCopy.objects.get().fields["body"] == "Peace"


def test_a_combined_text_that_is_too_long_is_refused_and_stays_on_the_page(editor):
    article = factories.article("Peace", body="Live.")
    data = form_data(revision="1", _edit_result="1", parts_body="1", part_body_0="x" * 2_000_001)
    response = editor.post(change_url(article), data)
    assert response.status_code == 200 and "x" * 2_000_001 in html(response)
    assert Article.objects.get().body == "Live."
