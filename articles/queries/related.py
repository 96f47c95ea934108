"""Articles and tags related to an article or a tag, by what they share."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet

from articles.models import Article, Tag, Tagging
from articles.models.link_resolution import Target, effective_sql
from articles.models.visibility import public, public_sql
from articles.sql import CompiledQuery, fetch

# The numbers of articles read for each tag and link target, of tags and link targets, of
# candidates of which the visibility is checked, and of citing articles.
MAX_ARTICLES = 20
MAX_SHARED = 30
MAX_CANDIDATES = 18
MAX_CITING = 12
MAX_TAGGED = 50

# Weights are multiples of 1/COMMON_MULTIPLE, as integers: a sum of floats depends on the order of
# its terms, and so on the database.
COMMON_MULTIPLE = math.lcm(*range(1, MAX_ARTICLES + 1))

# Each tag, link target and citing article, with the articles that have it or link to it as an
# array: SQLite has no LATERAL, and on both databases this is cheaper than a window function.
# Constants are inlined so that PostgreSQL's planner sees the LIMIT and reuses one generic plan.
# Hidden articles that link to both are left out in `citing`, before their links are read.
RANKED = f"""
WITH citing AS MATERIALIZED (
    SELECT articles_article.id FROM (
        SELECT DISTINCT source_id FROM (
            SELECT articles_link.source_id
            FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
            WHERE articles_name.article_id = %s AND {{effective}}
            LIMIT {MAX_CITING}) AS incoming) AS source
    JOIN articles_article ON articles_article.id = source.source_id
    WHERE source.source_id <> %s AND {{visible}}),
shared AS MATERIALIZED (
    SELECT 'tag' AS kind, parameter.value AS via, (
        SELECT {{array}}(article_id) FROM (
            SELECT articles_tagging.content_object_id AS article_id FROM articles_tagging
            JOIN articles_article ON articles_article.id = articles_tagging.content_object_id
            WHERE articles_tagging.tag_id = parameter.value AND {{visible}}
            ORDER BY articles_tagging.content_object_id DESC LIMIT {MAX_ARTICLES}) AS tagged
        ) AS articles
    FROM {{parameter}}
    UNION ALL
    SELECT 'link', parameter.value, (
        SELECT {{array}}(DISTINCT source_id) FROM (
            SELECT articles_link.source_id
            FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
            WHERE articles_name.article_id = parameter.value AND {{effective}}
            LIMIT {MAX_ARTICLES}) AS linking)
    FROM {{parameter}}
    UNION ALL
    SELECT 'cited', citing.id, (
        SELECT {{array}}(DISTINCT articles_name.article_id)
        FROM articles_link JOIN articles_name ON articles_name.key = articles_link.key
        WHERE articles_link.source_id = citing.id AND articles_link.position < {MAX_ARTICLES}
        AND {{effective}})
    FROM citing),
candidate AS MATERIALIZED (
    SELECT element.value AS article_id, kind, via,
        {COMMON_MULTIPLE} / {{length}}(articles) AS weight
    FROM shared CROSS JOIN {{element}}),
ranked AS MATERIALIZED (
    SELECT article_id, SUM(weight) AS weight FROM candidate WHERE article_id <> %s
    GROUP BY article_id ORDER BY SUM(weight) DESC, article_id LIMIT {MAX_CANDIDATES}),
best AS MATERIALIZED (
    SELECT articles_article.id, articles_article.slug, articles_article.title,
        articles_article.language, ranked.weight
    FROM ranked JOIN articles_article ON articles_article.id = ranked.article_id
    WHERE {{visible}} ORDER BY ranked.weight DESC, articles_article.id LIMIT {{limit}})
SELECT best.id, best.slug, best.title, best.language, candidate.kind, candidate.via
FROM best JOIN candidate ON candidate.article_id = best.id
ORDER BY best.weight DESC, best.id, candidate.weight DESC, candidate.via
"""

# The parameter is in a subquery so that PostgreSQL does not see the length of the array and reuses
# one generic plan.
ARRAYS = {
    "sqlite": {
        "array": "json_group_array",
        "length": "json_array_length",
        "parameter": "json_each(%s) AS parameter",
        "element": "json_each(articles) AS element",
    },
    "postgresql": {
        "array": "array_agg",
        "length": "cardinality",
        "parameter": "unnest((SELECT %s::bigint[] LIMIT 1)) AS parameter (value)",
        "element": "unnest(articles) AS element (value)",
    },
}


# The primary key, slug, title and language of an article; the kind of what it shares (a tag, a
# link target or a citing article) and the primary key of that.
Row = tuple[int, str, str, str, str, int]


@dataclass
class Related:
    """A related article, and why: the shared tags, rarest first, the number of link targets that
    both link to, and the number of articles that link to both."""

    slug: str
    title: str
    language: str
    tags: list[Tag] = field(default_factory=list)
    links: int = 0
    cited: int = 0


def related(
    article: Article, tags: Iterable[Tag], targets: Iterable[Target], limit: int = 6
) -> list[Related]:
    """Return the public articles most similar to `article`, best first. One query.

    Two articles share what both link to (bibliographic coupling: Kessler, *Bibliographic
    coupling between scientific papers*, 1963), the articles that link to both (co-citation:
    Small, *Co-citation in the scientific literature*, 1973), and tags. A thing shared by n
    articles weighs 1/n, so that rare things count more (the resource allocation index: Zhou, Lü
    and Zhang, *Predicting missing links via local information*, 2009): n articles have the tag or
    link to the target, or the citing article links to n articles. The weights are summed.

    The cost does not depend on the size of the site: `MAX_ARTICLES` articles are read for each of
    at most `MAX_SHARED` tags and link targets (the newest public ones of a tag), and as many links
    in each of `MAX_CITING` articles that link to `article`; n is counted among those. Of the
    `MAX_CANDIDATES` that weigh most the public ones are returned.
    """
    tags_by_pk = {tag.pk: tag for tag in tags}
    tag_keys = list(tags_by_pk)[:MAX_SHARED]
    distinct = list(dict.fromkeys(target.pk for target in targets))
    target_keys = distinct[: MAX_SHARED - len(tag_keys)]
    return _group(_rows(article.pk, tag_keys, target_keys, limit), tags_by_pk)


def _group(rows: Iterable[Row], tags: Mapping[int, Tag]) -> list[Related]:
    """Return one result for each article in `rows`. `tags` are the shared ones by primary key."""
    results: dict[int, Related] = {}
    for pk, slug, title, language, kind, via in rows:
        result = results.setdefault(pk, Related(slug, title, language))
        if kind == "tag":
            result.tags.append(tags[via])
        elif kind == "link":
            result.links += 1
        else:
            result.cited += 1
    return list(results.values())


def _rows(pk: int, tags: list[int], targets: list[int], limit: int) -> list[Row]:
    visible, now = public_sql()
    effective, now_of_link = effective_sql()
    sql = _ranked(connection.vendor, visible, effective, limit)
    parameters = [pk, *now_of_link, pk, *now, *now, _array(tags), *now_of_link, _array(targets)]
    return fetch(sql, [*parameters, *now_of_link, pk, *now])


def _array(keys: list[int]) -> list[int] | str:
    return json.dumps(keys) if connection.vendor == "sqlite" else keys


@lru_cache(maxsize=16)
def _ranked(vendor: str, visible: str, effective: str, limit: int) -> str:
    return RANKED.format(visible=visible, effective=effective, limit=limit, **ARRAYS[vendor])


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
