"""The benchmark: `make bench` prints a table. Ratios compare measurements of the same run."""

import argparse
import os
import platform
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.bench import content, page_times, searches, writing
from tests.bench.server import run_in_process
from tests.bench.sites import Engine, engines

SIZES = (100, 10_000, 100_000)
MEASUREMENTS = {
    "searches": searches.measure_searches,
    "first-requests": page_times.measure_first_requests,
    "queries": writing.compare_statements,
    "urls": writing.compare_site_urls,
    "relevance": searches.measure_relevance,
    "documents": searches.measure_documents,
    "misses": page_times.compare_misses,
    "graph": page_times.compare_graphs,
    "pages": page_times.compare_pages,
    "saves": writing.compare_saves,
    "loads": writing.measure_loads,
    "content": content.measure_syncing,
    "lint": content.measure_lint,
    "imports": content.measure_importing,
    "admin": page_times.compare_admin,
}


def main() -> None:
    arguments = parse_arguments()
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} CPUs"
    )
    with ExitStack() as stack:
        folder = arguments.folder
        if not folder:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        for engine in engines(stack, arguments.sizes, folder.resolve()):
            if arguments.plans:
                print_plans(engine)
            for name in arguments.only or MEASUREMENTS:
                MEASUREMENTS[name](engine)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=list(SIZES),
        help="numbers of articles, two or more, in ascending order",
    )
    parser.add_argument("--plans", action="store_true", help="print every query's plan")
    parser.add_argument(
        "--only", nargs="+", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS)
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the sites are stored, for the next run with the same folder (and the same"
        " server in BENCH_POSTGRES); it is created if it does not exist",
    )
    arguments = parser.parse_args()
    if arguments.folder:
        try:
            arguments.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"--folder needs a folder: {error}")
    if len(arguments.sizes) < 2 or arguments.sizes != sorted(arguments.sizes):
        parser.error("--sizes needs two or more numbers in ascending order.")
    return arguments


def print_plans(engine: Engine) -> None:
    for name, plan in run_in_process(engine.sites[-1].url, "plans").items():
        print(f"\n{engine.name}, {name}:\n{plan}")


if __name__ == "__main__":
    main()
