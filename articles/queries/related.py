"""Articles and tags related to an article or a tag, by what they share."""

import heapq
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet

from articles.models import Tag, Tagging
from articles.models.link_resolution import effective_sql
from articles.models.visibility import public, public_parameters, public_sql
from articles.sql import CompiledQuery, fetch, to_pyformat

# The numbers of articles read for each tag, name and citing article; of tags; of links whose names
# count; of citing articles; and of articles among which the ones are that are displayed.
MAX_ARTICLES = 6
MAX_TAGS = 6
MAX_NAMES = 8
MAX_CITING = 3
MAX_CANDIDATES = 10
# The number of articles read for the tags related to a tag.
MAX_TAGGED = 50

# Weights are multiples of 1/COMMON_MULTIPLE, as integers: a sum of floats depends on the order of
# its terms, and so on the database.
COMMON_MULTIPLE = math.lcm(*range(1, MAX_ARTICLES + 1))

# What `SHARED` and `RELATED` need of each database. The parameter is in a subquery so that
# PostgreSQL does not see the length of the array and reuses one generic plan.
DIALECTS = {
    "sqlite": {
        "array": "json_group_array(article_id)",
        "values": "json_each(%({})s) AS parameter",
    },
    "postgresql": {
        "array": "json_agg(article_id)::text",
        "values": "unnest((SELECT %({})s::bigint[] LIMIT 1)) AS parameter (value)",
    },
}
# The articles that readers may see and the links that they follow. PostgreSQL and SQLite put these
# conditions where the names are used; written out, the queries would be too long for psycopg to
# keep them parsed (4,096 bytes).
VISIBLE = """visible AS NOT MATERIALIZED (
    SELECT id, slug, title, language FROM articles_article WHERE {visible}),
effective AS NOT MATERIALIZED (
    SELECT source_id, position, key FROM articles_link WHERE {effective})"""
# Each tag of an article, and each name by which one of its first links leads elsewhere, with the
# articles that have it or link by it, as an array. The arrays are read in the order of an index,
# so that both databases stop after the same rows. CROSS JOIN is the order of joins for SQLite.
SHARED = f"""SELECT 'tag' AS kind, parameter.value AS pk, (
    SELECT {{array}} FROM (
        SELECT content_object_id AS article_id
        FROM articles_tagging CROSS JOIN visible
        WHERE tag_id = parameter.value AND visible.id = content_object_id
        ORDER BY content_object_id DESC LIMIT {MAX_ARTICLES}) AS tagged) AS articles
FROM {{tags}}
UNION ALL
SELECT 'link', 0, (
    SELECT {{array}} FROM (
        SELECT source_id AS article_id FROM effective CROSS JOIN visible
        WHERE key = linked.key AND visible.id = source_id
        ORDER BY source_id LIMIT {MAX_ARTICLES}) AS linking)
FROM (
    SELECT DISTINCT key FROM effective
    WHERE source_id = (SELECT %(pk)s LIMIT 1) AND position < {MAX_NAMES}) AS linked"""
# Articles by their primary keys (`citing` is 0), and those that citing articles link to.
CANDIDATES = f"""WITH {VISIBLE}
SELECT 0 AS citing, visible.id, slug, title, language
FROM {{candidates}} CROSS JOIN visible WHERE visible.id = parameter.value
UNION ALL
SELECT effective.source_id, visible.id, slug, title, visible.language
FROM {{citing}} CROSS JOIN effective CROSS JOIN articles_name AS name CROSS JOIN visible
WHERE effective.source_id = parameter.value AND position < {MAX_ARTICLES}
AND name.key = effective.key AND visible.id = name.article_id"""


@dataclass
class Related:
    """An article that shares things with another one: tags, the rarest first, links, and articles
    that link to both."""

    slug: str
    title: str
    language: str
    tags: list[Tag] = field(default_factory=list)
    links: int = 0
    cited: int = 0


class Shared(NamedTuple):
    """A tag, name or citing article (`kind`), and the primary keys of articles that share it."""

    kind: str
    pk: int
    articles: set[int]


@lru_cache(maxsize=2)
def shared_sql(vendor: str) -> str:
    """Return the query for what an article shares by its tags and links. `related` takes its rows.

    It refers to `VISIBLE`. Its parameters are `pk`, the primary key of the article, and those of
    `shared_parameters`.
    """
    dialect = DIALECTS[vendor]
    tags = dialect["values"].format("tags")
    return SHARED.format(array=dialect["array"], tags=tags)


def shared_parameters(tags: Iterable[Tag]) -> dict[str, Any]:
    return {"tags": _array([tag.pk for tag in tags][:MAX_TAGS]), **public_parameters()}


def related(
    pk: int,
    rows: Iterable[tuple[str, int, str | None]],
    tags: Iterable[Tag],
    citing: Sequence[int],
    limit: int = 6,
) -> list[Related]:
    """Return the public articles most similar to the article `pk`, best first. `rows` are those of
    `shared_sql`, `citing` the first public articles that link to it. One query, or none.

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
    shared = [Shared(kind, via, set(json.loads(text or "[]"))) for kind, via, text in rows]
    weights = _weights(pk, shared)
    best = heapq.nsmallest(MAX_CANDIDATES, weights, key=lambda key: (-weights[key], key))
    by_pk, cited = _candidates(best, list(citing)[:MAX_CITING])
    shared += [Shared("cited", via, keys) for via, keys in cited.items()]
    weights = _weights(pk, shared)
    by_pk.pop(pk, None)
    first = heapq.nsmallest(limit, by_pk, key=lambda key: (-weights[key], key))
    results = {key: Related(*by_pk[key]) for key in first}
    _add_reasons(results, shared, {tag.pk: tag for tag in tags})
    return list(results.values())


def _weights(pk: int, shared: Iterable[Shared]) -> dict[int, int]:
    """Return the sum of the weights of what each other article shares with the article `pk`."""
    weights: dict[int, int] = {}
    for _kind, _pk, articles in shared:
        weight = COMMON_MULTIPLE // (len(articles) or 1)
        for key in articles:
            weights[key] = weights.get(key, 0) + weight
    weights.pop(pk, None)
    return weights


def _add_reasons(
    results: Mapping[int, Related], shared: Iterable[Shared], tags: Mapping[int, Tag]
) -> None:
    """Add to each result what it shares, the rarest first. `tags` are given by primary key."""
    for kind, via, articles in sorted(
        shared, key=lambda things: (len(things.articles), things.pk)
    ):
        for key in articles & results.keys():
            if kind == "tag":
                results[key].tags.append(tags[via])
            elif kind == "link":
                results[key].links += 1
            else:
                results[key].cited += 1


def _candidates(
    keys: list[int], citing: list[int]
) -> tuple[dict[int, tuple[str, str, str]], dict[int, set[int]]]:
    """Return slug, title and language of public articles, those with `keys` and those that the
    articles `citing` link to; and the primary keys of the latter for each of `citing`."""
    if not keys and not citing:
        return {}, {}
    parameters = {"candidates": _array(keys), "citing": _array(citing), **public_parameters()}
    by_pk, cited = {}, defaultdict(set)
    for via, pk, slug, title, language in fetch(_candidates_sql(connection.vendor), parameters):
        by_pk[pk] = slug, title, language
        if via:
            cited[via].add(pk)
    return by_pk, cited


@lru_cache(maxsize=2)
def _candidates_sql(vendor: str) -> str:
    values = DIALECTS[vendor]["values"]
    arrays = {name: values.format(name) for name in ("candidates", "citing")}
    return CANDIDATES.format(**arrays, **conditions())


def conditions() -> dict[str, str]:
    """Return the conditions of `VISIBLE`, with the names of `public_parameters`."""
    visible, effective = public_sql()[0], effective_sql()[0]
    return {
        name: " ".join(to_pyformat(sql).split())
        for name, sql in (("visible", visible), ("effective", effective))
    }


def _array(keys: list[int]) -> list[int] | str:
    """Return a list of keys as the database takes it; for SQLite, as JSON."""
    return str(keys) if connection.vendor == "sqlite" else keys


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
