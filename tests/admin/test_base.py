"""What the admin's lists and forms have in common: bad input, failed saves, costs."""

from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError

from articles import derived, editing
from articles.models import Article, Tag
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    ARTICLE_LIST,
    TAG_LIST,
    change_url,
    form_data,
    html,
    tag_form,
)

pytestmark = pytest.mark.django_db


def test_an_invalid_form_is_redisplayed_with_everything_entered(editor):
    response = editor.post(
        ADD_ARTICLE, form_data(title="a[b", body="Words & more\x0c", tags="x, y")
    )
    page = html(response)
    assert response.status_code == 200 and set(response.context["adminform"].form.errors) == {
        "title",
        "body",
    }
    assert ">\na[b</textarea>" in page and "Words &amp; more" in page and 'value="x, y"' in page
    assert not Article.objects.exists()


VALUES = {
    "NUL": "\0",
    "form feed": "a\x0cb",
    "surrogate": "\ud800",
    "long": "x" * 3000,
    "brackets": "[[",
    "commas": ",,,",
    "line break": "a\r\nb",
    "emoji and override": "😀\u202e",
}
INVALID = {
    "title": {"NUL", "form feed", "long", "brackets"},
    "slug": set(VALUES),
    "summary": {"NUL", "form feed", "long"},
    "body": {"NUL", "form feed"},
    "tags": {"long", "brackets"},
    "aliases": {"long", "brackets"},
    "author": {"NUL", "form feed", "long", "line break"},
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", INVALID)
def test_any_value_is_saved_or_an_error_of_its_field(editor, field, value):
    data = form_data(slug="fine") | {field: VALUES[value]}
    response = editor.post(
        ADD_ARTICLE,
        urlencode(data, errors="surrogatepass"),
        content_type="application/x-www-form-urlencoded",
    )
    if value in INVALID[field]:
        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == [field]
    else:
        assert response.status_code == 302 and Article.objects.count() == 1


def test_a_name_taken_after_validation_is_a_form_error(editor, monkeypatch):
    other = factories.article("Harmony", aliases=["Concord"])
    check_names, calls = derived.check_names, []

    def check_from_second_call(article):
        calls.append(article)
        if len(calls) > 1:
            check_names(article)

    monkeypatch.setattr(derived, "check_names", check_from_second_call)
    response = editor.post(ADD_ARTICLE, form_data(title="Concord", body="My text"))
    assert response.status_code == 200 and "My text" in html(response)
    assert change_url(other) in str(response.context["adminform"].form.errors["title"])


def test_an_error_on_saving_redisplays_the_form_with_everything_entered(editor, monkeypatch):
    def fail(*_arguments, **_options):
        raise ValidationError("Not today.")

    tag = Tag(name="War")
    editing.save_tag(tag)
    monkeypatch.setattr(editing, "save_tag", fail)
    response = editor.post(*tag_form(tag, description="My text"))
    assert response.status_code == 200
    assert "My text" in html(response) and "Not today." in html(response)


def test_an_error_message_truncates_a_long_value(editor):
    response = editor.post(ADD_ARTICLE, form_data(tags="x" * 5000, aliases="[" * 5000))
    errors = str(response.context["adminform"].form.errors)
    assert len(errors) < 1500


@pytest.mark.parametrize("selected", ["abc", "9" * 40, "\0", "-1", "", "1.5"])
@pytest.mark.parametrize("action", ["publish", "delete_selected"])
@pytest.mark.parametrize("url", [ARTICLE_LIST, TAG_LIST])
def test_an_invalid_selection_selects_nothing(editor, url, action, selected):
    article = factories.article("Peace", tags=["history"], status="draft")
    data = {"action": action, "_selected_action": [selected], "post": "yes"}
    response = editor.post(url, data)
    assert (response.status_code, response["Location"]) == (302, url)
    article.refresh_from_db()
    assert article.status == "draft" and Tag.objects.exists()


@pytest.mark.parametrize("query", ["status__exact=%00", "q=%00", "tag=%00", "language=a%00"])
def test_nul_characters_in_the_query_string_are_ignored(editor, query):
    assert editor.get(f"{ARTICLE_LIST}?{query}", follow=True).status_code == 200
    assert editor.get(f"{ARTICLE_LIST}slug/?title=%00&language=%00").status_code == 200
