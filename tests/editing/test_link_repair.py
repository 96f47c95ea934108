"""Changing the links of other articles to a section that has another heading now."""

import pytest

from articles import editing, markdown
from articles.models import Article, Revision, RevisionKind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def peace():
    return factories.article("Peace", aliases=["Calm"], body="# Agreements\n\n# Causes")


def heading(article, anchor):
    headings = markdown.parse(article.body, title=article.title).headings
    return next(row for row in headings if row.anchor == anchor)


def repair(article, *arguments, anchor="agreements", **options):
    headings = {"treaties": heading(article, anchor)}
    return editing.repair_section_links(article, headings, *arguments, **options)


def body(slug):
    return Article.objects.get(slug=slug).body


def test_links_by_every_name_are_changed_as_one_operation(peace):
    first = factories.article(
        "First", body="[[Peace#Treaties|x]] [[calm#treaties]] `[[Calm#Treaties]]`"
    )
    second = factories.article("Second", body="[t](/articles/peace/#treaties) [[Peace#Causes]]")
    other = factories.article("Other", body="[[First#Treaties]]")
    user = factories.editor("amina")
    assert repair(peace, user) == [first, second]
    assert body("first") == "[[Peace#Agreements|x]] [[calm#Agreements]] `[[Calm#Treaties]]`"
    assert body("second") == "[t](/articles/peace/#agreements) [[Peace#Causes]]"
    assert body("other") == other.body
    revisions = Revision.objects.filter(kind=RevisionKind.BULK)
    assert revisions.count() == 2 and len(set(revisions.values_list("operation"))) == 1
    assert set(revisions.values_list("editor", flat=True)) == {"amina"}
    assert repair(peace, user) == []


def test_articles_that_the_user_may_not_change_stay_as_they_are(peace):
    for title in ("First", "Second"):
        factories.article(title, body="[[Peace#Treaties]]")
    changed = repair(peace, None, lambda article: article.slug == "second")
    assert [article.slug for article in changed] == ["second"]
    assert body("first") == "[[Peace#Treaties]]"


def test_links_do_not_lead_to_a_heading_that_is_not_stored_yet(peace):
    factories.article("First", body="[[Peace#Treaties]]")
    peace.body = "# Later"
    assert repair(peace, anchor="later") == []
    assert body("first") == "[[Peace#Treaties]]"


def test_the_operation_can_be_undone(peace):
    factories.article("First", body="[[Peace#Treaties]] one")
    repair(peace)
    revision = Revision.objects.get(kind=RevisionKind.BULK)
    editing.undo(revision, None)
    assert body("first") == "[[Peace#Treaties]] one"


def test_links_of_all_kinds_are_changed(peace):
    links = {
        "[[Folder/Peace#Treaties|x]]": "[[Folder/Peace#Agreements|x]]",
        "[x](../Peace.md#treaties)": "[x](../Peace.md#agreements)",
        "[x][r]\n\n[r]: Peace.md#treaties": "[x][r]\n\n[r]: Peace.md#agreements",
        "![[Peace#Treaties]]": "![[Peace#Agreements]]",
        "[x](https://testserver/articles/peace/#treaties)": (
            "[x](https://testserver/articles/peace/#agreements)"
        ),
        "[[1]](peace.md#treaties)": "[[1]](peace.md#agreements)",
    }
    for number, link in enumerate(links):
        factories.article(f"Source {number}", body=link)
    assert len(repair(peace)) == len(links)
    for number, expected in enumerate(links.values()):
        assert body(f"source-{number}") == expected


def test_a_path_of_headings_and_the_mark_of_a_block_are_changed(peace):
    factories.article("First", body="[[Peace#Parts#Treaties]] [[Peace#^mark]] [[Peace#Treaties]]")
    headings = dict.fromkeys(("parts#treaties", "^mark"), heading(peace, "agreements"))
    editing.repair_section_links(peace, headings)
    assert body("first") == "[[Peace#Parts#Agreements]] [[Peace#Agreements]] [[Peace#Treaties]]"
