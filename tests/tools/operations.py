"""Run the tests of operations: on a terminal or in CI, missing Debian packages are installed.

`FAULT_ROUNDS` says how many times each fault is repeated: 20 times, or once with CI=true.
"""

import os
import shutil
import sys
from contextlib import ExitStack

from tests.tools import postgres
from tests.tools.debian import install, skip
from tests.tools.suite import Suite, Tally, in_ci

# Programs, and their Debian packages.
PACKAGES = {
    "nginx": "nginx-light",
    "redis-server": "redis-server",
    "systemd-analyze": "systemd",
    "caddy": "caddy",
    "openssl": "openssl",
}
# Where Debian has programs for administrators.
SYSTEM_PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
# Most tests wait for other processes. See tests/operations/conftest.py for their order.
ORDER = ("-p", "no:randomly", "--no-loadscope-reorder")
ARGUMENTS = ("tests/operations", "-n", "4", "--dist", "loadfile", *ORDER)


def missing_programs() -> dict[str, str]:
    """Return the programs that are not installed, with their Debian packages."""
    packages = {
        program: package
        for program, package in PACKAGES.items()
        if not shutil.which(program, path=SYSTEM_PATH)
    }
    return packages if postgres.binaries() else {**packages, "postgres": "postgresql"}


def namespace() -> list[str]:
    """Return a command that lets others than root mount the small file systems of the tests."""
    if os.geteuid() == 0:
        return []
    return ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "--"]


def suite(tally: Tally, stack: ExitStack) -> Suite | None:
    if missing := missing_programs():
        install(*missing.values())
    if missing := missing_programs():
        return skip(tally, ", ".join(missing), " ".join(missing.values()))
    rounds = os.environ.get("FAULT_ROUNDS", "1" if in_ci() else "20")
    environment = {
        "FAULT_ROUNDS": rounds,
        "PATH": SYSTEM_PATH,
        "DATABASE_URL": "sqlite:///db.sqlite3",
    }
    suite = Suite.create("Operations", stack, ARGUMENTS, **environment)
    suite.prefix = namespace()
    return suite


def main() -> int:
    tally = Tally()
    with ExitStack() as stack:
        if operations := suite(tally, stack):
            operations.run()
            tally.add([operations])
    print(tally, flush=True)
    # Nothing else is tested, so that it is no success if that is skipped.
    return 0 if tally.is_success() and tally.passed else 1


if __name__ == "__main__":
    sys.exit(main())
