"""Facts about all public articles together, computed once for each content version."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.core.cache import cache
from django.db.models import Count, F, Max, Min, QuerySet
from django.db.models.functions import Coalesce, Greatest, Substr

from articles.models.article import Article
from articles.models.content_version import ContentVersion
from articles.models.link import Link
from articles.models.tag import Tag, Tagging
from articles.queries import link_map

Fact = TypeVar("Fact")
MOST_WANTED = 1000


class TagInUse(NamedTuple):
    """A tag, and how many public articles have it."""

    name: str
    slug: str
    usage: int


class WantedName(NamedTuple):
    """A name that no article has, and how many articles link to it."""

    key: str
    name: str
    number: int


class Wanted(NamedTuple):
    """The names that are linked to most, and how many there are altogether."""

    names: list[WantedName]
    total: int


def tags() -> list[TagInUse]:
    """The tags that readers can find articles under, in order, each with its number as `usage`."""
    return _fact("tags", _tags)


def letters() -> list[str]:
    """The letters under which there are articles, in order; `#` stands for all that are none."""
    return _fact("letters", _letters)


class SitemapPage(NamedTuple):
    """The public articles of one stretch of keys: how many, and when one changed last."""

    number: int
    articles: int
    changed: datetime


def sitemap_pages(length: int) -> list[SitemapPage]:
    """Where there are articles, in stretches of `length` keys, counted from 1."""
    return _fact(f"stretches.{length}", lambda: _sitemap_pages(length))


def whole(tag: int | None = None) -> link_map.LinkMap:
    """What stands on the map of all articles, or of those with one tag."""
    return _fact(f"map.{tag or 'all'}", lambda: link_map.whole(tag))


def wanted() -> Wanted:
    """The names that articles link to, drafts too, and that none has."""
    return _fact("wanted", _wanted)


def _fact(name: str, compute: Callable[[], Fact]) -> Fact:
    key = f"articles.{name}.{ContentVersion.objects.current()}"
    known: Fact | None = cache.get(key)
    if known is not None:
        return known
    fact = compute()
    cache.set(key, fact)
    return fact


def _tags() -> list[TagInUse]:
    taggings = Tagging.objects.order_by()
    every = _numbers(taggings)
    unseen = _numbers(taggings.filter(content_object__in=Article.objects.hidden()))
    usage = {pk: number - unseen.get(pk, 0) for pk, number in every.items()}
    tags = Tag.objects.order_by("key").values_list("pk", "name", "slug")
    return [TagInUse(name, slug, usage[pk]) for pk, name, slug in tags if usage.get(pk)]


def _numbers(taggings: QuerySet[Tagging]) -> dict[int, int]:
    """How many of `taggings` each tag has."""
    counted = taggings.values("tag").annotate(number=Count("*"))
    return dict(counted.values_list("tag", "number"))


def _letters() -> list[str]:
    first = Article.objects.countable().order_by().values_list(Substr("sort_key", 1, 1))
    return sorted(letter for (letter,) in first.distinct())


def _sitemap_pages(length: int) -> list[SitemapPage]:
    number = (F("pk") - 1) / length + 1
    renewed = Greatest("updated", Coalesce("publish_at", "updated"))
    counted = Article.objects.public().order_by().values(number=number)
    rows = counted.annotate(articles=Count("pk"), changed=Max(renewed)).order_by("number")
    return [SitemapPage(*row) for row in rows.values_list("number", "articles", "changed")]


def _wanted() -> Wanted:
    links = Link.objects.wanted().order_by().values("key")
    counted = links.annotate(written=Min("name"), number=Count("source", distinct=True))
    rows = list(counted.order_by("-number", "key").values_list("key", "written", "number"))
    return Wanted([WantedName(*row) for row in rows[:MOST_WANTED]], len(rows))
