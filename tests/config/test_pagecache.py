"""The page cache around any application: what it keeps, for whom, and how it answers."""

import gzip
import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from config.pagecache import Memory, Page, PageCache, Shared

BODY = b"<p>peace</p>" * 100


class Answer(list):
    """The body of an answer, as Django gives it to the server."""

    streaming = False
    content = BODY

    def close(self):
        pass


class Stream(Answer):
    streaming = True


class Site:
    """An application that counts how often it is asked, and a cache around it."""

    def __init__(self, **headers):
        self.asked = 0
        self.version = "1"
        self.headers = headers
        self.status = 200
        self.wait = 0.0
        self.response = Answer
        store = Memory(1_000_000)
        self.cache = PageCache(self, store, lambda: self.version, self.variant, (OSError,))

    def __call__(self, environ, start):
        self.asked += 1
        self.environ = environ
        time.sleep(self.wait)
        start(f"{self.status} X", list(self.headers.items()))
        return self.response([BODY])

    def variant(self, environ):
        return None if environ.get("alone") else (environ.get("PATH_INFO", "/"),)

    def ask(self, **environ):
        told = {}

        def start(status, headers, exc_info=None):
            told.update({name.lower(): value for name, value in headers}, status=status[:3])

        body = b"".join(self.cache({"REQUEST_METHOD": "GET", **environ}, start))
        return body, told


def test_a_page_is_made_once_for_each_version():
    site = Site(Vary="Cookie")
    first, second = site.ask(), site.ask()
    assert first == second and first[0] == BODY and site.asked == 1
    assert first[1]["vary"] == "Cookie, Accept-Encoding"
    assert first[1]["cache-control"] == "no-cache"
    site.version = "2"
    assert site.ask()[0] == BODY and site.asked == 2


def test_head_is_told_what_get_is_and_nothing_more():
    site = Site()
    for status in (200, 404):
        site.status = status
        site.version = str(status)
        body, told = site.ask(REQUEST_METHOD="HEAD")
        assert (body, told) == (b"", site.ask()[1])
    assert site.asked == 3


def test_who_knows_no_tag_is_told_by_the_date():
    date = "Sat, 21 Nov 2026 10:00:00 GMT"
    site = Site(**{"Last-Modified": date})
    assert site.ask(HTTP_IF_MODIFIED_SINCE=date)[1]["status"] == "304"
    assert site.ask(HTTP_IF_MODIFIED_SINCE="Sat, 21 Nov 2026 11:00:00 GMT")[0] == BODY
    assert site.ask(HTTP_IF_MODIFIED_SINCE=date, HTTP_IF_NONE_MATCH='"x"')[0] == BODY
    assert Site().ask(HTTP_IF_MODIFIED_SINCE="")[0] == BODY


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("GZIP", "gzip", gzip.decompress),
        ("br;q=0.000, gzip", "gzip", gzip.decompress),
        ("br; q=0, gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_it_is_compressed_as_the_reader_wants_it(accepted, encoding, decode):
    body, headers = Site().ask(HTTP_ACCEPT_ENCODING=accepted)
    assert (headers.get("content-encoding"), decode(body)) == (encoding, BODY)
    assert headers["content-length"] == str(len(body))


def test_who_has_the_page_is_told_so():
    site = Site(Vary="Cookie")
    etag = site.ask()[1]["etag"]
    # Tags are compared weakly.
    assert site.ask(HTTP_IF_NONE_MATCH=etag.removeprefix("W/"))[1]["status"] == "304"
    body, headers = site.ask(HTTP_IF_NONE_MATCH=f'"other", {etag}')
    assert (body, headers["status"], headers["etag"]) == (b"", "304", etag)
    assert "content-type" not in headers and headers["vary"] == "Cookie, Accept-Encoding"
    assert headers["cache-control"] == "no-cache"
    assert site.ask(HTTP_IF_NONE_MATCH='"other"')[1]["status"] == "200"
    assert site.asked == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Set-Cookie": "a=b"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "private"},
        {"Cache-Control": "private, max-age=1"},
    ],
)
def test_what_is_for_one_reader_is_not_kept(headers):
    site = Site(**headers)
    assert [site.ask()[0], site.ask()[0]] == [BODY, BODY] and site.asked == 2


@pytest.mark.parametrize("status", [301, 404, 500])
def test_only_pages_that_are_there_are_kept(status):
    site = Site()
    site.status = status
    assert site.ask()[1]["status"] == site.ask()[1]["status"] == str(status)
    assert site.asked == 2


def test_streams_and_readers_who_are_known_pass_through():
    site = Site()
    site.response = Stream
    site.ask()
    site.ask()
    site.response = Answer
    site.ask(alone=True)
    site.ask(alone=True)
    assert site.asked == 4


def test_a_page_is_compressed_once(monkeypatch):
    compress, compressed = brotli.compress, []

    def counted(body, **options):
        compressed.append(body)
        return compress(body, **options)

    monkeypatch.setattr("config.pagecache.brotli.compress", counted)
    site = Site()
    assert len({site.ask(HTTP_ACCEPT_ENCODING="br")[0] for _ in range(3)}) == 1
    assert compressed == [BODY]


def test_the_whole_page_is_made_for_who_asks_for_less_of_it():
    site = Site()
    site.ask(HTTP_IF_NONE_MATCH='"x"', HTTP_IF_MODIFIED_SINCE="then", HTTP_RANGE="bytes=0-1")
    assert [name for name in site.environ if name.startswith("HTTP_")] == []


def test_what_changes_while_a_page_is_made_is_not_in_it():
    site = Site()

    def changing(body):
        site.version = "2"
        return Answer(body)

    site.response = changing
    site.ask()
    site.response = Answer
    site.ask()
    assert site.asked == 2


def test_nobody_is_given_a_page_of_a_version_that_was():
    site = Site()
    site.wait = 0.3
    with ThreadPoolExecutor(1) as readers:
        first = readers.submit(site.ask)
        while not site.asked:
            time.sleep(0.01)
        site.version = "2"
        assert site.ask()[0] == first.result()[0] == BODY
    assert site.asked == 2


def test_those_who_want_a_page_at_once_wait_for_one_that_is_made():
    site = Site()
    site.wait = 0.2
    with ThreadPoolExecutor(8) as readers:
        bodies = list(readers.map(lambda _: site.ask()[0], range(8)))
    assert bodies == [BODY] * 8 and site.asked == 1


def test_nobody_waits_for_ever_for_a_page_that_fails():
    site = Site()
    site.wait, site.status = 0.1, 404
    with ThreadPoolExecutor(4) as readers:
        assert {reader[1]["status"] for reader in readers.map(lambda _: site.ask(), range(4))} == {
            "404"
        }
    site.response = None
    with pytest.raises(TypeError):
        site.ask()
    assert not site.cache.under_way


def test_without_a_version_nothing_is_kept_nor_shown():
    site = Site()
    site.ask()

    def down():
        raise OSError

    site.cache.version = down
    assert site.ask()[0] == BODY and site.asked == 2


def page(version, size):
    return Page(version, "", (), {"": b"x" * size})


def test_what_nobody_asked_for_the_longest_goes_first():
    memory = Memory(100)
    for name in "abc":
        memory.set((name,), page("1", 30))
    memory.get(("a",), "1")
    memory.set(("d",), page("1", 30))
    assert [bool(memory.get((name,), "1")) for name in "abcd"] == [True, False, True, True]
    memory.set(("a",), page("2", 101))
    assert memory.size == 0 and not memory.pages


def test_a_page_weighs_as_much_as_all_that_is_kept_of_it():
    assert Page("1", "", (("Vary", "x"),), {"br": b"12", "": b"3456"}).size == 11


def test_what_is_too_large_to_keep_is_answered_like_any_other(monkeypatch):
    monkeypatch.setattr("config.pagecache.LARGEST_PAGE", 100)
    site = Site()
    _body, told = site.ask(HTTP_ACCEPT_ENCODING="br")
    assert told["content-encoding"] == "br"
    assert site.ask(HTTP_IF_NONE_MATCH=told["etag"])[1]["status"] == "304"
    assert site.asked == 2


class Elsewhere(dict):
    """A shared cache, as far as it is asked."""

    down = False

    def get(self, key):
        if self.down:
            raise OSError
        return super().get(key)

    def set(self, key, value):
        if self.down:
            raise OSError
        self[key] = value


def test_processes_share_pages_where_there_is_a_cache_for_them():
    elsewhere = Elsewhere()
    one, two = (Shared(Memory(1000), elsewhere, "code", (OSError,)) for _ in range(2))
    one.set(("a",), page("1", 30))
    assert two.get(("a",), "1") and not two.get(("a",), "2")
    assert not Shared(Memory(1000), elsewhere, "new code", (OSError,)).get(("a",), "1")
    elsewhere.down = True
    one.set(("b",), page("1", 30))
    assert one.get(("b",), "1") and not two.get(("b",), "1")
    elsewhere.down = False
    one.set(("c",), page("1", 30))
    assert not two.get(("c",), "1"), "a cache that failed is left alone for a while"


@pytest.mark.parametrize(
    "garbled", [b"", b"page", b"\x80\x09.", b"\x8c\x01\xff.", b"cno\nwhere\n."]
)
def test_bytes_that_nobody_can_read_are_no_page(garbled):
    class Garbled(Elsewhere):
        def get(self, key):
            return pickle.loads(garbled)

    assert not Shared(Memory(1000), Garbled(), "code", (OSError,)).get(("a",), "1")


def test_what_is_no_page_is_none():
    elsewhere = Elsewhere()
    one = Shared(Memory(1000), elsewhere, "code", (OSError,))
    one.set(("a",), page("1", 30))
    elsewhere.update(dict.fromkeys(elsewhere, b"something else"))
    assert not Shared(Memory(1000), elsewhere, "code", (OSError,)).get(("a",), "1")


def test_memory_survives_many_threads():
    memory = Memory(500)

    def work(number):
        for turn in range(300):
            memory.set((str(turn % 7 + number),), page("1", 50))
            memory.get((str(turn % 5),), "1")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.size == sum(kept.size for kept in memory.pages.values()) <= 500
