"""The views of the public site. They only read, with one exception: `search` counts searches
without results (`articles.views.search.record_failed_search`)."""

from articles.views.article import article, backlinks, without_slash
from articles.views.article_index import article_index
from articles.views.graph import article_map, graph
from articles.views.language import language
from articles.views.preview import preview
from articles.views.search import opensearch, search, suggest
from articles.views.site import (
    favicon,
    home,
    media,
    page_not_found,
    random_article,
    server_error,
    service_unavailable,
)
from articles.views.source import source
from articles.views.tag import tag, tags

__all__ = [
    "article",
    "article_index",
    "article_map",
    "backlinks",
    "favicon",
    "graph",
    "home",
    "language",
    "media",
    "opensearch",
    "page_not_found",
    "preview",
    "random_article",
    "search",
    "server_error",
    "service_unavailable",
    "source",
    "suggest",
    "tag",
    "tags",
    "without_slash",
]
