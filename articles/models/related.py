"""Which articles are related to one: they share rare links, rare tags, and who links to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from articles.models.article import Article
from articles.models.raw import visible
from articles.models.tag import Tag
from articles.models.translation import Target

EACH = 20
SOURCES = 30
FINALISTS = 18
CITING = 12

# Numbers that are always the same stand in the text: PostgreSQL thinks nothing of a LIMIT that
# it is not told, and would make a new plan for each article.
TAGGED = f"""SELECT article_id, 'tag' AS kind, via, 1.0 / COUNT(*) OVER () AS weight FROM (
    SELECT content_object_id AS article_id, tag_id AS via FROM articles_tagging
    JOIN articles_article ON articles_article.id = content_object_id
    WHERE tag_id = %s AND {{visible}} ORDER BY content_object_id DESC LIMIT {EACH}) AS tagged"""

LINKING = f"""SELECT article_id, 'link' AS kind, via, 1.0 / COUNT(*) OVER () AS weight FROM (
    SELECT DISTINCT article_id, via FROM (
        SELECT articles_link.source_id AS article_id, articles_name.article_id AS via
        FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
        WHERE articles_name.article_id = %s LIMIT {EACH}) AS looked_at) AS linking"""

# The same for all tags and all targets at once. SQLite has no LATERAL; PostgreSQL, which has,
# would spend more on the plan of thirty subqueries than on their answer. It shall not see how many
# there are either.
LATERAL = f"""
    SELECT article_id, 'tag' AS kind, via, 1.0 / COUNT(*) OVER (PARTITION BY via) AS weight
    FROM unnest((SELECT %s::bigint[] LIMIT 1)) AS source (via), LATERAL (
        SELECT content_object_id AS article_id FROM articles_tagging
        JOIN articles_article ON articles_article.id = content_object_id
        WHERE tag_id = via AND {{visible}}
        ORDER BY content_object_id DESC LIMIT {EACH}) AS tagged
    UNION ALL
    SELECT article_id, 'link' AS kind, via, 1.0 / COUNT(*) OVER (PARTITION BY via) AS weight
    FROM unnest((SELECT %s::bigint[] LIMIT 1)) AS source (via), LATERAL (
        SELECT DISTINCT article_id FROM (
            SELECT articles_link.source_id AS article_id
            FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
            WHERE articles_name.article_id = via LIMIT {EACH}) AS looked_at) AS linking"""

# Drafts that link to both say nothing to readers, so who cites is looked at before what else.
CITED = f"""
citing AS MATERIALIZED (
    SELECT articles_article.id FROM (
        SELECT DISTINCT source_id FROM (
            SELECT articles_link.source_id
            FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
            WHERE articles_name.article_id = %s LIMIT {CITING}) AS looked_at) AS source
    JOIN articles_article ON articles_article.id = source.source_id
    WHERE source.source_id <> %s AND {{visible}}),
cited AS MATERIALIZED (
    SELECT article_id, 'cited' AS kind, via, 1.0 / COUNT(*) OVER (PARTITION BY via) AS weight
    FROM (SELECT DISTINCT articles_name.article_id, citing.id AS via
        FROM citing JOIN articles_link ON articles_link.source_id = citing.id
        JOIN articles_name ON articles_name.key = articles_link.key
        WHERE articles_link.position < {EACH}) AS beside)"""

RANKED = f"""
WITH {{cited}},
candidate AS MATERIALIZED ({{sources}} SELECT article_id, kind, via, weight FROM cited),
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
    sources = _sources(list(named)[:SOURCES], linked[: max(0, SOURCES - len(named))])
    found: dict[int, Related] = {}
    for pk, slug, title, language, kind, via in _rows(article, *sources, limit):
        entry = found.setdefault(pk, Related(slug, title, language))
        if kind == "tag":
            entry.tags.append(named[via])
        elif kind == "link":
            entry.links += 1
        else:
            entry.cited += 1
    return list(found.values())


def _sources(tags: list[int], targets: list[int]) -> tuple[str, list[Any]]:
    """The SQL that looks at the articles of tags and targets, and its parameters."""
    condition, conditions = visible()
    if connection.vendor == "postgresql":
        return f"{LATERAL} UNION ALL".format(visible=condition), [tags, *conditions, targets]
    tagged = TAGGED.format(visible=condition)
    parts = [tagged] * len(tags) + [LINKING] * len(targets)
    values = [value for pk in tags for value in (pk, *conditions)]
    return "".join(f"{part} UNION ALL " for part in parts), [*values, *targets]


def _rows(
    article: Article, sources: str, parameters: list[Any], limit: int
) -> list[tuple[int, str, str, str, str, int]]:
    condition, conditions = visible()
    cited = CITED.format(visible=condition)
    sql = RANKED.format(cited=cited, sources=sources, visible=condition, limit=limit)
    citing = [article.pk, article.pk, *conditions]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*citing, *parameters, article.pk, *conditions])
        rows: list[tuple[int, str, str, str, str, int]] = cursor.fetchall()
        return rows
