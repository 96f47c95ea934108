"""The trash: deleting articles so that they can be restored, restoring them, and emptying it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import derived, search
from articles.editing.adaptation import adapt, existing_tags
from articles.editing.articles import Authorize, allow, locked_articles
from articles.editing.drafts import check_publishable, open_newest
from articles.editing.revisions import record
from articles.editing.tag_visibility import mark_public
from articles.editing.tags import set_tags, tag_names, tags_of
from articles.models import (
    Article,
    ContentVersion,
    Draft,
    Revision,
    RevisionKind,
    Tag,
    TrashedArticle,
    TrashedName,
    WorkingCopy,
)
from articles.models.fields import truncate
from articles.models.revision import complete, snapshot
from articles.sql import chunks
from articles.text import names
from articles.transactions import retried_atomic

DRAFT_COLUMNS = tuple(
    field.attname for field in Draft._meta.concrete_fields if not field.primary_key
)


@dataclass(frozen=True)
class RestoredArticle:
    """An article that is back from the trash, and sentences on what had to be changed for it."""

    article: Article
    changes: list[str]


@retried_atomic
def delete(
    articles: Iterable[Article],
    user: AbstractBaseUser | None = None,
    authorize: Authorize = allow,
    *,
    operation: UUID | None = None,
) -> list[TrashedArticle]:
    """Move `articles` with their revisions to the trash. Their names become free.

    `authorize` is called with each stored article once all are locked. The revisions that record
    the deletion have the `operation`. Returns the articles in the trash.
    """
    operation, public, trashed = operation or uuid4(), False, []
    keys = []
    for article in locked_articles(articles):
        authorize(article)
        keys.append(article.pk)
        public_keys = _public_keys(article)
        trashed.append(_move_to_trash(article, public_keys, user, operation))
        public |= bool(public_keys)
    ContentVersion.objects.bump(public=public, articles=keys)
    return trashed


def _public_keys(article: Article) -> set[str]:
    """Return the keys of those names of `article` that readers know, hidden articles included:
    they may have been public before."""
    own = {names.fold(name) for _kind, name in article.public_names()}
    if article.is_public:
        return own
    hidden = set(map(names.fold, article.hidden_former))
    return own & Revision.objects.public_keys(article.pk, hidden)


def _move_to_trash(
    article: Article, public_keys: set[str], user: AbstractBaseUser | None, operation: UUID
) -> TrashedArticle:
    if article.is_due:
        mark_public(tags_of(article))
    newest = Revision.objects.newest(article.pk).first()
    tags = tag_names(article)
    revision = _record(article, tags, user, RevisionKind.DELETED, operation, after=newest)
    trashed = _create_row(article, revision)
    TrashedName.objects.bulk_create(
        TrashedName(trashed=trashed, key=key) for key in sorted(public_keys)
    )
    Revision.objects.filter(article=article).update(article=None, trashed=trashed)
    article.delete()
    return trashed


def _record(
    article: Article,
    tags: list[str],
    user: AbstractBaseUser | None,
    kind: RevisionKind,
    operation: UUID,
    *,
    after: Revision | None,
) -> Revision:
    """Store the revision of a deletion or a restoring, which changes no text."""
    return record(
        article,
        snapshot(article, tags),
        user,
        "",
        kind=kind,
        operation=operation,
        after=after,
        old_body=article.body,
    )


def _create_row(article: Article, revision: Revision) -> TrashedArticle:
    """Store what `article` is in the trash; `revision` is that of its deletion."""
    working_copies = WorkingCopy.objects.filter(article=article).values_list("pk", flat=True)
    return TrashedArticle.objects.create(
        article_pk=article.pk,
        title=article.title,
        slug=article.slug,
        language=article.language,
        status=article.status,
        owner_id=article.owner_id,
        created=article.created,
        updated=article.updated,
        hidden_former=article.hidden_former,
        draft=Draft.objects.filter(pk=article.pk).values(*DRAFT_COLUMNS).first(),
        working_copies=list(working_copies),
        deleted=revision.created,
        editor=revision.editor,
        operation=revision.operation,
    )


@retried_atomic
def restore_from_trash(
    trashed: Iterable[TrashedArticle],
    user: AbstractBaseUser | None = None,
    authorize: Authorize = allow,
    *,
    operation: UUID | None = None,
    viewable: QuerySet[Article] | None = None,
) -> list[RestoredArticle]:
    """Make articles of those in the trash again, with the state and the history that they had.

    Names that other articles have taken meanwhile stay theirs, and deleted tags stay deleted:
    the result tells what was changed instead. An article gets its primary key back, too, unless
    another one has it. `authorize` is called with each article before it is stored. Those that
    are not in the trash any more are left out. The result names only `viewable` articles, by
    default all.
    Raises `derived.NameTaken` if another transaction takes one of the names at the same time.
    """
    operation, restored, public = operation or uuid4(), [], False
    viewable = Article.objects.all() if viewable is None else viewable
    for row in _locked_rows(trashed):
        restored.append(_restore(row, user, authorize, operation, viewable))
        public |= restored[-1].article.is_public
    if restored:
        keys = [entry.article.pk for entry in restored]
        ContentVersion.objects.bump(public=public, articles=keys)
    return restored


def _locked_rows(trashed: Iterable[TrashedArticle]) -> list[TrashedArticle]:
    keys = sorted(row.pk for row in trashed)
    locked = TrashedArticle.objects.select_for_update().order_by("pk")
    return [row for batch in chunks(keys) for row in locked.filter(pk__in=batch)]


def _restore(
    row: TrashedArticle,
    user: AbstractBaseUser | None,
    authorize: Authorize,
    operation: UUID,
    viewable: QuerySet[Article],
) -> RestoredArticle:
    revision = Revision.all_objects.filter(trashed=row).order_by("number").last()
    if revision is None:
        raise AssertionError("Deletion is a revision.")
    fields = complete(revision.fields)
    tags, tag_changes = existing_tags(fields.pop("tags"))
    article = _build_article(row, fields, revision.body)
    authorize(article)
    changes = [*adapt(article, viewable), *tag_changes]
    if changes:
        article.updated = timezone.now()
    _insert(article, tags)
    changes += _take_back(article, row)
    tag_texts = [tag.name for tag in tags]
    derived.complete_write(
        [article],
        index=lambda _articles: search.index_article(article, tags),
        record=lambda _articles: _record(
            article, tag_texts, user, RevisionKind.RESTORED, operation, after=revision
        ),
    )
    return RestoredArticle(article, changes)


def _take_back(article: Article, row: TrashedArticle) -> list[str]:
    """Give `article` the history, the draft and the working copies of `row`, which is deleted.
    Return sentences on what has changed in the draft."""
    Revision.all_objects.filter(trashed=row).update(article=article, trashed=None)
    changes = list(_restore_draft(article, row))
    copies = WorkingCopy.objects.filter(pk__in=row.working_copies, article=None)
    copies.update(article=article)
    row.delete()
    return changes


def _insert(article: Article, tags: list[Tag]) -> None:
    document = derived.derive(article)
    article.save(force_insert=True)
    _advance_sequence(article.pk)
    derived.write_relations(
        [(article, document)],
        claim=derived.claim_new_names,
        tag=lambda _articles: set_tags(article, tags, []),
    )
    if article.is_public:
        mark_public(tags)


def _build_article(row: TrashedArticle, fields: dict[str, Any], body: str) -> Article:
    """Return the article that `row` was, not saved yet."""
    article = Article(body=body, owner_id=row.owner_id)
    for name, value in fields.items():
        field: Any = Article._meta.get_field(name)
        setattr(article, name, field.to_python(value))
    if not Article.objects.filter(pk=row.article_pk).exists():
        article.pk = row.article_pk
    article.created, article.updated = row.created, row.updated
    article.hidden_former = row.hidden_former
    return article


def _restore_draft(article: Article, row: TrashedArticle) -> Iterator[str]:
    """Store the draft of an article again. One that should have been published meanwhile waits
    for an editor."""
    if not row.draft:
        return
    draft = Draft(article=article)
    for column, value in row.draft.items():
        field: Any = Draft._meta.get_field(column)
        setattr(draft, column, field.to_python(value))
    users = get_user_model().objects
    for column in ("owner_id", "scheduled_by_id"):
        if not users.filter(pk=getattr(draft, column)).exists():
            setattr(draft, column, None)
    if draft.publish_at and draft.publish_at <= timezone.now():
        yield _("The date at which its draft was to be published has passed: it is still a draft.")
        draft.publish_at = None
    draft.save(force_insert=True)
    yield from _draft_errors(article, draft)


def _draft_errors(article: Article, draft: Draft) -> Iterator[str]:
    """Tell what has to change in a draft before it can be published, such as a slug that another
    article has taken. The other article is not named: the user may not know it."""
    row = Article.objects.get(pk=article.pk)
    open_newest(row, draft).apply(row)
    try:
        check_publishable(row)
    except derived.NameTaken as error:
        text = _("“%(name)s” in its draft is a name of another article now: change it there.")
        yield text % {"name": truncate(error.name.text)}
    except ValidationError as error:
        yield _("Its draft can't be published as it is: %(errors)s") % {
            "errors": " ".join(error.messages)
        }


def _advance_sequence(pk: int) -> None:
    """Let PostgreSQL give no new article the primary key `pk`. A load sets the sequence to the
    largest key that is stored, so that keys in the trash are beyond it."""
    if connection.vendor != "postgresql":
        return
    table = Article._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        cursor.execute(
            f"SELECT setval(%s, %s) FROM {sequence} WHERE last_value < %s", [sequence, pk, pk]
        )


@retried_atomic
def empty_trash(trashed: QuerySet[TrashedArticle]) -> int:
    """Delete articles in the trash and their history permanently. Return their number."""
    rows = _locked_rows(trashed)
    for batch in chunks([row.pk for row in rows], derived.BATCH):
        TrashedArticle.objects.filter(pk__in=batch).delete()
    if rows:
        ContentVersion.objects.bump(articles=())
    return len(rows)
