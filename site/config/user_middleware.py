"""The middleware of users, which readers without a session pass by.

Sessions, users and messages are four middlewares, which together take a seventh of the time of a
stored page to find that a reader has none of them.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django_otp import middleware as otp

from accounts import audit
from articles.admin import middleware as admin

# Where sessions begin.
ADMIN_PREFIX = "/admin/"
# The entry of a request's META that says whether it may use a session.
MAY_USE_SESSION = "users.may_use_session"


def may_use_session(request: HttpRequest) -> bool:
    """Return whether the request has a session, may begin one, or may be refused with a page of
    the admin.

    All other requests have neither `session` nor `user`: public pages are the same for all readers
    without a session. Each of these middlewares asks for it, and it is looked up once.
    """
    if MAY_USE_SESSION not in request.META:
        request.META[MAY_USE_SESSION] = _may_use_session(request)
    return bool(request.META[MAY_USE_SESSION])


def _may_use_session(request: HttpRequest) -> bool:
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or request.method not in ("GET", "HEAD")
        or request.path_info.startswith(ADMIN_PREFIX)
    )


class UsersOnly:
    """Makes a middleware do nothing unless there is, or may be, a session."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if may_use_session(request):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)


class SessionMiddleware(UsersOnly, sessions.SessionMiddleware):
    pass


class AuthenticationMiddleware(UsersOnly, auth.AuthenticationMiddleware):
    pass


class OTPMiddleware(UsersOnly, otp.OTPMiddleware):  # type: ignore[misc]
    pass


class AuditMiddleware(UsersOnly, audit.AuditMiddleware):
    pass


class MessageMiddleware(UsersOnly, messages.MessageMiddleware):
    pass


class AdminSessionMiddleware(UsersOnly, admin.AdminSessionMiddleware):
    pass
