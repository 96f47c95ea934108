"""The URLs of the site: the admin, uploaded files, and those of the app."""

from typing import NoReturn

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.urls import include, path
from django.views.generic import RedirectView

from articles.views import media

# The list of failed searches had this URL until its model was renamed.
former_failed_searches = RedirectView.as_view(
    pattern_name="admin:articles_failedsearch_changelist", permanent=True, query_string=True
)


def no_view_on_site(request: HttpRequest, path: str) -> NoReturn:
    """Replace the admin's redirect to any object by primary key, which checks no permission and
    tells the slugs of hidden articles. Our forms link to public pages directly."""
    raise Http404


# Patterns are tried in this order, and most requests are for the public site.
urlpatterns = [
    path("", include("articles.urls")),
    path("admin/articles/miss/", former_failed_searches),
    path("admin/r/<path:path>", no_view_on_site),
    path("admin/", admin.site.urls),
    path("media/<path:path>", media),
]
handler403 = "articles.admin.errors.permission_denied"
handler404 = "articles.views.page_not_found"
handler500 = "config.errors.server_error"
