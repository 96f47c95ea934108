"""The addresses of the public site."""

from django.urls import path

from articles import views

app_name = "articles"

# A name may have slashes in it ("TCP/IP"), so the patterns that end in it take whatever is left.
urlpatterns = [
    path("", views.home, name="home"),
    path("tags/", views.tags, name="tags"),
    path("tags/<path:name>/", views.tag, name="tag"),
    path("articles/", views.index, name="index"),
    path("articles/<path:name>/links/", views.links, name="links"),
    path("articles/<path:name>/preview/", views.preview, name="preview"),
    path("articles/<path:name>/graph/", views.graph, name="graph"),
    path("articles/<path:name>/", views.article, name="article"),
    path("articles/<path:name>", views.without_slash),
    path("map/", views.whole, name="map"),
    path("random/", views.random, name="random"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon),
]
