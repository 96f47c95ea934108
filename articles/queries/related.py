"""Which articles are related to one: they share rare links, rare tags, and who links to them."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from django.db import connection

from articles.models.article import Article
from articles.models.link_resolution import Target
from articles.models.raw import visible
from articles.models.tag import Tag
from articles.sql import fetch

EACH = 20
SOURCES = 30
FINALISTS = 18
CITING = 12

# Weights are shares of this, in whole numbers: a sum of fractions would depend on its order, and
# so on the database.
WHOLE = math.lcm(*range(1, EACH + 1))

# Each tag, target and citing article with what it leads to as an array: SQLite has no LATERAL, and
# on both engines this costs less than a window over so many rows.
# Numbers that are always the same stand in the text: PostgreSQL thinks nothing of a LIMIT that
# it is not told, and would make a new plan for each article.
# Drafts that link to both say nothing to readers, so who cites is looked at before what else.
RANKED = f"""
WITH citing AS MATERIALIZED (
    SELECT articles_article.id FROM (
        SELECT DISTINCT source_id FROM (
            SELECT articles_link.source_id
            FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
            WHERE articles_name.article_id = %s LIMIT {CITING}) AS looked_at) AS source
    JOIN articles_article ON articles_article.id = source.source_id
    WHERE source.source_id <> %s AND {{visible}}),
shared AS MATERIALIZED (
    SELECT 'tag' AS kind, given.value AS via, (
        SELECT {{array}}(article_id) FROM (
            SELECT articles_tagging.content_object_id AS article_id FROM articles_tagging
            JOIN articles_article ON articles_article.id = articles_tagging.content_object_id
            WHERE articles_tagging.tag_id = given.value AND {{visible}}
            ORDER BY articles_tagging.content_object_id DESC LIMIT {EACH}) AS tagged) AS articles
    FROM {{given}}
    UNION ALL
    SELECT 'link', given.value, (
        SELECT {{array}}(DISTINCT source_id) FROM (
            SELECT articles_link.source_id
            FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
            WHERE articles_name.article_id = given.value LIMIT {EACH}) AS linking)
    FROM {{given}}
    UNION ALL
    SELECT 'cited', citing.id, (
        SELECT {{array}}(DISTINCT articles_name.article_id)
        FROM articles_link JOIN articles_name ON articles_name.key = articles_link.key
        WHERE articles_link.source_id = citing.id AND articles_link.position < {EACH})
    FROM citing),
candidate AS MATERIALIZED (
    SELECT one.value AS article_id, kind, via, {WHOLE} / {{length}}(articles) AS weight
    FROM shared CROSS JOIN {{each}}),
ranked AS MATERIALIZED (
    SELECT article_id, SUM(weight) AS weight FROM candidate WHERE article_id <> %s
    GROUP BY article_id ORDER BY SUM(weight) DESC, article_id LIMIT {FINALISTS}),
best AS MATERIALIZED (
    SELECT articles_article.id, articles_article.slug, articles_article.title,
        articles_article.language, ranked.weight
    FROM ranked JOIN articles_article ON articles_article.id = ranked.article_id
    WHERE {{visible}} ORDER BY ranked.weight DESC, articles_article.id LIMIT {{limit}})
SELECT best.id, best.slug, best.title, best.language, candidate.kind, candidate.via
FROM best JOIN candidate ON candidate.article_id = best.id
ORDER BY best.weight DESC, best.id, candidate.weight DESC, candidate.via
"""

# PostgreSQL shall not see how many are given: it would make a new plan for each article.
ARRAYS = {
    "sqlite": {
        "array": "json_group_array",
        "length": "json_array_length",
        "given": "json_each(%s) AS given",
        "each": "json_each(articles) AS one",
    },
    "postgresql": {
        "array": "array_agg",
        "length": "cardinality",
        "given": "unnest((SELECT %s::bigint[] LIMIT 1)) AS given (value)",
        "each": "unnest(articles) AS one (value)",
    },
}


@dataclass
class Related:
    """A related article and why it is: the tags shared, rarest first, the number of links, and
    the number of articles that link to both."""

    slug: str
    title: str
    language: str
    tags: list[Tag] = field(default_factory=list)
    links: int = 0
    cited: int = 0


def related(
    article: Article, tags: Iterable[Tag], targets: Iterable[Target], limit: int = 6
) -> list[Related]:
    """The public articles that share most with `article`. One query.

    Two articles share what both link to (bibliographic coupling: Kessler, *Bibliographic
    coupling between scientific papers*, 1963), the articles that link to both (co-citation:
    Small, *Co-citation in the scientific literature*, 1973), and tags. Whatever is shared by n
    weighs 1/n, so that rare things count more (the resource allocation index: Zhou, Lü and
    Zhang, *Predicting missing links via local information*, 2009): n articles that have the
    tag or link to the target, n articles that the citing one links to. Weights are summed.

    For each of at most `SOURCES` tags and link targets, `EACH` articles are looked at (of a tag
    the newest that readers see), and in each of `CITING` articles that link here their first
    `EACH` links, so that the cost does not grow with the encyclopedia; n is counted among those.
    Of the `FINALISTS` that weigh most, those that readers may see are given.
    """
    named = {tag.pk: tag for tag in tags}
    linked = list(dict.fromkeys(target.pk for target in targets))
    tagged, linked = list(named)[:SOURCES], linked[: max(0, SOURCES - len(named))]
    found: dict[int, Related] = {}
    for pk, slug, title, language, kind, via in _rows(article.pk, tagged, linked, limit):
        entry = found.setdefault(pk, Related(slug, title, language))
        if kind == "tag":
            entry.tags.append(named[via])
        elif kind == "link":
            entry.links += 1
        else:
            entry.cited += 1
    return list(found.values())


def _rows(
    pk: int, tags: list[int], targets: list[int], limit: int
) -> list[tuple[int, str, str, str, str, int]]:
    condition, conditions = visible()
    sql = _ranked(connection.vendor, condition, limit)
    arrays = [_array(tags), _array(targets)]
    return fetch(sql, [pk, pk, *conditions, *conditions, *arrays, pk, *conditions])


def _array(keys: list[int]) -> list[int] | str:
    return json.dumps(keys) if connection.vendor == "sqlite" else keys


@cache
def _ranked(vendor: str, condition: str, limit: int) -> str:
    return RANKED.format(visible=condition, limit=limit, **ARRAYS[vendor])
