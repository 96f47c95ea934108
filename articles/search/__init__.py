"""One way to index and to search, whatever the database."""

from articles.search.index import index, index_one, index_the_first_time, refresh, reindex
from articles.search.results import Facet, Hit, Results, search
from articles.search.suggestions import did_you_mean, suggestions

__all__ = [
    "Facet",
    "Hit",
    "Results",
    "did_you_mean",
    "index",
    "index_one",
    "index_the_first_time",
    "refresh",
    "reindex",
    "search",
    "suggestions",
]
