"""Saving and loading, and the statements of both."""

from pathlib import Path
from typing import Any

from tests.bench.server import run_in_process
from tests.bench.sites import Engine
from tests.bench.table import compare, row


def compare_saves(engine: Engine) -> None:
    """Compare saves in the smallest and the largest site, and with saves of a bare model."""
    small, large = engine.sites[0], engine.sites[-1]
    rounds = [
        (run_in_process(small.url, "save"), run_in_process(large.url, "save")) for _ in range(2)
    ]
    small_times, large_times = (
        {name: min(pair[side][name] for pair in rounds) for name in rounds[0][0]}
        for side in (0, 1)
    )
    for name in ("create", "change", "rename"):
        label = f"{name}, ms at {small.size} and {large.size}"
        compare(engine.name, label, small_times[name], large_times[name], 1.5)
    for name, ours in (("create", "create"), ("change", "change new")):
        label = f"{name}, ms, bare model and article"
        compare(engine.name, label, large_times[f"bare {name}"], large_times[ours], 3)
    value = f"{large_times['save in place']:.0f}"
    row(engine.name, f"save in place, ms at {large.size}", value, "at most 150")


def measure_loads(engine: Engine) -> None:
    """Load as many documents as each site but the smallest has, and copy the rows that this
    stores. The limits are those of the first size; others are in proportion."""
    for size in engine.sizes[1:]:
        result = _load(engine, size)
        factor = size / engine.sizes[1]
        value = f"{result['copy']:.1f} → {result['processor']:.1f}"
        label = f"load {size}, s of processors, copied rows and documents"
        row(engine.name, label, value, f"at most {40 * factor:.0f}")
        row(
            engine.name,
            f"load {size}, s",
            f"{result['seconds']:.1f}",
            f"at most {25 * factor:.0f}",
        )
        megabytes = f"{result['megabytes']:.0f}"
        row(engine.name, f"load {size}, MB of all processes", megabytes, "below 400")


def _load(engine: Engine, size: int) -> dict[str, Any]:
    source = documents_folder(engine, size)
    result: dict[str, Any] = run_in_process(engine.create_database("load"), "load", str(source))
    return result


def documents_folder(engine: Engine, size: int) -> Path:
    """Return a folder with `size` documents, which is written once."""
    folder = engine.folder / f"documents-{size}"
    if not folder.exists():
        none = f"sqlite:///{engine.folder}/none.sqlite3"
        run_in_process(none, "write_documents", str(folder), str(size))
    return folder


def compare_statements(engine: Engine) -> None:
    """Compare compiled queries and statements in SQL with the same by the ORM, in one process."""
    url = engine.medium.url
    for name, (plain, compiled) in run_in_process(url, "compiled_queries").items():
        label = f"{name} query, µs, plain and compiled"
        row(engine.name, label, f"{plain:.0f} → {compiled:.0f}  ×{compiled / plain:.2f}")
    for name, (plain, sql) in run_in_process(url, "statements").items():
        label = f"{name}, µs, ORM and SQL"
        row(engine.name, label, f"{plain:.0f} → {sql:.0f}  ×{sql / plain:.2f}")


def compare_site_urls(engine: Engine) -> None:
    """Compare ``{% url %}`` tags with the URLs that every template gets, in one process."""
    tags, variables = run_in_process(engine.small.url, "site_urls")
    value = f"{tags:.0f} → {variables:.0f}  ×{variables / tags:.2f}"
    row(engine.name, "main URLs of a page, µs, url tags and variables", value)
