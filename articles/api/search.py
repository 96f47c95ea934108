"""Looking for articles."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from articles import search as searching
from articles.api import schemas
from articles.api.errors import ERRORS
from articles.api.representations import described, origin

router = Router(tags=["Search"])


@router.get(
    "", response={200: schemas.FoundArticles, ERRORS: schemas.Problem}, summary="Find articles"
)
def search(request: HttpRequest, question: Query[schemas.Question]) -> Any:
    """Best first. The question may have "phrases", -words and tag:names, as on the site."""
    results = searching.search(question.q.replace("\0", ""), size=question.limit)
    items = [
        schemas.Found(
            **described(hit.article, hit.tags, origin(request)),
            snippet="".join(text for text, _hit in hit.snippet),
        )
        for hit in results.hits
    ]
    better = searching.did_you_mean(results.query)[0] if not items else ""
    return schemas.FoundArticles(items=items, did_you_mean=better)
