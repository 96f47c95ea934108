"""Derived data that is stale, or all of it, derived again: in worker processes if there are many
articles.

While they derive one batch, the one before is written, in its own transaction. What is written is
current (`fingerprints`), so a rebuild that was ended goes on where it was.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from articles import fingerprints, url_for
from articles.derivation import Derivation, Source, derive
from articles.derived import BATCH, FINGERPRINTS, NameTaken, claim_free_names, refresh
from articles.models import Article, ContentVersion, Draft, Kind, Name, Tag
from articles.sql import chunks
from articles.text import names
from articles.transactions import retried_atomic
from articles.workers import Workers

FIRST_KINDS = (Kind.TITLE, Kind.SLUG)
NAMES_OF_ARTICLE = Name.objects.filter(article=OuterRef("pk"))


class Rebuilt(NamedTuple):
    """The number of articles that were derived again, and the names that some of them lost."""

    total: int
    lost_names: list[NameTaken]


class Batch(NamedTuple):
    """The sources of articles by their primary keys, and what returns the derivations."""

    sources: dict[int, Source]
    derivations: Callable[[], list[Derivation]]


def rebuild(
    report: Callable[[int], object] = int,
    workers: Workers | None = None,
    primary_keys: Sequence[int] | None = None,
) -> Rebuilt:
    """Derive the data of the articles with these primary keys, or of all, again, in batches. Call
    `report` with the size of each.

    Without `workers`, this process does it.
    """
    conflicting: set[int] = set()
    if primary_keys is None:
        primary_keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    for batch in _one_ahead(list(primary_keys), workers or Workers(0)):
        conflicting |= _write(batch)
        report(len(batch.sources))
    return Rebuilt(len(primary_keys), _settle_names(sorted(conflicting)) if conflicting else [])


def find_stale() -> list[int]:
    """Return the primary keys of articles whose derived data is not current: of another version,
    of other fields, or without names or search rows. Reads the texts of all articles."""
    incomplete = Article.objects.filter(Q(search=None) | ~Exists(NAMES_OF_ARTICLE))
    stale = set(incomplete.values_list("pk", flat=True))
    columns = ("pk", *fingerprints.FIELDS, *FINGERPRINTS)
    for article in Article.objects.only(*columns).iterator(BATCH):
        if not fingerprints.is_current(article):
            stale.add(article.pk)
    return sorted(stale)


def describe_stale() -> Iterator[str]:
    """Yield a line for each article, draft and tag that is stale."""
    for keys in chunks(find_stale()):
        articles = Article.objects.filter(pk__in=keys).only("slug").order_by("pk")
        yield from (url_for.article(article.slug) for article in articles)
    for draft in fingerprints.stale_drafts().select_related("article").order_by("pk"):
        yield f"{url_for.article(draft.article.slug)} (draft)"
    for tag in Tag.objects.order_by("pk").iterator():
        if names.fold(tag.name) != tag.key:
            yield url_for.tag(tag.slug)


def invalidate() -> None:
    """Let all derived data be stale, in batches, until it is derived again."""
    primary_keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    for keys in chunks(primary_keys):
        _mark_stale(keys)
    Draft.objects.update(derived_by="")


@retried_atomic
def _mark_stale(keys: list[int]) -> None:
    locked = list(Article.objects.locked(keys).values_list("pk", flat=True))
    Article.objects.filter(pk__in=locked).update(derived_by="")


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
    conflicting = {name.article_id for name in refresh(articles, derivations)}
    # They stay stale until it is decided who has these names.
    Article.objects.filter(pk__in=conflicting).update(derived_by="")
    return conflicting


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
    Article.objects.filter(pk__in=primary_keys).update(derived_by=fingerprints.derived_by())
    ContentVersion.objects.bump()
    return lost
