"""Search."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from articles import url_for
from articles.api import schemas
from articles.api.errors import ERRORS
from articles.search import did_you_mean, search_articles

router = Router(tags=["Search"])


@router.get(
    "",
    response={200: schemas.SearchResultList, ERRORS: schemas.Error},
    summary="Search articles",
)
def search(request: HttpRequest, query: Query[schemas.SearchQuery]) -> Any:
    """The best results first. "quotes", -word and tag:name work as on the site."""
    results = search_articles(query.q.replace("\0", ""), size=query.limit)
    origin = url_for.origin(request)
    items = [
        schemas.SearchResult.from_article(
            hit.article, origin, hit.tags, snippet="".join(text for text, _match in hit.snippet)
        )
        for hit in results.hits
    ]
    suggestion = (
        "" if results.full_matches else did_you_mean(results.query, results.matching_words)[0]
    )
    return schemas.SearchResultList(items=items, did_you_mean=suggestion)
