"""The articles around one, and how they link to each other."""

from collections.abc import Iterable, Iterator

from articles.models import Article, Link
from articles.models.link import targets_from

NODES = 60
# Of those that are linked to, and of those that link here, so many go before others.
EACH_WAY = 30
# The links that are looked at, in the order in which they are written.
LINKS = 5000

Way = tuple[int, int]


def neighbourhood(article: Article) -> tuple[list[tuple[Article, int]], list[Way]]:
    """At most `NODES` public articles within two links of `article`, each with its distance, and
    the ways between them by their keys. As many queries for one neighbour as for sixty."""
    onward = _targets([article])
    back = Link.objects.to(article).public().order_by("source").values_list("source", flat=True)
    first = [*onward[:EACH_WAY], *back.distinct()[:EACH_WAY], *onward[EACH_WAY:]]
    near = _loaded(first, {article.pk}, NODES - 1)
    known = {article.pk, *(found.pk for found in near)}
    far = _loaded(_targets(near), known, NODES - len(known))
    shown = [(article, 0), *((found, 1) for found in near), *((found, 2) for found in far)]
    keys = {found.pk for found, _distance in shown}
    return shown, [way for way in _ways([found for found, _ in shown]) if way[1] in keys]


def _targets(articles: list[Article]) -> list[int]:
    return [target for _source, target in _ways(articles)]


def _ways(articles: list[Article]) -> list[Way]:
    """From which of `articles` to which a link leads, each once, in the order of the links."""
    return list(dict.fromkeys(_links(articles)))


def _links(articles: list[Article]) -> Iterator[Way]:
    targets = targets_from(articles)
    language = {article.pk: article.language for article in articles}
    links = Link.objects.filter(source__in=language).order_by("source", "position")
    for source, key in links.values_list("source", "key")[:LINKS]:
        target = targets[language[source]].get(key)
        if target and target.pk != source:
            yield source, target.pk


def _loaded(keys: Iterable[int], known: set[int], limit: int) -> list[Article]:
    new = [key for key in dict.fromkeys(keys) if key not in known][:limit]
    found = Article.objects.public().only("slug", "title", "language").in_bulk(new)
    return [found[key] for key in new if key in found]
