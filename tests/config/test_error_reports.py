"""Errors that are sent to Sentry: a server of our own stands for it."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.db import OperationalError

from config.error_reports import without_personal_data

# Requests a page that fails, with a secret wherever a request has data.
SCRIPT = """
import io, sys
from django.urls import path
from config.wsgi import application
import config.urls
import sentry_sdk
from config.publication import publication

# There is no database.
publication.next_check = float("inf")

def fail(request, token):
    password = request.GET["q"]
    raise ValueError("It is broken.")

config.urls.urlpatterns.insert(0, path("fail/<str:token>/", fail))
environ = {
    "REQUEST_METHOD": "POST",
    "PATH_INFO": "/fail/hunter2/",
    "QUERY_STRING": "q=hunter2",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "REMOTE_ADDR": "203.0.113.7",
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
    "HTTP_COOKIE": "csrftoken=" + "h" * 32 + "; theme=hunter2",
    "HTTP_X_CSRFTOKEN": "h" * 32,
    "HTTP_AUTHORIZATION": "Bearer hunter2",
    "HTTP_USER_AGENT": "hunter2",
    "HTTP_REFERER": "http://localhost/hunter2",
    "HTTP_X_REQUEST_ID": "request-7",
    "CONTENT_TYPE": "application/x-www-form-urlencoded",
    "CONTENT_LENGTH": "9",
    "wsgi.input": io.BytesIO(b"x=hunter2"),
    "wsgi.errors": sys.stderr,
    "wsgi.url_scheme": "http",
}
statuses = []
b"".join(application(environ, lambda status, headers, *rest: statuses.append(status)))
sentry_sdk.flush(10)
print(statuses)
"""

DECODERS = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}


@pytest.fixture
def sink():
    """The port of a server, and the bodies of the requests to it."""
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(DECODERS[self.headers["Content-Encoding"]](body).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], bodies
        server.shutdown()
        thread.join()


def run(port):
    """Run the script, and return what it prints."""
    environ = {
        **os.environ,
        "PYTHONPATH": "site:.",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "SENTRY_DSN": f"http://key@127.0.0.1:{port}/1",
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        cwd=Path(settings.BASE_DIR),
        env=environ,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_an_error_is_sent_with_its_place_and_without_personal_data(sink):
    port, bodies = sink
    printed = run(port)
    text = "".join(bodies)
    assert "500" in printed, printed
    events = [json.loads(line) for line in text.splitlines() if '"exception"' in line]
    (event,) = events
    (exception,) = event["exception"]["values"]
    assert (exception["type"], exception["value"]) == ("ValueError", "It is broken.")
    assert exception["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["request"] == {"method": "POST"}
    assert event["transaction"] == "/fail/{token}/"
    assert event["tags"]["request_id"] == "request-7"
    for secret in ("hunter2", "203.0.113.7", "hhhh", settings.SECRET_KEY):
        assert secret not in text, secret


def test_errors_of_a_database_that_is_not_available_are_not_sent_for_each_request():
    error = OperationalError("connection refused")
    hint = {"exc_info": (type(error), error, None)}
    assert without_personal_data({}, hint) is None


def test_lines_of_the_log_are_sent():
    event = without_personal_data({"logentry": {"message": "The database is not available"}}, {})
    assert event["logentry"]["message"] == "The database is not available"
