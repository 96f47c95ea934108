"""The filters of the list of articles."""

import pytest

from articles import editing
from articles.models import Status, Tag
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, titles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"status__exact": "draft"}, ["Draft"]),
        ({"links": "wanted"}, ["War"]),
        ({"links": "orphan"}, ["Draft", "Peace"]),
        ({"tag": "History"}, ["Peace"]),
        ({"tag": "annals"}, ["Peace"]),
        ({"tag": "unheard of"}, []),
        ({"language": "de"}, ["War"]),
        ({"tag": "history", "language": "de"}, []),
    ],
)
def test_articles_are_filtered_by_status_links_tag_and_language(editor, params, expected):
    factories.article("Peace", tags=["history"], body="[[War]]")
    factories.article("War", language="de", body="[[Nowhere]]")
    factories.article("Draft", status=Status.DRAFT)
    editing.save_tag(Tag.objects.get(), ["annals"])
    assert sorted(titles(editor.get(ARTICLE_LIST, params))) == expected


def test_a_filter_keeps_the_other_parameters_and_can_be_cleared(editor):
    factories.article("Peace", tags=["history"])
    page = html(editor.get(ARTICLE_LIST, {"tag": "history", "language": "en", "q": "pea"}))
    assert '<option value="history">' in page and '<option value="de">German</option>' in page
    assert '<input type="hidden" name="language" value="en">' in page
    assert 'href="?language=en&amp;q=pea"' in page
