"""The page cache in front of any application: what it caches, for whom, and how it responds."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from config.cached_pages import CODINGS
from config.page_stores import MemoryStore
from config.pagecache import PageCache, allow_sharing

BODY = b"<p>peace</p>" * 100


class Body(list):
    """The body of a response, as Django hands it to the server."""

    streaming = False
    content = BODY

    def close(self):
        pass


class StreamingBody(Body):
    streaming = True


class Site:
    """An application that counts requests, and a page cache in front of it."""

    def __init__(self, **headers):
        self.requests = 0
        self.version = "1"
        self.headers = headers
        self.status = 200
        self.delay = 0.0
        self.body_class = Body
        self.is_shareable = True
        store = MemoryStore(1_000_000)
        self.cache = PageCache(
            self, store, lambda: self.version, self.key, (OSError,), (ConnectionError,)
        )

    def __call__(self, environ, start_response):
        self.requests += 1
        self.environ = environ
        time.sleep(self.delay)
        if self.is_shareable:
            allow_sharing(environ)
        start_response(f"{self.status} X", list(self.headers.items()))
        return self.body_class([BODY])

    def key(self, environ):
        return None if environ.get("private") else (environ.get("PATH_INFO", "/"),)

    def get(self, **environ):
        received = {}

        def start_response(status, headers, exc_info=None):
            received.update({name.lower(): value for name, value in headers}, status=status[:3])

        body = b"".join(self.cache({"REQUEST_METHOD": "GET", **environ}, start_response))
        return body, received


def test_a_page_is_rendered_once_for_each_version():
    site = Site(Vary="Cookie")
    first, second = site.get(), site.get()
    assert first == second and first[0] == BODY and site.requests == 1
    assert first[1]["vary"] == "Cookie, Accept-Encoding"
    assert first[1]["cache-control"] == "no-cache"
    site.version = "2"
    assert site.get()[0] == BODY and site.requests == 2


def test_head_has_the_headers_of_get_and_no_body():
    site = Site()
    for status in (200, 404):
        site.status = status
        site.version = str(status)
        body, headers = site.get(REQUEST_METHOD="HEAD")
        assert (body, headers) == (b"", site.get()[1])
    assert site.requests == 3


def test_without_an_etag_the_date_is_compared():
    date = "Sat, 21 Nov 2026 10:00:00 GMT"
    site = Site(**{"Last-Modified": date})
    assert site.get(HTTP_IF_MODIFIED_SINCE=date)[1]["status"] == "304"
    assert site.get(HTTP_IF_MODIFIED_SINCE="Sat, 21 Nov 2026 11:00:00 GMT")[0] == BODY
    assert site.get(HTTP_IF_MODIFIED_SINCE=date, HTTP_IF_NONE_MATCH='"x"')[0] == BODY
    assert Site().get(HTTP_IF_MODIFIED_SINCE="")[0] == BODY


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("GZIP", "gzip", gzip.decompress),
        ("br;q=0.000, gzip", "gzip", gzip.decompress),
        ("br; q=0, gzip", "gzip", gzip.decompress),
        ("br;q=0.1, gzip;q=1.0", "gzip", gzip.decompress),
        ("gzip;q=0.5, br;q=0.5", "br", brotli.decompress),
        ("identity;q=0, gzip", "gzip", gzip.decompress),
        ("identity;q=0, *", "br", brotli.decompress),
        ("*, br;q=0", "gzip", gzip.decompress),
        ("gzip;q=0.5, identity", None, bytes),
        ("gzip;q=0, *;q=0", None, bytes),
        ("gzip;q=x, br;q=2", None, bytes),
        ("zstd, deflate", None, bytes),
        (";q=0,, ;", None, bytes),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_the_body_is_compressed_as_the_client_accepts(accepted, encoding, decode):
    body, headers = Site().get(HTTP_ACCEPT_ENCODING=accepted)
    assert (headers.get("content-encoding"), decode(body)) == (encoding, BODY)
    assert headers["content-length"] == str(len(body))


def test_a_client_that_has_the_page_gets_a_304():
    site = Site(Vary="Cookie")
    etag = site.get()[1]["etag"]
    # ETags are compared weakly.
    assert site.get(HTTP_IF_NONE_MATCH=etag.removeprefix("W/"))[1]["status"] == "304"
    body, headers = site.get(HTTP_IF_NONE_MATCH=f'"other", {etag}')
    assert (body, headers["status"], headers["etag"]) == (b"", "304", etag)
    assert "content-type" not in headers and headers["vary"] == "Cookie, Accept-Encoding"
    assert headers["cache-control"] == "no-cache"
    assert site.get(HTTP_IF_NONE_MATCH='"other"')[1]["status"] == "200"
    assert site.requests == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Set-Cookie": "a=b"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "private"},
        {"Cache-Control": "private, max-age=1"},
        {"Vary": "Accept-Language, User-Agent"},
        {"Vary": "*"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_private_responses_are_not_cached(headers):
    site = Site(**headers)
    assert [site.get()[0], site.get()[0]] == [BODY, BODY] and site.requests == 2


def test_a_response_is_cached_only_if_the_application_allows_it():
    site = Site()
    site.is_shareable = False
    site.get()
    site.get(**{"pagecache.shareable": True})
    assert site.requests == 2
    site.is_shareable = True
    site.get()
    site.get()
    assert site.requests == 3


@pytest.mark.parametrize("status", [301, 404, 500])
def test_only_responses_with_status_200_are_cached(status):
    site = Site()
    site.status = status
    assert site.get()[1]["status"] == site.get()[1]["status"] == str(status)
    assert site.requests == 2


def test_streams_and_private_requests_are_not_cached():
    site = Site()
    site.body_class = StreamingBody
    site.get()
    site.get()
    site.body_class = Body
    site.get(private=True)
    site.get(private=True)
    assert site.requests == 4


@pytest.fixture
def compressed(monkeypatch):
    """The codings and levels in which bodies are compressed."""
    calls = []

    def recorded(name, coding):
        def compress(body, level):
            calls.append((name, level))
            return coding.compress(body, level)

        return coding._replace(compress=compress)

    codings = {name: recorded(name, coding) for name, coding in CODINGS.items()}
    monkeypatch.setattr("config.cached_pages.CODINGS", codings)
    return calls


def test_a_page_is_compressed_fast_at_first_and_only_for_its_client(compressed):
    Site().get(HTTP_ACCEPT_ENCODING="gzip, br")
    assert compressed == [("br", CODINGS["br"].fast)]
    Site().get()
    assert len(compressed) == 1


def test_a_page_that_is_requested_again_is_compressed_well_once_for_each_coding(compressed):
    site = Site()
    for _ in range(3):
        site.get(HTTP_ACCEPT_ENCODING="gzip, br")
    assert compressed == [("br", CODINGS["br"].fast), ("br", CODINGS["br"].best)]
    for _ in range(3):
        assert gzip.decompress(site.get(HTTP_ACCEPT_ENCODING="gzip")[0]) == BODY
        site.get(HTTP_ACCEPT_ENCODING="gzip, br")
    assert compressed[2:] == [("gzip", CODINGS["gzip"].best)]


def test_nothing_is_compressed_for_a_client_that_has_the_page(compressed):
    site = Site()
    etag = site.get()[1]["etag"]
    for _ in range(2):
        request = {"HTTP_IF_NONE_MATCH": etag, "HTTP_ACCEPT_ENCODING": "br"}
        assert site.get(**request)[1]["status"] == "304"
    assert not compressed


def test_concurrent_requests_get_the_page_in_their_own_codings():
    site = Site()
    site.delay = 0.2
    with ThreadPoolExecutor(3) as readers:
        accepted = ["br", "gzip", "identity"]
        responses = readers.map(lambda coding: site.get(HTTP_ACCEPT_ENCODING=coding), accepted)
        encodings = {headers.get("content-encoding") for _body, headers in responses}
    assert encodings == {"br", "gzip", None} and site.requests == 1


def test_the_application_gets_no_conditional_headers():
    site = Site()
    site.get(HTTP_IF_NONE_MATCH='"x"', HTTP_IF_MODIFIED_SINCE="then", HTTP_RANGE="bytes=0-1")
    assert [name for name in site.environ if name.startswith("HTTP_")] == []


def test_a_change_during_rendering_makes_the_page_outdated():
    site = Site()

    def changing(body):
        site.version = "2"
        return Body(body)

    site.body_class = changing
    site.get()
    site.body_class = Body
    site.get()
    assert site.requests == 2


def test_a_request_never_waits_for_a_page_of_an_earlier_version():
    site = Site()
    site.delay = 0.3
    with ThreadPoolExecutor(1) as readers:
        first = readers.submit(site.get)
        while not site.requests:
            time.sleep(0.01)
        site.version = "2"
        assert site.get()[0] == first.result()[0] == BODY
    assert site.requests == 2


def test_concurrent_requests_wait_for_one_rendering():
    site = Site()
    site.delay = 0.2
    with ThreadPoolExecutor(8) as readers:
        bodies = list(readers.map(lambda _: site.get()[0], range(8)))
    assert bodies == [BODY] * 8 and site.requests == 1


def test_no_request_waits_forever_for_a_page_that_fails():
    site = Site()
    site.delay, site.status = 0.1, 404
    with ThreadPoolExecutor(4) as readers:
        assert {reader[1]["status"] for reader in readers.map(lambda _: site.get(), range(4))} == {
            "404"
        }
    site.body_class = None
    with pytest.raises(TypeError):
        site.get()
    assert not site.cache.in_progress


def test_without_a_version_nothing_is_cached_nor_served():
    site = Site()
    site.get()

    def down():
        raise OSError

    site.cache.version = down
    assert site.get()[0] == BODY and site.requests == 2


def unavailable():
    raise ConnectionError


def test_a_page_of_the_last_version_is_served_while_the_database_is_not_available():
    site = Site()
    body, headers = site.get()
    site.cache.version = unavailable
    stale_body, stale_headers = site.get()
    assert (stale_body, site.requests) == (body, 1)
    assert stale_headers.pop("cache-status").startswith("Diwan; hit; ttl=-1")
    assert stale_headers == headers
    assert site.get(REQUEST_METHOD="HEAD")[0] == b""
    assert site.get(HTTP_IF_NONE_MATCH=headers["etag"])[1]["status"] == "304"
    site.get(PATH_INFO="/other/")
    assert site.requests == 2


def test_a_page_of_an_earlier_version_is_not_served_while_the_database_is_not_available():
    site = Site()
    site.get()
    site.version = "2"
    site.get(PATH_INFO="/other/")
    site.cache.version = unavailable
    assert "cache-status" not in site.get()[1]
    assert site.requests == 3


def test_a_page_too_large_to_cache_has_the_same_response():
    site = Site()
    site.cache.max_body_size = 100
    _body, headers = site.get(HTTP_ACCEPT_ENCODING="br")
    assert headers["content-encoding"] == "br"
    assert site.get(HTTP_IF_NONE_MATCH=headers["etag"])[1]["status"] == "304"
    assert site.requests == 2
