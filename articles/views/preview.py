"""Ways from one article to another: a look at where a link leads, and a leap anywhere."""

from typing import TypedDict

from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles import url_for
from articles.models import Article
from articles.text import sentences
from articles.views.article import redirect_or_404

LOOKED_AT = 400


class Shown(TypedDict):
    """A picture as a browser asks for it."""

    src: str
    alt: str


class Preview(TypedDict):
    """What a card says of the article that a link leads to."""

    title: str
    summary: str
    language: str
    direction: str
    picture: Shown | None


@require_safe
@vary_on_cookie
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """What a link to the article may show before it is followed. One query."""
    shown = Article.objects.public().only("title", "summary", "language", "image_url", "image_alt")
    rows = shown.filter(slug=name).annotate(start=Substr("text", 1, LOOKED_AT))
    found = rows.first() if "\0" not in name else None
    if not found:
        return redirect_or_404(request, name, url_for.preview, otherwise=f"{name}/preview")
    return JsonResponse(previewed(found, found.start))


def previewed(article: Article, text: str) -> Preview:
    """`text` is the beginning of the article's, which stands in for a summary."""
    picture = Shown(src=article.image_url, alt=article.image_alt) if article.image_url else None
    return Preview(
        title=article.title,
        summary=article.summary or sentences.first_sentences(text),
        language=article.language,
        direction=article.direction,
        picture=picture,
    )


@require_safe
@never_cache
def random(request: HttpRequest) -> HttpResponse:
    """To an article that readers may see, any of them. At most five looks into an index."""
    found = Article.objects.public().only("slug").random()
    return redirect(found) if found else redirect("articles:index")
