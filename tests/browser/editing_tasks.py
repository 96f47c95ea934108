"""Do the tasks of docs/editing.md in Chromium, and print the table of their counts.

    CHROMIUM=/usr/bin/chromium python -m tests.browser.editing_tasks [--screenshots FOLDER] [WORD]

does the tasks whose title contains a word, or all. Needs the packages of requirements-dev.txt, and
a database server unless DATABASE_URL names SQLite. A task that fails says why.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "site"))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.core.exceptions import ObjectDoesNotExist  # noqa: E402
from django.db import connections  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment  # noqa: E402
from playwright.sync_api import Browser, Error, sync_playwright  # noqa: E402
from pytest_django.live_server_helper import LiveServer  # noqa: E402

from tests import factories  # noqa: E402
from tests.browser import content  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.tasks import safety, writing  # noqa: E402, F401
from tests.browser.tasks.counted import TASKS, Desk, Task  # noqa: E402
from tests.tools.run import browser as chromium  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screenshots", type=Path, help="a folder for one of each task")
    parser.add_argument("word", nargs="?", default="", help="do only tasks with this word")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = serve(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        desk: dict[str, Any] = {"url": server.url, "user": factories.editor("sara")}
        print("| task | before | loads/clicks/keys | result |\n|---|---|---|---|")
        for task in TASKS:
            if arguments.word.lower() in task.title.lower():
                counts, result = run(browser, desk, task, arguments.screenshots)
                print(f"| {task.title} | {task.before} | {counts} | {result} |", flush=True)
        browser.close()
        server.stop()


def serve(folder: Path) -> LiveServer:
    """Serve an example site from a test database."""
    database = connections["default"]
    if database.vendor == "sqlite":
        # The server's threads can't share a database in memory safely.
        database.settings_dict["TEST"]["NAME"] = str(folder / "tasks.sqlite3")
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    content.create()
    return LiveServer("127.0.0.1")


def run(
    browser: Browser, options: dict[str, Any], task: Task, folder: Path | None
) -> tuple[str, str]:
    """Do a task and take a screenshot. Return the counts of its first window and the result."""
    desk = Desk(browser, **options)
    try:
        result = task.run(desk)
    except (AssertionError, Error, ObjectDoesNotExist) as error:
        result = f"FAILED: {' '.join(str(error).split())[:200]}"
    window = desk.windows[0]
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        window.page.screenshot(path=folder / f"{task.run.__name__}.png")
    counts = window.counts
    desk.close()
    return counts, result.replace("|", "\\|")


if __name__ == "__main__":
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    main()
