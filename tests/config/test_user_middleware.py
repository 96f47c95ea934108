"""Users' middleware, which readers without a session pass by."""

import pytest
from django.http import HttpResponse

from config import user_middleware

MIDDLEWARE = (
    user_middleware.SessionMiddleware,
    user_middleware.AuthenticationMiddleware,
    user_middleware.MessageMiddleware,
    user_middleware.AdminSessionMiddleware,
)


def attributes(request):
    """Return what the middleware has set when the request reaches the view."""
    received = {}

    def view(request):
        received.update(vars(request))
        return HttpResponse()

    handler = view
    for middleware in reversed(MIDDLEWARE):
        handler = middleware(handler)
    handler(request)
    return {"session", "user", "_messages"} & received.keys()


@pytest.mark.parametrize("path", ["/", "/articles/peace/", "/search/?q=peace", "/administration/"])
def test_readers_without_a_session_have_neither_session_nor_user(rf, path):
    request = rf.get(path)
    request.resolver_match = None
    assert attributes(request) == set()


@pytest.mark.parametrize(
    ("method", "path", "cookies"),
    [
        ("GET", "/admin/", {}),
        ("GET", "/admin/login/", {}),
        ("POST", "/language/", {}),
        ("GET", "/", {"sessionid": "x"}),
    ],
)
def test_requests_that_have_or_may_begin_a_session_have_both(rf, method, path, cookies):
    request = rf.generic(method, path)
    request.resolver_match = None
    request.COOKIES = cookies
    assert attributes(request) == {"session", "user", "_messages"}
