"""The HTML documentation of the API, rendered from its OpenAPI document without JavaScript."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI


@dataclass(frozen=True)
class DocumentedOperation:
    """A URL with its parameters and the name of the schema that it returns."""

    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    response: str


@dataclass(frozen=True)
class DocumentedField:
    name: str
    type: str
    description: str


@require_safe
def documentation(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    document: dict[str, Any] = api.get_openapi_schema()
    schemas = document["components"]["schemas"]
    context = {
        "operations": [_operation(path, item["get"]) for path, item in document["paths"].items()],
        "schemas": [(name, _fields(schema)) for name, schema in schemas.items()],
        "rate": settings.API_RATE,
    }
    return render(request, "articles/api_docs.html", context)


def _operation(path: str, operation: dict[str, Any]) -> DocumentedOperation:
    content = operation["responses"][200]["content"]["application/json"]
    return DocumentedOperation(
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=operation.get("parameters", []),
        response=type_name(content["schema"]),
    )


def _fields(schema: dict[str, Any]) -> list[DocumentedField]:
    properties = schema.get("properties", {}).items()
    return [
        DocumentedField(name, type_name(field), field.get("description", ""))
        for name, field in properties
    ]


def type_name(schema: dict[str, Any]) -> str:
    """Return a short name for the type that a JSON schema describes.

    >>> type_name({"type": "array", "items": {"$ref": "#/components/schemas/Backlink"}})
    'list of Backlink'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(type_name(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {type_name(schema['items'])}"
    return str(schema.get("format") or schema.get("type", ""))
