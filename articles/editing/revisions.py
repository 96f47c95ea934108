"""Revisions: the stored history of articles."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from articles.models import Article, Revision, RevisionKind, Tag, Tagging
from articles.models.revision import fingerprint, snapshot
from articles.signals import revision_saved
from articles.sql import insert, insert_all
from articles.text import names
from articles.text.diff import ChangeSize, change_size

LOADED = gettext_lazy("Loaded from a fixture")

Value = TypeVar("Value")
# By primary key of the article; revisions of articles in the trash have none.
ByArticle = dict[int | None, Value]


def record(
    article: Article,
    fields: dict[str, Any],
    user: AbstractBaseUser | None,
    comment: str | Promise,
    *,
    kind: RevisionKind,
    operation: UUID | None = None,
    is_draft: bool = False,
    after: Revision | None,
    created: datetime | None = None,
    old_body: str | None = None,
) -> Revision:
    """Store the state of `article`, which is `fields` and its body, as the revision that follows
    `after`. Without an `operation` it is one of its own.

    The body was `old_body` before, by default that of `after`.
    """
    if old_body is None and after:
        old_body = after.body
    revision = _new_revision(article, fields, after.number + 1 if after else 1)
    revision.words_added, revision.words_removed = _change_size(old_body, article)
    revision.editor = user.get_username() if user else ""
    revision.comment = in_site_language(comment)
    revision.kind, revision.is_draft = kind, is_draft
    revision.operation = operation or revision.operation
    revision.created = created or revision.created
    insert(revision)
    if revision_saved.has_listeners():
        transaction.on_commit(partial(revision_saved.send, Revision, kind=kind))
    return revision


def _new_revision(article: Article, fields: dict[str, Any], number: int) -> Revision:
    """Return a revision that is not stored yet, of the state of an article, as an operation of
    its own."""
    digest = fingerprint(fields, article.body)
    return Revision(
        article=article, number=number, fields=fields, body=article.body, fingerprint=digest
    )


def _change_size(old_body: str | None, article: Article) -> ChangeSize:
    """Return how many words the body of `article` has got and lost; without an `old_body`, it has
    got all."""
    if old_body is None:
        return ChangeSize(article.word_count, 0)
    return change_size(old_body, article.body)


def count_words(revision: Revision) -> None:
    """Set how many words `revision`, which is not saved yet, adds and removes."""
    rows = Revision.objects.filter(article=revision.article_id, number__lt=revision.number)
    rows = rows if revision.is_draft else rows.filter(is_draft=False)
    body = rows.order_by("-number").values_list("body", flat=True).first() or ""
    revision.words_added, revision.words_removed = change_size(body, revision.body)


@dataclass(frozen=True)
class LoadOptions:
    """What the revisions of a load have in common: their comment, the user who is their editor,
    and the operation by which the load can be undone."""

    comment: str | Promise = LOADED
    user: AbstractBaseUser | None = None
    operation: UUID = field(default_factory=uuid4)


def record_loaded(
    articles: Sequence[Article],
    options: LoadOptions,
    tags: Mapping[int, Iterable[Tag]] | None = None,
    inserted: Collection[int] = (),
    loaded: Collection[int] = (),
) -> None:
    """Store a revision of each article whose state differs from that of its newest live revision.

    `tags` are those of each article, which are read if they are not given; `inserted` are the
    primary keys of new articles, which have no revisions, `loaded` those of revisions that came
    with their articles. Call inside atomic(), after content was written without `save`.
    """
    live, numbers = _newest([article for article in articles if article.pk not in inserted])
    if tags is None:
        tags = Tagging.objects.tags_by_article([article.pk for article in articles])
    comment = in_site_language(options.comment)
    editor = options.user.get_username() if options.user else ""
    revisions = []
    for article in articles:
        fields = snapshot(article, [tag.name for tag in tags[article.pk]])
        digest = fingerprint(fields, article.body)
        last = live.get(article.pk)
        if not last or last.fingerprint != digest:
            number = numbers.get(article.pk, 0) + 1
            revision = Revision(article=article, number=number, fields=fields, comment=comment)
            revision.body, revision.fingerprint = article.body, digest
            revision.kind, revision.operation = RevisionKind.LOADED, options.operation
            revision.editor = editor
            revisions.append(revision)
    insert_all(_with_sizes(revisions, live, loaded))


def in_site_language(comment: str | Promise) -> str:
    """Translate a lazy comment into the site's language.

    A comment is stored once and read by all editors, so the language of the session that made
    the change does not matter.
    """
    if isinstance(comment, str):
        return comment
    with translation.override(settings.LANGUAGE_CODE):
        return str(comment)


def _newest(articles: Sequence[Article]) -> tuple[ByArticle[Revision], ByArticle[int]]:
    """Return, by primary key of the article, the newest live revision without its large columns,
    and the number of the newest revision."""
    rows = Revision.objects.filter(article__in=articles).order_by("article", "number")
    # Of two rows of one article the later one stays in the dictionaries.
    revisions = list(rows.defer("body", "fields"))
    live = {row.article_id: row for row in revisions if not row.is_draft}
    return live, {row.article_id: row.number for row in revisions}


def _with_sizes(
    revisions: Sequence[Revision], newest: ByArticle[Revision], loaded: Collection[int]
) -> Iterator[Revision]:
    """Yield the revisions that differ from the one of their article in `newest`, with their sizes.

    Fingerprints that an earlier version computed differ for equal states, so states are compared.
    Tags that were renamed, merged or deleted since are no change of the article; what they were
    when one of the `loaded` revisions was made, only the database that it comes from knows.
    """
    keys = [newest[row.article_id].pk for row in revisions if row.article_id in newest]
    stored = {row.article_id: row for row in Revision.objects.filter(pk__in=keys)}
    present = Tag.objects.resolve({name for row in stored.values() for name in row.tag_names})
    for row in revisions:
        before = stored.get(row.article_id)
        if not (before and _is_state(before, row, None if before.pk in loaded else present)):
            article: Any = row.article
            size = _change_size(before.body if before else None, article)
            row.words_added, row.words_removed = size
            yield row


def _is_state(before: Revision, after: Revision, present: Mapping[str, Tag] | None) -> bool:
    """Whether `after` has the state of `before`, whose tags have the names of those in `present`
    by now, or are deleted. Without `present`, tags don't matter."""
    tags = after.tag_names
    if present is not None:
        existing = (present.get(names.fold(name)) for name in before.tag_names)
        tags = sorted({tag.name for tag in existing if tag})
    return after.has_state({**before.fields, "tags": tags}, before.body)
