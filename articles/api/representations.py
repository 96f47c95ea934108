"""Articles and tags → what the API says of them."""

from collections.abc import Sequence
from typing import Any

from articles import url_for
from articles.api import schemas
from articles.models import Article, Tagging

LISTED = ("slug", "title", "summary", "language", "created", "updated", "publish_at")


def reference(article: Article, origin: str) -> schemas.Reference:
    return schemas.Reference(**_named(article, origin))


def entries(articles: Sequence[Article], origin: str) -> list[schemas.ArticleEntry]:
    tags = Tagging.objects.tags_of(articles)
    return [
        schemas.ArticleEntry(**described(article, tags[article.pk], origin))
        for article in articles
    ]


def described(article: Article, tags: Sequence[Any], origin: str) -> dict[str, Any]:
    """What every list says of an article."""
    return {
        **_named(article, origin),
        "summary": article.summary,
        "published": article.published,
        "updated": article.updated,
        "tags": [schemas.TagName(slug=tag.slug, name=tag.name) for tag in tags],
    }


def _named(article: Article, origin: str) -> dict[str, str]:
    return {
        "slug": article.slug,
        "title": article.title,
        "language": article.language,
        "url": origin + url_for.article(article.slug),
    }
