"""Looking for articles."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from articles.api import schemas
from articles.api.entries import described, origin
from articles.api.problems import ERRORS
from articles.models import Article, Name, Tagging
from articles.text import names

router = Router(tags=["Search"])


@router.get(
    "", response={200: schemas.FoundArticles, ERRORS: schemas.Problem}, summary="Find articles"
)
def search(request: HttpRequest, question: Query[schemas.Question]) -> Any:
    """Best first."""
    results = found(question.q.replace("\0", ""), question.limit)
    tags = Tagging.objects.tags_of([article for article, _matched in results])
    items = [
        schemas.Found(**described(article, tags[article.pk], origin(request)), matched=matched)
        for article, matched in results
    ]
    return schemas.FoundArticles(items=items)


def found(asked: str, limit: int) -> list[tuple[Article, str]]:
    """The public articles that `asked` finds, best first, each with the name it was found by."""
    if not names.fold(asked):
        return []
    public = Name.objects.public()
    candidates = [*public.starting(asked).with_article()[:limit], *public.nearest(asked, limit)]
    first: dict[int, Name] = {}
    for name in candidates:
        first.setdefault(name.article_id, name)
    return [(name.article, name.text) for name in first.values()][:limit]
