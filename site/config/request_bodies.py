"""WSGI middleware that reads request bodies: not too large, not too many at once, and complete."""

from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from threading import BoundedSemaphore

from config.cached_pages import Environ, StartResponse
from config.pagecache import Application

MEGABYTE = 1024 * 1024


class RequestBodies:
    """Read the body of a request before calling `application`.

    At most `max_readers` threads wait for bodies at a time, so that slow clients leave the others
    to readers. An incomplete body is never passed on: a form would be saved without its end.
    """

    def __init__(
        self,
        application: Application,
        max_size: int,
        max_readers: int,
        upload: tuple[str, int] = ("", 0),
    ) -> None:
        """`upload` is the path that files are sent to, with the maximum size there."""
        self.application = application
        self.max_size = max_size
        self.upload_path, self.max_upload_size = upload
        self.slots = BoundedSemaphore(max_readers)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if refusal := self._receive(environ):
            return respond(start_response, *refusal)
        return self.application(environ, start_response)

    def _receive(self, environ: Environ) -> tuple[HTTPStatus, str] | None:
        """Replace the body in `environ` by one that is in memory, or return why not."""
        if "HTTP_TRANSFER_ENCODING" in environ:
            return HTTPStatus.LENGTH_REQUIRED, "Send the length of the body (Content-Length)."
        length = int(environ.get("CONTENT_LENGTH") or 0)
        is_upload = environ.get("PATH_INFO") == self.upload_path
        max_size = self.max_upload_size if is_upload else self.max_size
        if length > max_size:
            limit = max_size // MEGABYTE
            text = f"The request is larger than {limit} MB, which is the limit of this site."
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text
        if not length:
            return None
        if not self.slots.acquire(blocking=False):
            return HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests are being sent. Try again."
        try:
            body = environ["wsgi.input"].read(length)
        except OSError:
            return HTTPStatus.REQUEST_TIMEOUT, "The body of the request did not arrive in time."
        finally:
            self.slots.release()
        if len(body) < length:
            return HTTPStatus.BAD_REQUEST, "The body of the request is incomplete."
        environ["wsgi.input"] = BytesIO(body)
        return None


def respond(
    start_response: StartResponse, status: HTTPStatus, explanation: str
) -> Iterable[bytes]:
    body = f"{explanation}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "5"))
    start_response(f"{status} {status.phrase}", headers)
    return [body]
