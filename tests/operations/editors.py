"""Editors who save articles over HTTP, through the forms of the admin, while servers fail."""

import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPException
from itertools import count
from typing import Any

from tests.operations.content import PASSWORD, USERNAMES
from tests.operations.servers import Client, Response, wait_until
from tests.operations.services import SiteService

LOGIN = "/admin/login/"
# What an editor waits at most after a save or a failure, in seconds, so that others get the
# processor too. How long is random: of two in step, the same one would have a conflict each time.
MAX_PAUSE = 0.6


class Form(HTMLParser):
    """The values that a browser submits for a form with this id, without its buttons."""

    def __init__(self, page: str, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.is_inside = False
        self.textarea = ""
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.is_inside = values.get("id") == self.form_id
        if not self.is_inside or "name" not in values:
            return
        if tag == "textarea":
            self.textarea = values["name"]
            self.values[self.textarea] = ""
        elif tag == "input" and is_submitted(values):
            self.values[values["name"]] = values.get("value", default_value(values))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        if tag == "textarea" and self.textarea:
            self.values[self.textarea] = self.values[self.textarea].removeprefix("\n")
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data


def is_submitted(attributes: dict[str, str]) -> bool:
    match attributes.get("type"):
        case "submit" | "button" | "file":
            return False
        case "checkbox" | "radio":
            return "checked" in attributes
    return True


def default_value(attributes: dict[str, str]) -> str:
    return "on" if attributes.get("type") == "checkbox" else ""


class Unavailable(Exception):
    """A page was not served. The argument is the status, or the name of the error."""


class Editor(threading.Thread):
    """Someone who replaces a paragraph of an article by a new one, and publishes that, again and
    again. Several editors can have the same article: each has a paragraph of their own.

    `tried` are all these paragraphs, no two of which are equal in a run of the tests, and
    `acknowledged` those of saves that were answered with success.
    """

    numbers = count(1)

    def __init__(self, site: SiteService, username: str, article: int) -> None:
        super().__init__(daemon=True)
        self.username = username
        self.path = f"/admin/articles/article/{article}/change/"
        self.article = article
        self.client = Client(site.port)
        self.is_done = threading.Event()
        self.log_ins = 0
        self.tried: list[str] = []
        self.acknowledged: list[str] = []
        self.answers: Counter[object] = Counter()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.is_done.is_set():
                try:
                    self.save()
                except Unavailable as failure:
                    self.answers[failure.args[0]] += 1
                self.is_done.wait(random.uniform(0, MAX_PAUSE))
        except BaseException as error:
            self.error = error

    def save(self) -> None:
        """Open the form, change the paragraph and publish; log in if the session has ended."""
        response = self.request(self.path)
        if LOGIN in response.headers.get("Location", ""):
            return self.log_in()
        form = Form(expect(response, HTTPStatus.OK).text, "article_form").values
        paragraph = f"{self.username} saved {next(self.numbers)}."
        self.tried.append(paragraph)
        form["body"] = re.sub(rf"\b{self.username} saved \d+\.", paragraph, form["body"])
        response = self.request(self.path, {**form, "_publish": "Publish"})
        if LOGIN not in expect(response, HTTPStatus.FOUND).headers["Location"]:
            self.answers[response.status] += 1
            self.acknowledged.append(paragraph)

    def log_in(self) -> None:
        page = expect(self.request(LOGIN), HTTPStatus.OK).text
        values = Form(page, "login-form").values
        data = {**values, "username": self.username, "password": PASSWORD}
        expect(self.request(LOGIN, data), HTTPStatus.FOUND)
        self.log_ins += 1

    def request(self, path: str, data: dict[str, str] | None = None) -> Response:
        try:
            return self.client.post(path, data) if data else self.client.get(path)
        except (OSError, HTTPException) as error:
            raise Unavailable(type(error).__name__) from error


def expect(response: Response, status: HTTPStatus) -> Response:
    if response.status != status:
        raise Unavailable(response.status)
    return response


@contextmanager
def working(editors: list[Editor]) -> Iterator[None]:
    """Let editors work, from when each has saved once. They finish the save that they are at."""
    for editor in editors:
        editor.start()
    try:
        wait_until(lambda: all(editor.acknowledged or editor.error for editor in editors))
        yield
    finally:
        for editor in editors:
            editor.is_done.set()
        for editor in editors:
            editor.join(60)
    for editor in editors:
        assert not editor.is_alive()
        if editor.error:
            raise editor.error


def total_saves(editors: list[Editor]) -> int:
    return sum(len(editor.acknowledged) for editor in editors)


def wait_for_saves(editors: list[Editor], number: int) -> float:
    """Wait until so many more saves were acknowledged; return how many seconds that took."""
    target = total_saves(editors) + number
    return wait_until(lambda: total_saves(editors) >= target)


def editors_of(site: SiteService, number: int) -> list[Editor]:
    """Return editors who have an article each."""
    users = enumerate(USERNAMES[:number], start=1)
    return [Editor(site, username, article) for article, username in users]
