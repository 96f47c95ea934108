"""The admin of tags and their synonyms."""

import pytest

from articles import editing
from articles.models import Tag
from tests import factories
from tests.admin.utils import TAG_LIST, html, tag_form

pytestmark = pytest.mark.django_db


def test_renaming_a_tag_makes_the_old_name_a_synonym_and_redirects_the_old_url(editor, client):
    factories.article("Peace", tags=["history"])
    tag = Tag.objects.get()
    data = {"name": "annals", "slug": "annals", "synonyms": "past"}
    assert editor.post(*tag_form(tag, **data)).status_code == 302
    assert {synonym.name for synonym in tag.synonyms.all()} == {"history", "past"}
    response = client.get("/tags/history/")
    assert (response.status_code, response["Location"]) == (301, "/tags/annals/")


def test_tags_are_searched_by_synonyms(editor):
    editing.save_tag(Tag(name="history"), ["annals"])
    editing.save_tag(Tag(name="war"))
    response = editor.get(TAG_LIST, {"q": "ANNA"})
    assert [tag.name for tag in response.context["cl"].result_list] == ["history"]


def test_a_slug_that_refers_to_another_tag_is_a_form_error(editor):
    editing.save_tag(Tag(name="Peace"), ["Concord"])
    war = Tag(name="War", description="War")
    editing.save_tag(war)
    for taken in ("concord", "peace"):
        response = editor.post(*tag_form(war, slug=taken, description="My text"))
        assert response.status_code == 200 and "My text" in html(response)
        assert "slug" in response.context["adminform"].form.errors


def test_a_former_slug_that_refers_to_another_tag_does_not_become_a_synonym(editor):
    war = Tag(name="War", slug="battle")
    editing.save_tag(war)
    battle = Tag(name="Battle")
    editing.save_tag(battle)
    assert editor.post(*tag_form(war, slug="war")).status_code == 302
    assert not war.synonyms.exists() and Tag.objects.resolve(["battle"])["battle"] == battle


def test_the_old_name_of_a_tag_leads_to_it_even_if_its_slug_stays(editor):
    tag = Tag(name="Alliances")
    editing.save_tag(tag)
    editor.post(*tag_form(tag, name="Coalitions"))
    assert list(tag.synonyms.values_list("name", flat=True)) == ["Alliances"]
    assert Tag.objects.resolve(["alliances"])["alliances"] == tag
