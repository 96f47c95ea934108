"""Navigational queries: how often the article that a reader has in mind comes first.

The queries are the titles and aliases of the articles, and the labels of their links that all lead
to one article, unless another one has that name.
"""

import random
from collections.abc import Iterable

from articles.models import Kind, Link, Name
from articles.models.link_resolution import candidates_of_names, resolve
from articles.search import search_articles

SAMPLE = 500


def first_result_rates() -> dict[str, tuple[int, float]]:
    """Return the number of queries of each kind, at most `SAMPLE`, and the share of them whose
    article is the first result."""
    kinds = {
        "titles": names_of(Kind.TITLE),
        "aliases": names_of(Kind.ALIAS),
        "labels": labels(),
    }
    rng = random.Random(7)
    samples = {
        kind: rng.sample(sorted(items), min(SAMPLE, len(items))) for kind, items in kinds.items()
    }
    return {
        kind: (len(items), first_result_rate(items)) for kind, items in samples.items() if items
    }


def names_of(kind: Kind) -> set[tuple[str, int]]:
    return set(Name.objects.public().filter(kind=kind).values_list("text", "article"))


def labels() -> set[tuple[str, int]]:
    """Return the labels that lead to one article only and are no name of another one."""
    links = Link.objects.public().effective().filter(label_key__gt="").select_related("source")
    targets: dict[str, set[int]] = {}
    texts: dict[str, str] = {}
    for link in links:
        language = link.source.language
        resolved = resolve(candidates_of_names([link.key], language), 0, language)
        targets.setdefault(link.label_key, set()).update(
            target.pk for target in resolved.targets.values()
        )
        texts[link.label_key] = link.label
    taken = Name.objects.public().filter(key__in=list(targets))
    others = set(taken.values_list("key", flat=True))
    return {
        (texts[key], *pks) for key, pks in targets.items() if len(pks) == 1 and key not in others
    }


def first_result_rate(items: Iterable[tuple[str, int]]) -> float:
    firsts = [
        [hit.article.pk for hit in search_articles(query, size=1).hits] == [pk]
        for query, pk in items
    ]
    return sum(firsts) / len(firsts)
