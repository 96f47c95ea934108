"""A URL for each operation of the API, by operation id, and the articles that it needs."""

from tests import factories

ORIGIN = "http://testserver"
PATHS = {
    "articles": "articles",
    "article": "articles/peace",
    "links": "articles/peace/links",
    "backlinks": "articles/peace/backlinks",
    "graph": "articles/peace/graph",
    "tags": "tags",
    "tag": "tags/shared",
    "search": "search?q=peace",
}


def create_articles():
    body = "## Start\n\nSo [[War#End|it]] goes on. [[Nowhere|Some day]] more."
    factories.article("War", tags=["shared"], body="After [[Peace]] comes this.", language="en")
    fields = {"summary": "No war.", "author": "Layla", "aliases": ["Calm"], "language": "ar"}
    return factories.article("Peace", tags=["shared", "B & c"], body=body, **fields)
