"""Link previews: what a card shows while a reader points at a link to an article."""

from typing import TypedDict

from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles import url_for
from articles.models import Article
from articles.text import sentences
from articles.views.article import redirect_or_404

# Characters of the text that an opening sentence is looked for in.
OPENING_LENGTH = 400


class PreviewImage(TypedDict):
    """An image as the ``img`` element needs it."""

    src: str
    alt: str


class Preview(TypedDict):
    """The JSON object that the view answers with."""

    title: str
    summary: str
    language: str
    direction: str
    picture: PreviewImage | None


@require_safe
@vary_on_cookie
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """Return the preview of an article as JSON. One query."""
    columns = ("title", "summary", "language", "image_url", "image_alt")
    articles = Article.objects.public().only(*columns).filter(slug=name)
    opening = articles.annotate(opening=Substr("text", 1, OPENING_LENGTH))
    article = opening.first() if "\0" not in name else None
    if not article:
        return redirect_or_404(request, name, url_for.preview, fallback=f"{name}/preview")
    return JsonResponse(article_preview(article, article.opening))


def article_preview(article: Article, opening: str) -> Preview:
    """Return the preview of `article`. The first sentences of `opening`, the beginning of its
    text, take the place of a missing summary."""
    image = PreviewImage(src=article.image_url, alt=article.image_alt)
    return Preview(
        title=article.title,
        summary=article.summary or sentences.first_sentences(opening),
        language=article.language,
        direction=article.direction,
        picture=image if article.image_url else None,
    )
