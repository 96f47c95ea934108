"""All derived data, derived again: in worker processes if there are many articles.

While they derive one batch, the one before is written, in its own transaction.
"""

from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from articles.derivation import Derivation, Source, derive
from articles.derived import BATCH, NameTaken, claim_free_names, refresh
from articles.models import Article, ContentVersion, Kind, Name
from articles.sql import chunks
from articles.transactions import retried_atomic
from articles.workers import Workers

FIRST_KINDS = (Kind.TITLE, Kind.SLUG)


class Rebuilt(NamedTuple):
    """The number of articles that were derived again, and the names that some of them lost."""

    total: int
    lost_names: list[NameTaken]


class Batch(NamedTuple):
    """The sources of articles by their primary keys, and what returns the derivations."""

    sources: dict[int, Source]
    derivations: Callable[[], list[Derivation]]


def rebuild(report: Callable[[int], object] = int, workers: Workers | None = None) -> Rebuilt:
    """Derive the data of all articles again, in batches. Call `report` with the size of each.

    Without `workers`, this process does it.
    """
    conflicting: set[int] = set()
    primary_keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    for batch in _one_ahead(primary_keys, workers or Workers(0)):
        conflicting |= _write(batch)
        report(len(batch.sources))
    return Rebuilt(len(primary_keys), _settle_names(sorted(conflicting)) if conflicting else [])


def _one_ahead(primary_keys: list[int], workers: Workers) -> Iterator[Batch]:
    """Yield the batches of articles, each after the next one was given to the workers."""
    batches = (_submit(keys, workers) for keys in chunks(primary_keys, BATCH))
    for batch, _next in pairwise(chain(batches, [None])):
        if batch:
            yield batch


def _submit(keys: list[int], workers: Workers) -> Batch:
    articles = Article.objects.filter(pk__in=keys).defer("html", "toc", "text").order_by("pk")
    sources = {article.pk: Source.of(article) for article in articles}
    return Batch(sources, workers.submit(derive, list(sources.values())))


@retried_atomic
def _write(batch: Batch) -> set[int]:
    """Return the primary keys of articles with a name of another article."""
    articles = list(Article.objects.locked(list(batch.sources)))
    computed = dict(zip(batch.sources, batch.derivations(), strict=True))
    derivations = []
    for article in articles:
        source = Source.of(article)
        is_current = source == batch.sources[article.pk]  # It was not saved meanwhile.
        derivations.append(computed[article.pk] if is_current else derive([source])[0])
    return {name.article_id for name in refresh(articles, derivations)}


@retried_atomic
def _settle_names(primary_keys: list[int]) -> list[NameTaken]:
    """Decide who has a name that is the name of two articles by the present rules of `fold`.

    A title or slug has precedence over an alias or a former name, else the article that has the
    name already. Return the names that their articles do without.
    """
    lost: list[NameTaken] = []
    for name in claim_free_names(list(Article.objects.locked(primary_keys))):
        rows = Name.objects.select_related("article")
        owner = rows.get(key=name.key, language=name.language)
        if name.kind in FIRST_KINDS and owner.kind not in FIRST_KINDS:
            Name.objects.filter(pk=owner.pk).delete()
            name.save()
            name, owner = owner, name
        lost.append(NameTaken(name, owner))
    ContentVersion.objects.bump()
    return lost
