"""What views read from a request."""

from django.http import HttpRequest


def query_parameter(request: HttpRequest, name: str) -> str:
    """Return a value of the query string, without NUL characters, which PostgreSQL refuses."""
    return request.GET.get(name, "").replace("\0", "")
