"""Pages over HTTP: beside stored pages, in sites of several sizes, and out of the page cache."""

import statistics
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack

from tests.bench import client
from tests.bench.server import run_in_process, served
from tests.bench.site_pages import LONGER_PAGES, MAX_GROWTH, STORED_PAGES
from tests.bench.sites import Engine, Site
from tests.bench.table import compare, compare_sizes, join_sizes, row

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


def compare_pages(engine: Engine) -> None:
    """Compare pages without and then with the page cache."""
    with ExitStack() as stack:
        _serve(stack, engine.sites, PAGE_CACHE_MB="0", API_RATE="1000000")
        for site in engine.sites[1:]:
            _compare_stored(site, stack.enter_context(_served_plain(site)))
        for name in engine.medium.pages():
            limit = LONGER_PAGES.get(name, MAX_GROWTH)
            compare_page(engine.sites, name, lambda site, name=name: site.pages()[name], limit)
    with ExitStack() as stack:
        _serve(stack, engine.sites)
        for site in engine.sites:
            # Fill the cache of each worker.
            client.measure(site.port, [client.Request(path) for path in site.articles()], SECONDS)
        compare_page(engine.sites, "cached article page", Site.articles)
    _compare_cached(engine.medium)


def compare_graphs(engine: Engine) -> None:
    """Compare the local graph without the page cache."""
    with ExitStack() as stack:
        _serve(stack, engine.sites, PAGE_CACHE_MB="0")
        compare_page(
            engine.sites,
            "local graph",
            lambda site: [f"{path}graph/" for path in site.articles()],
            1.5,
        )


def compare_misses(engine: Engine) -> None:
    """Compare article pages without the page cache and as its misses, in CPU time."""
    times = run_in_process(engine.medium.url, "cache_misses")
    plain, miss = times["no cache"], times["miss"]
    compare(engine.name, "article page, ms CPU, no page cache and a miss", plain, miss, 1.1)


def measure_first_requests(engine: Engine) -> None:
    """Measure pages about all articles at their first request after a change."""
    by_size = [run_in_process(site.url, "first_request") for site in engine.sites]
    for page in by_size[0]:
        label = f"{page} after a change, ms at {join_sizes(engine.sizes)}"
        values = " → ".join(f"{times[page]:.1f}" for times in by_size)
        row(engine.name, label, values)


def compare_admin(engine: Engine) -> None:
    """Compare the pages of the admin when each article has `REVISIONS` revisions, in the two
    smaller sites."""
    small, medium = sites = [engine.small, engine.medium]
    for site in sites:
        site.facts |= run_in_process(site.url, "prepare_admin", str(REVISIONS))
    with ExitStack() as stack:
        _serve(stack, sites)
        for name in medium.facts["admin"]:
            compare_page(
                sites,
                f"admin, {name}",
                lambda site, name=name: site.facts["admin"][name],
                1.5,
                count=ADMIN_REQUESTS,
                as_editor=True,
            )
    for name, count in medium.facts["queries"].items():
        value = f"{small.facts['queries'][name]} → {count}"
        row(engine.name, f"admin, {name}, queries", value, "equal")
    weight = run_in_process(medium.url, "weigh_form")
    value = f"{weight['bytes'] / 1024:.0f} in {weight['requests']} requests"
    row(engine.name, "article form, KiB with all files", value, "at most 200")


def compare_page(
    sites: Sequence[Site],
    name: str,
    paths: Callable[[Site], list[str]],
    limit: float = MAX_GROWTH,
    *,
    count: int = REQUESTS,
    as_editor: bool = False,
) -> None:
    """Compare the times of the pages with `paths` for a single client, in turns: of `count`
    requests each."""
    rounds = [
        [
            client.median_time(
                site.port, paths(site), count, site.facts["cookie"] if as_editor else ""
            )
            for site in sites
        ]
        for _ in range(3)
    ]
    medians = [statistics.median(times) for times in zip(*rounds, strict=True)]
    label = f"{name}, ms at {join_sizes([site.size for site in sites])}"
    compare_sizes(sites[0].engine, label, medians, limit)


def _serve(stack: ExitStack, sites: Sequence[Site], **variables: str) -> None:
    for site in sites:
        site.port = stack.enter_context(served(site.url, **variables))


def _served_plain(site: Site) -> AbstractContextManager[int]:
    return served(site.url, "tests.bench.plain", DJANGO_SETTINGS_MODULE="")


def _compare_stored(site: Site, plain_port: int) -> None:
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
        label = f"stored page / {name} of {site.size}"
        row(site.engine, label, f"{statistics.median(ratios):.2f}", limit)


def _compare_cached(site: Site) -> None:
    """Compare cached pages, in turns, with a view that reads the same page from one row, and with
    the same pages out of Django's cache middleware."""
    django_settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.cache_middleware_settings"}
    with (
        served(site.url) as cached_port,
        _served_plain(site) as plain_port,
        served(site.url, **django_settings) as django_port,
    ):
        measurements = _cached_requests(site, cached_port, plain_port, django_port)
        for port, requests in measurements.values():
            client.measure(port, requests, 1)
        rounds = [
            {
                name: client.measure(*request, SECONDS).rate
                for name, request in measurements.items()
            }
            for _ in range(ROUNDS)
        ]
    for name in measurements:
        rate = statistics.median(rates[name] for rates in rounds)
        row(site.engine, f"{name}, responses per second", f"{rate:.0f}")
    for name, baseline, limit in COMPARISONS:
        ratio = statistics.median(rates[name] / rates[baseline] for rates in rounds)
        row(site.engine, f"{name} / {baseline}", f"{ratio:.2f}", f"at least {limit:.2f}")


def _cached_requests(
    site: Site, cached_port: int, plain_port: int, django_port: int
) -> dict[str, tuple[int, list[client.Request]]]:
    """Return the port and the requests of each kind of response."""
    paths = site.articles()
    pages = [client.Request(path) for path in paths]
    stored = [client.Request(f"/{key}/") for key in site.facts["stored"]["article page"]]
    connection = client.Connection(cached_port)
    conditional = [
        client.Request(path, 304, connection.get(path).header("etag")) for path in paths
    ]
    return {
        "plain view": (plain_port, stored),
        "Django's cache middleware": (django_port, pages),
        "cached page": (cached_port, pages),
        "cached page, 304": (cached_port, conditional),
    }
