"""Suites of tests, each in a process of pytest, and what has become of them.

In CI (CI=true) a skipped test is a failure. A test that fails there is run once more after all
others, alone, in a new process: of 10,000, one may have waited too long for a busy machine. Those
that pass only then are listed.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
# More failures than these are no chance, so that none is tried again. A server that starts too
# slowly fails all tests of a file.
MOST_RETRIED = 50
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
# The outcomes of tests, by their names.
Outcomes = dict[str, str]


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def heading(text: str) -> None:
    print(f"\n── {text}", flush=True)


@dataclass
class Suite:
    """The tests that pytest runs with these arguments and variables.

    `folder` is for files of pytest. `prefix` is a command that runs the one that follows it.
    """

    name: str
    arguments: Sequence[str]
    environment: dict[str, str]
    folder: Path
    prefix: Sequence[str] = ()
    outcomes: Outcomes = field(default_factory=dict)

    @classmethod
    def create(
        cls, name: str, stack: ExitStack, arguments: Sequence[str], **environment: str
    ) -> "Suite":
        """Return a suite whose folder is removed with `stack`."""
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        return cls(name, arguments, environment, folder)

    @contextmanager
    def started(self, *options: str, output: IO[str] | None = None) -> Iterator[None]:
        """Run the tests during the context, at whose end their outcomes are known."""
        report = self.folder / "report.xml"
        report.unlink(missing_ok=True)
        # pytest's cache has the names of the tests that failed.
        files = [f"--junitxml={report}", "-o", f"cache_dir={self.folder / 'cache'}"]
        pytest = [sys.executable, "-m", "pytest", "-q", *files]
        process = subprocess.Popen(
            [*self.prefix, *pytest, *self.arguments, *options],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=output,
            stderr=output and subprocess.STDOUT,
        )
        try:
            yield
            process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        self.outcomes |= read(report) if report.exists() else {}
        if process.returncode and FAILED not in self.outcomes.values():
            crash = f"{self.name}: pytest ended with the exit status {process.returncode}"
            self.outcomes[crash] = FAILED

    def run(self, *options: str) -> None:
        """Run the tests. A run that crashes has a failure of its own."""
        heading(self.name)
        with self.started(*options):
            pass

    @contextmanager
    def in_background(self) -> Iterator[None]:
        """Run the tests during the context, at whose end their output is printed."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            with self.started(output=output):
                yield
            heading(self.name)
            output.seek(0)
            print(output.read(), flush=True)

    def failures(self) -> list[str]:
        return sorted(name for name, outcome in self.outcomes.items() if outcome == FAILED)

    def try_again(self) -> list[str]:
        """Run the tests that failed once more, one after the other. Return those that passed."""
        failed = self.failures()
        if not 0 < len(failed) <= MOST_RETRIED:
            return []
        heading(f"Once more, alone: {', '.join(failed)}")
        self.run("-n", "0", "--last-failed", "--last-failed-no-failures=none")
        return [name for name in failed if self.outcomes[name] == PASSED]


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


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    # The names of tests that have failed once.
    second_try: list[str] = field(default_factory=list)

    def add(self, suites: Sequence[Suite]) -> None:
        """Add the outcomes of suites that have run; in CI, after a second try."""
        for suite in suites if in_ci() else ():
            self.second_try += suite.try_again()
        for suite in suites:
            count = Counter(suite.outcomes.values())
            self.passed += count[PASSED]
            self.failed += count[FAILED]
            self.skipped += count[SKIPPED]

    def is_success(self) -> bool:
        """Whether no test failed and, in CI, none was skipped."""
        return not self.failed and not (in_ci() and self.skipped)

    def __str__(self) -> str:
        """The last line is that of the numbers, alone."""
        numbers = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        if not self.second_try:
            return numbers
        names = "".join(f"\n  {name}" for name in self.second_try)
        return f"{len(self.second_try)} passed at the second try:{names}\n{numbers}"
