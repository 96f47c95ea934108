"""Fixtures for tests in Chromium with a live server. A page that logs an error fails its test."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from articles import editing
from articles.models import Article, Tag
from tests import factories
from tests.browser import content
from tests.tools import run

# Playwright runs an event loop in the thread of the tests, which use the database, too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# In milliseconds: a machine that is busy takes long for what it does at once otherwise.
TIMEOUT = 20_000
expect.set_options(timeout=TIMEOUT)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# All but the violations stays in the browser: it is a hundred times as large.
VIOLATIONS = """(options) => axe.run(document, options).then(({ violations }) =>
    violations.map(({ id, help, nodes }) =>
        `${id}: ${help} – ${nodes.map((node) => node.target.join(" ")).join(", ")}`))"""
# The rules whose results depend on the scheme.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Else axe would see colours that are only on their way.
END_TRANSITIONS = """() => {
    const animations = document.getAnimations();
    for (const each of animations) if (each instanceof CSSTransition) each.finish();
}"""
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OpenPage = Callable[..., Page]
Violations = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Use a file for SQLite: the server's threads can't share an in-memory database safely."""
    database = connections["default"]
    if database.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.settings_dict["TEST"]["NAME"] = str(file)


class Snapshot:
    """A state of a SQLite database: copied in a tenth of the time that it takes to create it."""

    def __init__(self) -> None:
        self.copy: sqlite3.Connection | None = None

    def take(self) -> None:
        """Remember the present state, if the database is SQLite's."""
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            self.copy = sqlite3.connect(":memory:")
            connection.connection.backup(self.copy)

    def restore(self) -> bool:
        """Return to the state, and return whether there is one."""
        if self.copy:
            connection.ensure_connection()
            self.copy.backup(connection.connection)
        return bool(self.copy)

    def close(self) -> None:
        if self.copy:
            self.copy.close()


@pytest.fixture(scope="session", autouse=True)
def _restore_instead_of_flush(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Reset the database after each test to the state before the first one."""
    flush = TransactionTestCase._fixture_teardown
    with closing(Snapshot()) as empty, pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            empty.take()
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda case: empty.restore() or flush(case)
        )
        yield


@pytest.fixture(scope="session")
def pages_snapshot() -> Iterator[Snapshot]:
    with closing(Snapshot()) as snapshot:
        yield snapshot


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = run.browser()
    assert program, "Chromium is missing: set CHROMIUM to its path, or apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def console() -> list[str]:
    """Errors that pages logged on the console, CSP violations included. A test may clear it."""
    return []


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, console: list[str]) -> Iterator[OpenPage]:
    """Open a URL in a new window: `open_page("/", width=375, scheme="dark")`.

    `user` is logged in; other arguments are options of the browser context, for example
    `java_script_enabled=False`. The test fails if a page has logged an error on the console.
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
        context.set_default_timeout(TIMEOUT)
        if user:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        page.on("console", lambda message: log_error(console, message))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert console == []


def log_error(console: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        console.append(f"{message.text} ({message.location.get('url')})")


def session_cookie(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def windows(page: Page) -> Iterator[str]:
    """Show a page in a narrow and a wide window, light and dark, and yield a name for each."""
    size = page.viewport_size
    for width, scheme in product((375, 1280), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        # Colours in transition to those of the other scheme would be measured.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(END_TRANSITIONS)
        yield f"{scheme}-{width}"
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="null", reduced_motion="null")


@pytest.fixture(scope="session")
def violations() -> Violations:
    """Return the violations that axe reports for a page in all `windows`, WCAG 2.2's target size
    included. Dark ones differ in their colours only."""
    axe = Axe()
    # Preloading would insert imported style sheets as inline styles, which the CSP blocks.
    options = {
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],
        "preload": False,
    }

    in_the_dark = {"runOnly": COLOUR_RULES, "resultTypes": ["violations"], "preload": False}

    def violations(page: Page) -> list[str]:
        # After a click, the document may have no element yet.
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe.axe_script)
        return [
            f"{window}: {violation}"
            for window in windows(page)
            for violation in page.evaluate(
                VIOLATIONS, in_the_dark if window.startswith("dark") else options
            )
        ]

    return violations


@pytest.fixture
def admin_violations(violations: Violations, console: list[str]) -> Violations:
    """As `violations`, for pages with a preview: axe inserts the style sheets of its shadow root
    as inline styles, which the CSP blocks. These errors are caused by axe, not by the page."""

    def admin_violations(page: Page) -> list[str]:
        errors = list(console)
        results = violations(page)
        console[:] = errors
        return results

    return admin_violations


@pytest.fixture(scope="session")
def overflows() -> Callable[[Page], bool]:
    """Return whether a page is wider than its window."""

    def overflows(page: Page) -> bool:
        page.wait_for_load_state()
        return bool(page.evaluate(SCROLLS_SIDEWAYS))

    return overflows


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Take screenshots of a page in all `windows` if SCREENSHOTS names a folder for them."""
    folder = os.environ.get("SCREENSHOTS")

    def screenshot(page: Page, name: str) -> None:
        for window in windows(page) if folder else ():
            page.screenshot(path=Path(folder, f"{name}-{window}.png"), full_page=True)

    return screenshot


@pytest.fixture
def pages(live_server: Any, pages_snapshot: Snapshot) -> dict[str, str]:
    """The paths of all kinds of pages, by name, of a site with content for each. Request it before
    other content is created."""
    assert not Article.objects.exists()
    if not pages_snapshot.restore():
        content.create()
        pages_snapshot.take()
    return content.PAGES


@pytest.fixture
def editor(live_server: Any) -> User:
    """An editor with all permissions, articles to link to, and a tag with a synonym."""
    factories.article(
        "Defense Trade",
        aliases=["Arms Trade"],
        body="## Export Control\n\n## Industry\n",
        tags=["peacekeeping"],
    )
    factories.article("Defense Diplomacy")
    factories.article("ديوان", language="ar")
    editing.save_tag(Tag.objects.get(), ["blue helmets"])
    return factories.editor("amina")


@pytest.fixture
def form(open_page: OpenPage, editor: User) -> Page:
    """The form of a new article, with the focus in the body."""
    page = open_page("/admin/articles/article/add/", user=editor)
    page.get_by_label("Body").focus()
    return page
