"""The responses to errors on the server, and to a database that is not available."""

import sqlite3

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import Client


def sqlite_error(code, message):
    cause = sqlite3.OperationalError(message)
    cause.sqlite_errorname = code
    error = OperationalError(message)
    error.__cause__ = cause
    return error


@pytest.fixture
def get(monkeypatch):
    """Return a function that requests the home page, which raises an exception."""

    def get(exception, path="/"):
        def fail(*args, **kwargs):
            raise exception

        monkeypatch.setattr("articles.views.site.home_lists", fail)
        return Client(raise_request_exception=False).get(path)

    return get


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("server closed the connection"), 503),
        (InterfaceError("connection already closed"), 503),
        (sqlite_error("SQLITE_BUSY", "database is locked"), 503),
        (sqlite_error("SQLITE_CANTOPEN", "unable to open database file"), 503),
        (sqlite_error("SQLITE_ERROR", "no such table"), 500),
        (ProgrammingError("no such column"), 500),
        (ValueError(), 500),
    ],
)
def test_a_database_that_is_not_available_is_temporary(get, error, status):
    response = get(error, "/")
    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert b"<h1>" in response.content
    if status == 503:
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/admin/", "/search/?q=a", "/api/v1/articles"])
def test_no_request_waits_for_a_server_that_is_known_to_be_down(monkeypatch, client, path):
    monkeypatch.setattr("config.middleware.status.is_down", lambda: True)
    response = client.get(path)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    if path.startswith("/api/"):
        assert response.json()["detail"] == "The database is not available. Try again later."
