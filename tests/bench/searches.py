"""Searches: how long they take, and how well they rank."""

import os
from pathlib import Path
from typing import Any

from tests.bench import client
from tests.bench.page_times import REQUESTS
from tests.bench.server import run_in_process, served
from tests.bench.sites import Engine, Site
from tests.bench.table import row


def measure_searches(engine: Engine) -> None:
    """Measure searches in all sites but the smallest."""
    for site in engine.sites[1:]:
        measure_site(site)


def measure_site(site: Site) -> None:
    """Measure whole pages of results over HTTP, without the page cache, for a single client."""
    variables = {"PAGE_CACHE_MB": "0", "WEB_CONCURRENCY": "1"}
    with served(site.url, "tests.bench.timed", **variables) as port:
        by_kind = run_in_process(site.url, "search", str(port))
    median = 25 if site.size <= 10_000 else 60
    for kind, times in by_kind.items():
        value = "CPU {CPU p50:.1f}, {CPU p99:.1f}, wall {wall p50:.1f}, {wall p99:.1f}"
        label = f"search in {site.size}, {kind}, ms, p50 and p99"
        row(site.engine, label, value.format(**times), f"{median} and 250")


def measure_documents(engine: Engine) -> None:
    """Measure searches and article pages of the Markdown files in the folder `BENCH_DOCUMENTS`."""
    if folder := os.environ.get("BENCH_DOCUMENTS"):
        url = engine.create_database("documents")
        site = engine.filled_site(url, "fill_documents", str(Path(folder).resolve()))
        measure_site(site)
        for kind, (count, share) in run_in_process(url, "navigational_queries").items():
            row(engine.name, f"search, first places of {count} {kind}", f"{share:.3f}", "1.000")
        with served(url, PAGE_CACHE_MB="0") as port:
            times = client.median_time(port, site.articles(), REQUESTS)
        row(engine.name, f"article page of {site.size}, ms", f"{times:.2f}")


def measure_relevance(engine: Engine) -> None:
    """Rank the judged queries, and the test collections in the folder `RELEVANCE_DATA`."""
    result = run_in_process(engine.create_database("quality"), "quality")
    label = f"search, mean reciprocal rank of {result['queries']} queries"
    row(engine.name, label, f"{result['rank']:.3f}", "at least 0.960")
    if folder := os.environ.get("RELEVANCE_DATA"):
        url = engine.create_database("relevance")
        collections = run_in_process(url, "relevance", str(Path(folder).resolve()))
        _compare_engines(engine.name, collections)


def _compare_engines(database: str, collections: dict[str, Any]) -> None:
    """Print nDCG@10, recall@20 and MRR of the search and of other engines, for each collection
    and form of its questions."""
    for name, forms in collections.items():
        for form, engines in forms.items():
            limit = f"nDCG {engines['bm25s']['ndcg']:.3f}"
            for engine, scores in engines.items():
                value = " / ".join(f"{score:.3f}" for score in scores.values())
                is_ours = engine == "Diwan"
                row(database, f"{name}, {form}, {engine}", value, limit if is_ours else "")
