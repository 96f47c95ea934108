"""Ids of requests, and the lines that are logged of them."""

import json
import logging
import re

import pytest
from django.db import connection

from config.request_log import (
    JsonFormatter,
    RequestIdFilter,
    RequestLog,
    SlowQueries,
    TextFormatter,
    request_id,
)


def respond(header="", *, log_all=False, slow=0, **environ):
    """Return the id that a response has, and the one that the application got."""
    received = {}

    def application(environ, start_response):
        logging.getLogger("django").error("failed")
        start_response("200 OK", [("Content-Length", "5")])
        return [environ["HTTP_X_REQUEST_ID"].encode()]

    def start_response(status, headers, *rest):
        received.update(headers)

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/x", "HTTP_X_REQUEST_ID": header, **environ}
    log = RequestLog(application, log_all=log_all, slow=slow)
    (body,) = log(environ, start_response)
    return received["X-Request-ID"], body.decode()


@pytest.fixture
def lines(monkeypatch):
    """The lines that are logged, in JSON."""
    result = []

    class Handler(logging.Handler):
        def emit(self, record):
            result.append(json.loads(JsonFormatter().format(record)))

    handler = Handler()
    handler.addFilter(RequestIdFilter())
    for name in ("access", "slow", "django"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [handler])
        monkeypatch.setattr(logger, "level", logging.INFO)
        monkeypatch.setattr(logger, "propagate", False)
    return result


@pytest.mark.parametrize("valid", ["7", "4bf92f35-77b3.4da6_a3", "a" * 128])
def test_the_id_of_a_proxy_is_passed_on_and_returned(valid, lines):
    assert respond(valid) == (valid, valid)


@pytest.mark.parametrize("invalid", ["", "a b", "a\nb", "a" * 129, "é", '"', "\u0661"])
def test_a_request_without_a_valid_id_gets_a_random_one(invalid, lines):
    returned, received = respond(invalid)
    assert returned == received != invalid
    assert re.fullmatch("[0-9a-f]{32}", returned)


def test_all_lines_of_a_request_have_its_id(lines):
    respond("one", log_all=True)
    assert [line["request_id"] for line in lines] == ["one", "one"]


def test_a_line_tells_what_was_requested(lines):
    respond("one", log_all=True, RAW_URI="/x?q=1", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="A")
    line = lines[-1]
    assert (line["method"], line["url"], line["status"]) == ("GET", "/x?q=1", 200)
    assert (line["bytes"], line["client"], line["user_agent"]) == (5, "192.0.2.7", "A")
    assert line["logger"] == "access" and line["ms"] >= 0


def test_requests_are_not_logged_by_default(lines):
    respond()
    respond(slow=60_000)
    assert [line["logger"] for line in lines] == ["django", "django"]


def test_slow_requests_are_logged_as_warnings(lines, monkeypatch):
    clock = iter([1.0, 3.5])
    monkeypatch.setattr("config.request_log.time.perf_counter", lambda: next(clock))
    respond(slow=2000)
    assert (lines[-1]["logger"], lines[-1]["level"], lines[-1]["ms"]) == ("slow", "WARNING", 2500)


def test_a_client_cannot_forge_a_line(lines, caplog):
    with caplog.at_level(logging.INFO, "access"):
        logging.getLogger("access").addHandler(caplog.handler)
        respond(log_all=True, HTTP_USER_AGENT='A"\n2026-01-01 ERROR forged')
    message = caplog.records[-1].getMessage()
    assert "\n" not in message
    assert message.endswith(r'"A\"\n2026-01-01 ERROR forged"')


@pytest.mark.parametrize(
    "sent", ["a\n2026-01-01 ERROR forged", "a\r\nb", "\x1b[31mred", "\x9b", "\u2028", "\0"]
)
def test_what_a_client_sent_cannot_forge_a_line_of_text(sent):
    formatter = TextFormatter("{levelname}: {message}", style="{")
    record = logging.LogRecord("x", logging.ERROR, "", 1, "failed: %s, ديوان", (sent,), None)
    line = formatter.format(record)
    assert line.isprintable()
    assert line.endswith(", ديوان")


def test_a_traceback_follows_the_line_of_text():
    try:
        raise ValueError("wrong")
    except ValueError as error:
        information = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), information)
    assert TextFormatter().format(record).splitlines()[0] == "failed"
    assert TextFormatter().format(record).splitlines()[-1] == "ValueError: wrong"


def test_exceptions_are_part_of_the_line():
    try:
        raise ValueError("wrong")
    except ValueError as error:
        information = (type(error), error, error.__traceback__)
    record = logging.LogRecord("django", logging.ERROR, "", 1, "failed", (), information)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "ValueError: wrong" in json.loads(line)["exception"]


def test_outside_of_a_request_there_is_no_id():
    record = logging.LogRecord("django", logging.INFO, "", 1, "%s", ("started",), None)
    assert RequestIdFilter().filter(record)
    assert record.request_id == request_id.get()


@pytest.mark.django_db
def test_slow_queries_are_logged_without_parameters(lines):
    with connection.execute_wrapper(SlowQueries(0)), connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["a draft"])
    assert lines[-1]["sql"] == "SELECT %s"
    with connection.execute_wrapper(SlowQueries(60_000)), connection.cursor() as cursor:
        cursor.execute("SELECT 2")
    assert len(lines) == 1
