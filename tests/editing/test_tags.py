"""Tags that are created together are those that would be created one after the other."""

import pytest
from django.core.exceptions import ValidationError

from articles import editing
from articles.models import Tag, TagSynonym
from articles.text import names

pytestmark = pytest.mark.django_db

# Equal slugs, slugs that are names of others, synonyms and stored slugs, spellings of one name.
NAMES = ["Q&A", "Q/A", "C++", "c plus plus", "War", "war time", "Peace", "PEACE", "!!!", "هدنة"]


def create_stored():
    tag = Tag.objects.create(name="Stored", slug="war", key="stored")
    TagSynonym.objects.create(tag=tag, name="war-time", key="war time")
    TagSynonym.objects.create(tag=tag, name="q-a", key="q a")


def slugs():
    return dict(Tag.objects.values_list("key", "slug"))


def test_many_new_tags_have_the_slugs_of_tags_that_are_created_one_by_one():
    create_stored()
    together = editing.get_or_create_tags(NAMES)
    keys, expected = [tag.key for tag in together], slugs()
    Tag.objects.all().delete()
    create_stored()
    for name in sorted(NAMES, key=names.fold):
        editing.get_or_create_tags([name])
    assert slugs() == expected
    assert keys == [tag.key for tag in editing.get_or_create_tags(NAMES)]
    assert "q-a-2" in expected.values() and expected["war"] == "war-2"


def test_many_new_tags_take_as_many_queries_as_two(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        editing.get_or_create_tags(f"Topic {number}" for number in range(100))
    assert Tag.objects.count() == 100


def test_if_one_text_is_no_name_no_tag_is_created():
    with pytest.raises(ValidationError):
        editing.get_or_create_tags(["Peace", "a [[b]]", "War"])
    assert not Tag.objects.exists()
