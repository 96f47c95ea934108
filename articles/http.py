"""What views read from the query string of a request, and how long caches keep responses."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Seconds for which a shared cache may use a response while the site fails.
STALE_IF_ERROR = 24 * 3600

View = TypeVar("View", bound=Callable[..., HttpResponse])


def query_parameter(request: HttpRequest, name: str) -> str:
    """Return a value of the query string, without NUL characters, which PostgreSQL refuses."""
    return request.GET.get(name, "").replace("\0", "")


def vary_on_parameters(*names: str) -> Callable[[View], View]:
    """Declare which parameters of the query string a view reads.

    All other ones make no difference: caches may give the same response to URLs that differ in
    them only. A view without a declaration reads none.
    """

    def declare(view: View) -> View:
        declared: Any = view
        declared.query_parameters = frozenset(names)
        return view

    return declare


def declared_parameters(view: Callable[..., Any]) -> frozenset[str]:
    """Return the names of the parameters that a view reads, as it declares them."""
    parameters: frozenset[str] = getattr(view, "query_parameters", frozenset())
    return parameters


def public_cache_control() -> str:
    """Return the header ``Cache-Control`` of a response that is the same for all readers.

    Each use asks the site whether it is current, except that shared caches, such as a CDN, may use
    it for `CDN_MAX_AGE` seconds without asking (RFC 9111), or longer if the site fails (RFC 5861).
    """
    if not settings.CDN_MAX_AGE:
        return "public, no-cache"
    return f"public, max-age=0, s-maxage={settings.CDN_MAX_AGE}, stale-if-error={STALE_IF_ERROR}"
