"""What editors look for in the admin: orphans, wanted links, and missing or outdated translations.

The functions that select articles take a queryset and return a narrower one.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Article, Link, Name, Tagging

STALE_AFTER = timedelta(days=365)


def with_wanted_links(articles: QuerySet[Article]) -> QuerySet[Article]:
    """The articles that link to a name that no article has."""
    return articles.filter(Exists(Link.objects.wanted().filter(source=OuterRef("pk"))))


def untagged(articles: QuerySet[Article]) -> QuerySet[Article]:
    return articles.filter(~Exists(Tagging.objects.filter(content_object=OuterRef("pk"))))


def without_summary(articles: QuerySet[Article]) -> QuerySet[Article]:
    return articles.filter(summary="")


def stale(articles: QuerySet[Article]) -> QuerySet[Article]:
    """The articles that have not been changed for a year."""
    return articles.filter(updated__lt=timezone.now() - STALE_AFTER)


class LinkCounts(NamedTuple):
    """The number of other articles that link to a name of the article, and that of its links."""

    incoming: int
    outgoing: int


def link_counts(articles: Collection[int]) -> dict[int, LinkCounts]:
    """Return the numbers of links of a page of articles, by primary key. One query."""
    keys = Name.objects.filter(article=OuterRef(OuterRef("pk"))).values("key")
    incoming = Link.objects.effective().filter(key__in=keys).exclude(source=OuterRef("pk"))
    outgoing = Link.objects.effective().filter(source=OuterRef("pk"))
    rows = Article.objects.filter(pk__in=articles).values_list(
        "pk", _count(incoming, Count("source", distinct=True)), _count(outgoing, Count("pk"))
    )
    return {pk: LinkCounts(*counts) for pk, *counts in rows}


def untranslated_into(articles: QuerySet[Article], language: str) -> QuerySet[Article]:
    """The articles in other languages that are not translations themselves and have no translation
    into `language` or a variety of it."""
    in_language = Q(language=language) | Q(language__startswith=f"{language}-")
    translations = Article.objects.filter(in_language, source_key__isnull=False)
    by_former_name = translations.filter(~_has_source()).values("source_key")
    renamed = Name.objects.filter(key__in=by_former_name)
    return (
        articles.filter(source_key=None)
        .exclude(in_language)
        .exclude(slug__in=translations.values("translation_of"))
        .exclude(pk__in=renamed.values("article"))
    )


def outdated_translations(articles: QuerySet[Article]) -> QuerySet[Article]:
    """The translations whose source has been updated since their own last update."""
    newer = Article.objects.filter(
        slug=OuterRef("translation_of"), updated__gt=OuterRef("updated")
    )
    renamed = Name.objects.filter(
        key=OuterRef("source_key"), article__updated__gt=OuterRef("updated")
    ).exclude(article=OuterRef("pk"))
    return articles.filter(
        Exists(newer) | (~_has_source() & Exists(renamed)), source_key__isnull=False
    )


def orphans(articles: QuerySet[Article]) -> QuerySet[Article]:
    """The articles that no other article links to."""
    # By name: PostgreSQL would read all links for each article otherwise.
    incoming = (
        Link.objects.without_superseded()
        .filter(key=OuterRef("key"))
        .exclude(source=OuterRef("article"))
    )
    linked = Name.objects.filter(Exists(incoming), article=OuterRef("pk"))
    return articles.filter(~Exists(linked))


def _has_source() -> Exists:
    """Whether an article has the slug in `translation_of`. If not, the source is looked up by its
    former name."""
    return Exists(Article.objects.filter(slug=OuterRef("translation_of")))


def _count(links: QuerySet[Link], number: Count) -> Coalesce:
    # The constant groups all rows into one, so that the subquery is a single number.
    counts = links.order_by().values(group=Value(1)).annotate(number=number).values("number")
    return Coalesce(Subquery(counts), 0)
