"""Ids of requests, which their log lines have, and a line for each request or each slow one."""

import json
import logging
import random
import re
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from config.pagecache import Application

# Ids that a proxy may give to a request. Others could forge log lines.
VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
# Outside of a request.
NO_REQUEST = "-"
request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)

access_logger = logging.getLogger("access")
slow_logger = logging.getLogger("slow")


class RequestLog:
    """A WSGI application that gives each request an id and logs it, for another one.

    The id is that of the header X-Request-ID, if it is valid, or a random one; the response has it
    too. With `log_all`, each request is logged; otherwise those that take `slow` milliseconds or
    more, unless that is 0. The time ends when the response begins. `observe`, if any, is called
    with the environ, the status and the seconds of each request.
    """

    def __init__(
        self,
        application: Application,
        *,
        log_all: bool,
        slow: int,
        observe: Callable[[dict[str, Any], str, float], None] | None = None,
    ) -> None:
        self.application = application
        self.log_all = log_all
        self.slow = slow
        self.observe = observe

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        start = time.perf_counter()
        sent_id = environ.get("HTTP_X_REQUEST_ID", "")
        current_id = sent_id if VALID_ID.fullmatch(sent_id) else f"{random.getrandbits(128):032x}"
        environ["HTTP_X_REQUEST_ID"] = current_id
        request_id.set(current_id)

        def start_with_id(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if self.observe:
                self.observe(environ, status, time.perf_counter() - start)
            milliseconds = (time.perf_counter() - start) * 1000
            if self.log_all or 0 < self.slow <= milliseconds:
                self._log(environ, status, dict(headers).get("Content-Length", ""), milliseconds)
            return start_response(status, [*headers, ("X-Request-ID", current_id)], *rest)

        return self.application(environ, start_with_id)

    def _log(self, environ: dict[str, Any], status: str, size: str, milliseconds: float) -> None:
        is_slow = 0 < self.slow <= milliseconds
        fields = {
            "method": environ["REQUEST_METHOD"],
            "url": environ.get("RAW_URI") or environ.get("PATH_INFO", ""),
            "status": int(status[:3]),
            "bytes": int(size) if size.isdecimal() else None,
            "ms": round(milliseconds, 1),
            "client": environ.get("REMOTE_ADDR", ""),
            "user_agent": environ.get("HTTP_USER_AGENT", ""),
        }
        logger = slow_logger if is_slow else access_logger
        level = logging.WARNING if is_slow else logging.INFO
        # A text in quotation marks is escaped, so that a client can't forge a line.
        message = " ".join(json.dumps(value) for value in fields.values())
        logger.log(level, "%s", message, extra={"fields": fields})


class RequestIdFilter(logging.Filter):
    """Adds the id of the current request to a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


# Line and paragraph separators too, and characters that control a terminal.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class TextFormatter(logging.Formatter):
    """A record as one line of text, followed by its traceback, if any.

    Control characters of the message are escaped: a message can contain what a client has sent,
    which could otherwise forge a line.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = CONTROL.sub(lambda match: ascii(match[0])[1:-1], record.message)
        return super().formatMessage(record)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON, with the fields of a request instead of their text."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", NO_REQUEST),
            **(getattr(record, "fields", None) or {"message": record.getMessage()}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class SlowQueries:
    """A wrapper of Django's `execute_wrapper` that logs statements which take long.

    Parameters are not logged: they can be drafts, names and addresses.
    """

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            elapsed = (time.perf_counter() - start) * 1000
            if elapsed >= self.milliseconds:
                statement = " ".join(str(sql).split())
                fields = {"ms": round(elapsed, 1), "sql": statement}
                slow_logger.warning("%.1f %s", elapsed, statement, extra={"fields": fields})


def log_slow_queries(connection: Any, **kwargs: Any) -> None:
    """Log the slow queries of a connection to the database: a receiver of `connection_created`."""
    wrapper = SlowQueries(settings.SLOW_QUERY_MS)
    if not any(isinstance(other, SlowQueries) for other in connection.execute_wrappers):
        connection.execute_wrappers.append(wrapper)
