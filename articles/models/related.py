"""Which articles are related to one: those that share rare links and rare tags with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection

from articles.models.article import Article
from articles.models.link import Target
from articles.models.prepared import AT, filled
from articles.models.tag import Tag

EACH = 40
SOURCES = 40
CANDIDATES = 200
FINALISTS = 40

TAGGED = """SELECT * FROM (
    SELECT content_object_id AS article_id, 'tag' AS kind, tag_id AS via FROM articles_tagging
    WHERE tag_id = %s ORDER BY content_object_id DESC LIMIT %s) AS tagged"""

LINKING = """SELECT * FROM (
    SELECT articles_link.source_id AS article_id, 'link' AS kind, articles_name.article_id AS via
    FROM articles_name JOIN articles_link ON articles_link.key = articles_name.key
    WHERE articles_name.article_id = %s LIMIT %s) AS linking"""

RANKED = """
WITH candidate AS ({sources}),
weighed AS MATERIALIZED (
    SELECT article_id, kind, via, 1.0 / COUNT(*) OVER (PARTITION BY kind, via) AS weight
    FROM candidate ORDER BY weight DESC, article_id LIMIT %s),
ranked AS MATERIALIZED (
    SELECT article_id, SUM(weight) AS weight FROM weighed WHERE article_id <> %s
    GROUP BY article_id ORDER BY SUM(weight) DESC, article_id LIMIT %s),
best AS (
    SELECT articles_article.id, articles_article.slug, articles_article.title,
        articles_article.language, ranked.weight
    FROM ranked JOIN articles_article ON articles_article.id = ranked.article_id
    WHERE {visible} ORDER BY ranked.weight DESC, articles_article.id LIMIT %s)
SELECT best.id, best.slug, best.title, best.language, weighed.kind, weighed.via
FROM best JOIN weighed ON weighed.article_id = best.id
ORDER BY best.weight DESC, best.id, weighed.weight DESC, weighed.via
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

    From each tag and each link target at most `EACH` articles are looked at, and of all these
    the `CANDIDATES` with the rarest tags and links, so that the cost does not grow with the
    encyclopedia. A shared tag or target weighs 1/n when n of those looked at have it. Of the
    `FINALISTS` that weigh most, those that readers may see are given.
    """
    named = {tag.pk: tag for tag in tags}
    sources = [(TAGGED, pk) for pk in named]
    sources += [(LINKING, pk) for pk in dict.fromkeys(target.pk for target in targets)]
    if not sources:
        return []
    found: dict[int, Related] = {}
    for pk, slug, title, language, kind, via in _rows(article, sources[:SOURCES], limit):
        entry = found.setdefault(pk, Related(slug, title, language))
        if kind == "tag":
            entry.tags.append(named[via])
        else:
            entry.links += 1
    return list(found.values())


def _rows(
    article: Article, sources: list[tuple[str, int]], limit: int
) -> list[tuple[int, str, str, str, str, int]]:
    visible, conditions = _visible()
    sql = RANKED.format(sources=" UNION ".join(sql for sql, _pk in sources), visible=visible)
    parameters = [value for _sql, pk in sources for value in (pk, EACH)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, CANDIDATES, article.pk, FINALISTS, *conditions, limit])
        rows: list[tuple[int, str, str, str, str, int]] = cursor.fetchall()
        return rows


def _visible() -> tuple[str, list[Any]]:
    """The condition of `Article.objects.public()` as SQL over the table's own name."""
    sql, parameters = _compiled(connection.vendor)
    return sql, filled(parameters)


@cache
def _compiled(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    query = Article.objects.public(AT).query
    sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    return sql, tuple(parameters)
