"""The content version of the primary database, read before each page that may be shared."""

import threading
from functools import lru_cache
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.db.utils import load_backend

from articles.models.content_version import is_publication_due, version_from_row, version_sql
from config import availability
from config.database_status import status
from config.publication import PublicationDue, publication

# Seconds that the request for a page waits until the database is connected again.
CONNECT_TIMEOUT = 0.4
CONNECTION_ERRORS = (OperationalError, InterfaceError)


class CurrentVersion:
    """Reads the current content version, over a database connection of its own.

    Django's connections belong to requests that it handles, and its cursors take longer than this
    query itself. `last` is the version that was read last, if any.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection = _connection()
        self.last: str | None = None

    def __call__(self) -> str:
        """Raise an error of the database if it does not respond. Of concurrent calls one waits
        for that; the others raise the error as soon as it is known. Raise `PublicationDue` if the
        application has to publish a change first."""
        with self.lock:
            self._check_server()
            if self.connection.connection is not None:
                try:
                    return self._read()
                except CONNECTION_ERRORS:
                    # The server may have been restarted: connect again, unless it is down.
                    self._check_server()
            try:
                return self._read()
            except CONNECTION_ERRORS as error:
                availability.database.failed(error)
                if self.connection.vendor == "postgresql":
                    status.report_down()
                raise

    def _check_server(self) -> None:
        """Raise an error if the server was down a moment ago. It is not reported as down for that:
        the next attempt to reach it would be put off by each request."""
        if self.connection.vendor == "postgresql" and status.is_down():
            raise OperationalError("the database server does not respond")

    def _read(self) -> str:
        sql, parameters = version_sql()
        with self.connection.wrap_database_errors:
            self.connection.ensure_connection()
            try:
                row = self._execute(sql, parameters).fetchone()
            except Exception:
                self.connection.close()
                raise
        availability.database.succeeded()
        if is_publication_due(row) and publication.is_possible():
            raise PublicationDue
        version = self.last = version_from_row(row)
        return version

    def _execute(self, sql: str, parameters: list[Any]) -> Any:
        driver = self.connection.connection
        if self.connection.vendor == "sqlite":
            # Django writes placeholders as psycopg does.
            return driver.execute(sql.replace("%s", "?"), parameters)
        # Dates need not be parsed from text.
        return driver.execute(sql, parameters, binary=True)


@lru_cache(maxsize=1)
def current_version() -> CurrentVersion:
    """Return the reader of this process."""
    return CurrentVersion()


def _connection() -> Any:
    """Return a connection of its own; for PostgreSQL, from a pool of its own, which reconnects."""
    default = connections.settings["default"]
    options = default["OPTIONS"]
    if "pool" in options:
        pool = {"min_size": 1, "max_size": 1, "timeout": CONNECT_TIMEOUT}
        options = {**options, "pool": {**options["pool"], **pool}}
    connection = load_backend(default["ENGINE"]).DatabaseWrapper(
        {**default, "OPTIONS": options}, "content_version"
    )
    connection.inc_thread_sharing()
    return connection
