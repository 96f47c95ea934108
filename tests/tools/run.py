"""Run the whole suite: on SQLite, on a real PostgreSQL, and in a real Chromium.

If PostgreSQL or Chromium is missing, Debian's package is installed: in CI (CI=true) at once, on a
terminal after a question. Otherwise that part is skipped with a line that says how to install it.
In CI a skipped test is a failure. A test that fails there is run once more, alone, in a new
process: of 10,000, one may have waited too long for a busy machine. Those that pass only then are
listed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from xml.etree import ElementTree

from tests.tools import commonmark, postgres

ROOT = Path(__file__).resolve().parents[2]
PYTEST = (sys.executable, "-m", "pytest")
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
# They use no database, or SQLite in any case.
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
    ),
    *("tests/importing/test_pandoc.py", "tests/importing/test_spooled.py"),
    *("tests/test_catalogs.py", "tests/test_code_colours.py"),
    *("tests/test_architecture.py", "tests/test_linear_time.py", "tests/test_vocabulary.py"),
)


# More failures than these are no chance, so that none is tried again.
MOST_RETRIED = 10
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
# The outcomes of tests, by their names.
Outcomes = dict[str, str]


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    # The names of tests that have failed once.
    second_try: list[str] = field(default_factory=list)

    def add(self, outcomes: Outcomes) -> None:
        count = Counter(outcomes.values())
        self.passed += count[PASSED]
        self.failed += count[FAILED]
        self.skipped += count[SKIPPED]

    def is_success(self, ci: bool) -> bool:
        """Whether no test failed and, in CI, none was skipped."""
        return not self.failed and not (ci and self.skipped)

    def __str__(self) -> str:
        """The last line is that of the numbers, alone."""
        numbers = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        if not self.second_try:
            return numbers
        names = "".join(f"\n  {name}" for name in self.second_try)
        return f"{len(self.second_try)} passed at the second try:{names}\n{numbers}"


def pytest(tally: Tally, *command: str, **environment: str) -> None:
    """Run a command of pytest and add the outcomes to `tally`; in CI, after a second try."""
    with tempfile.TemporaryDirectory() as cache:
        # pytest's cache has the names of the tests that failed.
        command = (*command, "-q", "-o", f"cache_dir={cache}")
        outcomes = run_pytest(command, environment)
        if in_ci():
            tally.second_try += try_again(command, environment, outcomes)
    tally.add(outcomes)


def try_again(
    command: Sequence[str], environment: dict[str, str], outcomes: Outcomes
) -> list[str]:
    """Run the tests that failed once more, one after the other, and put what they give into
    `outcomes`. Return those that have passed."""
    failed = sorted(name for name, outcome in outcomes.items() if outcome == FAILED)
    if not 0 < len(failed) <= MOST_RETRIED:
        return []
    heading(f"Once more, alone: {', '.join(failed)}")
    outcomes |= run_pytest([*command, "-n", "0", "--last-failed"], environment)
    return [name for name in failed if outcomes[name] == PASSED]


def run_pytest(command: Sequence[str], environment: dict[str, str]) -> Outcomes:
    """Return the outcomes of a command of pytest; a run that crashes has a failure of its own."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        completed = subprocess.run(
            [*command, f"--junitxml={report}"], cwd=ROOT, env={**os.environ, **environment}
        )
        outcomes = read(report) if report.exists() else {}
    if completed.returncode and FAILED not in outcomes.values():
        outcomes[f"pytest, with the exit status {completed.returncode}"] = FAILED
    return outcomes


def read(report: Path) -> Outcomes:
    """Return the outcomes in a report of pytest. A test may be in it twice, if its end failed."""
    outcomes: Outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            outcomes[name] = FAILED
        elif case.find("skipped") is not None:
            outcomes.setdefault(name, SKIPPED)
        else:
            outcomes.setdefault(name, PASSED)
    return outcomes


def heading(text: str) -> None:
    print(f"\n── {text}", flush=True)


def skip(tally: Tally, program: str, package: str) -> None:
    print(f"Skipped: {program} is missing; on Debian: apt-get install {package}", flush=True)
    tally.skipped += 1


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def install(*packages: str) -> None:
    """Install Debian packages if apt-get is permitted: in CI at once, else after a question."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not all(map(shutil.which, ["apt-get", *sudo[:1]])):
        return
    if subprocess.run([*sudo, "true"], stderr=subprocess.DEVNULL).returncode:
        return
    if not (in_ci() or confirm(f"Install {', '.join(packages)} with apt-get?")):
        return
    heading(f"Installing {', '.join(packages)}")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = ["install", "-y", "--no-install-recommends", *packages]
    for command in (["update"], install):
        subprocess.run([*apt, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def confirm(question: str) -> bool:
    """Ask on the terminal. Without a terminal the answer is no."""
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


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


def on_sqlite(tally: Tally, arguments: list[str]) -> None:
    heading("On SQLite")
    pytest(
        tally,
        *PYTEST,
        *arguments,
        f"--ignore={POSTGRESQL_TESTS}",
        DATABASE_URL="sqlite:///db.sqlite3",
    )


def on_postgres(tally: Tally, arguments: list[str]) -> None:
    if not postgres.binaries():
        install("postgresql")
    if not (binaries := postgres.binaries()):
        return skip(tally, "PostgreSQL", "postgresql")
    heading("On PostgreSQL")
    with postgres.cluster(binaries) as url:
        ignored = [f"--ignore={path}" for path in WITHOUT_POSTGRESQL]
        pytest(tally, *PYTEST, *arguments, *ignored, "-m", "not once", DATABASE_URL=url)


def in_browser(tally: Tally, arguments: list[str]) -> None:
    if not browser() or (in_ci() and not shutil.which(HEADLESS_SHELL)):
        install(HEADLESS_SHELL, *FONTS)
    if not (program := browser()):
        return skip(tally, "Chromium", HEADLESS_SHELL)
    heading("In Chromium")
    database = "sqlite:///db.sqlite3"
    pytest(tally, *PYTEST, "tests/browser", *arguments, DATABASE_URL=database, CHROMIUM=program)


def interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, interrupt)
    started, tally = time.monotonic(), Tally()
    # A worker that is done takes tests from others: some take minutes. Many wait for processes.
    parallel = ["-n", "3", "--dist", "worksteal"]
    with tempfile.TemporaryDirectory() as folder:
        get_specification(Path(folder))
        on_sqlite(tally, parallel)
    on_postgres(tally, parallel)
    in_browser(tally, ["-n", "2", "--dist", "worksteal"])
    heading(f"{time.monotonic() - started:.0f} s")
    print(tally, flush=True)
    return 0 if tally.is_success(ci=in_ci()) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
