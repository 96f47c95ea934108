"""The articles that link to an article, each with a sentence, for the article's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from articles.models import Article, Link, TrashedName
from articles.models.fields import site_language
from articles.models.link import LinkTarget
from articles.models.link_resolution import Translation
from articles.sql import CompiledQuery, chunks
from articles.text import names

# An article may link several times: the first articles of this many links are found.
MAX_LINKS = 24
# Names of an article in one query, as parts of a UNION.
NAMES_PER_QUERY = 50


@dataclass(frozen=True)
class Backlink:
    """A link in another article, with the text around it in its sentence."""

    slug: str
    title: str
    language: str
    before: str
    label: str
    after: str


@CompiledQuery
def _first_links(
    pk: int, keys: list[str], slugs: list[str], at: datetime, languages: tuple[str, ...], site: str
) -> QuerySet[Link, Any]:
    """`languages` are those of the article and of its translations, which have `slugs`; `site` is
    part of the shape because the precedence of languages depends on it."""
    language, *translated = languages
    target = LinkTarget(pk, language, keys, dict(zip(translated, slugs, strict=True)))
    links = Link.objects.public(at).first_to(target, MAX_LINKS, at)
    return links.values_list(
        "source", "source__slug", "source__title", "source__language", "before", "label", "after"
    )


def first_backlinks(
    article: Article, translations: Sequence[Translation], limit: int
) -> list[Backlink]:
    """Return the first link of each of the first `limit` public articles, by primary key, that
    link to `article`. `translations` are the public ones of `article`.

    One query for each `NAMES_PER_QUERY` names of the article.
    """
    slugs = [translation.slug for translation in translations]
    languages = (article.language, *(translation.language for translation in translations))
    site = site_language()
    rows = []
    for keys in chunks(article.keys(), NAMES_PER_QUERY):
        rows += _first_links.rows(article.pk, keys, slugs, languages=languages, site=site)
    by_source: dict[int, Backlink] = {}
    for source, *columns in sorted(rows, key=itemgetter(0)):
        by_source.setdefault(source, Backlink(*columns))
    return list(by_source.values())[:limit]


def sources_of_deleted(name: str, limit: int) -> list[Article]:
    """Return the first public articles that link by any of its names to a deleted article which
    readers know as `name`. One query."""
    keys = TrashedName.objects.filter(trashed__names__key=names.fold(name)).values("key")
    links = Link.objects.effective().filter(key__in=keys).values("source")
    articles = Article.objects.public().filter(pk__in=links).only("slug", "title", "language")
    return list(articles.order_by("pk")[:limit])
