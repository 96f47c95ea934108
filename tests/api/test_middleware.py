"""Methods, CORS, HEAD, conditional GET, and the number of queries."""

import pytest

from tests import factories
from tests.api.examples import PATHS, create_articles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["articles", "articles/peace", "nothing", "openapi.json"])
def test_the_api_is_read_only(client, method, path):
    client.handler.enforce_csrf_checks = True
    response = getattr(client, method)(f"/api/v1/{path}")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["detail"].startswith("The API is read-only")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["articles", "articles/peace", "nothing", "openapi.json"])
def test_a_preflight_request_allows_conditional_requests(client, path):
    response = client.options(f"/api/v1/{path}", headers={"Origin": "https://other.example"})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (204, "*")
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]


def test_responses_do_not_vary_by_origin(client):
    response = client.get("/api/v1/articles", headers={"Origin": "https://other.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Expose-Headers"] == "ETag, Retry-After"
    assert "Origin" not in response.get("Vary", "")


def test_head_has_the_headers_of_get(client):
    create_articles()
    get, head = client.get("/api/v1/articles"), client.head("/api/v1/articles")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", get["ETag"])
    assert head["Content-Length"] == str(len(get.content))


@pytest.mark.parametrize("name", PATHS)
def test_a_conditional_request_gets_304_until_content_changes(
    client, django_assert_num_queries, name
):
    article = create_articles()
    path = f"/api/v1/{PATHS[name]}"
    first = client.get(path)
    with django_assert_num_queries(1):
        response = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (response.status_code, response.content) == (304, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{path}{'&' if '?' in path else '?'}limit=2")["ETag"] != first["ETag"]
    factories.rename(article, title="Peace again")
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_generated_text_is_in_the_language_of_the_site(get):
    create_articles()
    html = get("articles/peace", **{"Accept-Language": "ar"})["html"]
    assert '<span class="visually-hidden" lang="en"> (no article yet)</span>' in html


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("articles", 3),
        ("article", 4),
        ("links", 5),
        ("backlinks", 5),
        ("graph", 11),
        ("tags", 6),
        ("tag", 7),
    ],
)
@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_is_constant(get, django_assert_num_queries, name, queries, count):
    titles = [f"Peace {number}" for number in range(count)]
    for title in titles:
        body = " ".join(f"[[{other}]]" for other in [*titles, "Peace"])
        factories.article(title, tags=["shared", title], body=body)
    body = " ".join(f"[[{title}]]" for title in titles)
    factories.article("Peace", tags=["shared", *titles], body=body)
    with django_assert_num_queries(queries):
        get(PATHS[name])
