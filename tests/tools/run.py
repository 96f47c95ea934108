"""Run the whole suite: on SQLite, on a real PostgreSQL, and in a real Chromium.

    python -m tests.tools.run [--operations]

If PostgreSQL or Chromium is missing, Debian's package is installed: in CI (CI=true) at once, on a
terminal after a question. Otherwise that part is skipped with a line that says how to install it.
With `--operations`, the tests of operations run meanwhile.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from tests.tools import commonmark, operations, postgres
from tests.tools.debian import install, skip
from tests.tools.suite import Suite, Tally, heading, in_ci

# A worker that is done takes tests from others: some take minutes. Many wait for processes.
PARALLEL = ("-n", "3", "--dist", "worksteal")
# Chromium without a window: the same engine in half the time.
HEADLESS_SHELL = "chromium-headless-shell"
FONTS = ("fonts-dejavu-core",)
BROWSERS = (
    HEADLESS_SHELL,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# They start a server of their own.
POSTGRESQL_TESTS = "tests/config/test_postgresql.py"
# They use no database, or SQLite in any case, or their results are the same on both.
WITHOUT_POSTGRESQL = (
    # Damaged backups are refused before the database is used.
    "tests/backups/test_damage.py",
    *("tests/graph", "tests/linting", "tests/markdown", "tests/text", "tests/tools"),
    *("tests/versions", "tests/test_files.py", "tests/test_workers.py"),
    *("tests/admin/test_js_messages.py", "tests/bench", "tests/management/test_doctor.py"),
    *("tests/syncing/test_layout.py", "tests/upgrades/test_released_migrations.py"),
    *(f"tests/test_{name}.py" for name in ("form_fields", "fragments", "url_for")),
    *(
        f"tests/importing/test_{name}.py"
        for name in ("escaping", "html_text", "mediawiki", "shortcodes", "wikitext", "wordpress")
    ),
    *(f"tests/search/test_{name}.py" for name in ("analysis", "compounds", "stemming")),
    *(
        f"tests/config/test_{name}.py"
        for name in (
            *("apps", "availability", "error_reports", "errors", "object_cache"),
            *("page_encoding", "page_stores", "pagecache", "proxies", "replica_state"),
            *("request_bodies", "request_log", "user_middleware"),
        )
    ),
    *(
        "tests/config/test_server.py",
        "tests/config/test_settings.py",
        "tests/config/test_sqlite.py",
        # The bytes of static files and of a page.
        "tests/config/test_storage.py",
    ),
    *("tests/importing/test_pandoc.py", "tests/importing/test_spooled.py"),
    *("tests/test_catalogs.py", "tests/test_code_colours.py"),
    *("tests/test_architecture.py", "tests/test_linear_time.py", "tests/test_vocabulary.py"),
)


def browser() -> str | None:
    """Return the Chromium to test with: that of the variable CHROMIUM, or one of the PATH."""
    program = os.environ.get("CHROMIUM")
    return program or next(filter(None, map(shutil.which, BROWSERS)), None)


def get_specification(folder: Path) -> None:
    """Let the examples of CommonMark be tested, if their file is not given and can be had."""
    if in_ci() and not os.environ.get("COMMONMARK_SPEC"):
        if specification := commonmark.download(folder):
            os.environ["COMMONMARK_SPEC"] = str(specification)
        else:
            print("The examples of CommonMark could not be downloaded.", flush=True)


def on_sqlite(tally: Tally, stack: ExitStack) -> Suite:
    url = "sqlite:///db.sqlite3"
    arguments = [*PARALLEL, f"--ignore={POSTGRESQL_TESTS}"]
    return Suite.create("On SQLite", stack, arguments, DATABASE_URL=url)


def on_postgres(tally: Tally, stack: ExitStack) -> Suite | None:
    if not postgres.binaries():
        install("postgresql")
    if not (binaries := postgres.binaries()):
        return skip(tally, "PostgreSQL", "postgresql")
    url = stack.enter_context(postgres.cluster(binaries))
    ignored = [f"--ignore={path}" for path in WITHOUT_POSTGRESQL]
    arguments = [*PARALLEL, *ignored, "-m", "not once"]
    return Suite.create("On PostgreSQL", stack, arguments, DATABASE_URL=url)


def in_browser(tally: Tally, stack: ExitStack) -> Suite | None:
    if not browser() or (in_ci() and not shutil.which(HEADLESS_SHELL)):
        install(HEADLESS_SHELL, *FONTS)
    if not (program := browser()):
        return skip(tally, "Chromium", HEADLESS_SHELL)
    arguments = ["tests/browser", "-n", "4", "--dist", "worksteal"]
    url = "sqlite:///db.sqlite3"
    return Suite.create("In Chromium", stack, arguments, DATABASE_URL=url, CHROMIUM=program)


def run_suites(tally: Tally, stack: ExitStack, with_operations: bool) -> list[Suite]:
    """Run the suites whose programs are installed, and return them."""
    suites = []
    with ExitStack() as background:
        if with_operations and (others := operations.suite(tally, stack)):
            background.enter_context(others.in_background())
            suites.append(others)
        for prepare in (on_sqlite, on_postgres, in_browser):
            if next_suite := prepare(tally, stack):
                next_suite.run()
                suites.append(next_suite)
    return suites


def interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, interrupt)
    # Ignored by what a shell starts in the background, and then by all programs that are tested.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started, tally = time.monotonic(), Tally()
    with ExitStack() as stack:
        get_specification(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        tally.add(run_suites(tally, stack, "--operations" in arguments))
    heading(f"{time.monotonic() - started:.0f} s")
    print(tally, flush=True)
    return 0 if tally.is_success() else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
