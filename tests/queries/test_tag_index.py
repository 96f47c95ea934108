"""The list of all tags in use: its pages, its letters, and what changes it."""

import pytest

from articles.models import Status, Tag, Tagging
from articles.queries.tag_index import tag_index, tag_letters, tag_position, tags_page
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def many_tags():
    names = [f"{letter}{number:02}" for letter in "acسz" for number in range(60)]
    factories.article(tags=names)
    factories.article(tags=["b00", "a00"], status=Status.DRAFT)
    return sorted(names)


def names_of(page):
    return [tag.name for tag in page.rows]


def test_the_pages_have_all_tags_in_use_once_in_order(many_tags):
    first = tags_page("", None)
    last = first.rows[-1]
    rest = tags_page("", tag_position(last.slug, backwards=False))
    assert names_of(first) + names_of(rest) == many_tags
    assert (first.has_previous, first.has_next) == (False, True)
    assert (rest.has_previous, rest.has_next) == (True, False)
    back = tags_page("", tag_position(rest.rows[0].slug, backwards=True))
    assert names_of(back) == names_of(first) and not back.has_previous


def test_a_letter_has_its_own_tags_only(many_tags):
    assert tag_letters() == ["a", "c", "z", "س"]
    assert names_of(tags_page("س", None)) == [name for name in many_tags if name[0] == "س"]
    assert names_of(tags_page("b", None)) == []


def test_letters_are_offered_if_there_is_more_than_one_page(many_tags):
    assert tag_index().letters == ("a", "c", "z", "س")
    Tag.objects.filter(key__startswith="c").delete()
    factories.article(tags=["a00"])
    assert tag_index().letters == ()
    assert tag_index().first_page.rows[0].usage == 2


def test_a_position_at_a_tag_that_does_not_exist_is_the_beginning(many_tags):
    assert tag_position("unknown", backwards=False) is None


def test_the_taggings_of_a_tag_are_read_up_to_the_first_public_one():
    """Not all of them to join them with the tags, as PostgreSQL may do for `EXISTS`."""
    plan = Tagging.objects.public_tags().explain()
    assert "SubPlan" in plan or "CORRELATED SCALAR SUBQUERY" in plan
    assert "Join" not in plan.partition("SubPlan")[0]
