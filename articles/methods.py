"""Which methods a page has."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def read_only(view: View) -> View:
    """A page that is only read. `methods` tells so to whoever looks before the view is called."""
    guarded: Any = require_safe(view)
    guarded.methods = ("GET", "HEAD")
    return guarded  # type: ignore[no-any-return]
