"""Full-text search over articles: the same index and the same ranking on every database.

Writing: `index_articles`, `index_article` and `index_articles_by_pk` update the rows of changed
articles, `index_analyzed` those of articles that `analyze_fields` has prepared, `NewSearchRows`
writes those of new ones without waiting for the database, `reindex` those of all articles,
`ensure_indexed` fills an empty index after migrating.
Reading: `search_articles` returns a page of `Results` and takes `Limits` of its work,
`find_matches` searches for editors what readers don't see too,
`suggest_names` completes what a reader is typing, and `did_you_mean` corrects a query's spelling.
"""

from articles.search.analysis import ANALYZER_VERSION
from articles.search.editorial import Matches, Scope, find_matches
from articles.search.index import (
    AnalyzedArticle,
    AnalyzedFields,
    IndexedFields,
    analyze_all,
    analyze_fields,
    draft_terms,
    ensure_indexed,
    index_analyzed,
    index_article,
    index_articles,
    index_articles_by_pk,
    index_tags,
    reindex,
)
from articles.search.limits import DEFAULT_LIMITS, Limits
from articles.search.new_articles import NewSearchRows
from articles.search.results import Facet, Hit, Results, search_articles
from articles.search.suggestions import did_you_mean, suggest_names

__all__ = [
    "ANALYZER_VERSION",
    "DEFAULT_LIMITS",
    "AnalyzedArticle",
    "AnalyzedFields",
    "Facet",
    "Hit",
    "IndexedFields",
    "Limits",
    "Matches",
    "NewSearchRows",
    "Results",
    "Scope",
    "analyze_all",
    "analyze_fields",
    "did_you_mean",
    "draft_terms",
    "ensure_indexed",
    "find_matches",
    "index_analyzed",
    "index_article",
    "index_articles",
    "index_articles_by_pk",
    "index_tags",
    "reindex",
    "search_articles",
    "suggest_names",
]
