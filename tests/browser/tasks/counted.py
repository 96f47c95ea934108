"""A browser window that counts what a user does in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import session_cookie

# Milliseconds after which a page has begun to load, if it does.
SHORT = 200
FORM = "/admin/articles/article/{}/change/"


@dataclass
class Window:
    """A window in which loads of pages, clicks, and keys other than those of a text are counted.

    What is done with `page` itself is not counted: it prepares a task or looks at its result.
    """

    page: Page
    loads: int = 0
    clicks: int = 0
    keys: int = 0

    def start(self, url: str) -> None:
        """Open the page at which a task begins, and begin to count."""
        self.page.goto(url)
        self.page.wait_for_timeout(SHORT)
        self.loads = self.clicks = self.keys = 0

    def count_load(self, _page: Page) -> None:
        self.loads += 1

    def click(self, target: Locator | str) -> None:
        """Click a locator, or the button or link with this text."""
        self.locate(target).click()
        self.clicks += 1
        self.page.wait_for_timeout(SHORT)
        self.page.wait_for_load_state()

    def locate(self, target: Locator | str) -> Locator:
        if not isinstance(target, str):
            return target
        button = self.page.get_by_role("button", name=target, exact=True)
        link = self.page.get_by_role("link", name=target, exact=True)
        return button.or_(link).filter(visible=True).first

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1
        self.page.wait_for_timeout(SHORT)
        self.page.wait_for_load_state()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def fill(self, label: str, text: str) -> None:
        """Click into a field and type in place of its text."""
        self.click(self.page.get_by_label(label))
        self.page.keyboard.press("Control+a")
        self.type(text)

    def append(self, text: str) -> None:
        """Click into the text and type at its end."""
        self.click(self.page.get_by_label("Body"))
        self.page.keyboard.press("Control+End")
        self.type(text)

    @property
    def body(self) -> Locator:
        return self.page.get_by_label("Body")

    def shows(self, text: str) -> None:
        """Wait until the page shows a text."""
        self.page.get_by_text(text).filter(visible=True).first.wait_for()

    def notice(self) -> str:
        """Leave the field, and return what the form says about links to the article."""
        self.press("Tab")
        region = self.page.locator("[data-impact]")
        region.locator("li, p").first.wait_for()
        return f"“{' '.join(region.inner_text().split())[:140]}…”"

    def has_state(self, label: str) -> str:
        """Wait until the chip beside the title shows this state. Return what it shows."""
        chip = self.page.locator(".state-chip", has_text=label)
        chip.wait_for()
        return chip.inner_text()

    @property
    def counts(self) -> str:
        return f"{self.loads}/{self.clicks}/{self.keys}"


@dataclass(frozen=True)
class Task:
    """A task with its counts before this way of editing; `run` returns what is to be noted."""

    title: str
    before: str
    run: Callable[["Desk"], str]


TASKS: list[Task] = []


def task(title: str, before: str = "–") -> Callable[[Callable[["Desk"], str]], Any]:
    """Add the decorated function to the tasks."""

    def add(run: Callable[["Desk"], str]) -> Callable[["Desk"], str]:
        TASKS.append(Task(title, before, run))
        return run

    return add


@dataclass
class Desk:
    """What a task has: windows of users, the first one that of the editor Sara."""

    browser: Browser
    url: str
    user: Any
    width: int = 1280
    windows: list[Window] = field(default_factory=list)

    def open(self, url: str, *, user: Any = None, width: int = 1280) -> Window:
        """Open a window of a user at the page where a task begins."""
        options: Any = {"viewport": {"width": width, "height": 900}, "base_url": self.url}
        context = self.browser.new_context(**options)
        context.set_default_timeout(8_000)
        context.add_cookies([session_cookie(user or self.user, self.url)])
        window = Window(context.new_page())
        window.page.on("load", window.count_load)
        window.page.on("dialog", lambda dialog: dialog.accept())
        self.windows.append(window)
        window.start(url)
        return window

    def close(self) -> None:
        for window in self.windows:
            window.page.context.close()
