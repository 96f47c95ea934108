"""The fields of each response, compared with a list and with the OpenAPI document."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Status
from tests import factories
from tests.api.examples import PATHS, create_articles

pytestmark = pytest.mark.django_db

REFERENCE = {"slug", "title", "language", "url"}
SUMMARY = REFERENCE | {"summary", "published", "updated", "tags"}
FIELDS = {
    "articles": {"items", "next"},
    "articles.items": SUMMARY,
    "articles.items.tags": {"slug", "name"},
    "article": SUMMARY | {"author", "aliases", "reading_minutes", "contents", "html", "markdown"},
    "article.tags": {"slug", "name"},
    "article.contents": {"level", "text", "anchor"},
    "links": {"items", "next"},
    "links.items": {"before", "label", "after", "fragment", "article"},
    "links.items.article": REFERENCE,
    "backlinks": {"items", "next"},
    "backlinks.items": {"before", "label", "after", "article"},
    "backlinks.items.article": REFERENCE,
    "graph": {"nodes", "edges"},
    "graph.nodes": REFERENCE | {"distance"},
    "graph.edges": {"source", "target"},
    "tags": {"items", "next"},
    "tags.items": {"slug", "name", "url", "articles"},
    "tag": {"slug", "name", "url", "articles", "description", "synonyms"},
    "search": {"items", "did_you_mean"},
    "search.items": SUMMARY | {"snippet"},
    "search.items.tags": {"slug", "name"},
}


def field_names(value, path, fields):
    """Collect the names of all fields in a response, by the path of their object."""
    if isinstance(value, dict):
        fields.setdefault(path, set()).update(value)
        for name, member in value.items():
            field_names(member, f"{path}.{name}", fields)
    elif isinstance(value, list):
        for item in value:
            field_names(item, path, fields)
    return fields


@pytest.mark.parametrize("name", PATHS)
def test_a_response_has_the_listed_fields_only(get, name):
    create_articles()
    fields = field_names(get(PATHS[name]), name, {})
    assert fields == {path: names for path, names in FIELDS.items() if path in fields}
    assert len(fields) == sum(path == name or path.startswith(f"{name}.") for path in FIELDS)


def test_hidden_articles_appear_in_no_response(get):
    now = timezone.now()
    fields = {"tags": ["shared", "secretive"], "body": "[[Peace]] [[Secret]]"}
    for number, hidden in enumerate(
        [
            {"status": Status.DRAFT},
            {"status": Status.REVIEW},
            {"status": Status.ARCHIVED},
            {"publish_at": now + timedelta(days=1)},
            {"expire_at": now - timedelta(days=1)},
        ]
    ):
        factories.article(f"Secret {number}", **fields, **hidden)
    article = factories.article("Secret", slug="secret")
    links = " ".join(f"[[Secret {number}|one]]" for number in range(5))
    factories.rename(article, title="Peace", slug="peace")
    article.body = f"{links} [[Other]]"
    editing.save(article, ["shared"])
    factories.article("Other", tags=["shared"])
    for path in PATHS.values():
        response = get(path)
        response.pop("markdown", "")
        assert "ecret" not in json.dumps(response)
    assert get("tags/shared")["articles"] == 2
    for path in ("articles/secret-0", "articles/secret-3/links", "tags/secretive"):
        get(path, 404)
    assert all("Secret" not in item["title"] for item in get("search?q=secret")["items"])
    slugs = [item["slug"] for item in get("articles?tag=shared")["items"]]
    assert sorted(slugs) == ["other", "peace"]


def test_the_openapi_document_describes_every_url(get):
    document = get("openapi.json")
    assert document["openapi"].startswith("3.1") and document["info"]["version"] == "1"
    assert set(document["paths"]) == {
        "/api/v1/articles",
        "/api/v1/articles/{name}",
        "/api/v1/articles/{name}/links",
        "/api/v1/articles/{name}/backlinks",
        "/api/v1/articles/{name}/graph",
        "/api/v1/tags",
        "/api/v1/tags/{name}",
        "/api/v1/search",
    }
    operation_ids = []
    for path, operations in document["paths"].items():
        assert list(operations) == ["get"]
        operation = operations["get"]
        operation_ids.append(operation["operationId"])
        assert operation["summary"] and operation["description"]
        of_article = {"410"} if path.startswith("/api/v1/articles/{name}") else set()
        assert set(operation["responses"]) == {"200", "400", "404", "429"} | of_article
        in_path = {
            parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"
        }
        assert in_path == ({"name"} if "{name}" in path else set())
    assert set(operation_ids) == set(PATHS) and len(operation_ids) == len(PATHS)
    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def references(value):
    if isinstance(value, dict):
        yield from [value["$ref"]] if "$ref" in value else []
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


@pytest.mark.parametrize("name", PATHS)
def test_a_response_matches_its_schema_in_the_openapi_document(get, name):
    create_articles()
    document = get("openapi.json")
    template = f"/api/v1/{PATHS[name]}".partition("?")[0]
    for path in ("articles/peace", "tags/shared"):
        template = template.replace(path, f"{path.partition('/')[0]}/{{name}}")
    responses = document["paths"][template]["get"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    check(get(PATHS[name]), schema, document["components"]["schemas"])


def check(value, schema, schemas):
    """Validate a value, for the part of JSON Schema that the document uses."""
    if "$ref" in schema:
        check(value, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    elif "anyOf" in schema:
        options = [
            option
            for option in schema["anyOf"]
            if (option.get("type") == "null") == (value is None)
        ]
        check(value, options[0], schemas)
    elif schema["type"] == "object":
        assert set(value) == set(schema["properties"]) == set(schema["required"])
        for name, member in value.items():
            check(member, schema["properties"][name], schemas)
    elif schema["type"] == "array":
        for item in value:
            check(item, schema["items"], schemas)
    else:
        types = {"string": str, "integer": int, "null": type(None)}
        assert isinstance(value, types[schema["type"]])
