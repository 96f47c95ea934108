"""The articles within two links of one, in either direction: a bounded number, from indexes."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db import connection

from articles.graph import columns
from articles.graph.parts import Edge, Node
from articles.models.article import Article
from articles.models.link import Link
from articles.models.name import Name, preference
from articles.models.raw import visible

# Of each article so many of its first links are looked at, and so many links to each name.
FIRST_LINKS = 40
LINKS_TO_NAME = 12

FROM = """SELECT articles_link.source_id, articles_name.article_id
    FROM articles_link
    JOIN articles_name ON articles_name.key = articles_link.key
    JOIN articles_article ON articles_article.id = articles_name.article_id
    WHERE articles_link.source_id IN ({keys}) AND articles_link.position < %s AND {visible}"""

# SQLite has no LATERAL, and PostgreSQL would answer the other form by reading all links.
TO = {
    "sqlite": """SELECT articles_link.source_id, articles_name.article_id
    FROM articles_name
    JOIN articles_link ON articles_link.id IN (
        SELECT other.id FROM articles_link AS other
        WHERE other.key = articles_name.key ORDER BY other.source_id LIMIT %s)
    JOIN articles_article ON articles_article.id = articles_link.source_id
    WHERE articles_name.article_id IN ({keys}) AND {visible}""",
    "postgresql": """SELECT other.source_id, articles_name.article_id
    FROM articles_name
    CROSS JOIN LATERAL (
        SELECT articles_link.source_id FROM articles_link
        WHERE articles_link.key = articles_name.key
        ORDER BY articles_link.source_id LIMIT %s) AS other
    JOIN articles_article ON articles_article.id = other.source_id
    WHERE articles_name.article_id IN ({keys}) AND {visible}""",
}


class Written(NamedTuple):
    """Links as their sources mean them: to articles, and to names that no article has."""

    edges: set[Edge]
    wanted: dict[str, Node]
    wanting: list[Edge]


def neighbourhood(article: Article, rows: int) -> tuple[list[Node], dict[int, int], set[Edge]]:
    """The nodes around `article`, at most `columns.NODES`, with their columns and links.

    In each column stand at most `rows` articles, and half as many names that are wanted. Five
    queries, whatever the size of the encyclopedia.
    """
    near = columns.beside(article.pk, around([article.pk]), rows)
    places = near | columns.beyond(near, around(near), rows)
    edges, wanted, wanting = links_among(places)
    places |= _lacking(wanting, near, rows // 2)
    kept = columns.tied(places, {*edges, *wanting})
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


def around(keys: Collection[int]) -> list[Edge]:
    """Links from and to the articles of these keys whose other end readers may see. One query.

    By name alone: what a name means in a language is asked of the few that are shown.
    """
    condition, parameters = visible()
    marks = ", ".join(["%s"] * len(keys))
    parts = [part.format(keys=marks, visible=condition) for part in (FROM, TO[connection.vendor])]
    values = [*keys, FIRST_LINKS, *parameters]
    values += [LINKS_TO_NAME, *keys, *parameters]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return [Edge(*row) for row in cursor.fetchall()]


def links_among(keys: Collection[int]) -> Written:
    """The first links of each of these articles, where they lead for readers. Two queries.

    A wanted name's node has a number below zero, by its first place in these texts.
    """
    links = Link.objects.filter(source__in=keys, position__lt=FIRST_LINKS)
    columns = ("source", "source__language", "key", "name")
    rows = list(links.order_by("source", "position").values_list(*columns))
    meanings: dict[str, list[tuple[str, int]]] = {}
    found = Name.objects.public().filter(key__in={row[2] for row in rows})
    for key, language, pk in found.values_list("key", "language", "article"):
        meanings.setdefault(key, []).append((language, pk))
    edges: set[Edge] = set()
    wanting: dict[Edge, None] = {}
    wanted: dict[str, Node] = {}
    for source, language, key, name in rows:
        if meant := meanings.get(key):
            edges.add(Edge(source, _meant(meant, language)))
        else:
            node = wanted.setdefault(key, Node(-1 - len(wanted), name, language=language))
            wanting[Edge(source, node.pk)] = None
    return Written(edges, wanted, list(wanting))


def articles(keys: Collection[int]) -> list[Node]:
    """Those of the articles that readers may see, as nodes."""
    found = Article.objects.public().filter(pk__in=keys)
    return [Node(*row) for row in found.values_list("pk", "title", "slug", "language")]


def _meant(meanings: Iterable[tuple[str, int]], language: str) -> int:
    """Of the articles that a name means, the one for a link in `language`."""
    return min((preference(own, language), pk) for own, pk in meanings)[1]
