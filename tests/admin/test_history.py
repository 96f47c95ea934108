"""The history of an article: the list of revisions, a revision as a page, restoring."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from articles import editing
from articles.models import Article, Revision, RevisionKind, Status
from articles.queries import revisions
from articles.templatetags.history_tags import age
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, log_in, user_of

pytestmark = pytest.mark.django_db


def history_url(article):
    return f"{ARTICLE_LIST}{article.pk}/history/"


def revision_url(article, number, page=""):
    return f"{history_url(article)}{number}/{page}"


def save(article, tags=None, user=None, comment="", **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    return editing.save(article, tags, user, comment)


@pytest.fixture
def article():
    """An article with three revisions."""
    article = factories.article("Peace", body="Peace is calm.", summary="Calm.", tags=["calm"])
    amina = factories.user("amina-2")
    save(article, ["calm", "war"], amina, "Say more", body="Peace is the absence of war.")
    save(article, None, amina, status=Status.ARCHIVED)
    return article


def test_the_history_lists_revisions_newest_first(editor, article):
    response = editor.get(history_url(article))
    assert [row.number for row in response.context["page"].revisions] == [3, 2, 1]
    page = html(response)
    for text in ("amina-2", "Say more", "status", "edit", "created", "<time datetime="):
        assert text in page


def test_the_state_of_a_public_article_is_marked_as_live_and_drafts_as_such(editor):
    article = factories.article("Peace")
    Revision.objects.create(article=article, number=2, fields={}, is_draft=True)
    response = editor.get(history_url(article))
    assert response.context["live_number"] == 1
    page = html(response)
    assert page.count(">Live<") == 1 and page.count(">Draft<") == 1
    save(article, status=Status.DRAFT)
    assert ">Live<" not in html(editor.get(history_url(article)))


def test_the_history_of_a_loaded_article_says_that_nobody_has_changed_it(editor):
    article = factories.article("Peace")
    loaded = {"kind": RevisionKind.LOADED, "created": timezone.now() - timedelta(days=3)}
    Revision.objects.update(**loaded)
    assert "nobody has changed it since" in html(editor.get(history_url(article)))
    save(article, body="New.")
    assert "nobody has changed it since" not in html(editor.get(history_url(article)))
    Revision.objects.all().delete()
    assert "No revision of this article is stored" in html(editor.get(history_url(article)))


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(1, "منذ دقيقة"), (2, "منذ دقيقتين"), (7, "منذ 7 دقائق"), (60 * 24 * 15, "منذ أسبوعين")],
)
def test_an_age_in_arabic_has_no_digit_for_one_and_two(minutes, text):
    with translation.override("ar"):
        words = age(timezone.now() - timedelta(minutes=minutes))
    assert words.replace("\xa0", " ") == text


def test_long_histories_have_pages(editor, article, monkeypatch):
    monkeypatch.setattr(revisions, "PAGE_SIZE", 2)
    for number in range(3):
        save(article, body=f"Text {number}.")

    def page(query=""):
        page = editor.get(history_url(article) + query).context["page"]
        return [row.number for row in page.revisions], page.newer, page.older

    assert page() == ([6, 5], None, 5)
    assert page("?below=5") == ([4, 3], 0, 3)
    assert page("?below=3") == ([2, 1], 5, None)
    assert page("?below=x") == page()


@pytest.mark.parametrize("number", [3, 45])
def test_the_history_needs_the_same_queries_at_any_length(
    editor, article, number, django_assert_max_num_queries
):
    for index in range(number):
        save(article, body=f"Text {index}.")
    editor.get(history_url(article))
    with django_assert_max_num_queries(9) as queries:
        editor.get(history_url(article))
    columns = " ".join(query["sql"] for query in queries)
    assert not any(f'"articles_revision"."{name}"' in columns for name in ("body", "fields"))


def test_a_user_who_may_not_read_articles_may_not_read_their_history(article):
    outsider = log_in(factories.user("", "view_tag"))
    for url in (history_url(article), revision_url(article, 1), f"{ARTICLE_LIST}999/history/"):
        assert outsider.get(url).status_code in (403, 404)
    viewer = log_in(factories.user("", "view_article"))
    assert viewer.get(history_url(article)).status_code == 200
    assert "Restore" not in html(viewer.get(history_url(article)))


def test_a_missing_article_or_revision_has_no_page(editor, article):
    for url in (f"{ARTICLE_LIST}999/history/", revision_url(article, 9)):
        assert editor.get(url).status_code == 404


def test_a_revision_is_displayed_as_the_site_would_show_it(editor, article):
    factories.article("War")
    save(article, body="## Begin\n\nSee [[War]].\n\n## End\n", summary="Lead.")
    page = html(editor.get(revision_url(article, 4)))
    assert '<a href="/articles/war/">War</a>' in page
    assert "Lead." in page and 'href="#begin"' in page and "noindex" in page
    assert "Peace is calm." in html(editor.get(revision_url(article, 1)))
    assert "war" not in html(editor.get(revision_url(article, 1))).split("article-tags")[1][:200]


def test_an_editor_restores_a_revision(editor, article):
    save(article, title="Concord", slug="concord")
    page = html(editor.get(revision_url(article, 1, "restore/")))
    assert "</span><bdi>Concord</bdi></del>" in page and "Archived" not in page
    response = editor.post(revision_url(article, 1, "restore/"), {"revision": 4}, follow=True)
    assert "Revision 1 is restored." in html(response)
    stored = Article.objects.get(pk=article.pk)
    assert (stored.title, stored.slug, stored.body) == ("Peace", "peace", "Peace is calm.")
    assert editing.tag_names(stored) == ["calm"]
    assert stored.former == ["Concord"]
    newest = stored.revisions.last()
    assert (newest.kind, newest.editor, newest.comment) == (
        RevisionKind.RESTORED,
        "amina",
        "Restored revision 1",
    )


def test_restoring_leaves_status_and_dates_as_they_are(editor, article):
    editor.post(revision_url(article, 1, "restore/"), {"revision": 3})
    assert Article.objects.get(pk=article.pk).status == Status.ARCHIVED


def test_a_revision_of_a_live_article_can_be_restored_as_a_draft(editor):
    article = factories.article("Peace", body="One.")
    save(article, body="Two.")
    assert "Restore as a draft" in html(editor.get(revision_url(article, 1, "restore/")))
    page = editor.post(
        revision_url(article, 1, "restore/"), {"revision": 2, "_draft": ""}, follow=True
    )
    assert "readers see the article as before" in html(page)
    assert Article.objects.get().body == "Two."
    assert article.revisions.filter(is_draft=True, body="One.", kind="restored").exists()


def test_restoring_overwrites_nothing_that_was_saved_meanwhile(editor, article):
    save(article, body="Saved meanwhile.")
    response = editor.post(revision_url(article, 1, "restore/"), {"revision": 3}, follow=True)
    assert "saved this article" in html(response)
    assert Article.objects.get(pk=article.pk).body == "Saved meanwhile."


def test_restoring_needs_a_name_that_is_free(editor, article):
    save(article, title="Concord", slug="concord")
    editing.remove_former_name(article, "peace")
    factories.article("Peace")
    response = editor.post(revision_url(article, 1, "restore/"), {"revision": 4}, follow=True)
    assert "already a name" in html(response)


def test_writers_restore_a_revision_of_a_live_article_as_a_draft(writer):
    owner = user_of(writer)
    article = factories.article("Peace", status=Status.DRAFT, body="One.", owner=owner)
    save(article, body="Two.")
    writer.post(revision_url(article, 1, "restore/"), {"revision": 2})
    assert Article.objects.get().body == "One."
    save(article, body="Three.", status=Status.PUBLISHED)
    assert writer.get(revision_url(article, 1, "restore/")).status_code == 200
    writer.post(revision_url(article, 1, "restore/"), {"revision": 4})
    stored = Article.objects.get()
    assert (stored.body, stored.draft.revision.body) == ("Three.", "One.")
    assert writer.get(revision_url(article, 4, "undo/")).status_code == 403


def test_an_editor_sees_what_undoing_a_change_does_and_undoes_it(editor, article):
    url = revision_url(article, 2, "undo/")
    page = html(editor.get(url))
    assert "</span><bdi>war</bdi></del>" in page
    response = editor.post(url, follow=True)
    assert "Revision 2 is undone." in html(response)
    stored = Article.objects.get(pk=article.pk)
    assert (stored.body, stored.status) == ("Peace is calm.", Status.ARCHIVED)


def test_a_change_that_cannot_be_undone_says_why(editor, article):
    save(article, body="Another text.")
    url = revision_url(article, 2, "undo/")
    page = html(editor.get(url))
    assert "changed again since then: body" in page and "Cancel" not in page
    assert "changed again since then: body" in html(editor.post(url, follow=True))


def test_writers_undo_no_change_of_a_status_that_they_may_not_give(writer):
    article = factories.article("Peace", owner=user_of(writer))
    save(article, status=Status.DRAFT)
    save(article, body="New.")
    assert writer.post(revision_url(article, 2, "undo/")).status_code == 403
    assert Article.objects.get().status == Status.DRAFT
    writer.post(revision_url(article, 3, "undo/"))
    assert Article.objects.get().body == ""


def test_writers_are_offered_to_restore_but_not_to_undo_what_is_live(writer):
    article = factories.article("Peace")
    save(article, body="New.")
    page = html(writer.get(history_url(article)))
    assert "Restore" in page and "Undo" not in page


def test_only_forms_restore_and_undo(editor, article):
    for page in ("restore/", "undo/"):
        assert editor.put(revision_url(article, 2, page)).status_code == 405
        assert editor.get(revision_url(article, 2, page)).status_code == 200
    assert article.revisions.count() == 3
