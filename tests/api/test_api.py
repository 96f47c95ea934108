"""The API: what it says, to whom, how often, and what it never says."""

import json
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from articles import editing
from articles.api import decorators
from articles.graph.neighbourhood_layout import MAX_NODES
from articles.models import Article, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db

ORIGIN = "http://testserver"
REFERENCE = {"slug", "title", "language", "url"}
ENTRY = REFERENCE | {"summary", "published", "updated", "tags"}
ALLOWED = {
    "articles": {"items", "next"},
    "articles.items": ENTRY,
    "articles.items.tags": {"slug", "name"},
    "article": ENTRY | {"author", "aliases", "reading_minutes", "contents", "html", "markdown"},
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
    "search.items": ENTRY | {"snippet"},
    "search.items.tags": {"slug", "name"},
}
PATHS = {
    "articles": "articles",
    "article": "articles/peace",
    "links": "articles/peace/links",
    "backlinks": "articles/peace/backlinks",
    "graph": "articles/peace/graph",
    "tags": "tags",
    "tag": "tags/shared",
    "search": "search?q=peace",
}


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    caches["rates"].clear()


def get(client, path, status=200, **headers):
    response = client.get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.json()


def furnish():
    body = "## Start\n\nSo [[War#End|it]] goes on. [[Nowhere|Some day]] more."
    factories.article("War", tags=["shared"], body="After [[Peace]] comes this.", language="en")
    fields = {"summary": "No war.", "author": "Layla", "aliases": ["Calm"], "language": "ar"}
    return factories.article("Peace", tags=["shared", "B & c"], body=body, **fields)


def keys(said, path, found):
    """All names of fields in an answer, under the path to where they stand."""
    if isinstance(said, dict):
        found.setdefault(path, set()).update(said)
        for name, value in said.items():
            keys(value, f"{path}.{name}", found)
    elif isinstance(said, list):
        for value in said:
            keys(value, path, found)
    return found


@pytest.mark.parametrize("name", PATHS)
def test_an_answer_has_these_fields_and_no_other(client, name):
    furnish()
    found = keys(get(client, PATHS[name]), name, {})
    assert found == {path: fields for path, fields in ALLOWED.items() if path in found}
    assert len(found) == sum(path == name or path.startswith(f"{name}.") for path in ALLOWED)


def test_one_article_is_told_whole(client):
    article = furnish()
    said = get(client, "articles/peace")
    assert said["url"] == f"{ORIGIN}/articles/peace/"
    assert (said["author"], said["aliases"], said["language"]) == ("Layla", ["Calm"], "ar")
    assert said["markdown"] == article.body
    assert f'<a href="{ORIGIN}/articles/war/#end">it</a>' in said["html"]
    assert '<span class="wanted">Some day' in said["html"]
    assert said["contents"] == [{"level": 2, "text": "Start", "anchor": "start"}]
    assert said["tags"] == [{"slug": "b-c", "name": "B & c"}, {"slug": "shared", "name": "shared"}]
    assert said["published"].startswith(f"{article.created:%Y-%m-%dT%H:%M}")


def test_an_article_was_published_when_the_site_says_so(client):
    moment = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    with time_machine.travel(moment - timedelta(days=2)):
        factories.article("Peace", publish_at=moment)
    for said in (get(client, "articles/peace"), *get(client, "articles")["items"]):
        assert datetime.fromisoformat(said["published"]) == moment


def test_links_go_out_and_come_in_with_their_sentences(client):
    furnish()
    out = get(client, "articles/peace/links")["items"]
    assert [link["label"] for link in out] == ["it", "Some day"]
    assert (out[0]["before"], out[0]["after"]) == ("So ", " goes on.")
    assert (out[0]["article"]["slug"], out[0]["fragment"]) == ("war", "end")
    assert out[1]["article"] is None
    (back,) = get(client, "articles/peace/backlinks")["items"]
    assert (back["before"], back["label"], back["after"]) == ("After ", "Peace", " comes this.")
    assert back["article"]["url"] == f"{ORIGIN}/articles/war/"


def test_tags_are_told_with_what_they_gather(client):
    furnish()
    tag = Tag.objects.get(slug="shared")
    tag.description = "What both have."
    editing.save_tag(tag, ["common"])
    said = get(client, "tags/shared")
    assert (said["articles"], said["synonyms"]) == (2, ["common"])
    assert said["description"] == "What both have."
    assert {item["slug"]: item["articles"] for item in get(client, "tags")["items"]} == {
        "shared": 2,
        "b-c": 1,
    }
    assert [item["slug"] for item in get(client, "articles?tag=b-c")["items"]] == ["peace"]
    assert get(client, "articles?tag=B+%26+C")["items"] == get(client, "articles?tag=b-c")["items"]
    answer = client.get("/api/v1/articles?tag=nothing%00")
    assert answer.status_code == 404 and "no tag “nothing”" in answer.json()["detail"]


def test_names_are_found_exact_ones_first(client):
    furnish()
    factories.article("Peacekeeping")
    found = get(client, "search?q=PEACE")["items"]
    assert [item["slug"] for item in found][:2] == ["peace", "peacekeeping"]
    assert [item["slug"] for item in get(client, "search?q=calm")["items"]] == ["peace"]
    assert get(client, "search?q=peacekepping")["did_you_mean"] == "peacekeeping"
    assert len(get(client, "search?q=peace&limit=1")["items"]) == 1
    for nothing in ("%00", "---", "%20", quote("؟"), "zzzzzz"):
        assert get(client, f"search?q={nothing}")["items"] == []


def test_a_graph_holds_what_lies_within_two_links(client):
    factories.article("Far", body="[[Farthest]]")
    factories.article("Farthest")
    factories.article("Next", body="[[Far]] [[Centre]]")
    factories.article("Before", body="[[Centre]]")
    factories.article("Draft", body="[[Centre]]", status=Status.DRAFT)
    factories.article("Centre", body="[[Next]] [[Next]] [[Centre]] [[Draft]]")
    said = get(client, "articles/centre/graph")
    assert {node["slug"]: node["distance"] for node in said["nodes"]} == {
        "centre": 0,
        "next": 1,
        "before": 1,
        "far": 2,
    }
    assert sorted((edge["source"], edge["target"]) for edge in said["edges"]) == [
        ("before", "centre"),
        ("centre", "next"),
        ("next", "centre"),
        ("next", "far"),
    ]


def test_a_graph_is_bounded_and_always_the_same(client):
    for number in range(50):
        factories.article(f"In {number}", body="[[Centre]]")
        factories.article(f"Out {number}")
    factories.article("Centre", body=" ".join(f"[[Out {number}]]" for number in range(50)))
    said = get(client, "articles/centre/graph")
    slugs = {node["slug"] for node in said["nodes"]}
    assert len(said["nodes"]) == len(slugs) <= MAX_NODES
    assert {"in-0", "out-0"} <= slugs
    assert all({edge["source"], edge["target"]} <= slugs for edge in said["edges"])
    caches["default"].clear()
    assert get(client, "articles/centre/graph") == said


def test_every_name_leads_to_the_one_address(client):
    article = furnish()
    factories.rename(article, slug="quiet")
    editing.save_tag(Tag.objects.get(slug="shared"), ["links/links"])
    for path, address in {
        "articles/peace": "articles/quiet",
        "articles/CALM/links?limit=2": "articles/quiet/links?limit=2",
        "articles/peace/graph": "articles/quiet/graph",
        "tags/Links/Links": "tags/shared",
        "tags/SHARED": "tags/shared",
    }.items():
        response = client.get(f"/api/v1/{path}")
        assert (response.status_code, response["Location"]) == (301, f"/api/v1/{address}")
        assert response["Access-Control-Allow-Origin"] == "*"


def test_nothing_is_said_that_readers_may_not_see(client):
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
    named = factories.article("Secret", slug="secret")
    links = " ".join(f"[[Secret {number}|one]]" for number in range(5))
    factories.rename(named, title="Peace", slug="peace")
    named.body = f"{links} [[Other]]"
    editing.save(named, ["shared"])
    factories.article("Other", tags=["shared"])
    for path in PATHS.values():
        said = get(client, path)
        said.pop("markdown", "")
        assert "ecret" not in json.dumps(said)
    assert get(client, "tags/shared")["articles"] == 2
    for path in ("articles/secret-0", "articles/secret-3/links", "tags/secretive"):
        get(client, path, 404)
    assert all("Secret" not in item["title"] for item in get(client, "search?q=secret")["items"])
    slugs = [item["slug"] for item in get(client, "articles?tag=shared")["items"]]
    assert sorted(slugs) == ["other", "peace"]


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("articles", lambda number: factories.article(f"New {number}")),
        ("articles?tag=all", lambda number: factories.article(f"New {number}", tags=["all"])),
        ("tags", lambda number: factories.article(tags=[f"0 new {number}"])),
        (
            "articles/centre/backlinks",
            lambda number: factories.article(f"New {number}", body="[[Centre]]"),
        ),
        ("articles/centre/links", lambda number: factories.article(f"New {number}")),
    ],
)
def test_paging_gives_everything_once_while_rows_are_added(client, path, row):
    for number in range(7):
        body = "[[Centre]] twice [[Centre]]"
        factories.article(f"Old {number}", tags=["all", f"tag {number}"], body=body)
    factories.article("Centre", body=" ".join(f"[[Old {number}]]" for number in range(7)))
    whole = get(client, path)["items"]
    seen, following, number = [], f"{path}{'&' if '?' in path else '?'}limit=2", 0
    while following:
        said = get(client, following.removeprefix(f"{ORIGIN}/api/v1/"))
        assert 0 < len(said["items"]) <= 2
        seen += said["items"]
        following, number = said["next"], number + 1
        if number < 4:
            row(number)
            factories.rename(Article.objects.get(slug=f"old-{number}"), title=f"Z {number}")
    places = [json.dumps([item.get("slug"), item.get("before"), _slug(item)]) for item in seen]
    first = [json.dumps([item.get("slug"), item.get("before"), _slug(item)]) for item in whole]
    assert places[: len(first)] == first
    assert len(set(places)) == len(places)


def _slug(item):
    return (item.get("article") or {}).get("slug") if isinstance(item.get("article"), dict) else ""


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=LTE=", "cursor=" + "9" * 99]
)
def test_what_makes_no_sense_is_refused_in_words(client, query):
    said = get(client, f"articles?{query}", 400)
    assert said["status"] == 400 and said["title"] == "Bad Request"
    assert said["detail"].startswith(query.partition("=")[0])


@pytest.mark.parametrize(
    "path",
    ["articles/none", "articles/%00", "tags/none", "tags/%00", "nothing", "articles/", "a/b/c"],
)
def test_what_is_not_there_is_said_in_json(client, path):
    assert get(client, path, 404).keys() == {"title", "status", "detail"}


@pytest.mark.parametrize("path", ["search", "search?q=", "search?q=" + "x" * 201])
def test_a_search_needs_something_to_look_for(client, path):
    assert get(client, path, 400)["detail"].startswith("q: ")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["articles", "articles/peace", "nothing", "openapi.json"])
def test_it_is_read_and_nothing_else(client, method, path):
    client.handler.enforce_csrf_checks = True
    response = getattr(client, method)(f"/api/v1/{path}")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["detail"].startswith("The API is for reading")


def test_a_script_of_another_site_may_send_the_tag_of_what_it_has(client):
    answer = client.options("/api/v1/articles", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
    assert "If-None-Match" in answer["Access-Control-Allow-Headers"]


def test_the_head_of_an_answer_is_that_of_the_whole(client):
    furnish()
    whole, head = client.get("/api/v1/articles"), client.head("/api/v1/articles")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    assert head["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize("name", PATHS)
def test_it_is_not_sent_again_until_something_changed(client, django_assert_num_queries, name):
    article = furnish()
    path = f"/api/v1/{PATHS[name]}"
    first = client.get(path)
    with django_assert_num_queries(1):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{path}{'&' if '?' in path else '?'}limit=2")["ETag"] != first["ETag"]
    factories.rename(article, title="Peace again")
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("articles", 3),
        ("article", 5),
        ("links", 5),
        ("backlinks", 4),
        ("graph", 11),
        ("tags", 6),
        ("tag", 7),
    ],
)
@pytest.mark.parametrize("count", [1, 30])
def test_an_answer_costs_the_same_at_any_length(
    client, django_assert_num_queries, name, queries, count
):
    others = [f"Peace {number}" for number in range(count)]
    for other in others:
        body = " ".join(f"[[{title}]]" for title in [*others, "Peace"])
        factories.article(other, tags=["shared", other], body=body)
    body = " ".join(f"[[{title}]]" for title in others)
    factories.article("Peace", tags=["shared", *others], body=body)
    with django_assert_num_queries(queries):
        get(client, PATHS[name])


def test_who_asks_too_often_is_told_when_to_come_back(client, settings):
    settings.API_RATE = 3
    with time_machine.travel("2026-11-21T08:00:20Z", tick=False) as clock:
        assert client.head("/api/v1/articles").status_code == 200
        for _time in range(2):
            get(client, "articles")
        response = client.get("/api/v1/articles")
        assert response.status_code == 429
        assert (response["Retry-After"], response.json()["status"]) == ("41", 429)
        assert client.get("/api/v1/articles", REMOTE_ADDR="192.0.2.1").status_code == 200
        clock.shift(41)
        get(client, "articles")


def test_clients_are_told_apart_by_what_they_cannot_choose(settings):
    settings.API_RATE = 1
    for address in ("2001:db8::1", "192.0.2.1", "not an address \x00"):
        assert decorators.seconds_to_wait(address) == 0
    assert decorators.seconds_to_wait("2001:db8::2") > 0
    assert decorators.seconds_to_wait("2001:db8:0:1::2") == 0
    assert decorators.seconds_to_wait("192.0.2.2") == 0
    assert decorators.seconds_to_wait("::ffff:192.0.2.3") == 0
    assert decorators.seconds_to_wait("::ffff:192.0.2.2") > 0
    assert decorators.seconds_to_wait("not an address \x00") > 0


def test_the_openapi_document_describes_every_address(client):
    said = get(client, "openapi.json")
    assert said["openapi"].startswith("3.1") and said["info"]["version"] == "1"
    assert set(said["paths"]) == {
        "/api/v1/articles",
        "/api/v1/articles/{name}",
        "/api/v1/articles/{name}/links",
        "/api/v1/articles/{name}/backlinks",
        "/api/v1/articles/{name}/graph",
        "/api/v1/tags",
        "/api/v1/tags/{name}",
        "/api/v1/search",
    }
    names = []
    for path, operations in said["paths"].items():
        assert list(operations) == ["get"]
        operation = operations["get"]
        names.append(operation["operationId"])
        assert operation["summary"] and operation["description"]
        assert set(operation["responses"]) == {"200", "400", "404", "429"}
        in_path = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert in_path == ({"name"} if "{name}" in path else set())
    assert set(names) == set(PATHS) and len(names) == len(PATHS)
    schemas = said["components"]["schemas"]
    for reference in references(said):
        assert reference.removeprefix("#/components/schemas/") in schemas


def references(said):
    if isinstance(said, dict):
        yield from [said["$ref"]] if "$ref" in said else []
        said = list(said.values())
    if isinstance(said, list):
        for value in said:
            yield from references(value)


@pytest.mark.parametrize("name", PATHS)
def test_answers_are_what_the_openapi_document_says(client, name):
    furnish()
    document = get(client, "openapi.json")
    template = f"/api/v1/{PATHS[name]}".partition("?")[0]
    for slug in ("articles/peace", "tags/shared"):
        template = template.replace(slug, f"{slug.partition('/')[0]}/{{name}}")
    answers = document["paths"][template]["get"]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    check(get(client, PATHS[name]), schema, document["components"]["schemas"])


def check(said, schema, schemas):
    """That a value is what a schema says, as far as ours say anything."""
    if "$ref" in schema:
        check(said, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    elif "anyOf" in schema:
        kinds = [
            each for each in schema["anyOf"] if (each.get("type") == "null") == (said is None)
        ]
        check(said, kinds[0], schemas)
    elif schema["type"] == "object":
        assert set(said) == set(schema["properties"]) == set(schema["required"])
        for name, value in said.items():
            check(value, schema["properties"][name], schemas)
    elif schema["type"] == "array":
        for value in said:
            check(value, schema["items"], schemas)
    else:
        kinds = {"string": str, "integer": int, "null": type(None)}
        assert isinstance(said, kinds[schema["type"]])


def test_the_documentation_is_a_page_of_the_site(client):
    response = client.get("/api/v1/docs")
    html = response.content.decode()
    for part in ("/api/v1/articles/{name}/backlinks", "300 requests per minute", "openapi.json"):
        assert part in html
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs"
