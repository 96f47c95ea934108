"""Where the site's addresses are: the desk, uploaded files, and everything else in the app."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.static import serve

urlpatterns = [
    path("admin/", admin.site.urls),
    path("media/<path:path>", require_safe(serve), {"document_root": settings.MEDIA_ROOT}),
    path("", include("articles.urls")),
]
handler404 = "articles.views.page_not_found"
handler500 = "articles.views.server_error"
