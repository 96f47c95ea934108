"""Many URLs, and many slow clients: the memory of workers, and whether others are served."""

import random
import re
import ssl
import subprocess
import threading
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from statistics import median
from urllib.parse import quote

import pytest

from tests.operations.faults import ROUNDS, Row
from tests.operations.servers import (
    CERTIFICATE,
    ROOT,
    documented_configuration,
    free_port,
    nginx,
)

# 50,000 in a complete run, by all clients together.
URLS = 2500 * ROUNDS
CLIENTS = 4
# Of these, those after which the caches of a worker are full, and the bytes that it may grow by
# during the rest.
WARM_UP = URLS // 5
GROWTH = 16 * 1024 * 1024
SLOW_CLIENTS = 200
READERS = 20
# Seconds within which most others are served: a busy machine delays some.
SERVED_WITHIN = 2
ALPHABET = "abcdefghijklmnop -_./?&=%é内ع\U0001f600"


def random_url(numbers):
    """Return a URL of a page, with or without parameters, or one that exists by chance only."""
    word = quote("".join(numbers.choices(ALPHABET, k=numbers.randint(1, 12))))
    pages = ["/articles/editor1/", "/articles/", "/tags/test/", "/", "/feed/", "/tags/"]
    return numbers.choice(
        [
            f"{numbers.choice(pages)}?{word}={numbers.random()}",
            f"/articles/{word}/",
            f"/articles/{word}/links/",
            f"/tags/{word}/",
            f"/search/?q={word}",
            f"/search/suggest?q={word}",
            f"/api/v1/articles?cursor={word}",
            f"/{word}",
        ]
    )


class Crawler(threading.Thread):
    """A client that requests so many random URLs over one connection, and counts the answers."""

    def __init__(self, site, seed, urls):
        super().__init__(daemon=True)
        self.site = site
        self.numbers = random.Random(seed)
        self.urls = urls
        self.tried = self.answered = 0
        self.errors = []

    def run(self):
        client = HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        while self.tried < self.urls:
            url = random_url(self.numbers)
            self.tried += 1
            try:
                client.request("GET", url)
                with client.getresponse() as response:
                    response.read()
            except (OSError, HTTPException) as error:
                self.errors.append((url, error))
                client.close()
                continue
            if response.status < 500:
                self.answered += 1
            else:
                self.errors.append((url, response.status))
        client.close()


def memory(pid):
    """Return how many bytes of memory a process has for itself."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status)[1]) * 1024


def test_random_urls_do_not_fill_the_memory(on_sqlite, report):
    site = on_sqlite
    # The cache of pages is full long before the end.
    site.environment |= {"PAGE_CACHE_MB": "1", "API_RATE": "1000000", "WEB_CONCURRENCY": "2"}
    crawlers = [Crawler(site, seed, URLS // CLIENTS) for seed in range(CLIENTS)]
    with site.running():
        for crawler in crawlers:
            crawler.start()
        while sum(crawler.tried for crawler in crawlers) < WARM_UP:
            time.sleep(0.1)
        before = {pid: memory(pid) for pid in site.workers}
        for crawler in crawlers:
            crawler.join()
        growth = {pid: memory(pid) - size for pid, size in before.items()}
    tried = sum(crawler.tried for crawler in crawlers)
    answered = sum(crawler.answered for crawler in crawlers)
    assert [error for crawler in crawlers for error in crawler.errors] == []
    report(Row("random URLs", site.engine, 1, tried, answered, tried - answered))
    assert max(growth.values()) < GROWTH, growth


@pytest.fixture
def proxied(on_sqlite, tmp_path):
    """The port of the documented nginx, with a site behind it."""
    site = on_sqlite
    site.environment |= {"BEHIND_PROXY": "on", "WEB_CONCURRENCY": "2"}
    folder, http, https = tmp_path / "nginx", free_port(), free_port()
    folder.mkdir()
    subprocess.run(CERTIFICATE.split(), cwd=folder, check=True, capture_output=True)
    text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
    # Clients stay slow until the end of the test.
    text = text.replace("_timeout 10s;", "_timeout 100s;")
    configuration = documented_configuration(text, folder, site.port, http, https)
    with site.running(), nginx(folder, https, configuration):
        yield https


def connect(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection("127.0.0.1", port, context=context, timeout=30)


def send_slowly(port, number):
    """Connect and send the beginning of a request: of its headers, or of its body."""
    client = connect(port)
    client.connect()
    start = f"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10_000 + number}\r\n"
    client.sock.sendall(start.encode() + (b"\r\nlanguage=" if number % 2 else b"X-Slow: "))
    return client


def read(port):
    """Return the status of a page, and how many seconds its response took."""
    start = time.monotonic()
    with closing(connect(port)) as client:
        client.request("GET", "/articles/editor1/", headers={"Host": "localhost"})
        with client.getresponse() as response:
            response.read()
            return response.status, time.monotonic() - start


def test_slow_clients_do_not_keep_others_out(proxied, report):
    with ExitStack() as slow:
        for number in range(SLOW_CLIENTS):
            slow.callback(send_slowly(proxied, number).close)
        responses = [read(proxied) for _ in range(READERS)]
    served = sum(status == 200 for status, _seconds in responses)
    longest = max(seconds for _status, seconds in responses)
    typical = median(seconds for _status, seconds in responses)
    lost = READERS - served
    report(Row("200 slow clients", "SQLite", 1, READERS, served, lost, longest))
    assert typical < SERVED_WITHIN
