"""Writes the audit log."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest, HttpResponse

from accounts.models import NAME_LENGTH, USER_AGENT_LENGTH, AuditEntry

Event = AuditEntry.Event

# Signals of models don't tell which request has caused them.
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


class AuditMiddleware:
    """Lets the audit log know the request, its user and address. After `AuthenticationMiddleware`
    in the list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = current_request.set(request)
        try:
            return self.get_response(request)
        finally:
            current_request.reset(token)


def record(
    event: Event,
    target: str,
    details: dict[str, Any] | None = None,
    *,
    actor: str | None = None,
    request: HttpRequest | None = None,
) -> AuditEntry:
    """Add an entry to the audit log.

    `target` is the name of the user or group that the event is about. Request and actor are those
    of the present request by default. NUL characters are removed, and names cut to the length of
    their columns, since a failed login can have any name.
    """
    request = request or current_request.get()
    if actor is None:
        actor = _user_name(request)
    return AuditEntry.objects.create(
        event=event,
        actor=_clean(actor, NAME_LENGTH),
        target=_clean(target, NAME_LENGTH),
        details=details or {},
        address=_address(request),
        user_agent=_clean(_header(request, "user-agent"), USER_AGENT_LENGTH),
    )


def _user_name(request: HttpRequest | None) -> str:
    user = getattr(request, "user", None)
    return user.get_username() if user and user.is_authenticated else ""


def _header(request: HttpRequest | None, name: str) -> str:
    return request.headers.get(name, "") if request else ""


def _clean(text: str, length: int) -> str:
    return text.replace("\0", "")[:length]


def _address(request: HttpRequest | None) -> str | None:
    """Return the address of the client, None for a client at a Unix socket or a command."""
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return address
