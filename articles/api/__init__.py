"""The API: JSON for everybody to read, with every address and no field that the site hides."""

from django.conf import settings
from django.urls import URLPattern, path
from django.views.generic import RedirectView
from ninja import NinjaAPI
from ninja.operation import Operation

from articles.api import articles, docs, search, tags
from articles.api.decorators import guarded
from articles.api.errors import answer_problems, unknown

DESCRIPTION = """What the site shows, as JSON. Lists go on at the address in “next”. Every answer
has an ETag: send it back as If-None-Match and get 304 while nothing has changed."""


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
answer_problems(api)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="articles:api:docs")),
    path("docs", docs.page(api), name="docs"),
    *(
        URLPattern(each.pattern, guarded(each.callback), each.default_args, each.name)
        for each in api.urls[0]
        if isinstance(each, URLPattern)
    ),
    path("<path:address>", guarded(unknown)),
]
