"""The trash in the admin: its list, restoring, deleting permanently, and who may do what."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import editing
from articles.models import Article, Status, TrashedArticle
from tests import factories
from tests.admin.utils import ARTICLE_LIST, WRITER, confirm_action, html, log_in, run_action

pytestmark = pytest.mark.django_db
TRASH = f"{ARTICLE_LIST}trash/"
RESTORE = f"{ARTICLE_LIST}restore_from_trash/"
EMPTY = f"{ARTICLE_LIST}empty_trash/"


def trash(*titles, **fields):
    return editing.delete([factories.article(title, **fields) for title in titles])


def messages(response):
    return " ".join(str(message) for message in response.context["messages"])


def deleted(client, article):
    return client.post(f"{ARTICLE_LIST}{article.pk}/delete/", {"post": "yes"}, follow=True)


def test_the_confirmation_says_that_the_article_can_be_restored(editor, peace):
    for page in (
        editor.get(f"{ARTICLE_LIST}{peace.pk}/delete/"),
        run_action(editor, "delete_selected", peace),
    ):
        assert "can be restored" in html(page) and "can't be undone" not in html(page)


def test_undo_in_the_message_restores_what_was_deleted(editor, peace):
    factories.article("War")
    for delete in (
        lambda: deleted(editor, peace),
        lambda: confirm_action(editor, "delete_selected", *Article.objects.all()),
    ):
        response = delete()
        assert f'href="{TRASH}"' in html(response) and "Undo" in html(response)
        operation = TrashedArticle.objects.first().operation
        assert f'value="{operation}"' in messages(response)
        editor.post(RESTORE, {"operation": operation})
        assert Article.objects.count() == 2 and not TrashedArticle.objects.exists()


def test_the_list_tells_who_deleted_what(editor, peace):
    deleted(editor, peace)
    page = html(editor.get(TRASH))
    assert "Peace" in page and "amina" in page and "1 deleted article can be restored" in page
    assert "The trash is empty" not in page
    for start in ("/admin/", ARTICLE_LIST):
        assert f'href="{TRASH}"' in html(editor.get(start))


def test_selected_articles_are_restored_and_one_by_its_own_button(editor):
    first, second, third = trash("First", "Second", "Third")
    editor.post(RESTORE, {"selected": [first.pk, second.pk], "only": third.pk})
    assert [article.title for article in Article.objects.all()] == ["Third"]
    editor.post(RESTORE, {"selected": [first.pk, second.pk, "x"]})
    assert Article.objects.count() == 3
    assert LogEntry.objects.filter(change_message="Restored from the trash.").count() == 3
    for data in ({}, {"selected": first.pk}, {"operation": "x"}):
        assert "Nothing was restored." in messages(editor.post(RESTORE, data, follow=True))


def test_the_message_says_what_had_to_be_changed(editor):
    [row] = trash("Peace")
    factories.article("Peace")
    text = messages(editor.post(RESTORE, {"only": row.pk}, follow=True))
    assert "was restored" in text and "“Peace (2)”" in text and "“peace-2”" in text


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(
    editor, django_assert_num_queries
):
    editor.get(TRASH)
    trash("First", "Second")
    with CaptureQueriesContext(connection) as few:
        editor.get(TRASH)
    trash(*(f"Title {number}" for number in range(20)))
    with django_assert_num_queries(len(few)):
        editor.get(TRASH)


def test_writers_see_and_restore_only_their_own_unpublished_articles():
    omar = factories.user("omar", *WRITER)
    writer = log_in(omar)
    other = trash("Other", status=Status.DRAFT)
    public = trash("Public")
    own = Article(title="Own", slug="own")
    editing.save(own, user=omar)
    mine = editing.delete([own], omar)
    page = html(writer.get(TRASH))
    assert "Own" in page and "Other" not in page and "Public" not in page
    for row in (*other, *public, *mine):
        writer.post(RESTORE, {"only": row.pk})
        writer.post(RESTORE, {"operation": row.operation})
    assert [article.title for article in Article.objects.all()] == ["Own"]


@pytest.mark.parametrize("undoes", [False, True])
def test_restoring_a_translation_names_only_articles_that_the_user_may_read(undoes):
    omar = factories.user("omar", *WRITER)
    factories.article("Peace", slug="peace")
    fields = {"language": "de", "translation_of": "peace", "status": Status.DRAFT}
    [row] = trash("Frieden", owner=omar, **fields)
    factories.article("Geheimplan", **fields)
    url = f"{ARTICLE_LIST}operations/{row.operation}/undo/" if undoes else RESTORE
    text = messages(log_in(omar).post(url, {"only": row.pk}, follow=True))
    assert "no translation of “peace”" in text and "Geheimplan" not in text


def test_readers_of_the_admin_restore_nothing(viewer):
    [row] = trash("Peace")
    assert "Peace" not in html(viewer.get(TRASH))
    viewer.post(RESTORE, {"only": row.pk})
    assert not Article.objects.exists()
    assert log_in(factories.user("nobody")).get(TRASH).status_code == 403


def test_deleting_permanently_needs_a_permission_and_a_confirmation():
    first, second, third = trash("First", "Second", "Third")
    editor = log_in(factories.user("", "change_article", "delete_article", "publish_article"))
    assert "permanently" not in html(editor.get(TRASH))
    assert editor.post(EMPTY, {"all": "on", "confirmed": "on"}).status_code == 403
    admin = log_in(factories.editor())
    assert "permanently" in html(admin.get(TRASH))
    page = html(admin.post(EMPTY, {"selected": first.pk}))
    assert "It can't be undone" in page and "First" in page and "Second" not in page
    assert TrashedArticle.objects.count() == 3
    admin.post(EMPTY, {"selected": first.pk, "confirmed": "on"})
    assert set(TrashedArticle.objects.all()) == {second, third}
    assert "2 articles" in html(admin.post(EMPTY, {"all": "on"}))
    response = admin.post(EMPTY, {"all": "on", "confirmed": "on"}, follow=True)
    assert "2 articles were deleted permanently" in messages(response)
    assert "The trash is empty" in html(response)


@pytest.mark.parametrize("url", [RESTORE, EMPTY])
def test_nothing_is_changed_by_a_link(editor, url):
    assert editor.get(url).status_code == 405
