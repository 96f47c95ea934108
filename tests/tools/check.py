"""Everything that `make check` looks at: all results, and an exit status that sums them up."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
CHECKS = {
    "formatting": [*PYTHON, "ruff", "format", "--check", "--quiet", "."],
    "lint": [*PYTHON, "ruff", "check", "--quiet", "."],
    "types": [*PYTHON, "mypy"],
    "layers": [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
    ],
    "spelling": [*PYTHON, "codespell_lib"],
    "prose": [*PYTHON, "tests.tools.prose"],
    "templates": [*PYTHON, "djlint", "templates", "--lint", "--quiet"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}
# What a site in public would say; nothing is read from the .env of this machine.
DEPLOYED = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "DEBUG": "off",
    "ALLOWED_HOSTS": "encyclopedia.example",
    "BEHIND_PROXY": "on",
    "DATABASE_URL": "sqlite:///db.sqlite3",
}


def passes(name: str, command: list[str]) -> bool:
    """Run one check and say how it went, with all that it printed if it failed."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **DEPLOYED},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name}", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def main() -> int:
    results = [passes(name, command) for name, command in CHECKS.items()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
