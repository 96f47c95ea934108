"""The headers of every response, and the requests that are refused before a view runs."""

import gzip

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

from articles.http import vary_on_parameters
from config import middleware
from config.pagecache import ACTIVE, SHAREABLE
from tests import factories


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.META["REMOTE_ADDR"])


def read_cookies(read):
    """The response of a view that reads cookies, and whether it may be shared."""
    request = RequestFactory().get("/", HTTP_COOKIE="theme=dark; a=b")

    def view(request: HttpRequest) -> HttpResponse:
        read(request.COOKIES)
        return HttpResponse()

    response = middleware.shared_or_private(view)(request)
    return response.get("Cache-Control"), SHAREABLE in request.META


@pytest.mark.parametrize(
    "read",
    [
        lambda cookies: cookies.get("a"),
        lambda cookies: cookies.get("missing"),
        lambda cookies: cookies["a"],
        lambda cookies: "a" in cookies,
        lambda cookies: list(cookies),
        lambda cookies: dict(cookies),
        lambda cookies: list(cookies.items()),
        lambda cookies: len(cookies),
    ],
)
def test_a_response_that_used_another_cookie_is_private(read):
    assert read_cookies(read) == ("private, no-store", False)


def test_a_response_that_used_the_theme_or_language_may_be_shared():
    assert read_cookies(lambda cookies: (cookies["theme"], cookies.get("language"))) == (
        "public, no-cache",
        True,
    )


@vary_on_parameters("q")
def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize(
    ("read", "is_shared"),
    [
        (lambda parameters: parameters.get("q"), True),
        (lambda parameters: parameters.getlist("q") and "q" in parameters, True),
        (lambda parameters: None, True),
        (lambda parameters: parameters["page"], False),
        (lambda parameters: parameters.get("missing"), False),
        (lambda parameters: "page" in parameters, False),
        (lambda parameters: parameters.getlist("page"), False),
        (lambda parameters: list(parameters), False),
        (lambda parameters: len(parameters), False),
        (lambda parameters: parameters.copy(), False),
        (lambda parameters: parameters.urlencode(), False),
    ],
)
def test_a_response_for_which_an_undeclared_parameter_was_read_is_not_shared(read, is_shared):
    request = RequestFactory().get("/?q=a&page=2")

    def view(request: HttpRequest) -> HttpResponse:
        read(request.GET)
        request.resolver_match = ResolverMatch(search, (), {})
        return HttpResponse()

    middleware.shared_or_private(view)(request)
    assert (SHAREABLE in request.META) is is_shared


@pytest.mark.django_db
@pytest.mark.usefixtures("one_sitemap_file")
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/articles/", "/articles/peace/", "/articles/peace/links/", "/tags/", "/map/"),
        *("/articles/peace/graph/", "/articles/peace.md", "/articles/peace/preview/"),
        *("/tags/law/", "/tags/law/feed/", "/feed/", "/feed/en/", "/search/", "/search/suggest"),
        *("/sitemap.xml", "/sitemaps/articles-1.xml", "/robots.txt", "/opensearch.xml"),
    ],
)
def test_each_public_view_declares_the_parameters_that_it_reads(client, path):
    factories.article("Peace", tags=["law"])
    names = ("q", "tag", "language", "page", "letter", "after", "before", "size", "format", "x")
    for name in ("", *names):
        response = client.get(path, {name: "peace"} if name else {})
        assert SHAREABLE in response.wsgi_request.META, name


GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((path, 200) for path in ("/", "/articles/peace/", "/articles/peace.md", "/search/?q=x")),
        *((path, 200) for path in ("/feed/", "/sitemap.xml", "/opensearch.xml", "/map/")),
        *((path, 200) for path in ("/api/v1/articles", "/admin/login/")),
        ("/articles/nowhere/", 404),
    ],
)
def test_texts_are_compressed_without_the_page_cache(client, path, status):
    factories.article("Peace", summary="Calm. " * 40, body="Calm. " * 100)
    plain, response = client.get(path), client.get(path, headers=GZIP)
    assert response.status_code == status and response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert response["Content-Length"] == str(len(response.content))
    text = gzip.decompress(response.content)
    assert text == plain.content or "/admin/" in path
    # Random bytes hide how well the text was compressed.
    sizes = {len(client.get(path, headers=GZIP).content) for _ in range(5)}
    assert len(sizes) > 1, sizes


@pytest.mark.django_db
@pytest.mark.parametrize(
    "accepted", ["gzip;q=0", "gzip;q=0.0, identity", "br, deflate", "gzip;q=x"]
)
def test_nothing_is_compressed_for_clients_that_refuse_it(client, accepted):
    factories.article("Peace", body="Calm. " * 100)
    response = client.get("/articles/peace/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response
    assert "Accept-Encoding" in response["Vary"]


@pytest.mark.django_db
def test_the_page_cache_compresses_what_it_stores_and_the_middleware_all_else(client):
    factories.article("Peace", body="Calm. " * 100)
    stored = client.get("/articles/peace/", headers=GZIP, **{ACTIVE: True})
    assert "Content-Encoding" not in stored
    for path in ("/articles/nowhere/", "/search/?q=unheard"):
        assert client.get(path, headers=GZIP, **{ACTIVE: True})["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("media_type", "is_compressed"),
    [
        ("text/html; charset=utf-8", True),
        ("application/json", True),
        ("application/atom+xml; charset=utf-8", True),
        ("application/opensearchdescription+xml", True),
        ("image/svg+xml", True),
        ("image/png", False),
        ("font/woff2", False),
        ("application/zip", False),
        ("", False),
    ],
)
def test_only_texts_are_compressed(media_type, is_compressed):
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x" * 1000, headers={"Content-Type": media_type})

    request = RequestFactory().get("/", headers=GZIP)
    response = middleware.CompressionMiddleware(view)(request)
    assert ("Content-Encoding" in response) is is_compressed


def test_files_are_streamed_as_they_are():
    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(["x" * 1000], content_type="text/plain")

    request = RequestFactory().get("/", headers=GZIP)
    assert "Content-Encoding" not in middleware.CompressionMiddleware(view)(request)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/articles/", "/tags/", "/search/?q=x", "/feed/", "/map/"])
def test_pages_of_a_user_are_private(admin_client, client, path):
    assert "private" in admin_client.get(path).headers["Cache-Control"]
    assert "private" not in client.get(path).get("Cache-Control", "")


@pytest.mark.django_db
def test_a_response_that_used_the_session_is_private(client):
    for use in (
        lambda request: request.user.is_authenticated,
        lambda request: request.session.get("a"),
        lambda request: request.session.keys(),
    ):
        request = RequestFactory().get("/")

        def view(request: HttpRequest, use=use) -> HttpResponse:
            use(request)
            return HttpResponse()

        handler = SessionMiddleware(AuthenticationMiddleware(view))
        response = middleware.shared_or_private(handler)(request)
        assert response["Cache-Control"] == "private, no-store" and SHAREABLE not in request.META


PAGES = ["/", "/articles/x/", "/tags/", "/search/", "/feed/", "/sitemap.xml"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", [*PAGES, "/media/x", "/api/v1/docs"])
def test_pages_allow_only_get_and_head(client, method, path):
    response = client.generic(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "CONNECT"])
@pytest.mark.parametrize("path", PAGES)
def test_unsafe_methods_without_a_csrf_token_are_forbidden(method, path):
    response = Client(enforce_csrf_checks=True).generic(method, path)
    assert response.status_code == 403


PUBLIC_PAGES = ["/", "/articles/peace/", "/tags/", "/map/", "/search/?q=peace", "/api/v1/docs"]


@pytest.mark.parametrize(
    "path", [*PUBLIC_PAGES, "/feed/", "/api/v1/articles", "/none/", "/admin/", "/articles/draft/"]
)
def test_no_cache_stores_what_a_user_gets(admin_client, settings, path):
    settings.CDN_MAX_AGE = 60
    factories.article("Peace")
    factories.article("Draft", status="draft")
    directives = admin_client.get(path)["Cache-Control"].split(", ")
    assert {"private", "no-store"} <= set(directives)
    assert not {"public", "s-maxage=60"} & set(directives)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PUBLIC_PAGES, "/feed/", "/sitemap.xml", "/api/v1/articles"])
def test_shared_caches_may_use_a_public_page_for_the_configured_time(client, settings, path):
    factories.article("Peace")
    assert client.get(path)["Cache-Control"] == "public, no-cache"
    settings.CDN_MAX_AGE = 60
    response = client.get(path)
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=60, stale-if-error=86400"
    assert "ETag" in response and not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/none/", "/articles/none/", "/articles/PEACE/", "/random/", "/admin/login/", "/tags"]
)
def test_no_cache_uses_other_responses_without_asking(client, settings, path):
    settings.CDN_MAX_AGE = 60
    factories.article("Peace")
    directives = client.get(path)["Cache-Control"].split(", ")
    assert {"no-cache", "no-store"} & set(directives) and "s-maxage=60" not in directives


def test_a_response_that_sets_a_cookie_is_not_for_shared_caches(settings):
    settings.CDN_MAX_AGE = 60

    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("a", "b")
        return response

    response = middleware.shared_or_private(view)(RequestFactory().get("/"))
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_files_are_left_to_caches(client, admin_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "map.png").write_bytes(b"png")
    for user, expected in ((client, None), (admin_client, "private")):
        response = user.get("/media/map.png")
        assert b"".join(response) == b"png"
        assert response.get("Cache-Control") == expected


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/admin/login/", "/no/such/page/"])
def test_every_response_has_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.django_db
def test_hsts_comes_with_https(client):
    response = client.get("/", secure=True)
    assert "max-age=31536000" in response.headers["Strict-Transport-Security"]


@pytest.mark.django_db
def test_a_response_that_the_page_cache_stores_gets_its_etag_there(client):
    factories.article("Peace")
    etag = client.get("/articles/peace/")["ETag"]
    assert client.get("/articles/peace/", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/articles/peace/", headers={"If-Match": '"other"'}).status_code == 412
    assert "ETag" not in client.get("/articles/peace/", **{ACTIVE: True})
