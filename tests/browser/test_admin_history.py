"""The history of an article and the recent changes of the site, in a browser."""

import pytest
from playwright.sync_api import expect

from articles import editing
from articles.models import Article, Profile, Revision, Status
from tests import factories

LIST = "/admin/articles/article"
PARAGRAPHS = "\n\n".join(f"Paragraph {number} stays as it is." for number in range(9))


@pytest.fixture
def article(editor):
    """An article in Arabic and English that was changed twice, and a change of two articles."""
    article = factories.article("Peace", body=f"Old words.\n\n{PARAGRAPHS}", tags=["calm"])
    article.body = f"New words.\n\n{PARAGRAPHS}\n\nنص جديد."
    editing.save(article, ["war"], editor, "Say what peace is")
    article.title = "Concord"
    editing.save(article, user=editor)
    drafts = [factories.article(title, status=Status.DRAFT) for title in ("One", "Two")]
    editing.publish(drafts, editor)
    return article


def paths(article, editor):
    operation = Revision.objects.filter(kind="bulk")[0].operation
    Profile.objects.create_feed_token(editor.pk)
    return (
        f"{LIST}/{article.pk}/history/",
        f"{LIST}/{article.pk}/compare/?old=1&new=3",
        f"{LIST}/{article.pk}/history/2/",
        f"{LIST}/{article.pk}/history/2/restore/",
        f"{LIST}/{article.pk}/history/2/undo/",
        f"{LIST}/recent-changes/",
        f"{LIST}/recent-changes/feed/",
        f"{LIST}/operations/{operation}/",
        f"{LIST}/operations/{operation}/undo/",
    )


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_axe_finds_nothing_in_histories(
    open_page, admin_violations, overflows, screenshot, article, editor, locale
):
    page = open_page("/admin/", user=editor, locale=locale)
    for path in paths(article, editor):
        page.goto(path)
        assert admin_violations(page) == [], path
        for width in (375, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert not overflows(page), (path, width)
        screenshot(page, f"{path.strip('/').replace('/', '-').partition('?')[0]}-{locale}")


def test_two_revisions_are_compared_and_a_change_is_undone_with_the_keyboard_alone(
    open_page, article, editor
):
    """Without JavaScript, too."""
    page = open_page(f"{LIST}/{article.pk}/history/", user=editor, java_script_enabled=False)
    page.get_by_role("radio", name="Compare from revision 2").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Compare selected revisions").press("Enter")
    expect(page.get_by_role("deletion").filter(has_text="Old")).to_be_visible()
    expect(page.get_by_role("insertion").filter(has_text="New")).to_be_visible()
    expect(page.get_by_text("Paragraph 5 stays")).to_be_hidden()
    page.get_by_text("unchanged paragraphs").press("Enter")
    expect(page.get_by_text("Paragraph 5 stays")).to_be_visible()
    page.get_by_role("link", name="History").last.press("Enter")
    page.get_by_role("link", name="Undo this change (2)").press("Enter")
    page.get_by_role("button", name="Undo this change").press("Enter")
    expect(page.get_by_text("Revision 2 is undone.")).to_be_visible()
    assert Article.objects.get(pk=article.pk).body.startswith("Old words.")
