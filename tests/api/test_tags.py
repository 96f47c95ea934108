"""The list of tags, and a tag."""

import pytest

from articles import editing
from articles.models import Tag
from tests.api.examples import create_articles

pytestmark = pytest.mark.django_db


def test_tags_have_the_number_of_their_articles(get):
    create_articles()
    items = get("tags")["items"]
    assert {item["slug"]: item["articles"] for item in items} == {"shared": 2, "b-c": 1}


def test_a_tag_has_its_description_and_synonyms(get):
    create_articles()
    tag = Tag.objects.get(slug="shared")
    tag.description = "What both have."
    editing.save_tag(tag, ["common"])
    response = get("tags/shared")
    assert (response["articles"], response["synonyms"]) == (2, ["common"])
    assert response["description"] == "What both have."
