"""What stands on the map: the articles that most others link to, and the names most wanted."""

from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from articles.graph.map_layout import ClusterTag, Group, group_by_tag
from articles.graph.nodes import Edge, Node
from articles.models.article import Article, ArticleQuerySet
from articles.models.link import Link
from articles.models.name import Name
from articles.models.raw import hidden
from articles.models.tag import Tagging
from articles.queries.neighbourhood import links_among
from articles.sql import fetch

STRONGEST = 130
LIKELY = 2 * STRONGEST
MOST_WANTED = 20

# Over all links: what comes of it is kept for each content version. First roughly, name by name
# in the order of an index, then exactly for the articles that this finds.
LINKED = """
WITH likely AS (
    SELECT articles_name.article_id AS id
    FROM (SELECT key, COUNT(DISTINCT source_id) AS number FROM articles_link GROUP BY key) AS named
    JOIN articles_name ON articles_name.key = named.key
    WHERE articles_name.article_id NOT IN ({hidden}){tagged}
    GROUP BY articles_name.article_id ORDER BY SUM(named.number) DESC, id LIMIT %s)
SELECT likely.id, COUNT(DISTINCT articles_link.source_id) AS number
FROM likely JOIN articles_name ON articles_name.article_id = likely.id
    JOIN articles_link ON articles_link.key = articles_name.key
WHERE articles_link.source_id <> likely.id AND articles_link.source_id NOT IN ({hidden})
GROUP BY likely.id ORDER BY number DESC, likely.id LIMIT %s"""
TAGGED = """ AND articles_name.article_id IN (
    SELECT content_object_id FROM articles_tagging WHERE tag_id = %s)"""


class LinkMap(NamedTuple):
    """The strongest nodes by tags, the links between them, and the number of all articles."""

    groups: list[Group]
    edges: list[Edge]
    shown: int
    total: int


def whole(tag: int | None = None) -> LinkMap:
    """The map's content, of the articles with one tag if it is given. Nine queries, some of
    them over all links, and one for each language of the articles."""
    nodes = _strongest(tag)
    written = links_among([node.pk for node in nodes])
    lacking = _wanted(tag)
    numbers = {node.pk: lacking[key].pk for key, node in written.wanted.items() if key in lacking}
    wanting = (Edge(source, numbers.get(target, 0)) for source, target in written.wanting)
    shown = {node.pk for node in nodes} | set(numbers.values())
    edges = {edge for edge in (*written.edges, *wanting) if shown.issuperset(edge)}
    groups = group_by_tag(nodes, _topics(nodes))
    if lacking:
        groups = _with_wanted(groups, list(lacking.values()), edges)
    return LinkMap(groups, sorted(edges), len(nodes), _total(tag))


def _strongest(tag: int | None) -> list[Node]:
    """The articles that most others link to, and if these are few, the first of those without."""
    condition, parameters = hidden()
    sql = LINKED.format(hidden=condition, tagged=TAGGED if tag else "")
    values = [*parameters, *([tag] if tag else []), LIKELY, *parameters, STRONGEST]
    linked: dict[int, int] = dict(fetch(sql, values))
    strongest = _public(tag).in_bulk(list(linked))
    others = _public(tag).exclude(pk__in=list(linked)).order_by("pk")
    articles = [strongest[pk] for pk in linked if pk in strongest]
    articles += others[: STRONGEST - len(linked)]
    return [
        Node(article.pk, article.title, article.slug, article.language, linked.get(article.pk, 0))
        for article in articles
    ]


def _wanted(tag: int | None) -> dict[str, Node]:
    """The names without an article that most articles link to, by their keys."""
    rows = [row for links in _lacking() for row in _most_wanted(links, tag)]
    rows.sort(key=lambda row: (-row[2], row[0]))
    return {
        key: Node(-1 - place, name, weight=number)
        for place, (key, name, number) in enumerate(rows[:MOST_WANTED])
    }


def _lacking() -> tuple[QuerySet[Link], QuerySet[Link]]:
    """The links that readers see to what has no name, and those to what none of the articles
    that they see is called. Apart, for either is found by an index."""
    hidden = Article.objects.hidden()
    shown = Link.objects.exclude(source__in=hidden)
    same = Name.objects.filter(key=OuterRef("key"))
    unseen = Name.objects.filter(article__in=hidden).values("key")
    return (
        shown.filter(~Exists(same)),
        shown.filter(~Exists(same.exclude(article__in=hidden)), key__in=unseen),
    )


def _most_wanted(links: QuerySet[Link], tag: int | None) -> list[tuple[str, str, int]]:
    if tag:
        links = links.filter(source__taggings__tag=tag)
    counted = (
        links.order_by()
        .values("key")
        .annotate(written=Min("name"), number=Count("source", distinct=True))
    )
    rows = counted.order_by("-number", "key").values_list("key", "written", "number")
    return list(rows[:MOST_WANTED])


def _topics(nodes: list[Node]) -> dict[int, list[ClusterTag]]:
    taggings = Tagging.objects.filter(content_object__in=[node.pk for node in nodes])
    topics: dict[int, list[ClusterTag]] = {}
    for pk, *tag in taggings.values_list("content_object", "tag__name", "tag__slug"):
        topics.setdefault(pk, []).append(ClusterTag(*tag))
    return topics


def _with_wanted(groups: list[Group], lacking: list[Node], edges: set[Edge]) -> list[Group]:
    """Wanted names stand where most of the articles do that link to them."""
    home = {node.pk: place for place, (_topic, nodes) in enumerate(groups) for node in nodes}
    found = [(tag, list(nodes)) for tag, nodes in groups] or [(None, [])]
    for node in lacking:
        places = [home[edge.source] for edge in edges if edge.target == node.pk]
        place = max(sorted(set(places)), key=places.count, default=len(found) - 1)
        found[place][1].append(node)
    return found


def _public(tag: int | None) -> ArticleQuerySet:
    articles: ArticleQuerySet = Article.objects.public().only("title", "slug", "language")
    return articles.filter(taggings__tag=tag) if tag else articles


def _total(tag: int | None) -> int:
    articles = Article.objects.countable()
    number: int = (articles.filter(taggings__tag=tag) if tag else articles).count()
    return number
