"""Run a management command again and again, and kill it each time before another statement.

    python -m tests.operations.killed_commands '{"command": ["rebuild", "--all"], "times": 20, …}'

Prints how often it was killed. With "times" 0, prints the number of its statements. The commands
"before" and "after" run around each that is killed.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from tests.killing import count_statements, points, run_and_kill

# No command has that many statements.
NEVER = -1


def run(command: list[str]) -> None:
    if command:
        call_command(*command, verbosity=0)


def kill(command: list[str], before: list[str], after: list[str], times: int, total: int) -> int:
    """Return how often the command was killed before one of its `total` statements."""
    killed = 0
    for at in points(total, times, fewer_in_ci=False):
        run_and_kill(lambda: run(before), NEVER)
        killed += run_and_kill(lambda: run(command), at)
        run_and_kill(lambda: run(after), NEVER)
    return killed


def main(options: dict[str, Any]) -> int:
    django.setup()
    if options["times"]:
        return kill(**options)
    with tempfile.TemporaryDirectory() as folder:
        return count_statements(lambda: run(options["command"]), Path(folder) / "count")


if __name__ == "__main__":
    print(main(json.loads(sys.argv[1])))
