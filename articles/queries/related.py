"""Articles and tags related to an article or a tag, by what they share."""

import heapq
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from articles.models import Tagging
from articles.models.visibility import public
from articles.queries.tags import ArticleTag
from articles.sql import CompiledQuery

# The numbers of articles read for each tag, name and citing article; of tags; of links whose names
# count; and of citing articles.
MAX_ARTICLES = 6
MAX_TAGS = 6
MAX_NAMES = 8
MAX_CITING = 3
# The number of articles read for the tags related to a tag.
MAX_TAGGED = 50

# Weights are multiples of 1/COMMON_MULTIPLE, as integers: a sum of floats depends on the order of
# its terms, and so on the database.
COMMON_MULTIPLE = math.lcm(*range(1, MAX_ARTICLES + 1))


@dataclass
class Related:
    """An article that shares things with another one: tags, the rarest first, links, and articles
    that link to both."""

    slug: str
    title: str
    language: str
    tags: list[ArticleTag] = field(default_factory=list)
    links: int = 0
    cited: int = 0


class Shared(NamedTuple):
    """A tag, name or citing article (`kind`), and the public articles that share it: primary key,
    slug, title and language of each."""

    kind: str
    pk: int
    articles: Sequence[tuple[int, str, str, str]]


def related(
    pk: int, shared: Sequence[Shared], tags: Iterable[ArticleTag], limit: int = 6
) -> list[Related]:
    """Return the public articles most similar to the article `pk`, best first.

    Two articles share what both link to (bibliographic coupling: Kessler, *Bibliographic
    coupling between scientific papers*, 1963), the articles that link to both (co-citation:
    Small, *Co-citation in the scientific literature*, 1973), and tags. A thing shared by n
    articles weighs 1/n, so that rare things count more (the resource allocation index: Zhou, Lü
    and Zhang, *Predicting missing links via local information*, 2009): n public articles have the
    tag or link by the name, or the citing article links to n of them. The weights are summed.

    The cost does not depend on the size of the site: `MAX_ARTICLES` public articles are read for
    each of at most `MAX_TAGS` tags (the newest) and `MAX_NAMES` names (the oldest), and as many
    links in each of `MAX_CITING` articles; n is counted among those.
    """
    weights: dict[int, int] = {}
    by_pk: dict[int, tuple[str, str, str]] = {}
    sharing = [
        (things, {key: (slug, title, language) for key, slug, title, language in things.articles})
        for things in shared
    ]
    for _things, articles in sharing:
        weight = COMMON_MULTIPLE // (len(articles) or 1)
        by_pk |= articles
        for key in articles:
            weights[key] = weights.get(key, 0) + weight
    weights.pop(pk, None)
    first = heapq.nsmallest(limit, weights, key=lambda key: (-weights[key], key))
    results = {key: Related(*by_pk[key]) for key in first}
    _add_reasons(results, sharing, {tag.pk: tag for tag in tags})
    return list(results.values())


def _add_reasons(
    results: Mapping[int, Related],
    sharing: Iterable[tuple[Shared, Collection[int]]],
    tags: Mapping[int, ArticleTag],
) -> None:
    """Add to each result what it shares, the rarest first. `tags` are given by primary key."""
    for things, articles in sorted(sharing, key=lambda pair: (len(pair[1]), pair[0].pk)):
        for key in results.keys() & articles:
            if things.kind == "tag":
                results[key].tags.append(tags[things.pk])
            elif things.kind == "link":
                results[key].links += 1
            else:
                results[key].cited += 1


class RelatedTag(NamedTuple):
    """A tag, and how many of the articles with another tag have it `together` with that."""

    name: str
    slug: str
    together: int


@CompiledQuery
def _tags_together(tag: int, at: datetime, limit: int) -> QuerySet[Tagging, Any]:
    tagged = Tagging.objects.filter(public("content_object__", at), tag=tag)
    newest = tagged.order_by("-content_object").values("content_object")[:MAX_TAGGED]
    taggings = Tagging.objects.filter(content_object__in=newest).exclude(tag=tag).order_by()
    counts = taggings.values("tag").annotate(together=Count("*"))
    rows: QuerySet[Tagging, Any]
    rows = counts.values_list("tag__name", "tag__slug", "together")
    return rows.order_by("-together", "tag__key")[:limit]


def related_tags(tag: int, limit: int = 12) -> list[RelatedTag]:
    """Return the tags that articles with `tag` have most often.

    Only the newest public articles of the tag are counted, so that a large tag costs no more.
    """
    return [RelatedTag(*row) for row in _tags_together.rows(tag, limit=limit)]
