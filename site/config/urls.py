"""The URLs of the site: the admin, uploaded files, and those of the app."""

from django.contrib import admin
from django.urls import include, path

from articles.views import media

urlpatterns = [
    path("admin/", admin.site.urls),
    path("media/<path:path>", media),
    path("", include("articles.urls")),
]
handler404 = "articles.views.page_not_found"
handler500 = "articles.views.server_error"
