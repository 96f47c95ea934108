"""The page that explains the API, made from its OpenAPI document. It needs no script."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI


@dataclass(frozen=True)
class Operation:
    """One address: what it is for, what it is told and what it answers."""

    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    answer: str


def page(api: NinjaAPI) -> Any:
    @require_safe
    def docs(request: HttpRequest) -> HttpResponse:
        schema: dict[str, Any] = api.get_openapi_schema()
        context = {
            "operations": [
                _operation(path, each["get"]) for path, each in schema["paths"].items()
            ],
            "kinds": [_kind(name, each) for name, each in schema["components"]["schemas"].items()],
            "rate": settings.API_RATE,
        }
        return render(request, "articles/api_docs.html", context)

    return docs


def _operation(path: str, described: dict[str, Any]) -> Operation:
    content = described["responses"][200]["content"]["application/json"]["schema"]
    return Operation(
        path=path,
        summary=described["summary"],
        description=described.get("description", ""),
        parameters=described.get("parameters", []),
        answer=_type(content),
    )


def _kind(name: str, schema: dict[str, Any]) -> tuple[str, list[tuple[str, str, str]]]:
    fields = schema.get("properties", {}).items()
    return name, [(key, _type(each), each.get("description", "")) for key, each in fields]


def _type(schema: dict[str, Any]) -> str:
    """A word or two for what a value is.

    >>> _type({"type": "array", "items": {"$ref": "#/components/schemas/Link"}})
    'list of Link'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type", ""))
