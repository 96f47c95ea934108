"""The articles that link to an article, each with a sentence, for the article's page."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, Link, TrashedName
from articles.models.fields import site_language
from articles.models.link import LinkTarget
from articles.models.link_resolution import Translation
from articles.pagination import Page, page_query, to_page
from articles.queries.alphabetical import PAGE_SIZE, Position
from articles.sql import CompiledQuery, chunks
from articles.text import names

# An article may link several times: the first articles of this many links are found.
MAX_LINKS = 24
# Names of an article in one query, as parts of a UNION.
NAMES_PER_QUERY = 50


@dataclass(frozen=True)
class Backlink:
    """A link in the article `pk`, with the text around it in its sentence."""

    pk: int
    slug: str
    title: str
    language: str
    before: str
    label: str
    after: str


class Source(NamedTuple):
    """An article that links to another one."""

    pk: int
    slug: str
    title: str
    language: str


class Excerpt(NamedTuple):
    """A link with the text around it in its sentence."""

    before: str
    label: str
    after: str


# In the compiled queries, `languages` are those of the article and of its translations, which have
# `slugs`; `site` is part of the shape because the precedence of languages depends on it.


@CompiledQuery
def _first_links(
    pk: int, keys: list[str], slugs: list[str], at: datetime, languages: tuple[str, ...], site: str
) -> QuerySet[Link, Any]:
    target = _target(pk, keys, slugs, languages)
    links = Link.objects.public(at).first_to(target, MAX_LINKS, at)
    return links.values_list(
        "source", "source__slug", "source__title", "source__language", "before", "label", "after"
    )


@CompiledQuery
def _sources(
    pk: int,
    keys: list[str],
    slugs: list[str],
    position: int,
    at: datetime,
    languages: tuple[str, ...],
    site: str,
    continues: bool,
    backwards: bool,
) -> QuerySet[Article, Any]:
    links = Link.objects.public(at)
    if continues:
        links = links.filter(**{"source__lt" if backwards else "source__gt": position})
    target = _target(pk, keys, slugs, languages)
    pks = links.first_sources(target, PAGE_SIZE + 1, at, backwards=backwards)
    articles = Article.objects.filter(pk__in=pks).values_list("pk", "slug", "title", "language")
    return page_query(articles, ("pk",), PAGE_SIZE, backwards=backwards)


@CompiledQuery
def _links_between(
    pk: int,
    keys: list[str],
    slugs: list[str],
    first: int,
    last: int,
    at: datetime,
    languages: tuple[str, ...],
    site: str,
) -> QuerySet[Link, Any]:
    links = Link.objects.filter(source__gte=first, source__lte=last)
    links = links.to_target(_target(pk, keys, slugs, languages), at).order_by("source", "position")
    return links.values_list("source", "before", "label", "after")


def _target(pk: int, keys: list[str], slugs: list[str], languages: tuple[str, ...]) -> LinkTarget:
    language, *translated = languages
    return LinkTarget(pk, language, keys, dict(zip(translated, slugs, strict=True)))


def first_backlinks(article: Article, translations: Sequence[Translation]) -> list[Backlink]:
    """Return the first link of each public article that links to `article`, by primary key: of the
    first `MAX_LINKS` links by each of its names. `translations` are the public ones of `article`.

    One query for each `NAMES_PER_QUERY` names of the article.
    """
    slugs, shape = _form(article, translations)
    rows = []
    for keys in chunks(article.keys(), NAMES_PER_QUERY):
        rows += _first_links.rows(article.pk, keys, slugs, **shape)
    by_source: dict[int, Backlink] = {}
    for row in sorted(rows, key=itemgetter(0)):
        by_source.setdefault(row[0], Backlink(*row))
    return list(by_source.values())


def sources_page(
    article: Article, translations: Sequence[Translation], position: Position | None
) -> Page[Source]:
    """Return a page of the public articles that link to `article`, by primary key. It is the first
    one if there are none beyond `position`.

    One query for each `NAMES_PER_QUERY` names of the article. Each reads no more than a page by
    each name, however many articles link to this one; to order them by name, it would read all.
    """
    slugs, shape = _form(article, translations)
    direction = {
        "continues": position is not None,
        "backwards": position is not None and position.backwards,
    }
    rows: set[Source] = set()
    for keys in chunks(article.keys(), NAMES_PER_QUERY):
        start = position.pk if position else 0
        part = _sources.rows(article.pk, keys, slugs, start, **shape, **direction)
        rows.update(Source(*row) for row in part)
    if position and not rows:
        return sources_page(article, translations, None)
    ordered = sorted(rows, reverse=direction["backwards"])
    return to_page(ordered, PAGE_SIZE, **direction)


def excerpts(
    article: Article, translations: Sequence[Translation], sources: Sequence[Source]
) -> dict[int, list[Excerpt]]:
    """Return the links to `article` in consecutive `sources`, by their primary keys. One query."""
    by_source: dict[int, list[Excerpt]] = {source.pk: [] for source in sources}
    if not sources:
        return by_source
    slugs, shape = _form(article, translations)
    first, last = sources[0].pk, sources[-1].pk
    rows = _links_between.rows(article.pk, article.keys(), slugs, first, last, **shape)
    for source, *columns in rows:
        by_source[source].append(Excerpt(*columns))
    return by_source


def _form(
    article: Article, translations: Sequence[Translation]
) -> tuple[list[str], dict[str, Hashable]]:
    """Return the slugs of the translations, and the shape of a query for links to `article`."""
    languages = (article.language, *(translation.language for translation in translations))
    slugs = [translation.slug for translation in translations]
    return slugs, {"languages": languages, "site": site_language()}


def links_from(target: LinkTarget, source: int, limit: int) -> QuerySet[Link]:
    """Return the public links to `target` in the first `limit` articles from the one with primary
    key `source` on.

    One query for each `NAMES_PER_QUERY` names of the target: to order all links by their sources
    takes time for each of them.
    """
    now = timezone.now()
    links = Link.objects.public(now).filter(source__gte=source)
    sources: set[int] = set()
    for keys in chunks(list(target.keys), NAMES_PER_QUERY):
        rows = links.first_sources(target._replace(keys=keys), limit, now)
        sources.update(rows.values_list("pk", flat=True))
    return Link.objects.filter(source__in=sorted(sources)[:limit]).to_target(target, now)


def sources_of_deleted(name: str, limit: int) -> list[Article]:
    """Return the first public articles that link by any of its names to a deleted article which
    readers know as `name`. One query."""
    keys = TrashedName.objects.filter(trashed__names__key=names.fold(name)).values("key")
    links = Link.objects.effective().filter(key__in=keys).values("source")
    articles = Article.objects.public().filter(pk__in=links).only("slug", "title", "language")
    return list(articles.order_by("pk")[:limit])
