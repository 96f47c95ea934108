"""How fast, how big: `make bench` prints a table. Everything is compared within one run."""

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
from pathlib import Path
from typing import Any

from tests.bench import client
from tests.tools import postgres

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
SECONDS = 3.0
ASKED = 150


@dataclass
class Site:
    """A database of `size` articles, and gunicorn in front of it once it is served."""

    engine: str
    size: int
    url: str
    facts: dict[str, Any]
    port: int = 0

    def articles(self) -> list[str]:
        return [f"/articles/{slug}/" for slug in self.facts["slugs"]]

    def pages(self) -> dict[str, list[str]]:
        facts = self.facts
        return {
            "article page": self.articles(),
            "largest tag": [f"/tags/{facts['tag']}/"],
            "largest tag, deep": [f"/tags/{facts['tag']}/?after={facts['in_tag']}"],
            "A–Z": ["/articles/"],
            "A–Z, deep": [f"/articles/?after={facts['middle']}"],
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=(100, 10_000))
    parser.add_argument("--plans", action="store_true", help="print every query's plan")
    arguments = parser.parse_args()
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} CPUs"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        for engine, address in engines(stack, folder):
            small, large = (make(engine, address, size) for size in arguments.sizes)
            if arguments.plans:
                print_plans(large)
            measure_searches(large)
            measure_first_readers(large)
            measure_answers(engine, address)
            compare_saves(small, large)
            serve_and_compare(small, large)
            compare_loads(engine, address, folder)


def engines(stack: ExitStack, folder: Path) -> Iterator[tuple[str, str]]:
    """The engines that are here, and the address of a database as a pattern of its name."""
    yield "SQLite", f"sqlite:///{folder}/{{}}.sqlite3"
    if programs := postgres.binaries():
        url = stack.enter_context(postgres.cluster(programs))
        yield "PostgreSQL", url.removesuffix("/postgres") + "/{}"
    else:
        print("PostgreSQL: not measured, there is no server. Install the package postgresql.")


def make(engine: str, address: str, size: int) -> Site:
    url = create(engine, address, f"bench_{size}")
    facts = inside(url, "fill", str(size))
    print(
        f"\n{engine}: {size} articles made in {facts['seconds']:.0f} s, "
        f"{facts['size']} in the largest tag"
    )
    return Site(engine, size, url, facts)


def create(engine: str, address: str, name: str) -> str:
    """The address of a new, empty database."""
    url = address.format(name)
    if engine == "PostgreSQL":
        inside(address.format("postgres"), "create_database", name)
    return url


def inside(url: str, *arguments: str) -> Any:
    command = [sys.executable, "-m", "tests.bench.inside", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(url), stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


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
        "SECRET_KEY": "known to everybody, for the bench only",
    }


@contextmanager
def served(site: Site, application: str = "config.wsgi", **told: str) -> Iterator[int]:
    """The port of a gunicorn that answers for `site`."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "site/config/gunicorn.py"]
    command += ["--log-level", "error", application]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(site.url, port) | told)
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
    """Pages as Django makes them, and then as they are kept."""
    with served(small, PAGE_CACHE_MB="0") as few, served(large, PAGE_CACHE_MB="0") as many:
        small.port, large.port = few, many
        compare_article(large)
        for name, paths in large.pages().items():
            compare_page(small, large, name, small.pages()[name], paths)
        letter, desk = ["/articles/?letter=m"], ["/admin/articles/article/"]
        compare_page(small, large, "A–Z, a letter", letter, letter, 1.5)
        compare_page(small, large, "desk list", desk, desk, 1.5, "cookie")
    with served(small) as few, served(large) as many:
        small.port, large.port = few, many
        for site in (small, large):
            # Each worker has to keep each page first.
            client.measure(site.port, [client.Request(path) for path in site.articles()], SECONDS)
        compare_page(small, large, "kept article page", small.articles(), large.articles())
    plain = served(large, "tests.bench.plain", DJANGO_SETTINGS_MODULE="")
    with served(large) as kept, plain as bare:
        compare_kept(large, kept, bare)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def compare_article(site: Site) -> None:
    """The article's page against one row's stored HTML in the same layout, in turns."""
    pages = [client.Request(f"/articles/{slug}/") for slug in site.facts["slugs"]]
    bare = [client.Request(f"/bare/{slug}/") for slug in site.facts["slugs"]]
    client.measure(site.port, pages, 1)
    rounds = [
        (
            client.measure(site.port, bare, SECONDS).rate,
            client.measure(site.port, pages, SECONDS).rate,
        )
        for _ in range(ROUNDS)
    ]
    one, other = sorted(rounds, key=lambda rates: rates[1] / rates[0])[ROUNDS // 2]
    row(site.engine, "bare view, answers a second", f"{one:.0f}")
    row(site.engine, "article page, answers a second", f"{other:.0f}")
    row(site.engine, "article page / bare view", f"{other / one:.2f}", "at least 0.40")


def compare_kept(site: Site, kept: int, plain: int) -> None:
    """Kept pages against a view that answers with the same page from one row, in turns."""
    slugs = site.facts["slugs"]
    connection = client.Connection(kept)
    etags = [connection.get(f"/articles/{slug}/").header("etag") for slug in slugs]
    asked = {
        "plain view": (plain, [client.Request(f"/{slug}/") for slug in slugs]),
        "kept page": (kept, [client.Request(f"/articles/{slug}/") for slug in slugs]),
        "kept page, 304": (
            kept,
            [
                client.Request(f"/articles/{slug}/", 304, etag)
                for slug, etag in zip(slugs, etags, strict=True)
            ],
        ),
    }
    for port, requests in asked.values():
        client.measure(port, requests, 1)
    rounds = [
        {name: client.measure(*request, SECONDS).rate for name, request in asked.items()}
        for _ in range(ROUNDS)
    ]
    for name in asked:
        rate = statistics.median(each[name] for each in rounds)
        row(site.engine, f"{name}, answers a second", f"{rate:.0f}")
        if name != "plain view":
            ratio = statistics.median(each[name] / each["plain view"] for each in rounds)
            row(site.engine, f"{name} / plain view", f"{ratio:.2f}", "at least 1.50")


def compare_page(
    small: Site,
    large: Site,
    name: str,
    of_small: list[str],
    of_large: list[str],
    limit: float = 1.3,
    cookie: str = "",
) -> None:
    """How long a page takes, asked for by one reader, in turns. `cookie` is a fact's name."""
    pairs = []
    for _ in range(3):
        few = client.sequential(small.port, of_small, ASKED, small.facts.get(cookie, ""))
        many = client.sequential(large.port, of_large, ASKED, large.facts.get(cookie, ""))
        pairs.append((few, many))
    few, many = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    compare(large.engine, f"{name}, ms at {small.size} and {large.size}", few, many, limit)


def measure_first_readers(site: Site) -> None:
    """How long who reads first after a change waits for what is told about all articles."""
    for page, milliseconds in inside(site.url, "anew").items():
        label = f"{page} of {site.size} articles after a change, ms"
        row(site.engine, label, f"{milliseconds:.0f}")


def measure_searches(site: Site) -> None:
    """The whole answer to questions of one and two words, in one process."""
    taken = inside(site.url, "search")
    for name, limit in (("p50", 60), ("p99", 250)):
        label = f"search in {site.size} articles, ms, {name}"
        row(site.engine, label, f"{taken[name]:.1f}", f"below {limit}")


def measure_answers(engine: str, address: str) -> None:
    good = inside(create(engine, address, "quality"), "quality")
    label = f"search, mean reciprocal rank of {good['asked']}"
    row(engine, label, f"{good['rank']:.3f}", "at least 0.900")


def compare_saves(small: Site, large: Site) -> None:
    rounds = [(inside(small.url, "save"), inside(large.url, "save")) for _ in range(2)]
    few, many = (
        {name: min(pair[side][name] for pair in rounds) for name in rounds[0][0]}
        for side in (0, 1)
    )
    for name in ("create", "change", "rename"):
        label = f"{name}, ms at {small.size} and {large.size}"
        compare(large.engine, label, few[name], many[name], 1.5)
    for name, ours in (("create", "create"), ("change", "change new")):
        label = f"{name}, ms, bare model and article"
        compare(large.engine, label, many[f"bare {name}"], many[ours], 3)


def compare_loads(engine: str, address: str, folder: Path) -> None:
    source = folder / "load"
    if not source.exists():
        inside(f"sqlite:///{folder}/none.sqlite3", "write", str(source))
    ours = inside(create(engine, address, "load_md"), "load", "md", str(source))
    for kind in ("natural", "keyed"):
        url = create(engine, address, f"load_{kind}")
        bare = inside(url, "load", "json", str(source / f"{kind}.json"))
        label = f"load 1000, s, {kind} bare JSON and Markdown"
        compare(engine, label, bare["seconds"], ours["seconds"], 3)
    row(engine, "peak memory of the load, MB", f"{ours['megabytes']:.0f}", "below 300")


def compare(engine: str, label: str, one: float, other: float, limit: float) -> None:
    row(engine, label, f"{one:.2f} → {other:.2f}  ×{other / one:.2f}", f"at most ×{limit}")


def row(engine: str, label: str, value: str, wanted: str = "") -> None:
    print(f"| {engine:10} | {label:48} | {value:24} | {wanted:14} |", flush=True)


def print_plans(site: Site) -> None:
    for name, plan in inside(site.url, "plans").items():
        print(f"\n{site.engine}, {name}:\n{plan}")


if __name__ == "__main__":
    main()
