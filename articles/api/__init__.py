"""The JSON API: read-only and public. `middleware` has what is the same for all its URLs."""

from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView
from ninja import NinjaAPI
from ninja.operation import Operation

from articles.api import articles, docs, search, tags
from articles.api.errors import add_exception_handlers, unknown_url

DESCRIPTION = """The public content of the site as JSON. Lists are paginated: “next” is the URL of
the next page. Every response has an ETag: send it back as If-None-Match to get 304 while nothing
has changed."""


class API(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = API(
    title=settings.SITE_NAME,
    version="1",
    description=" ".join(DESCRIPTION.split()),
    urls_namespace="articles:api",
    docs_url=None,
)
api.add_router("/articles", articles.router)
api.add_router("/tags", tags.router)
api.add_router("/search", search.router)
add_exception_handlers(api)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="articles:api:docs")),
    path("docs", docs.documentation, {"api": api}, name="docs"),
    *api.urls[0],
    path("<path:path>", unknown_url),
]
