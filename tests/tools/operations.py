"""Run the tests of operations: on a terminal or in CI, missing Debian packages are installed.

`FAULT_ROUNDS` says how many times each fault is repeated: 20 times, or twice with CI=true.
"""

import os
import shutil
import sys

from tests.tools import postgres
from tests.tools.run import PYTEST, Tally, in_ci, install, pytest

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


def missing_packages() -> list[str]:
    packages = [
        package
        for program, package in PACKAGES.items()
        if not shutil.which(program, path=SYSTEM_PATH)
    ]
    return packages if postgres.binaries() else [*packages, "postgresql"]


def namespace() -> list[str]:
    """Return a command that lets others than root mount the small file systems of the tests."""
    if os.geteuid() == 0:
        return []
    return ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "--"]


def main() -> int:
    if missing := missing_packages():
        install(*missing)
    if missing := missing_packages():
        print(f"Missing; on Debian: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    # Most tests wait for other processes. Those of a file share servers.
    parallel = ["-n", "4", "--dist", "loadfile"]
    environment = {
        "FAULT_ROUNDS": os.environ.get("FAULT_ROUNDS", "2" if in_ci() else "20"),
        "PATH": SYSTEM_PATH,
        "DATABASE_URL": "sqlite:///db.sqlite3",
    }
    tally = Tally()
    pytest(tally, *namespace(), *PYTEST, *parallel, "tests/operations", **environment)
    print(tally, flush=True)
    return 0 if tally.is_success(ci=in_ci()) else 1


if __name__ == "__main__":
    sys.exit(main())
