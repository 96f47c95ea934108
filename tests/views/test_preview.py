"""Link previews as JSON."""

import re
from urllib.parse import quote

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_preview_has_title_summary_and_the_first_uploaded_image(client):
    body = "![No](https://example.org/x.png)\n\n![A > map](/media/a%20map.png) ![b](/media/b.png)"
    factories.article("Peace", summary="The absence of war.", body=body)
    assert client.get("/articles/peace/preview/").json() == {
        "title": "Peace",
        "summary": "The absence of war.",
        "language": "en",
        "direction": "ltr",
        "picture": {"src": "/media/a%20map.png", "alt": "A > map"},
    }


def test_a_preview_without_a_summary_has_the_first_sentences(client):
    factories.article("سلام", language="ar", body="First one. Second one. " + "And so on " * 60)
    preview = client.get(f"/articles/{quote('سلام')}/preview/").json()
    assert preview["summary"] == "First one. Second one."
    assert (preview["direction"], preview["picture"]) == ("rtl", None)
    factories.article("Long", body="word " * 400)
    assert re.fullmatch(r"(word )+…", client.get("/articles/long/preview/").json()["summary"])


def test_a_preview_takes_one_query(client, django_assert_num_queries):
    factories.article("Peace")
    with django_assert_num_queries(1) as queries:
        client.get("/articles/peace/preview/")
    assert '"html"' not in queries[0]["sql"]


def test_other_names_redirect_and_hidden_articles_are_not_found(client):
    factories.article("Peace", aliases=["Calm"])
    factories.article("Golf/Preview")
    factories.hidden_articles()
    assert client.get("/articles/calm/preview/")["Location"] == "/articles/peace/preview/"
    assert client.get("/articles/golf/preview/")["Location"] == "/articles/golf-preview/"
    for name in ("secret-draft", "secret-of-old", "secret-of-tomorrow", "%00", "nothing"):
        response = client.get(f"/articles/{name}/preview/")
        assert response.status_code == 404 and b"Secret" not in response.content
    assert client.post("/articles/peace/preview/").status_code == 405
