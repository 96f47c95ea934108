"""A writer's draft of an article that an editor keeps unpublished."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Article, Draft, Revision, Status, WorkingCopy
from tests import factories
from tests.admin.utils import ARTICLE_LIST, WRITER, change_url, html, log_in, user_of

pytestmark = pytest.mark.django_db

SECRET = "Nobody but editors reads this secret"


def draft_url(article):
    return f"{ARTICLE_LIST}{article.pk}/draft/"


def archive(article):
    editing.archive([article], None)


def unpublish(article):
    editing.unpublish([article], None)


def reschedule(article):
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now() + timedelta(days=1))


def expire(article):
    Article.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(days=1))


def hide(article, how=unpublish):
    """Change all that the row of `article` has into secrets, and hide it."""
    stored = Article.objects.get(pk=article.pk)
    stored.title, stored.summary, stored.body = SECRET, SECRET, f"{SECRET}.\n\n[[{SECRET}]]"
    stored.aliases, stored.slug = [f"{SECRET} alias"], "secret-slug"
    editing.save(stored, [f"{SECRET} tag"[:40]])
    how(stored)


@pytest.fixture
def article(writer):
    """A published article with a draft of the writer."""
    article = factories.article("Peace", body="An old text.", tags=["history"])
    article.body, article.summary = "A new text.", "Proposed."
    editing.save_draft(article, user=user_of(writer))
    return article


def posted(article, **data):
    number = Draft.objects.get(pk=article.pk).revision.number
    values = {"title": "Peace", "summary": "Proposed.", "body": "A new text.", "revision": number}
    return {**values, **data}


def assert_no_secret(response):
    page = response.content.decode()
    assert SECRET not in page and "secret-slug" not in page, page


@pytest.mark.parametrize("how", [archive, unpublish, reschedule, expire])
def test_the_form_leads_to_the_draft_without_anything_of_the_article(writer, article, how):
    hide(article, how)
    response = writer.get(change_url(article), follow=True)
    assert response.redirect_chain == [(draft_url(article), 302)]
    page = html(response)
    assert "A new text." in page and "Proposed." in page and "hidden from you" in page
    assert_no_secret(response)


def test_the_draft_is_continued_and_the_article_stays_as_it_is(writer, article):
    hide(article)
    row = Article.objects.values().get(pk=article.pk)
    response = writer.post(draft_url(article), posted(article, body="A better text."), follow=True)
    assert "Draft saved." in html(response)
    assert_no_secret(response)
    assert Article.objects.values().get(pk=article.pk) == row
    draft = Draft.objects.get(pk=article.pk)
    assert draft.revision.body == "A better text." and draft.revision.tag_names == ["history"]
    assert (draft.revision.editor, draft.revision.is_draft) == ("omar", True)
    assert "better" in draft.terms
    assert (draft.revision.words_added, draft.revision.words_removed) == (1, 1)


def test_a_published_article_gets_the_draft_merged_with_its_own_changes(writer, article):
    stored = Article.objects.get(pk=article.pk)
    stored.author = "Sara"
    editing.save(stored)
    unpublish(stored)
    writer.post(draft_url(article), posted(article, body="A better text."))
    editing.publish([Article.objects.get(pk=article.pk)], None)
    newest = editing.open_newest(Article.objects.get(pk=article.pk))
    assert (newest.body, newest.fields["author"], newest.conflicts) == (
        "A better text.",
        "Sara",
        [],
    )
    assert writer.get(draft_url(article)).headers["Location"] == change_url(article)


def test_the_draft_is_discarded(writer, article):
    hide(article)
    response = writer.post(draft_url(article), posted(article, _discard="1"), follow=True)
    assert "Draft discarded." in html(response)
    assert_no_secret(response)
    assert not Draft.objects.exists()
    assert writer.get(change_url(article), follow=True).redirect_chain[0][0] != draft_url(article)


def test_what_follows_a_discarded_draft_is_no_revision_of_the_writer(writer, article):
    """Writers may read their own revisions once the article is public again."""
    hide(article)
    writer.post(draft_url(article), posted(article, _discard="1"))
    assert not Revision.objects.filter(editor="omar", body__contains=SECRET).exists()


def test_the_draft_is_copied_to_a_new_article(writer, article):
    hide(article)
    fields = writer.get(draft_url(article)).context["copied_fields"]
    assert (fields["body"], fields["tags"]) == ("A new text.", "history")
    writer.post(f"{ARTICLE_LIST}add/", {**fields, "title": "Peace II", "_draft": "1"})
    copy = Article.objects.get(title="Peace II")
    assert (copy.body, copy.status, copy.owner) == ("A new text.", "draft", user_of(writer))


def test_text_that_was_being_typed_when_the_article_was_hidden_is_saved_in_the_draft(
    writer, article
):
    hide(article)
    data = posted(article, language="en", body="Typed meanwhile.", _draft="1")
    response = writer.post(change_url(article), data)
    assert response.status_code == 403 and "Typed meanwhile." in html(response)
    assert_no_secret(response)
    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields}
    writer.post(draft_url(article), posted(article, **again))
    assert Draft.objects.get(pk=article.pk).revision.body == "Typed meanwhile."


def test_saving_in_place_says_that_the_article_was_hidden(writer, article):
    hide(article)
    data = posted(article, language="en", _draft="1")
    response = writer.post(change_url(article), data, headers={"accept": "application/json"})
    assert response.status_code == 403 and "hidden from you" in response.json()["error"]


@pytest.mark.parametrize(
    "button", ["_draft", "_submit", "_publish", "_unpublish", "_archive", "_schedule"]
)
def test_posted_buttons_never_change_the_hidden_article(writer, article, button):
    hide(article)
    row = Article.objects.values().get(pk=article.pk)
    data = posted(article, language="en", title="Taken over", **{button: "1"})
    for url in (change_url(article), draft_url(article)):
        assert_no_secret(writer.post(url, data))
    assert Article.objects.values().get(pk=article.pk) == row


@pytest.mark.parametrize(
    "page", ["history/", "compare/", "share/", "impact/", "discard/", "unschedule/", "delete/"]
)
def test_other_pages_of_the_article_stay_closed(writer, article, page):
    hide(article)
    url = f"{ARTICLE_LIST}{article.pk}/{page}"
    for response in (writer.get(url, follow=True), writer.post(url, follow=True)):
        assert_no_secret(response)
    assert Draft.objects.filter(pk=article.pk).exists()


def test_the_list_and_the_search_do_not_show_the_article(writer, article):
    hide(article)
    for query in ("", "?q=secret", "?q=text", "?state=mine", "?state=changed"):
        assert_no_secret(writer.get(f"{ARTICLE_LIST}{query}"))


def test_what_another_user_has_changed_in_the_draft_is_not_shown(writer, article):
    hide(article, expire)
    article.body = f"{SECRET}, added by an editor."
    editing.save_draft(article, user=factories.editor("amina"))
    response = writer.get(draft_url(article))
    assert "This is what you saved last." in html(response) and "A new text." in html(response)
    assert_no_secret(response)
    response = writer.post(draft_url(article), posted(article, body="Mine."))
    assert response.status_code == 404 and "Mine." in html(response)
    assert_no_secret(response)
    assert SECRET in Draft.objects.get(pk=article.pk).revision.body


def test_a_draft_that_was_published_meanwhile_gives_the_text_back(writer, article):
    data = posted(article, body="Typed meanwhile.")
    editing.save_row(Article.objects.get(pk=article.pk), Status.ARCHIVED)
    response = writer.post(draft_url(article), data)
    assert response.status_code == 404 and "Typed meanwhile." in html(response)


def test_a_second_window_does_not_overwrite_the_first_unseen(writer, article):
    hide(article)
    first, second = posted(article, body="First."), posted(article, body="Second.")
    writer.post(draft_url(article), first)
    response = writer.post(draft_url(article), second)
    assert "Another editor saved" in html(response) and "Second." in html(response)
    assert Draft.objects.get(pk=article.pk).revision.body == "First."


def test_invalid_fields_and_names_of_hidden_articles_are_told_without_these(writer, article):
    hide(article)
    factories.article(f"{SECRET} too", status=Status.DRAFT, aliases=["War"])
    for title, error in (("", "required"), ("War", "already used")):
        response = writer.post(draft_url(article), posted(article, title=title))
        assert error in html(response)
        assert_no_secret(response)


@pytest.mark.parametrize("permissions", [WRITER, ("add_article",), ()])
def test_other_users_do_not_reach_the_draft(article, permissions):
    hide(article)
    other = log_in(factories.user("sara", *permissions))
    other.post(draft_url(article), posted(article, body="Foreign."))
    assert Draft.objects.get(pk=article.pk).revision.body == "A new text."
    response = other.get(draft_url(article), follow=True)
    assert "A new text." not in html(response)
    assert_no_secret(response)


def test_unsaved_changes_are_restored_and_compared(writer, article):
    user = user_of(writer)
    editing.store_working_copy(user, "a" * 32, article, 2, {"body": "Typed before."})
    hide(article)
    form_id = WorkingCopy.objects.get().form_id
    response = writer.get(f"{change_url(article)}?restore={form_id}", follow=True)
    assert "Typed before." in html(response)
    assert_no_secret(response)
    url = f"{ARTICLE_LIST}compare_working_copy/?id={form_id}"
    response = writer.get(url)
    assert "Typed before." in html(response)
    assert_no_secret(response)
