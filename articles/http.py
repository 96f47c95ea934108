"""What views read from the query string of a request."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

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
