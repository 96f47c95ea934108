"""Run all checks of `make check`, print each result, and exit with 1 if one failed."""

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
        "import sys; sys.path.append('site');"
        "from importlinter.cli import lint_imports_command as c; c()",
    ],
    "spelling": [*PYTHON, "codespell_lib"],
    "prose": [*PYTHON, "tests.tools.prose"],
    "content": [*MANAGE, "lint_articles", "fixtures/tags.json", "fixtures/articles"],
    "templates": [*PYTHON, "djlint", "templates", "--lint", "--quiet"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}
# The environment of a public site, so that the .env of this machine is not used.
DEPLOYMENT = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "DEBUG": "off",
    "ALLOWED_HOSTS": "encyclopedia.example",
    "BEHIND_PROXY": "on",
    "DATABASE_URL": "sqlite:///db.sqlite3",
}


def passes(name: str, command: list[str]) -> bool:
    """Run one check and print its result, with its output if it failed."""
    completed = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **DEPLOYMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{'ok    ' if completed.returncode == 0 else 'FAILED'}  {name}", flush=True)
    if completed.returncode:
        print(completed.stdout, flush=True)
    return completed.returncode == 0


def main() -> int:
    results = [passes(name, command) for name, command in CHECKS.items()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
