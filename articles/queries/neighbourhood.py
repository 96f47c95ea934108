"""The articles within two links of an article, in either direction: a limited number, by index."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db import connection

from articles.graph import neighbourhood_layout
from articles.graph.nodes import Edge, Node
from articles.models import Article, Name
from articles.models.link_resolution import effective_sql
from articles.models.visibility import public_sql
from articles.queries.links import resolve_rows
from articles.queries.translations import translations
from articles.sql import fetch, placeholders

# The number of links that are read of each article, and of links to each name.
LINKS_PER_SOURCE = 40
LINKS_PER_NAME = 12

# In SQL, since these lists of keys take Django longer to compile than the database to look up.
LINKS = """SELECT articles_link.source_id, articles_article.language,
        articles_link.key, articles_link.name
    FROM articles_link JOIN articles_article ON articles_article.id = articles_link.source_id
    WHERE articles_link.source_id IN ({articles})
    AND (articles_link.position < %s OR articles_link.key IN ({keys})) AND {effective}
    ORDER BY articles_link.source_id, articles_link.position"""
NODES = """SELECT id, title, slug, language
    FROM articles_article WHERE id IN ({articles}) AND {visible}"""

OUTGOING = """SELECT articles_link.source_id, articles_name.article_id
    FROM articles_link
    JOIN articles_name ON articles_name.key = articles_link.key
    JOIN articles_article ON articles_article.id = articles_name.article_id
    WHERE articles_link.source_id IN ({articles}) AND articles_link.position < %s AND {visible}
    AND {effective}"""

# The first links to each name. SQLite has no LATERAL, and PostgreSQL reads all links for the form
# with IN.
SOURCES = """SELECT DISTINCT articles_link.source_id FROM articles_link
        JOIN articles_article ON articles_article.id = articles_link.source_id
        WHERE articles_link.key = articles_name.key AND {visible} AND {effective}
        ORDER BY articles_link.source_id LIMIT %s"""
INCOMING = {
    "sqlite": f"""SELECT source.id, articles_name.article_id
    FROM articles_name JOIN articles_article AS source ON source.id IN ({SOURCES})
    WHERE articles_name.article_id IN ({{articles}})""",
    "postgresql": f"""SELECT source.source_id, articles_name.article_id
    FROM articles_name CROSS JOIN LATERAL ({SOURCES}) AS source
    WHERE articles_name.article_id IN ({{articles}})""",
}


class LinkGraph(NamedTuple):
    """Links between articles; names that no article has, by key; and the links to those."""

    edges: set[Edge]
    wanted: dict[str, Node]
    wanted_edges: list[Edge]


def neighbourhood(article: Article, rows: int) -> tuple[list[Node], dict[int, int], set[Edge]]:
    """Return the nodes around `article`, their columns by primary key, and their links.

    At most `neighbourhood_layout.MAX_NODES` nodes; each column has at most `rows` articles, and
    half as many wanted articles. Seven queries, and two for each language of the articles.
    """
    # A link by the name of a translation leads here if its source is in this article's language.
    versions = [article.pk, *(other.pk for other in translations(article.pk, article.language))]
    keys = set(Name.objects.filter(article__in=versions).values_list("key", flat=True))
    sources = {edge.source for edge in links_to(versions)}
    first_edges = link_graph({article.pk, *sources}, keys).edges
    inner = neighbourhood_layout.first_columns(article.pk, first_edges, rows)
    columns = inner | neighbourhood_layout.second_columns(inner, links_around(inner), rows)
    edges, wanted, wanted_edges = link_graph(columns, keys)
    columns |= _wanted_columns(wanted_edges, inner, rows // 2)
    columns = neighbourhood_layout.connected(columns, {*edges, *wanted_edges})
    nodes = [*public_nodes(columns), *(node for node in wanted.values() if node.pk in columns)]
    visible = {node.pk for node in nodes}
    visible_edges = {edge for edge in (*edges, *wanted_edges) if visible.issuperset(edge)}
    return nodes, columns, visible_edges


def _wanted_columns(edges: Iterable[Edge], inner: Mapping[int, int], rows: int) -> dict[int, int]:
    """Return the columns of wanted articles that articles in the columns `inner` link to, at most
    `rows` in each."""
    columns: dict[int, int] = {}
    for source, target in edges:
        if source in inner:
            column = 2 * inner[source] or 1
            has_room = list(columns.values()).count(column) < rows
            if has_room or abs(column) < abs(columns.get(target, 0)):
                columns[target] = column
    return columns


def links_to(articles: Collection[int]) -> list[Edge]:
    """Return the first public links to the articles, by name alone: the language of a link is
    taken into account later, for the few articles that remain. One query."""
    return _edges(*_incoming(articles))


def links_around(articles: Collection[int]) -> list[Edge]:
    """Return `links_to`, and the first links from the articles to public ones. One query."""
    visible, visible_parameters = public_sql()
    effective, now = effective_sql()
    outgoing = OUTGOING.format(
        articles=placeholders(articles), visible=visible, effective=effective
    )
    incoming, parameters = _incoming(articles)
    return _edges(
        f"{outgoing} UNION ALL {incoming}",
        [*articles, LINKS_PER_SOURCE, *visible_parameters, *now, *parameters],
    )


def _incoming(articles: Collection[int]) -> tuple[str, list[Any]]:
    visible, visible_parameters = public_sql()
    effective, now = effective_sql()
    sql = INCOMING[connection.vendor].format(
        articles=placeholders(articles), visible=visible, effective=effective
    )
    return sql, [*visible_parameters, *now, LINKS_PER_NAME, *articles]


def _edges(sql: str, parameters: list[Any]) -> list[Edge]:
    return [Edge(*row) for row in fetch(sql, parameters)]


def link_graph(articles: Collection[int], keys: Collection[str] = ()) -> LinkGraph:
    """Return the first links of each of the articles, and all of their links by one of `keys`, as
    they lead readers. One query, and one for each language.

    The node of a wanted article has a negative number, by its first link.
    """
    effective, now = effective_sql()
    sql = LINKS.format(
        articles=placeholders(articles), keys=placeholders(keys), effective=effective
    )
    rows = fetch(sql, [*articles, LINKS_PER_SOURCE, *keys, *now])
    targets = resolve_rows(row[:3] for row in rows)
    edges: set[Edge] = set()
    wanted: dict[str, Node] = {}
    wanted_edges: dict[Edge, None] = {}
    for source, language, key, name in rows:
        if target := targets[source].get(key):
            edges.add(Edge(source, target.pk))
        else:
            node = wanted.setdefault(key, Node(-1 - len(wanted), name, language=language))
            wanted_edges[Edge(source, node.pk)] = None
    return LinkGraph(edges, wanted, list(wanted_edges))


def public_nodes(articles: Collection[int]) -> list[Node]:
    """Return the public ones of the articles, as nodes."""
    visible, parameters = public_sql()
    sql = NODES.format(articles=placeholders(articles), visible=visible)
    return [Node(*row) for row in fetch(sql, [*articles, *parameters])]
