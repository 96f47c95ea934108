"""The articles within two links of one, in either direction: a bounded number, from indexes."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from articles.graph import neighbourhood_layout
from articles.graph.nodes import Edge, Node
from articles.models.article import Article
from articles.models.link import Link, targets_of
from articles.models.link_resolution import translations
from articles.models.name import Name
from articles.models.raw import visible
from articles.sql import fetch

# Of each article so many of its first links are looked at, and so many links to each name.
FIRST_LINKS = 40
LINKS_TO_NAME = 12

FROM = """SELECT articles_link.source_id, articles_name.article_id
    FROM articles_link
    JOIN articles_name ON articles_name.key = articles_link.key
    JOIN articles_article ON articles_article.id = articles_name.article_id
    WHERE articles_link.source_id IN ({keys}) AND articles_link.position < %s AND {visible}"""

# SQLite has no LATERAL, and PostgreSQL would answer the other form by reading all links.
SOURCES = """SELECT DISTINCT articles_link.source_id FROM articles_link
        JOIN articles_article ON articles_article.id = articles_link.source_id
        WHERE articles_link.key = articles_name.key AND {visible}
        ORDER BY articles_link.source_id LIMIT %s"""
TO = {
    "sqlite": f"""SELECT source.id, articles_name.article_id
    FROM articles_name JOIN articles_article AS source ON source.id IN ({SOURCES})
    WHERE articles_name.article_id IN ({{keys}})""",
    "postgresql": f"""SELECT source.source_id, articles_name.article_id
    FROM articles_name CROSS JOIN LATERAL ({SOURCES}) AS source
    WHERE articles_name.article_id IN ({{keys}})""",
}


class Written(NamedTuple):
    """Links as their sources mean them: to articles, and to names that no article has."""

    edges: set[Edge]
    wanted: dict[str, Node]
    wanting: list[Edge]


def neighbourhood(article: Article, rows: int) -> tuple[list[Node], dict[int, int], set[Edge]]:
    """The nodes around `article`, at most `neighbourhood_layout.MAX_NODES`, with their columns and
    links.

    In each column stand at most `rows` articles, and half as many names that are wanted. Seven
    queries, whatever the size of the encyclopedia, and two for each language of the articles.
    """
    # A link by the name of a translation leads here if it is written in this language.
    versions = [article.pk, *(other.pk for other in translations(article.pk, article.language))]
    named = set(Name.objects.filter(article__in=versions).values_list("key", flat=True))
    leading = {edge.source for edge in leading_to(versions)}
    near = neighbourhood_layout.first_columns(
        article.pk, links_among({article.pk, *leading}, named).edges, rows
    )
    places = near | neighbourhood_layout.second_columns(near, around(near), rows)
    edges, wanted, wanting = links_among(places, named)
    places |= _lacking(wanting, near, rows // 2)
    kept = neighbourhood_layout.connected(places, {*edges, *wanting})
    found = [*articles(kept), *(node for node in wanted.values() if node.pk in kept)]
    shown = {node.pk for node in found}
    inside = {edge for edge in (*edges, *wanting) if shown.issuperset(edge)}
    return found, kept, inside


def _lacking(wanting: Iterable[Edge], near: Mapping[int, int], rows: int) -> dict[int, int]:
    """The columns of wanted names that the nearest articles link to, at most `rows` in each."""
    places: dict[int, int] = {}
    for source, target in wanting:
        if source in near:
            column = 2 * near[source] or 1
            room = list(places.values()).count(column) < rows
            if room or abs(column) < abs(places.get(target, 0)):
                places[target] = column
    return places


def leading_to(keys: Collection[int]) -> list[Edge]:
    """Links that readers see to the articles of these keys, by name alone: what a name means in
    a language is asked of the few that are shown. One query."""
    return _edges(*_to(keys))


def around(keys: Collection[int]) -> list[Edge]:
    """`leading_to`, and links from these articles to those that readers see. One query."""
    condition, parameters = visible()
    leaving = FROM.format(keys=_marks(keys), visible=condition)
    coming, values = _to(keys)
    return _edges(f"{leaving} UNION ALL {coming}", [*keys, FIRST_LINKS, *parameters, *values])


def _to(keys: Collection[int]) -> tuple[str, list[Any]]:
    condition, parameters = visible()
    sql = TO[connection.vendor].format(keys=_marks(keys), visible=condition)
    return sql, [*parameters, LINKS_TO_NAME, *keys]


def _marks(keys: Collection[int]) -> str:
    return ", ".join(["%s"] * len(keys))


def _edges(sql: str, values: list[Any]) -> list[Edge]:
    return [Edge(*row) for row in fetch(sql, values)]


def links_among(keys: Collection[int], named: Collection[str] = ()) -> Written:
    """The first links of each of these articles, and those by a name of `named` wherever they
    stand: where they lead for readers. One query, and one for each language.

    A wanted name's node has a number below zero, by its first place in these texts.
    """
    links = Link.objects.filter(Q(position__lt=FIRST_LINKS) | Q(key__in=named), source__in=keys)
    columns = ("source", "source__language", "key", "name")
    rows = list(links.order_by("source", "position").values_list(*columns))
    targets = targets_of(row[:3] for row in rows)
    edges: set[Edge] = set()
    wanting: dict[Edge, None] = {}
    wanted: dict[str, Node] = {}
    for source, language, key, name in rows:
        if target := targets[source].get(key):
            edges.add(Edge(source, target.pk))
        else:
            node = wanted.setdefault(key, Node(-1 - len(wanted), name, language=language))
            wanting[Edge(source, node.pk)] = None
    return Written(edges, wanted, list(wanting))


def articles(keys: Collection[int]) -> list[Node]:
    """Those of the articles that readers may see, as nodes."""
    found = Article.objects.public().filter(pk__in=keys)
    return [Node(*row) for row in found.values_list("pk", "title", "slug", "language")]
