"""What the page of an article tells of other articles: where its links lead, which articles link
to it, and which are related."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from articles.models import Article, Tag
from articles.models.link_resolution import Candidate, ResolvedLinks, resolve
from articles.queries.backlinks import Backlink, first_backlinks
from articles.queries.links import resolve_links
from articles.queries.related import (
    VISIBLE,
    Related,
    conditions,
    related,
    shared_parameters,
    shared_sql,
)
from articles.sql import fetch

KINDS = ("target", "translation", "tag", "link")
# `target`: an article that has the name of a link; `translation`: one, public or not, whose source
# is the article or has its name; `tag` and `link`: what other articles share. The primary key is
# in a subquery so that PostgreSQL reuses one generic plan.
NEIGHBOURS = f"""WITH {VISIBLE}
SELECT 'target' AS kind, visible.id AS pk, effective.key AS text, slug, visible.language,
    name.language AS name_language
FROM effective CROSS JOIN articles_name AS name CROSS JOIN visible
WHERE effective.source_id = (SELECT %(pk)s LIMIT 1) AND name.key = effective.key
AND visible.id = name.article_id
UNION ALL
SELECT kind, pk, '', '', '', '' FROM (
    SELECT 'translation' AS kind, article.id AS pk
    FROM articles_name AS name CROSS JOIN articles_article AS article
    WHERE name.article_id = (SELECT %(pk)s LIMIT 1) AND article.source_key = name.key
    LIMIT 1) AS translation
UNION ALL
SELECT kind, pk, articles, '', '', '' FROM ({{shared}}) AS shared"""


class Neighbours(NamedTuple):
    """The targets of an article's links and its translations; the first articles that link to it,
    by primary key; and articles that are related."""

    links: ResolvedLinks
    backlinks: list[Backlink]
    related: list[Related]


def neighbours(article: Article, tags: Sequence[Tag], max_related: int = 6) -> Neighbours:
    """Return what the page of `article`, which has `tags`, tells of others.

    Three queries, and one more if it has translations or if a link leads to another language.
    """
    rows = _rows(article, tags)
    links = _resolve(article, rows)
    backlinks = first_backlinks(article, links.translations)
    shared = [row[:3] for kind in ("tag", "link") for row in rows[kind]]
    citing = [link.pk for link in backlinks]
    return Neighbours(links, backlinks, related(article.pk, shared, tags, citing, max_related))


def _rows(article: Article, tags: Sequence[Tag]) -> dict[str, list[Any]]:
    """Return the rows of `NEIGHBOURS` by their kind. One query."""
    rows: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    parameters = {"pk": article.pk, **shared_parameters(tags)}
    for row in fetch(_statement(connection.vendor), parameters):
        rows[row[0]].append(row)
    return rows


@lru_cache(maxsize=2)
def _statement(vendor: str) -> str:
    return NEIGHBOURS.format(shared=shared_sql(vendor), **conditions())


def _resolve(article: Article, rows: dict[str, list[Any]]) -> ResolvedLinks:
    """Return what `resolve_links` returns, without its query if no translation matters: an article
    in the language of the link comes before translations of others that have the name."""
    candidates = [
        Candidate(0, key, name_language, 1, pk, slug, language)
        for _kind, pk, key, slug, language, name_language in rows["target"]
    ]
    own_language = {c.key for c in candidates if c.name_language == article.language}
    if article.source_key or rows["translation"] or {c.key for c in candidates} - own_language:
        return resolve_links(article)
    return resolve(candidates, article.pk, article.language)
