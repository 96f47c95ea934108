"""Which articles are related to one: those that share rare links and rare tags with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection

from articles.models.article import Article
from articles.models.prepared import AT, Parameters
from articles.models.tag import Tag
from articles.models.translation import Target

EACH = 20
SOURCES = 30
FINALISTS = 30

TAGGED = """SELECT article_id, 'tag' AS kind, via, 1.0 / COUNT(*) OVER () AS weight FROM (
    SELECT content_object_id AS article_id, tag_id AS via FROM articles_tagging
    WHERE tag_id = %s ORDER BY content_object_id DESC LIMIT %s) AS tagged"""

LINKING = """SELECT article_id, 'link' AS kind, via, 1.0 / COUNT(*) OVER () AS weight FROM (
    SELECT DISTINCT article_id, via FROM (
        SELECT articles_link.source_id AS article_id, articles_name.article_id AS via
        FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
        WHERE articles_name.article_id = %s LIMIT %s) AS looked_at) AS linking"""

# The same for all tags and all targets at once. SQLite has no LATERAL; PostgreSQL, which has,
# would spend more on the plan of thirty subqueries than on their answer.
LATERAL = """
    SELECT article_id, 'tag' AS kind, via, 1.0 / COUNT(*) OVER (PARTITION BY via) AS weight
    FROM unnest(%s::bigint[]) AS source (via), LATERAL (
        SELECT content_object_id AS article_id FROM articles_tagging
        WHERE tag_id = via ORDER BY content_object_id DESC LIMIT %s) AS tagged
    UNION ALL
    SELECT article_id, 'link' AS kind, via, 1.0 / COUNT(*) OVER (PARTITION BY via) AS weight
    FROM unnest(%s::bigint[]) AS source (via), LATERAL (
        SELECT DISTINCT article_id FROM (
            SELECT articles_link.source_id AS article_id
            FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
            WHERE articles_name.article_id = via LIMIT %s) AS looked_at) AS linking"""

RANKED = """
WITH candidate AS MATERIALIZED ({sources}),
ranked AS MATERIALIZED (
    SELECT article_id, SUM(weight) AS weight FROM candidate WHERE article_id <> %s
    GROUP BY article_id ORDER BY SUM(weight) DESC, article_id LIMIT %s),
best AS MATERIALIZED (
    SELECT articles_article.id, articles_article.slug, articles_article.title,
        articles_article.language, ranked.weight
    FROM ranked JOIN articles_article ON articles_article.id = ranked.article_id
    WHERE {visible} ORDER BY ranked.weight DESC, articles_article.id LIMIT %s)
SELECT best.id, best.slug, best.title, best.language, candidate.kind, candidate.via
FROM best JOIN candidate ON candidate.article_id = best.id
ORDER BY best.weight DESC, best.id, candidate.weight DESC, candidate.via
"""


@dataclass
class Related:
    """A related article and why it is: the tags shared, rarest first, and the number of links."""

    slug: str
    title: str
    language: str
    tags: list[Tag] = field(default_factory=list)
    links: int = 0


def related(
    article: Article, tags: Iterable[Tag], targets: Iterable[Target], limit: int = 6
) -> list[Related]:
    """The public articles that share most with `article`. One query.

    For each of at most `SOURCES` tags and link targets, `EACH` articles are looked at, so that
    the cost does not grow with the encyclopedia. A shared tag or target weighs 1/n when n of
    those looked at have it. Of the `FINALISTS` that weigh most, those that readers may see are
    given.
    """
    named = {tag.pk: tag for tag in tags}
    linked = list(dict.fromkeys(target.pk for target in targets))
    if not named and not linked:
        return []
    sources = _sources(list(named)[:SOURCES], linked[: max(0, SOURCES - len(named))])
    found: dict[int, Related] = {}
    for pk, slug, title, language, kind, via in _rows(article, *sources, limit):
        entry = found.setdefault(pk, Related(slug, title, language))
        if kind == "tag":
            entry.tags.append(named[via])
        else:
            entry.links += 1
    return list(found.values())


def _sources(tags: list[int], targets: list[int]) -> tuple[str, list[Any]]:
    """The SQL that looks at the articles of tags and targets, and its parameters."""
    if connection.vendor == "postgresql":
        return LATERAL, [tags, EACH, targets, EACH]
    parts = [TAGGED] * len(tags) + [LINKING] * len(targets)
    return " UNION ALL ".join(parts), [value for pk in tags + targets for value in (pk, EACH)]


def _rows(
    article: Article, sources: str, parameters: list[Any], limit: int
) -> list[tuple[int, str, str, str, str, int]]:
    visible, conditions = _visible()
    sql = RANKED.format(sources=sources, visible=visible)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, article.pk, FINALISTS, *conditions, limit])
        rows: list[tuple[int, str, str, str, str, int]] = cursor.fetchall()
        return rows


def _visible() -> tuple[str, list[Any]]:
    """The condition of `Article.objects.public()` as SQL over the table's own name."""
    sql, parameters = _compiled(connection.vendor)
    return sql, parameters.filled()


@cache
def _compiled(_vendor: str) -> tuple[str, Parameters]:
    query = Article.objects.public(AT).query
    sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    return sql, Parameters(parameters)
