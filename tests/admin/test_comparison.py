"""Comparing two revisions: fields in words, text by paragraph, links to the changes next to it."""

import pytest
from django.conf import settings

from articles import editing
from articles.models import Revision, Status
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, log_in

pytestmark = pytest.mark.django_db

LONG = "\n\n".join(f"Paragraph {number} stays." for number in range(9))


def save(article, tags=None, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    return editing.save(article, tags)


def compare(client, article, **numbers):
    return client.get(f"{ARTICLE_LIST}{article.pk}/compare/", numbers)


@pytest.fixture
def article():
    """An article whose second and third revisions change text and fields."""
    article = factories.article("Peace", body=f"Old words.\n\n{LONG}", tags=["calm", "war"])
    save(article, ["calm", "treaty"], body=f"New words.\n\n{LONG}", aliases=["Concord"])
    save(article, status=Status.ARCHIVED, featured=True)
    return article


def changes(response):
    return {
        change.label: (change.removed, change.added)
        for change in response.context["field_changes"]
    }


def test_fields_are_compared_in_words_and_lists_by_item(editor, article):
    assert changes(compare(editor, article, old=1, new=2)) == {
        "Tags": (["war"], ["treaty"]),
        "Aliases": ([], ["Concord"]),
    }
    assert changes(compare(editor, article, old=2, new=3)) == {
        "Status": (["Published"], ["Archived"]),
        "Featured": ([], ["yes"]),
    }


def test_words_are_marked_with_elements_and_unchanged_paragraphs_are_folded(editor, article):
    page = html(compare(editor, article, old=1, new=2))
    assert "<del><span" in page and "</span>Old</del>" in page and "</span>New</ins>" in page
    assert "8 unchanged paragraphs</summary>" in page
    page = html(compare(editor, article, old=2, new=3))
    assert "The text is the same." in page


def test_in_arabic_folded_paragraphs_of_an_english_text_are_counted_from_right_to_left(
    editor, article
):
    editor.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    page = html(compare(editor, article, old=1, new=2))
    assert '<summary lang="ar" dir="rtl">8 فقرات لم تتغير</summary>' in page


def test_without_numbers_the_newest_change_is_compared(editor, article):
    context = compare(editor, article).context
    assert (context["old"].number, context["new"].number) == (2, 3)
    context = compare(editor, article, new=2).context
    assert (context["old"].number, context["new"].number) == (1, 2)
    context = compare(editor, article, old=3, new=1).context
    assert (context["old"].number, context["new"].number) == (1, 3)


def test_the_first_revision_is_compared_with_nothing(editor, article):
    response = compare(editor, article, new=1)
    assert response.context["old"] is None
    assert changes(response)["Title"] == ([], ["Peace"])
    assert "Old words." in html(response)


def test_a_change_is_compared_with_the_state_that_the_article_had_before(editor, article):
    draft = Revision.objects.create(article=article, number=4, fields={}, is_draft=True)
    save(article, body="Live.")
    assert compare(editor, article, new=5).context["old"].number == 3
    assert compare(editor, article, new=draft.number).context["old"].number == 3


def test_changes_lead_to_the_older_and_the_newer_one(editor, article):
    context = compare(editor, article, old=1, new=2).context
    assert (context["older"], context["newer"].number) == (None, 3)
    context = compare(editor, article, new=3).context
    assert (context["older"].number, context["newer"]) == (1, None)


@pytest.mark.parametrize("numbers", [{"new": 9}, {"old": 8, "new": 2}])
def test_a_missing_revision_has_no_comparison(editor, article, numbers):
    assert compare(editor, article, **numbers).status_code == 404


def test_text_is_escaped(editor, article):
    save(article, body="<script>alert(1)</script>", aliases=["<b>"])
    page = html(compare(editor, article))
    assert (
        "<script>alert" not in page and "<b>" not in page.split('class="field-changes"')[1][:900]
    )


def test_two_long_texts_are_compared_in_bounded_time(editor, elapsed):
    words = [f"word{number % 977}" for number in range(30_000)]
    article = factories.article("Long", body=" ".join(words))
    save(article, body=" ".join(reversed(words)))
    with elapsed(5):
        assert compare(editor, article).status_code == 200


def test_only_users_who_may_read_articles_compare_them(article):
    assert compare(log_in(factories.user("", "view_tag")), article).status_code == 403
    assert compare(log_in(factories.user("", "view_article")), article).status_code == 200
