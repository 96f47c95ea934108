"""What the page of an article displays: the article with its tags, where its links lead, which
articles link to it, and which are related.

One statement reads all of it, because on PostgreSQL each one waits for another process. What it
reads of other articles is an array of JSON.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from articles.models import Article
from articles.models.fields import site_language
from articles.models.link_resolution import EFFECTIVE, Candidate, ResolvedLinks, resolve
from articles.models.visibility import public_sql
from articles.queries.backlinks import MAX_LINKS, Backlink, first_backlinks
from articles.queries.links import resolve_links
from articles.queries.related import (
    MAX_ARTICLES,
    MAX_CITING,
    MAX_NAMES,
    MAX_TAGS,
    Related,
    Shared,
    related,
)
from articles.queries.tags import ArticleTag
from articles.sql import CompiledQuery, fetch

# What the page displays of the article, or its queries need.
DISPLAYED = (
    "slug",
    "title",
    "language",
    "publish_at",
    "author",
    "created",
    "updated",
    "sort_key",
    "source_key",
    "word_count",
    "aliases",
    "former",
    "summary",
    "image_url",
    "image_alt",
    "html",
    "toc",
)
# In the statements below, `array` makes an array of its arguments and `group` one of all rows;
# `json` says that a text is one. `first` has the numbers that a query selects, for each row before
# it in FROM. `tag` is the tag of a tagging: OFFSET 0 is the planner fence of PostgreSQL, which
# keeps the look-up by primary key, where it would read all tags. CROSS JOIN is the order of joins
# for SQLite.
DIALECTS = {
    "sqlite": {
        "array": "json_array",
        "group": "json_group_array",
        "json": "json",
        "first": "json_each((SELECT json_group_array(id) FROM ({}))) AS first",
        "citing": "(SELECT value AS source_id FROM json_each(%s)) AS backlink",
        "tag": "articles_tag AS tag ON tag.id = tag_id",
    },
    "postgresql": {
        "array": "json_build_array",
        "group": "json_agg",
        "json": "",
        "first": "unnest(ARRAY({})) AS first (value)",
        "citing": "unnest(%s::bigint[]) AS backlink (source_id)",
        "tag": "LATERAL (SELECT * FROM articles_tag WHERE id = tag_id OFFSET 0) AS tag",
    },
}
# The articles that readers may see and the links that they follow. Both databases put these
# conditions where the names are used; written out, the statement would be too long for psycopg to
# keep it parsed (4,096 bytes).
VISIBLE = f"""visible AS NOT MATERIALIZED (SELECT * FROM articles_article WHERE {{visible}}),
effective AS NOT MATERIALIZED (
    SELECT id, source_id, position, key FROM articles_link
    WHERE {EFFECTIVE.format(articles="visible", condition="")})"""
# Each name in the article's links, with the articles that have it.
TARGETS = """
SELECT {group}({array}(effective.key, name.language, visible.id, slug, visible.language))
FROM effective CROSS JOIN articles_name AS name CROSS JOIN visible
WHERE source_id = articles_article.id AND name.key = effective.key
AND visible.id = name.article_id"""
# An article, public or not, whose source is this one or has its name.
TRANSLATION = """
SELECT article.id FROM articles_name AS name CROSS JOIN articles_article AS article
WHERE name.article_id = articles_article.id AND article.source_key = name.key LIMIT 1"""
# The tags of the article, with the articles that have each of the first ones; and the articles
# that link by each name of its first links. These are read in the order of an index, so that both
# databases stop after the same rows.
TAGS = f"""
SELECT {{group}}({{array}}(tag.id, name, slug, key, CASE WHEN number <= {MAX_TAGS} THEN {{json}}((
    SELECT {{group}}({{array}}(id, slug, title, language)) FROM (
        SELECT visible.id, slug, title, language
        FROM articles_tagging CROSS JOIN visible
        WHERE tag_id = tag.id AND visible.id = content_object_id
        ORDER BY content_object_id DESC LIMIT {MAX_ARTICLES}) AS tagged)) END))
FROM (
    SELECT tag.id, name, slug, key, row_number() OVER (ORDER BY key) AS number
    FROM articles_tagging CROSS JOIN {{tag}}
    WHERE content_object_id = articles_article.id) AS tag"""
SHARED_LINKS = f"""
SELECT {{group}}({{json}}((
    SELECT {{group}}({{array}}(id, slug, title, language)) FROM (
        SELECT visible.id, slug, title, language FROM effective CROSS JOIN visible
        WHERE effective.key = linked.key AND visible.id = source_id
        ORDER BY source_id LIMIT {MAX_ARTICLES}) AS linking)))
FROM (
    SELECT DISTINCT key FROM effective
    WHERE source_id = articles_article.id AND position < {MAX_NAMES}) AS linked"""
# The first articles that links of a citing article may lead to.
CITED = f"""
SELECT {{group}}({{array}}(visible.id, slug, title, visible.language))
FROM effective CROSS JOIN articles_name AS name CROSS JOIN visible
WHERE effective.source_id = backlink.source_id AND position < {MAX_ARTICLES}
AND name.key = effective.key AND visible.id = name.article_id"""
# The first links by each name of an article without translations: `first_backlinks` in one piece.
# The subquery with LIMIT 1 looks for a name that outranks its own, see `LinkQuerySet.to`.
FIRST_LINKS = f"""
SELECT effective.id FROM effective CROSS JOIN visible AS source
WHERE effective.key = own.key AND source_id <> articles_article.id AND source.id = source_id
AND (source.language = articles_article.language OR (
    SELECT rival.id FROM articles_name AS rival CROSS JOIN visible
    WHERE rival.key = own.key AND visible.id = rival.article_id
    AND (rival.language = source.language OR articles_article.language <> %s
        AND (rival.language = %s OR rival.language < articles_article.language)) LIMIT 1) IS NULL)
ORDER BY source_id LIMIT {MAX_LINKS}"""
BACKLINKS = f"""
SELECT {{group}}({{array}}(source_id, slug, title, language, before, label, after,
    CASE WHEN number <= {MAX_CITING} THEN {{json}}(({CITED})) END))
FROM (
    SELECT source_id, slug, title, visible.language, before, label, after,
        dense_rank() OVER (ORDER BY source_id) AS number
    FROM articles_name AS own CROSS JOIN {{first}}
    CROSS JOIN articles_link AS link CROSS JOIN visible
    WHERE own.article_id = articles_article.id AND link.id = first.value
    AND visible.id = source_id
    ORDER BY source_id, position LIMIT {MAX_LINKS}) AS backlink"""
NEIGHBOURS = f"""
WITH {VISIBLE}
SELECT {{array}}(
    {{json}}(({TARGETS})),
    ({TRANSLATION}),
    {{json}}(({TAGS})),
    {{json}}(({SHARED_LINKS})),
    {{json}}(({BACKLINKS})))"""
CITED_BY = f"WITH {VISIBLE} SELECT source_id, ({CITED}) FROM {{citing}}"


class ArticlePage(NamedTuple):
    """A public article and its tags; the targets of its links and its translations; the first
    articles that link to it, by primary key; and articles that are related."""

    article: Article
    tags: list[ArticleTag]
    links: ResolvedLinks
    backlinks: list[Backlink]
    related: list[Related]


class NeighboursField(JSONField):
    """The rows of `NEIGHBOURS`. The driver of PostgreSQL parses the type ``json`` itself."""

    def from_db_value(self, value: Any, *_context: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


@CompiledQuery
def _articles(slug: str, at: datetime, site: str) -> QuerySet[Article]:
    sql, parameters = _statement(NEIGHBOURS, at)
    neighbours = RawSQL(sql, [*parameters, site, site], NeighboursField())
    articles: QuerySet[Article] = Article.objects.public(at).filter(slug=slug)
    return articles.only(*DISPLAYED).annotate(neighbours=neighbours)


def article_page(slug: str, max_related: int = 6) -> ArticlePage | None:
    """Return what the page of the public article with this slug displays; None if there is none.

    One query; one more if a link leads to another language only, and three if it has translations.
    """
    # PostgreSQL refuses a text with NUL.
    rows = _articles.objects(slug, site=site_language()) if "\0" not in slug else []
    return _article_page(rows[0], max_related) if rows else None


def _article_page(article: Any, max_related: int) -> ArticlePage:
    """`article` has the annotations of `_articles`."""
    targets, translation, tagged, linking, linked = (value or () for value in article.neighbours)
    tags = sorted((ArticleTag(*row[:-1]) for row in tagged), key=attrgetter("key"))
    links = _resolve(article, targets, has_translations=bool(translation))
    if links.translations:
        backlinks = first_backlinks(article, links.translations)
        cited = _cited([backlink.pk for backlink in backlinks[:MAX_CITING]])
    else:
        # An article may link by several names.
        first: dict[int, Sequence[Any]] = {}
        for row in sorted(linked, key=itemgetter(0)):
            first.setdefault(row[0], row)
        backlinks = [Backlink(*row[:-1]) for row in first.values()]
        cited = [(pk, row[-1]) for pk, row in first.items()]
    shared = [
        *(Shared("tag", row[0], row[-1] or ()) for row in tagged),
        *(Shared("link", 0, articles or ()) for articles in linking),
        *(Shared("cited", pk, articles or ()) for pk, articles in cited),
    ]
    similar = related(article.pk, shared, tags, max_related)
    return ArticlePage(article, tags, links, backlinks, similar)


def _resolve(
    article: Article, targets: Iterable[Sequence[Any]], *, has_translations: bool
) -> ResolvedLinks:
    """Return what `resolve_links` returns, without its query if no translation matters: an article
    in the language of the link comes before translations of others that have the name."""
    candidates = [
        Candidate(0, key, name_language, 1, pk, slug, language)
        for key, name_language, pk, slug, language in targets
    ]
    own_language = {c.key for c in candidates if c.name_language == article.language}
    if article.source_key or has_translations or {c.key for c in candidates} - own_language:
        return resolve_links(article)
    return resolve(candidates, article.pk, article.language)


def _cited(citing: list[int]) -> list[tuple[int, list[Any]]]:
    """Return the articles that the first links of each of `citing` may lead to."""
    sql, parameters = _statement(CITED_BY)
    keys = str(citing) if connection.vendor == "sqlite" else citing
    to_list = NeighboursField().from_db_value
    return [(pk, to_list(rows)) for pk, rows in fetch(sql, [*parameters, keys])]


def _statement(template: str, at: datetime | None = None) -> tuple[str, list[Any]]:
    """Return a template as SQL, and the parameters of `VISIBLE`, which come first."""
    visible, now = public_sql(at=at)
    dialect = DIALECTS[connection.vendor]
    first = dialect["first"].format(FIRST_LINKS)
    dialect = {**dialect, "first": first}
    sql = template.format(visible=visible.replace('"articles_article".', ""), **dialect)
    return " ".join(sql.split()).replace("( ", "(").replace("articles_link.", ""), now
