"""Run the tests of operations: on a terminal or in CI, missing Debian packages are installed."""

import os
import shutil
import subprocess
import sys

from tests.tools import postgres
from tests.tools.run import ROOT, install

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


def main() -> int:
    if missing := missing_packages():
        install(*missing)
    if missing := missing_packages():
        print(f"Missing; on Debian: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/operations"],
        cwd=ROOT,
        env={**os.environ, "PATH": SYSTEM_PATH, "DATABASE_URL": "sqlite:///db.sqlite3"},
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
