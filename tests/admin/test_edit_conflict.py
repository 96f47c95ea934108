"""Two users edit one article at the same time."""

import pytest

from articles import editing
from tests import factories
from tests.admin.utils import change_url, form_data, html

pytestmark = pytest.mark.django_db


def test_saving_over_a_newer_revision_is_an_error_once_and_names_its_editor(editor):
    article = factories.article("Peace", body="First.\n")
    form = editor.get(change_url(article))
    number = form.context["latest_revision"].number
    assert f'name="revision" value="{number}"' in html(form)
    article.body = "Theirs.\n"
    editing.save(article, user=factories.user("omar"))
    mine = form_data(body="Mine.", revision=number)
    response = editor.post(change_url(article), mine)
    assert response.status_code == 200 and "Mine." in html(response)
    assert "omar saved this article" in html(response) and change_url(article) in html(response)
    article.refresh_from_db()
    assert article.body == "Theirs.\n"
    again = response.context["latest_revision"].number
    assert editor.post(change_url(article), mine | {"revision": again}).status_code == 302
    bodies = article.revisions.order_by("number").values_list("body", flat=True)
    assert list(bodies) == ["First.\n", "Theirs.\n", "Mine."]


def test_an_edit_conflict_is_reported_even_after_another_error(editor):
    article = factories.article("Peace", body="First.\n")
    number = article.revisions.count()
    article.body = "Theirs.\n"
    editing.save(article)
    response = editor.post(change_url(article), form_data(title="", body="Mine.", revision=number))
    assert response.context["base_revision"] == number
    response = editor.post(change_url(article), form_data(body="Mine.", revision=number))
    assert response.status_code == 200 and "saved this article" in html(response)
