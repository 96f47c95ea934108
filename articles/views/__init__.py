"""The views of the public site. They only read, with one exception: `search` counts searches
without results (`articles.views.search.record_failed_search`)."""

from articles.views.article import article, links, without_slash
from articles.views.article_index import index
from articles.views.graph import graph, whole
from articles.views.language import language
from articles.views.preview import preview, random
from articles.views.search import opensearch, search, suggest
from articles.views.site import favicon, healthz, home, media, page_not_found, server_error
from articles.views.source import source
from articles.views.tag import tag, tags

__all__ = [
    "article",
    "favicon",
    "graph",
    "healthz",
    "home",
    "index",
    "language",
    "links",
    "media",
    "opensearch",
    "page_not_found",
    "preview",
    "random",
    "search",
    "server_error",
    "source",
    "suggest",
    "tag",
    "tags",
    "whole",
    "without_slash",
]
