"""The articles with the most links, and the most wanted articles, for the map of the site."""

from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from articles.graph.map_layout import ClusterTag, Group, group_by_tag
from articles.graph.nodes import Edge, Node
from articles.models import Article, ContentVersion, Link, Name, Tagging
from articles.models.article import ArticleQuerySet
from articles.models.content_version import LogPosition
from articles.models.link_resolution import effective_sql
from articles.models.visibility import hidden_sql
from articles.queries import counts
from articles.queries.neighbourhood import link_graph
from articles.sql import fetch

MAX_ARTICLES = 130
MAX_CANDIDATES = 2 * MAX_ARTICLES
MAX_WANTED = 20
# All links are counted again when more than one of so many articles has changed.
ARTICLES_PER_CHANGE = 100

# Reads all links. In two steps: an estimate by name, in the order of an index, then the exact
# number for the candidates that this finds.
MOST_LINKED = """
WITH candidate AS (
    SELECT articles_name.article_id AS id
    FROM (
        SELECT key, COUNT(DISTINCT source_id) AS number FROM articles_link GROUP BY key) AS linked
    JOIN articles_name ON articles_name.key = linked.key
    WHERE articles_name.article_id NOT IN ({hidden}){with_tag}
    GROUP BY articles_name.article_id ORDER BY SUM(linked.number) DESC, id LIMIT %s)
SELECT candidate.id, COUNT(DISTINCT articles_link.source_id) AS number
FROM candidate JOIN articles_name ON articles_name.article_id = candidate.id
    JOIN articles_link ON articles_link.key = articles_name.key
WHERE articles_link.source_id <> candidate.id AND articles_link.source_id NOT IN ({hidden})
    AND articles_link.id NOT IN (
        SELECT id FROM articles_link WHERE path > '' AND NOT {effective})
GROUP BY candidate.id ORDER BY number DESC, candidate.id LIMIT %s"""
WITH_TAG = """ AND articles_name.article_id IN (
    SELECT content_object_id FROM articles_tagging WHERE tag_id = %s)"""


class LinkCounts(NamedTuple):
    """The articles and the names without an article that most articles link to: the number of
    these, by primary key and by key with the name."""

    articles: dict[int, int]
    wanted: dict[str, tuple[str, int]]


class CountedLinks(NamedTuple):
    """Counts, the position of the log that they are kept at, and how many articles have changed
    since they were counted."""

    counts: LinkCounts
    position: LogPosition
    changes: int


class LinkMap(NamedTuple):
    """The nodes with the most links, grouped by tag; the links between them; the number of
    articles among the nodes, and that of all articles."""

    groups: list[Group]
    edges: list[Edge]
    article_count: int
    total: int


def build_link_map(tag: int | None = None) -> LinkMap:
    """Read the map of all articles, or of those with one tag.

    Which articles have the most links is counted by reading all links. On a site of some size,
    the numbers are kept until one in `ARTICLES_PER_CHANGE` articles has changed, so that the
    first reader after a change does not wait for that. All else is read: which of them are
    public, their titles and tags, and the links between them.
    """
    counted = _link_counts(tag)
    nodes = _most_linked(tag, counted.articles)
    graph = link_graph([node.pk for node in nodes])
    wanted = _most_wanted(counted.wanted)
    # The graph numbers wanted articles by their first links, the map by how wanted they are.
    numbers = {node.pk: wanted[key].pk for key, node in graph.wanted.items() if key in wanted}
    wanted_edges = (Edge(source, numbers.get(target, 0)) for source, target in graph.wanted_edges)
    visible = {node.pk for node in nodes} | set(numbers.values())
    edges = {edge for edge in (*graph.edges, *wanted_edges) if visible.issuperset(edge)}
    groups = group_by_tag(nodes, _tags(nodes))
    if wanted:
        groups = _with_wanted(groups, list(wanted.values()), edges)
    return LinkMap(groups, sorted(edges), len(nodes), _total(tag))


def _link_counts(tag: int | None) -> LinkCounts:
    key, log = f"articles.link_counts.{tag or 'all'}", ContentVersion.objects.log()
    stored: CountedLinks | None = cache.get(key)
    changed = log.articles_since(stored.position) if stored else None
    if stored is None or changed is None:
        counted, changes = _count_links(tag), 0
    else:
        # A schedule that has fallen due is in no entry of the log.
        counted, changes = stored.counts, stored.changes + max(1, len(changed))
        if changes * ARTICLES_PER_CHANGE > _total(None):
            counted, changes = _count_links(tag), 0
    cache.set(key, CountedLinks(counted, log.position, changes), timeout=None)
    return counted


def _count_links(tag: int | None) -> LinkCounts:
    rows = [row for links in _links_without_target() for row in _count_by_name(links, tag)]
    rows.sort(key=lambda row: (-row[2], row[0]))
    wanted = {key: (name, number) for key, name, number in rows}
    return LinkCounts(_count_by_article(tag), wanted)


def _count_by_article(tag: int | None) -> dict[int, int]:
    hidden, parameters = hidden_sql()
    effective, now = effective_sql()
    with_tag = WITH_TAG if tag else ""
    sql = MOST_LINKED.format(hidden=hidden, with_tag=with_tag, effective=effective)
    tag_parameters = [tag] if tag else []
    values = [*parameters, *tag_parameters, MAX_CANDIDATES, *parameters, *now, MAX_CANDIDATES]
    return dict(fetch(sql, values))


def _most_linked(tag: int | None, numbers: dict[int, int]) -> list[Node]:
    """Return the articles that most others link to, filled up with articles without links."""
    by_pk = _public(tag).in_bulk(list(numbers))
    articles = [by_pk[pk] for pk in numbers if pk in by_pk][:MAX_ARTICLES]
    unlinked = _public(tag).exclude(pk__in=list(numbers)).order_by("pk")
    articles += unlinked[: MAX_ARTICLES - len(articles)]
    return [
        Node(article.pk, article.title, article.slug, article.language, numbers.get(article.pk, 0))
        for article in articles
    ]


def _most_wanted(counted: dict[str, tuple[str, int]]) -> dict[str, Node]:
    """Return the names without an article that most articles link to, by key."""
    names = Name.objects.filter(key__in=counted).exclude(article__in=Article.objects.hidden())
    existing = set(names.values_list("key", flat=True))
    wanted = [(key, *counted[key]) for key in counted if key not in existing]
    return {
        key: Node(-1 - index, name, weight=number)
        for index, (key, name, number) in enumerate(wanted[:MAX_WANTED])
    }


def _links_without_target() -> tuple[QuerySet[Link], QuerySet[Link]]:
    """Return the public links to a name that no article has, and those to a name that only hidden
    articles have. They are separate because an index serves each of them."""
    hidden = Article.objects.hidden()
    links = Link.objects.without_superseded().exclude(source__in=hidden)
    names = Name.objects.filter(key=OuterRef("key"))
    keys_of_hidden = Name.objects.filter(article__in=hidden).values("key")
    return (
        links.filter(~Exists(names)),
        links.filter(~Exists(names.exclude(article__in=hidden)), key__in=keys_of_hidden),
    )


def _count_by_name(links: QuerySet[Link], tag: int | None) -> list[tuple[str, str, int]]:
    if tag:
        links = links.filter(source__taggings__tag=tag)
    numbers = (
        links.order_by()
        .values("key")
        .annotate(first_name=Min("name"), number=Count("source", distinct=True))
    )
    rows = numbers.order_by("-number", "key").values_list("key", "first_name", "number")
    return list(rows[: 2 * MAX_WANTED])


def _tags(nodes: list[Node]) -> dict[int, list[ClusterTag]]:
    taggings = Tagging.objects.filter(content_object__in=[node.pk for node in nodes])
    tags: dict[int, list[ClusterTag]] = {}
    for pk, *tag in taggings.values_list("content_object", "tag__name", "tag__slug"):
        tags.setdefault(pk, []).append(ClusterTag(*tag))
    return tags


def _with_wanted(groups: list[Group], wanted: list[Node], edges: set[Edge]) -> list[Group]:
    """Add each wanted article to the group that most of the articles with a link to it are in."""
    group_of = {node.pk: index for index, (_tag, nodes) in enumerate(groups) for node in nodes}
    extended = [(tag, list(nodes)) for tag, nodes in groups] or [(None, [])]
    for node in wanted:
        indexes = [group_of[edge.source] for edge in edges if edge.target == node.pk]
        index = max(sorted(set(indexes)), key=indexes.count, default=len(extended) - 1)
        extended[index][1].append(node)
    return extended


def _public(tag: int | None) -> ArticleQuerySet:
    articles: ArticleQuerySet = Article.objects.public().only("title", "slug", "language")
    return articles.filter(taggings__tag=tag) if tag else articles


def _total(tag: int | None) -> int:
    if tag:
        return counts.tag_totals().get(tag, 0)
    return sum(block.articles for block in counts.article_blocks().values())
