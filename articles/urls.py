"""The URLs of the public site."""

from django.urls import include, path

from articles import api, feeds, sitemaps, views
from articles.admin import sharing

app_name = "articles"

# A name may contain slashes ("TCP/IP"): `name` matches the rest of a path.
urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.article_index, name="article_index"),
    path("articles/<path:name>/links/", views.backlinks, name="backlinks"),
    path("articles/<path:name>/preview/", views.preview, name="preview"),
    path("articles/<path:name>/graph/", views.graph, name="graph"),
    path("articles/<path:name>/", views.article, name="article"),
    path("articles/<path:name>.md", views.source, name="source"),
    path("articles/<path:name>", views.without_slash),
    path("tags/", views.tags, name="tags"),
    path("tags/<path:name>/feed/", feeds.tag_feed, name="tag_feed"),
    path("tags/<path:name>/", views.tag, name="tag"),
    path("shared/<str:token>/", sharing.shared, name="shared"),
    path("feed/", feeds.site_feed, name="feed"),
    path("feed/<str:language>/", feeds.language_feed, name="language_feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemaps/<str:kind>-<int:number>.xml", sitemaps.sitemap_file, name="sitemap_file"),
    path("api/v1/", include((api.urlpatterns, "api"))),
    path("robots.txt", sitemaps.robots),
    path("language/", views.language, name="language"),
    path("search/", views.search, name="search"),
    path("search/suggest", views.suggest, name="suggest"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("map/", views.article_map, name="map"),
    path("random/", views.random_article, name="random"),
    path("favicon.ico", views.favicon),
]
