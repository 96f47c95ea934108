"""Which methods a page has, and which one a client used."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

# Where the environment has the method that a client used, if something in front of Django asks
# with another one.
METHOD_USED = "diwan.method"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def read_only(view: View) -> View:
    """A page that is only read. `methods` tells so to whoever looks before the view is called."""
    guarded: Any = require_safe(view)
    guarded.methods = ("GET", "HEAD")
    return guarded  # type: ignore[no-any-return]


def used(request: HttpRequest) -> str:
    """The method that the client used."""
    return str(request.META.get(METHOD_USED, request.method))
