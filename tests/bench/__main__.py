"""The benchmark: `make bench` prints a table. Ratios compare measurements of the same run."""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import client
from tests.tools import postgres

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
SECONDS = 3.0
REQUESTS = 150
REVISIONS = 20
ADMIN_REQUESTS = 25

# Two kinds of responses, and the least ratio of their rates.
COMPARISONS = (
    ("cached page", "plain view", 1.5),
    ("cached page, 304", "plain view", 1.5),
    ("cached page", "Django's cache middleware", 2),
)
# Pages without the page cache, and the least part of their time that stored pages take.
STORED_PAGES = {
    "article page": "at least 0.45",
    "home": "at least 0.60",
    "A–Z": "at least 0.60",
    "A–Z, deep": "at least 0.55",
    "largest tag": "at least 0.40",
    "largest tag, deep": "at least 0.35",
    "tags": "at least 0.45",
    "backlinks": "at least 0.30",
}
# Of a larger site, these have more entries.
LONGER_PAGES = ("A–Z, a letter", "tags", "backlinks")


@dataclass
class Site:
    """A database of `size` articles, and the port of its gunicorn while it is served."""

    engine: str
    size: int
    url: str
    facts: dict[str, Any]
    port: int = 0

    def articles(self) -> list[str]:
        return [f"/articles/{slug}/" for slug in self.facts["slugs"]]

    def pages(self) -> dict[str, list[str]]:
        pages: dict[str, list[str]] = self.facts["pages"]
        return pages


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=(100, 10_000))
    parser.add_argument("--plans", action="store_true", help="print every query's plan")
    parser.add_argument("--only", nargs="+", help="measurements such as saves, graph, pages")
    arguments = parser.parse_args()
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} CPUs"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        for engine, url_pattern in engines(stack, folder):
            small, large = (create_site(engine, url_pattern, size) for size in arguments.sizes)
            if arguments.plans:
                print_plans(large)
            measurements = {
                "searches": partial(measure_searches, large),
                "first-requests": partial(measure_first_requests, large),
                "queries": partial(compare_queries, large),
                "urls": partial(compare_site_urls, large),
                "relevance": partial(measure_relevance, engine, url_pattern),
                "documents": partial(measure_documents, engine, url_pattern),
                "saves": partial(compare_saves, small, large),
                "misses": partial(measure_misses, large),
                "graph": partial(serve_graph, small, large),
                "pages": partial(serve_and_compare, small, large),
                "admin": partial(compare_admin, small, large),
                "loads": partial(measure_loads, engine, url_pattern, folder, arguments.sizes[1]),
            }
            for name in arguments.only or measurements:
                measurements[name]()


def engines(stack: ExitStack, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the available engines, each with the URL of a database as a pattern of its name."""
    yield "SQLite", f"sqlite:///{folder}/{{}}.sqlite3"
    if programs := postgres.binaries():
        url = stack.enter_context(postgres.cluster(programs))
        yield "PostgreSQL", url.removesuffix("/postgres") + "/{}"
    else:
        print("PostgreSQL: not measured, there is no server. Install the package postgresql.")


def create_site(engine: str, url_pattern: str, size: int) -> Site:
    url = create_database(engine, url_pattern, f"bench_{size}")
    return filled_site(engine, url, "fill", str(size))


def filled_site(engine: str, url: str, *arguments: str) -> Site:
    """Return an empty database as a site, after the articles of a measurement were inserted."""
    facts = run_in_process(url, *arguments)
    print(
        f"\n{engine}: {facts['count']} articles made in {facts['seconds']:.0f} s, "
        f"{facts['size']} in the largest tag"
    )
    return Site(engine, facts["count"], url, facts)


def create_database(engine: str, url_pattern: str, name: str) -> str:
    """Create an empty database and return its URL."""
    url = url_pattern.format(name)
    if engine == "PostgreSQL":
        run_in_process(url_pattern.format("postgres"), "create_database", name)
    return url


def run_in_process(url: str, *arguments: str) -> Any:
    """Run a measurement of `in_process` in a process of its own and return its result."""
    command = [sys.executable, "-m", "tests.bench.in_process", *arguments]
    process = subprocess.run(
        command, cwd=ROOT, env=environment(url), stdout=subprocess.PIPE, check=True
    )
    return json.loads(process.stdout)


def environment(url: str, port: int = 8000) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "DATABASE_URL": url,
        "DEBUG": "off",
        "BEHIND_PROXY": "off",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "SECRET_KEY": "not a secret: for the benchmark only",
    }


@contextmanager
def served(site: Site, application: str = "config.wsgi", **variables: str) -> Iterator[int]:
    """Run gunicorn for `site`, with extra environment variables, and yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "site/config/gunicorn.py"]
    command += ["--log-level", "error", application]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(site.url, port) | variables)
    try:
        for _ in range(100):
            try:
                client.Connection(port).get("/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def serve_and_compare(small: Site, large: Site) -> None:
    """Compare pages without and then with the page cache."""
    plain = served(large, "tests.bench.plain", DJANGO_SETTINGS_MODULE="")
    uncached = (served(site, PAGE_CACHE_MB="0") for site in (small, large))
    with next(uncached) as port, next(uncached) as large_port, plain as plain_port:
        small.port, large.port = port, large_port
        compare_stored(large, plain_port)
        for name, paths in large.pages().items():
            limit = 1.5 if name in LONGER_PAGES else 1.3
            compare_page(small, large, name, small.pages()[name], paths, limit)
    with served(small) as port, served(large) as large_port:
        small.port, large.port = port, large_port
        for site in (small, large):
            # Fill the cache of each worker.
            client.measure(site.port, [client.Request(path) for path in site.articles()], SECONDS)
        compare_page(small, large, "cached article page", small.articles(), large.articles())
    plain = served(large, "tests.bench.plain", DJANGO_SETTINGS_MODULE="")
    django = served(large, DJANGO_SETTINGS_MODULE="tests.bench.cache_middleware_settings")
    with served(large) as cached_port, plain as plain_port, django as django_port:
        compare_cached(large, cached_port, plain_port, django_port)


def serve_graph(small: Site, large: Site) -> None:
    """Compare the local graph without the page cache."""
    with served(small, PAGE_CACHE_MB="0") as port, served(large, PAGE_CACHE_MB="0") as large_port:
        small.port, large.port = port, large_port
        graphs = ([f"{path}graph/" for path in site.articles()] for site in (small, large))
        compare_page(small, large, "local graph", *graphs, 1.5)


def measure_misses(site: Site) -> None:
    """Compare article pages without the page cache and as its misses, in CPU time."""
    times = run_in_process(site.url, "cache_misses")
    plain, miss = times["no cache"], times["miss"]
    compare(site.engine, "article page, ms CPU, no page cache and a miss", plain, miss, 1.1)


def compare_admin(small: Site, large: Site) -> None:
    """Compare the pages of the admin when each article has `REVISIONS` revisions."""
    for site in (small, large):
        site.facts |= run_in_process(site.url, "prepare_admin", str(REVISIONS))
    with served(small) as port, served(large) as large_port:
        small.port, large.port = port, large_port
        for name, urls in large.facts["admin"].items():
            pair = small.facts["admin"][name], urls
            compare_page(small, large, f"admin, {name}", *pair, 1.5, "cookie", ADMIN_REQUESTS)
    for name, count in large.facts["queries"].items():
        value = f"{small.facts['queries'][name]} → {count}"
        row(large.engine, f"admin, {name}, queries", value, "equal")
    weight = run_in_process(large.url, "weigh_form")
    value = f"{weight['bytes'] / 1024:.0f} in {weight['requests']} requests"
    row(large.engine, "article form, KiB with all files", value, "at most 200")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def compare_stored(site: Site, plain_port: int) -> None:
    """Compare the times of each page, for a single client and in turns, with those of a plain view
    that returns the same page from one row."""
    for name, limit in STORED_PAGES.items():
        pages = site.pages()[name]
        stored = [f"/{key}/" for key in site.facts["stored"][name]]
        ratios = [
            client.median_time(plain_port, stored, REQUESTS)
            / client.median_time(site.port, pages, REQUESTS)
            for _ in range(ROUNDS)
        ]
        row(site.engine, f"stored page / {name}", f"{statistics.median(ratios):.2f}", limit)


def compare_cached(site: Site, cached_port: int, plain_port: int, django_port: int) -> None:
    """Compare cached pages, in turns, with a view that reads the same page from one row, and with
    the same pages out of Django's cache middleware."""
    slugs = site.facts["slugs"]
    pages = [client.Request(f"/articles/{slug}/") for slug in slugs]
    connection = client.Connection(cached_port)
    etags = [connection.get(f"/articles/{slug}/").header("etag") for slug in slugs]
    measurements = {
        "plain view": (
            plain_port,
            [client.Request(f"/{key}/") for key in site.facts["stored"]["article page"]],
        ),
        "Django's cache middleware": (django_port, pages),
        "cached page": (cached_port, pages),
        "cached page, 304": (
            cached_port,
            [
                client.Request(f"/articles/{slug}/", 304, etag)
                for slug, etag in zip(slugs, etags, strict=True)
            ],
        ),
    }
    for port, requests in measurements.values():
        client.measure(port, requests, 1)
    rounds = [
        {name: client.measure(*request, SECONDS).rate for name, request in measurements.items()}
        for _ in range(ROUNDS)
    ]
    for name in measurements:
        rate = statistics.median(rates[name] for rates in rounds)
        row(site.engine, f"{name}, responses per second", f"{rate:.0f}")
    for name, baseline, limit in COMPARISONS:
        ratio = statistics.median(rates[name] / rates[baseline] for rates in rounds)
        row(site.engine, f"{name} / {baseline}", f"{ratio:.2f}", f"at least {limit:.2f}")


def compare_page(
    small: Site,
    large: Site,
    name: str,
    of_small: list[str],
    of_large: list[str],
    limit: float = 1.3,
    cookie: str = "",
    count: int = REQUESTS,
) -> None:
    """Compare the times of a page for a single client, in turns: of `count` requests each.
    `cookie` names a fact."""
    pairs = []
    for _ in range(3):
        small_time = client.median_time(small.port, of_small, count, small.facts.get(cookie, ""))
        large_time = client.median_time(large.port, of_large, count, large.facts.get(cookie, ""))
        pairs.append((small_time, large_time))
    small_time, large_time = (statistics.median(times) for times in zip(*pairs, strict=True))
    label = f"{name}, ms at {small.size} and {large.size}"
    compare(large.engine, label, small_time, large_time, limit)


def measure_first_requests(site: Site) -> None:
    """Measure pages about all articles at their first request after a change."""
    for page, milliseconds in run_in_process(site.url, "first_request").items():
        label = f"{page} of {site.size} articles after a change, ms"
        row(site.engine, label, f"{milliseconds:.0f}")


def compare_queries(site: Site) -> None:
    """Compare compiled queries and statements in SQL with the same by the ORM, in one process."""
    for name, (plain, compiled) in run_in_process(site.url, "compiled_queries").items():
        label = f"{name} query, µs, plain and compiled"
        row(site.engine, label, f"{plain:.0f} → {compiled:.0f}  ×{compiled / plain:.2f}")
    for name, (plain, sql) in run_in_process(site.url, "statements").items():
        label = f"{name}, µs, ORM and SQL"
        row(site.engine, label, f"{plain:.0f} → {sql:.0f}  ×{sql / plain:.2f}")


def compare_site_urls(site: Site) -> None:
    """Compare ``{% url %}`` tags with the URLs that every template gets, in one process."""
    tags, variables = run_in_process(site.url, "site_urls")
    value = f"{tags:.0f} → {variables:.0f}  ×{variables / tags:.2f}"
    row(site.engine, "main URLs of a page, µs, url tags and variables", value)


def measure_searches(site: Site) -> None:
    """Measure whole pages of results over HTTP, without the page cache, for a single client."""
    variables = {"PAGE_CACHE_MB": "0", "WEB_CONCURRENCY": "1"}
    with served(site, "tests.bench.timed", **variables) as port:
        by_kind = run_in_process(site.url, "search", str(port))
    median = 25 if site.size <= 10_000 else 60
    for kind, times in by_kind.items():
        value = "CPU {CPU p50:.1f}, {CPU p99:.1f}, wall {wall p50:.1f}, {wall p99:.1f}"
        label = f"search in {site.size}, {kind}, ms, p50 and p99"
        row(site.engine, label, value.format(**times), f"{median} and 250")


def measure_documents(engine: str, url_pattern: str) -> None:
    """Measure searches and article pages of the Markdown files in the folder `BENCH_DOCUMENTS`."""
    if folder := os.environ.get("BENCH_DOCUMENTS"):
        url = create_database(engine, url_pattern, "documents")
        site = filled_site(engine, url, "fill_documents", str(Path(folder).resolve()))
        measure_searches(site)
        for kind, (count, share) in run_in_process(url, "navigational_queries").items():
            row(engine, f"search, first places of {count} {kind}", f"{share:.3f}", "1.000")
        with served(site, PAGE_CACHE_MB="0") as port:
            times = client.median_time(port, site.articles(), REQUESTS)
        row(engine, f"article page of {site.size}, ms", f"{times:.2f}")


def measure_relevance(engine: str, url_pattern: str) -> None:
    result = run_in_process(create_database(engine, url_pattern, "quality"), "quality")
    label = f"search, mean reciprocal rank of {result['queries']} queries"
    row(engine, label, f"{result['rank']:.3f}", "at least 0.960")
    if folder := os.environ.get("RELEVANCE_DATA"):
        url = create_database(engine, url_pattern, "relevance")
        compare_engines(engine, run_in_process(url, "relevance", str(Path(folder).resolve())))


def compare_engines(database: str, collections: dict[str, Any]) -> None:
    """Print nDCG@10, recall@20 and MRR of the search and of other engines, for each collection
    and form of its questions."""
    for name, forms in collections.items():
        for form, engines in forms.items():
            limit = f"nDCG {engines['bm25s']['ndcg']:.3f}"
            for engine, scores in engines.items():
                value = " / ".join(f"{score:.3f}" for score in scores.values())
                is_ours = engine == "Diwan"
                row(database, f"{name}, {form}, {engine}", value, limit if is_ours else "")


def compare_saves(small: Site, large: Site) -> None:
    rounds = [
        (run_in_process(small.url, "save"), run_in_process(large.url, "save")) for _ in range(2)
    ]
    small_times, large_times = (
        {name: min(pair[side][name] for pair in rounds) for name in rounds[0][0]}
        for side in (0, 1)
    )
    for name in ("create", "change", "rename"):
        label = f"{name}, ms at {small.size} and {large.size}"
        compare(large.engine, label, small_times[name], large_times[name], 1.5)
    for name, ours in (("create", "create"), ("change", "change new")):
        label = f"{name}, ms, bare model and article"
        compare(large.engine, label, large_times[f"bare {name}"], large_times[ours], 3)
    value = f"{large_times['save in place']:.0f}"
    row(large.engine, f"save in place, ms at {large.size}", value, "at most 150")


def measure_loads(engine: str, url_pattern: str, folder: Path, size: int) -> None:
    """Load as many documents as the large site has, and copy the rows that this stores."""
    source = folder / "load"
    if not source.exists():
        none = f"sqlite:///{folder}/none.sqlite3"
        run_in_process(none, "write_documents", str(source), str(size))
    result = run_in_process(create_database(engine, url_pattern, "load"), "load", str(source))
    value = f"{result['copy']:.1f} → {result['processor']:.1f}"
    row(engine, f"load {size}, s of processors, copied rows and documents", value, "at most 40")
    row(engine, f"load {size}, s", f"{result['seconds']:.1f}", "at most 25")
    row(engine, f"load {size}, MB of all processes", f"{result['megabytes']:.0f}", "below 400")


def compare(engine: str, label: str, base: float, value: float, limit: float) -> None:
    row(engine, label, f"{base:.2f} → {value:.2f}  ×{value / base:.2f}", f"at most ×{limit}")


def row(engine: str, label: str, value: str, limit: str = "") -> None:
    print(f"| {engine:10} | {label:48} | {value:24} | {limit:14} |", flush=True)


def print_plans(site: Site) -> None:
    for name, plan in run_in_process(site.url, "plans").items():
        print(f"\n{site.engine}, {name}:\n{plan}")


if __name__ == "__main__":
    main()
