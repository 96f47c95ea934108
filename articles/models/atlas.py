"""What stands on the map: the articles that most others link to, and the names most wanted."""

from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef

from articles.graph.clusters import Group, Topic, gathered
from articles.graph.parts import Edge, Node
from articles.models.article import Article
from articles.models.link import Link
from articles.models.name import Name
from articles.models.neighbours import links_among
from articles.models.raw import visible
from articles.models.tag import Tagging

STRONGEST = 130
MOST_WANTED = 20

# Over all links: what comes of it is kept for each content version.
LINKED = """
SELECT articles_article.id, articles_article.title, articles_article.slug,
    articles_article.language, COALESCE(linked.number, 0)
FROM articles_article
LEFT JOIN (
    SELECT articles_name.article_id, COUNT(DISTINCT articles_link.source_id) AS number
    FROM articles_link
    JOIN articles_name ON articles_name.key = articles_link.key
    JOIN articles_article ON articles_article.id = articles_link.source_id
    WHERE articles_name.article_id <> articles_link.source_id AND {visible}
    GROUP BY articles_name.article_id) AS linked ON linked.article_id = articles_article.id
WHERE {visible}{tagged}
ORDER BY COALESCE(linked.number, 0) DESC, articles_article.id LIMIT %s"""
TAGGED = """ AND articles_article.id IN (
    SELECT content_object_id FROM articles_tagging WHERE tag_id = %s)"""


class Whole(NamedTuple):
    """The strongest nodes by tags, the links between them, and the number of all articles."""

    groups: list[Group]
    edges: list[Edge]
    shown: int
    total: int


def whole(tag: int | None = None) -> Whole:
    """The map's content, of the articles with one tag if it is given. Seven queries, some of
    them over all links."""
    nodes = _strongest(tag)
    written = links_among([node.pk for node in nodes])
    lacking = _wanted(tag)
    numbers = {node.pk: lacking[key].pk for key, node in written.wanted.items() if key in lacking}
    wanting = (Edge(source, numbers.get(target, 0)) for source, target in written.wanting)
    shown = {node.pk for node in nodes} | set(numbers.values())
    edges = {edge for edge in (*written.edges, *wanting) if shown.issuperset(edge)}
    groups = gathered(nodes, _topics(nodes))
    if lacking:
        groups = _with_wanted(groups, list(lacking.values()), edges)
    return Whole(groups, sorted(edges), len(nodes), _total(tag))


def _strongest(tag: int | None) -> list[Node]:
    condition, parameters = visible()
    sql = LINKED.format(visible=condition, tagged=TAGGED if tag else "")
    values = [*parameters, *parameters, *([tag] if tag else []), STRONGEST]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Node(*row) for row in cursor.fetchall()]


def _wanted(tag: int | None) -> dict[str, Node]:
    """The names without an article that most articles link to, by their keys."""
    links = Link.objects.public()
    if tag:
        links = links.filter(source__taggings__tag=tag)
    lacking = links.filter(~Exists(Name.objects.public().filter(key=OuterRef("key"))))
    counted = (
        lacking.order_by()
        .values("key")
        .annotate(written=Min("name"), number=Count("source", distinct=True))
    )
    rows = counted.order_by("-number", "key").values_list("key", "written", "number")
    return {
        key: Node(-1 - place, name, weight=number)
        for place, (key, name, number) in enumerate(rows[:MOST_WANTED])
    }


def _topics(nodes: list[Node]) -> dict[int, list[Topic]]:
    taggings = Tagging.objects.filter(content_object__in=[node.pk for node in nodes])
    topics: dict[int, list[Topic]] = {}
    for pk, *topic in taggings.values_list("content_object", "tag__name", "tag__slug"):
        topics.setdefault(pk, []).append(Topic(*topic))
    return topics


def _with_wanted(groups: list[Group], lacking: list[Node], edges: set[Edge]) -> list[Group]:
    """Wanted names stand where most of the articles do that link to them."""
    home = {node.pk: place for place, (_topic, nodes) in enumerate(groups) for node in nodes}
    found = [(topic, list(nodes)) for topic, nodes in groups] or [(None, [])]
    for node in lacking:
        places = [home[edge.source] for edge in edges if edge.target == node.pk]
        place = max(sorted(set(places)), key=places.count, default=len(found) - 1)
        found[place][1].append(node)
    return found


def _total(tag: int | None) -> int:
    articles = Article.objects.public()
    number: int = (articles.filter(taggings__tag=tag) if tag else articles).count()
    return number
