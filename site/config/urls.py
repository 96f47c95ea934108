"""The URLs of the site: the admin, uploaded files, and those of the app."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from articles.views import media

# The list of failed searches had this URL until its model was renamed.
former_failed_searches = RedirectView.as_view(
    pattern_name="admin:articles_failedsearch_changelist", permanent=True, query_string=True
)

urlpatterns = [
    path("admin/articles/miss/", former_failed_searches),
    path("admin/", admin.site.urls),
    path("media/<path:path>", media),
    path("", include("articles.urls")),
]
handler404 = "articles.views.page_not_found"
handler500 = "articles.views.server_error"
