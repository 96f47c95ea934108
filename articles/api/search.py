"""Looking for articles."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from articles import url_for
from articles.api import schemas
from articles.api.errors import ERRORS
from articles.api.representations import described
from articles.search import did_you_mean, search_articles

router = Router(tags=["Search"])


@router.get(
    "", response={200: schemas.FoundArticles, ERRORS: schemas.Problem}, summary="Find articles"
)
def search(request: HttpRequest, question: Query[schemas.Question]) -> Any:
    """Best first. The question may have "phrases", -words and tag:names, as on the site."""
    results = search_articles(question.q.replace("\0", ""), size=question.limit)
    items = [
        schemas.Found(
            **described(hit.article, hit.tags, url_for.origin(request)),
            snippet="".join(text for text, _hit in hit.snippet),
        )
        for hit in results.hits
    ]
    better = did_you_mean(results.query)[0] if not items else ""
    return schemas.FoundArticles(items=items, did_you_mean=better)
