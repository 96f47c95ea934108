"""The databases that are measured: engines, and sites of several sizes."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bench.server import run_in_process
from tests.tools import postgres


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


@dataclass
class Engine:
    """A database engine: the URL of a database as a pattern of its name, the sizes of the sites to
    compare, and a folder for files. The sites are filled when they are first measured, in this
    run or, if the databases `persist`, in an earlier one with the same folder."""

    name: str
    url_pattern: str
    sizes: list[int]
    folder: Path
    persist: bool = True

    @cached_property
    def sites(self) -> list[Site]:
        return [self._site(size) for size in self.sizes]

    @cached_property
    def small(self) -> Site:
        return self._site(self.sizes[0])

    @cached_property
    def medium(self) -> Site:
        return self._site(self.sizes[1])

    @cached_property
    def _by_size(self) -> dict[int, Site]:
        return {}

    def _site(self, size: int) -> Site:
        if size not in self._by_size:
            self._by_size[size] = self._stored_site(size) or self._new_site(size)
        return self._by_size[size]

    def _facts_file(self, size: int) -> Path:
        return self.folder / f"{self.name}-{size}.json"

    def _stored_site(self, size: int) -> Site | None:
        """Return the site of an earlier run."""
        file = self._facts_file(size)
        if not (self.persist and file.exists()):
            return None
        url = self.url_pattern.format(f"bench_{size}")
        run_in_process(url, "migrate")
        return Site(self.name, size, url, json.loads(file.read_text()))

    def _new_site(self, size: int) -> Site:
        site = self.filled_site(self.create_database(f"bench_{size}"), "fill", str(size))
        self._facts_file(size).write_text(json.dumps(site.facts))
        return site

    def filled_site(self, url: str, *arguments: str) -> Site:
        """Return an empty database as a site, after a command of `in_process` has filled it."""
        facts = run_in_process(url, *arguments)
        print(
            f"\n{self.name}: {facts['count']} articles made in {facts['seconds']:.0f} s, "
            f"{facts['size']} in the largest tag"
        )
        return Site(self.name, facts["count"], url, facts)

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL."""
        if self.name == "PostgreSQL":
            run_in_process(self.url_pattern.format("postgres"), "create_database", name)
        else:
            (self.folder / f"{name}.sqlite3").unlink(missing_ok=True)
        return self.url_pattern.format(name)


def engines(stack: ExitStack, sizes: list[int], folder: Path) -> Iterator[Engine]:
    """Yield the available engines. The server of PostgreSQL is the one that `BENCH_POSTGRES`
    names, or a temporary one."""
    yield Engine("SQLite", f"sqlite:///{folder}/{{}}.sqlite3", sizes, folder)
    external_url = url = os.environ.get("BENCH_POSTGRES")
    if not url and (programs := postgres.binaries()):
        url = stack.enter_context(postgres.cluster(programs))
    if url:
        pattern = url.removesuffix("/postgres") + "/{}"
        yield Engine("PostgreSQL", pattern, sizes, folder, persist=bool(external_url))
    else:
        print("PostgreSQL: not measured, there is no server. Install the package postgresql.")
