"""Requests with a body: how large it may be, and what happens while it does not arrive."""

import socket
import time
from contextlib import ExitStack
from io import BytesIO
from threading import Event, Thread

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config.request_bodies import RequestBodies
from config.worker import REQUEST_TIMEOUT
from tests.config.test_server import TIMEOUT, send, serving

LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
CLIENTS = 90


def echo(environ, start_response):
    """An application that responds with the body of the request."""
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def post(application, body=b"", length=None, **environ):
    received = []
    result = application(
        {
            "CONTENT_LENGTH": str(len(body) if length is None else length),
            "wsgi.input": body if hasattr(body, "read") else BytesIO(body),
            **environ,
        },
        lambda status, headers: received.extend([status, dict(headers)]),
    )
    return *received, b"".join(result)


class Failing(BytesIO):
    def __len__(self):
        return 5

    def read(self, size=-1):
        raise ConnectionResetError


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        ("200 OK", {"body": b"12345"}),
        ("200 OK", {"body": b""}),
        ("200 OK", {"body": b"", "CONTENT_LENGTH": ""}),
        ("413 Request Entity Too Large", {"body": b"123456"}),
        ("400 Bad Request", {"body": b"1234", "length": 5}),
        ("408 Request Timeout", {"body": Failing()}),
        ("411 Length Required", {"HTTP_TRANSFER_ENCODING": "chunked"}),
    ],
)
def test_only_a_complete_body_within_the_limit_is_passed_on(status, request_):
    application = RequestBodies(echo, max_size=5, max_readers=1)
    response = post(application, **request_)
    assert response[0] == status
    if status == "200 OK":
        assert response[2] == request_["body"]
    else:
        assert response[2].endswith(b".\n")
        assert response[1]["Content-Type"].startswith("text/plain")


def test_a_limited_number_of_threads_waits_for_bodies():
    application = RequestBodies(echo, max_size=5, max_readers=1)
    reading, finish = Event(), Event()

    class Slow(Failing):
        def read(self, size=-1):
            reading.set()
            finish.wait(60)
            return b"12345"

    slow = Thread(target=post, args=(application, Slow()))
    slow.start()
    reading.wait(60)
    status, headers, _body = post(application, b"1")
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert post(application)[0] == "200 OK"
    finish.set()
    slow.join()
    assert post(application, b"1")[0] == "200 OK"


def connect(port, request):
    client = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
    client.sendall(request)
    return client


HALF_SENT = {
    "nothing": b"",
    "post": b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\na=",
    "get": b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\na=",
    "chunked": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n9\r\na",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The port of a server."""
    with serving(tmp_path_factory.mktemp("server")) as port:
        # The port is open before there is a worker.
        send(port, "TRACE").close()
        yield port


@pytest.mark.parametrize("request_", HALF_SENT.values(), ids=list(HALF_SENT))
def test_half_sent_requests_do_not_stop_the_site(port, request_):
    with ExitStack() as slow:
        for _ in range(CLIENTS):
            slow.enter_context(connect(port, request_))
        start = time.monotonic()
        with send(port, "TRACE") as response:
            assert response.status == 405
        assert time.monotonic() - start < REQUEST_TIMEOUT - 1


def test_a_request_that_takes_too_long_is_given_up(port):
    """However often the client sends a byte."""
    headers = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    with connect(port, headers) as head, connect(port, HALF_SENT["post"]) as body:
        start = time.monotonic()
        while time.monotonic() < start + 8:
            head.sendall(b"x")
            body.sendall(b"x")
            time.sleep(1)
        assert body.recv(1000).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert head.recv(1000) == b""
        assert time.monotonic() - start > 7


def test_the_path_of_uploads_has_a_limit_of_its_own():
    application = RequestBodies(echo, max_size=5, max_readers=1, upload=("/import/", 2_000_000))
    assert post(application, b"x" * 2_000_000, PATH_INFO="/import/")[0] == "200 OK"
    assert post(application, b"x" * 6, PATH_INFO="/other/")[0].startswith("413 ")
    status, _headers, text = post(application, length=100_000_000, PATH_INFO="/import/")
    assert status.startswith("413 ") and b"larger than 1 MB" in text


def test_a_large_body_is_refused_before_it_is_sent(port):
    header = f"Content-Length: {LIMIT + 1}"
    request = f"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\na=b"
    with connect(port, request.encode()) as client:
        response = client.makefile("rb").read().decode()
    assert response.startswith("HTTP/1.1 413 ")
    assert response.endswith("larger than 10 MB, which is the limit of this site.\n")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/admin/articles/article/add/"])
def test_files_are_refused_and_stored_nowhere(admin_client, path, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    anonymous = Client(enforce_csrf_checks=True)
    anonymous.get("/admin/login/")
    token = anonymous.cookies["csrftoken"].value
    for client in (admin_client, anonymous):
        file = SimpleUploadedFile("a.html", b"x" * 3_000_000)
        response = client.post(path, {"csrfmiddlewaretoken": token, "file": file})
        assert response.status_code == 400
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_forms_without_files_are_accepted_in_both_encodings(client):
    for content_type in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        body = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\namina\r\n--x--\r\n'
        if "multipart" not in content_type:
            body = b"username=amina"
        response = client.post("/admin/login/", body, content_type=content_type)
        assert b'value="amina"' in response.content
