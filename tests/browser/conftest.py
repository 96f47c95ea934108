"""A real Chromium before a real server: pages opened in it may not complain on the console."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.tools import run

# Playwright runs its event loop in the thread of the tests, where they use the database too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OpenPage = Callable[..., Page]
Violations = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On SQLite, a file: the threads of the server cannot share a database in memory safely."""
    database = connections["default"]
    if database.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = run.browser()
    assert program, "There is no Chromium: name one in CHROMIUM, or apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def console() -> list[str]:
    """What the pages complained about: errors, violations of the CSP. A test may clear it."""
    return []


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, console: list[str]) -> Iterator[OpenPage]:
    """Open an address in a window of its own: `open_page("/", width=375, scheme="dark")`.

    `user` is signed in; whatever else is named goes to the browser's context (such as
    `java_script_enabled=False`). The test fails when a page has complained on the console.
    """
    contexts = []

    def open_page(
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        user: User | None = None,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user:
            context.add_cookies([session(user, live_server.url)])
        page = context.new_page()
        page.on("console", lambda message: complain(console, message))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert console == []


def complain(console: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        console.append(f"{message.text} ({message.location.get('url')})")


def session(user: User, address: str) -> Any:
    """The cookie of somebody who has logged in."""
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


@pytest.fixture(scope="session")
def violations() -> Violations:
    """What axe finds wrong with a page, WCAG 2.2's size of targets included: one line each."""
    axe = Axe()
    # It would read style sheets that others import by writing them into the page as a style.
    options = {"rules": {"target-size": {"enabled": True}}, "preload": False}

    def violations(page: Page) -> list[str]:
        found = axe.run(page, options=options).response["violations"]
        return [
            f"{rule['id']}: {rule['help']} – {[node['target'] for node in rule['nodes']]}"
            for rule in found
        ]

    return violations
