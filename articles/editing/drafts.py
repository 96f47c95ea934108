"""Drafts of published articles: saving, merging with the live state, publishing, discarding.

A draft changes no row but its own and that of its revisions: what readers see stays the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Unpack
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from articles import derived, fingerprints, search
from articles.editing.articles import (
    Authorize,
    EditConflict,
    SaveOptions,
    allow,
    lock_stored,
    newest_revision,
    save,
    state,
)
from articles.editing.merging import merge_states
from articles.editing.revisions import record
from articles.editing.tags import check_tags, tags_of
from articles.models import (
    Article,
    ContentVersion,
    Draft,
    Revision,
    RevisionKind,
    Status,
    Tag,
)
from articles.models.revision import authored_values, complete, kind_of_change, snapshot
from articles.text import names

State = dict[str, Any]


class DraftConflict(ValidationError):
    """A draft and the live state of its article have changed the same `fields` differently."""

    def __init__(self, article: Article, fields: Iterable[str]) -> None:
        self.article = article
        self.fields = list(fields)
        labels = gettext(", ").join(field_label(name) for name in self.fields)
        message = gettext(
            "The published version of “%(title)s” has changed too since this draft was begun: "
            "%(fields)s. Open the draft, compare both, and publish it from there."
        )
        params = {"title": article.title, "fields": labels}
        super().__init__(message, code="draft_conflict", params=params)


class OpenedDraft(NamedTuple):
    """The newest state of an article: the live one, or its draft merged with the live one.

    `draft` is None without one. `conflicts` are the fields that both have changed differently, and
    have the value of the draft. `live` are those that have the newer value of the live state.
    """

    draft: Draft | None
    fields: State
    body: str
    conflicts: list[str]
    live: list[str]

    @property
    def values(self) -> State:
        """The values of the attributes of an article in this state."""
        return authored_values(self.fields, self.body)

    def apply(self, article: Article) -> None:
        """Give `article` the values of this state, without saving it."""
        for name, value in self.values.items():
            setattr(article, name, value)


def field_label(name: str) -> str:
    """Return the label of an authored field."""
    field: Any = Article._meta.get_field(name)
    return str(field.verbose_name)


def open_newest(article: Article, draft: Draft | None = None) -> OpenedDraft:
    """Return the newest state of `article`, whose fields are those stored. Writes nothing."""
    draft = draft or Draft.objects.select_related("revision").filter(pk=article.pk).first()
    live = state(article, tags_of(article))
    if draft is None:
        return OpenedDraft(None, *_split(live), conflicts=[], live=[])
    newest = _state_of(draft.revision)
    base = Revision.objects.filter(article=article, number=draft.base).first()
    merged = merge_states(_state_of(base) if base else live, newest, live)
    # The row has the status of what readers see; only the draft is in review.
    merged.state["status"] = newest["status"]
    changed = [name for name in merged.state if merged.state[name] != newest.get(name)]
    return OpenedDraft(draft, *_split(merged.state), conflicts=merged.conflicts, live=changed)


def _state_of(revision: Revision) -> State:
    return {**complete(revision.fields), "body": revision.body}


def _split(state: Mapping[str, Any]) -> tuple[State, str]:
    fields = dict(state)
    return fields, fields.pop("body")


@transaction.atomic
def save_draft(
    article: Article, *, status: Status | None = None, **options: Unpack[SaveOptions]
) -> Revision | None:
    """Save the fields of `article` without showing them to readers.

    If it is published, they become its draft, and the article stays as it is; a scheduled
    publication of the draft is cancelled, since it was decided for another text. Else they are
    saved as by `save`. The status is `status`, or stays. Names are checked as if the draft were
    published now. Takes the arguments of `save` and raises its errors.
    """
    stored = lock_stored(article)
    if stored is None or stored.status != Status.PUBLISHED:
        return save_row(article, status or _status_of_row(stored), **options)
    options.get("authorize", allow)(stored)
    newest = newest_revision(article, options.get("base"))
    draft = Draft.objects.select_related("revision").filter(pk=article.pk).first()
    article.status = status or (draft.status if draft else Status.DRAFT)
    fields = _checked_fields(article, options)
    before = _state_of(draft.revision) if draft else _live_state(stored, article.status)
    revision = _record_draft(article, fields, before, newest, options)
    if revision:
        user = options.get("user")
        draft = draft or Draft(article=article, owner_id=user.pk if user else None)
        # The user has seen the live state that the draft is compared with from now on.
        live = Revision.objects.newest_live(article.pk).values_list("number", flat=True)
        draft.base = live.first() or 0
        _store(draft, revision, article)
    return revision


def _record_draft(
    article: Article,
    fields: State,
    before: State,
    newest: Revision | None,
    options: SaveOptions,
    old_body: str | None = None,
) -> Revision | None:
    """Store the revision of a draft that follows `newest`. Return None if the state of the draft
    was the same `before`."""
    after = {**fields, "body": article.body}
    if before == after:
        return None
    return record(
        article,
        fields,
        options.get("user"),
        options.get("comment", ""),
        kind=options.get("kind") or kind_of_change(before, after),
        operation=options.get("operation"),
        is_draft=True,
        after=newest,
        old_body=old_body,
    )


def _status_of_row(stored: Article | None) -> Status:
    return Status(stored.status) if stored else Status.DRAFT


def save_row(article: Article, status: Status, **options: Unpack[SaveOptions]) -> Revision | None:
    """Save `article` itself with this status, in place of the draft that it may have. Call inside
    atomic()."""
    article.status = status
    revision = save(article, **options)
    if article.pk and _delete_draft(article):
        revision = revision or _record_live(article, options.get("user"), options.get("operation"))
    return revision


def _checked_fields(article: Article, options: SaveOptions) -> State:
    """Return the snapshot of a draft. Raise ValidationError if it could not be published now."""
    check_publishable(article)
    texts = options.get("tags")
    tags = tag_texts(texts, create=options.get("create_tags", True)) if texts is not None else None
    return snapshot(article, [tag.name for tag in tags_of(article)] if tags is None else tags)


def check_publishable(article: Article) -> None:
    """Raise ValidationError if `article` could not be stored with its fields: for a field that is
    wrong, and for a slug or a name that another article has."""
    article.clean_fields()
    article.validate_unique()
    derived.check_names(article)


def tag_texts(texts: Iterable[str], *, create: bool = True) -> list[str]:
    """Return the names of the tags of a draft; new ones are created when it is published.

    Raises ValidationError for a text that can't be a tag's name, or without `create`, that is
    none."""
    by_key = {names.fold(text): " ".join(text.split()) for text in texts}
    by_key.pop("", None)
    tags: dict[str, Tag] = Tag.objects.resolve(by_key.values())
    new = [text for key, text in by_key.items() if key not in tags]
    if new and not create:
        raise ValidationError(gettext("A tag was deleted while you were editing."), "unknown_tag")
    check_tags(new)
    return sorted({*(tag.name for tag in tags.values()), *new})


def _live_state(stored: Article, status: str) -> State:
    """Return the live state with the status of a draft, which is no change of it by itself."""
    return {**state(stored, tags_of(stored)), "status": status}


def _store(draft: Draft, revision: Revision, article: Article) -> None:
    """Save `revision`, which has the fields of `article`, as the newest one of `draft`."""
    draft.revision = revision
    draft.publish_at, draft.scheduled_by, draft.failure = None, None, ""
    draft.terms, draft.derived_by = _search_terms(article, revision), fingerprints.derived_by()
    draft.save()
    ContentVersion.objects.bump(public=False, articles=())


def _search_terms(article: Article, revision: Revision) -> str:
    derived.derive(article)
    return search.draft_terms(article, Tag.objects.filter(name__in=revision.tag_names))


def index_drafts(drafts: QuerySet[Draft] | None = None) -> int:
    """Store the search terms of `drafts`, or of all, again, as `reindex` does for articles. Return
    their number. Each draft is a transaction."""
    drafts = Draft.objects.all() if drafts is None else drafts
    return sum(map(_index_draft, list(drafts.order_by("pk").values_list("pk", flat=True))))


@transaction.atomic
def _index_draft(pk: int) -> bool:
    """Return whether there still is such a draft."""
    list(Article.objects.locked([pk]).values_list("pk"))
    draft = Draft.objects.select_related("revision").filter(pk=pk).first()
    if draft:
        draft.terms = _search_terms(draft.revision.as_article(), draft.revision)
        draft.derived_by = fingerprints.derived_by()
        draft.save(update_fields=["terms", "derived_by"])
    return draft is not None


@transaction.atomic
def save_hidden_draft(
    pk: int,
    values: Mapping[str, str],
    user: AbstractBaseUser,
    *,
    base: int,
    authorize: Authorize = allow,
) -> Revision | None:
    """Save some fields of the draft of the article with that primary key, whatever its status is.

    For a user who may not read the article: the other fields stay those of the draft, and nothing
    of the present state of the article gets into it. Returns the new revision, or None if nothing
    has changed. Raises `EditConflict` if the newest revision of the draft is not number `base`,
    `Draft.DoesNotExist` without a draft, and the errors of `save_draft`.
    """
    article = Article.objects.locked([pk]).get()
    authorize(article)
    draft = Draft.objects.select_related("revision").get(pk=pk)
    if draft.revision.number != base:
        raise EditConflict(draft.revision)
    before = _state_of(draft.revision)
    for name, value in {**authored_values(*_split(before)), **values}.items():
        setattr(article, name, value)
    check_publishable(article)
    fields, newest = snapshot(article, draft.revision.tag_names), newest_revision(article, None)
    revision = _record_draft(article, fields, before, newest, {"user": user}, before["body"])
    if revision:
        _store(draft, revision, article)
    return revision


@transaction.atomic
def publish_changes(article: Article, **options: Unpack[SaveOptions]) -> Revision | None:
    """Save `article` as what readers see, in place of its draft.

    Takes the arguments of `save` and raises its errors.
    """
    return save_row(article, Status.PUBLISHED, **options)


@transaction.atomic
def publish_draft(
    article: Article,
    user: AbstractBaseUser | None,
    *,
    authorize: Authorize = allow,
    updated: datetime | None = None,
) -> Revision | None:
    """Publish the draft of `article`, merged with what has changed in the live state since.

    `updated` is the time of the publication, if that is not now. Raises `DraftConflict` if both
    have changed the same, `Draft.DoesNotExist` if there is no draft, and the errors of
    `save_draft`.
    """
    stored = lock_stored(article)
    if stored is None:
        raise Article.DoesNotExist
    authorize(stored)
    draft = Draft.objects.select_related("revision").get(pk=article.pk)
    row = Article.objects.get(pk=article.pk)
    tags = _apply_draft(row, draft)
    return publish_changes(
        row,
        tags=tags,
        user=user,
        comment=draft.revision.comment or gettext_lazy("Draft published"),
        authorize=authorize,
        updated=max(updated, row.updated) if updated else None,
    )


def _apply_draft(row: Article, draft: Draft) -> list[str]:
    """Give a stored article the state of its draft, and return its tags. Raise `DraftConflict`,
    or ValidationError if it could not be stored."""
    newest = open_newest(row, draft)
    if newest.conflicts:
        raise DraftConflict(row, newest.conflicts)
    newest.apply(row)
    # An article that came back from the trash may have a draft whose names are taken.
    check_publishable(row)
    tags: list[str] = newest.fields["tags"]
    return tags


@transaction.atomic
def discard_draft(
    article: Article,
    user: AbstractBaseUser | None,
    *,
    base: int | None = None,
    authorize: Authorize = allow,
) -> bool:
    """Delete the draft of `article`. Its revisions stay, and one with the live state follows them.

    Returns whether there was a draft. Raises `EditConflict` if the newest revision is not `base`.
    """
    stored = lock_stored(article)
    if stored is None or not Draft.objects.filter(pk=article.pk).exists():
        return False
    authorize(stored)
    newest_revision(article, base)
    _delete_draft(article)
    _record_live(stored, user, None)
    return True


def _delete_draft(article: Article) -> bool:
    deleted, _models = Draft.objects.filter(pk=article.pk).delete()
    if deleted:
        ContentVersion.objects.bump(public=False, articles=())
    return bool(deleted)


def _record_live(
    article: Article, user: AbstractBaseUser | None, operation: UUID | None
) -> Revision:
    """Record the live state again if the newest revision is a draft, so that it is the newest."""
    row = Article.objects.get(pk=article.pk)
    newest = Revision.objects.newest(article.pk).get()
    if not newest.is_draft:
        return newest
    return record(
        row,
        snapshot(row, [tag.name for tag in tags_of(row)]),
        user,
        gettext_lazy("Draft discarded"),
        kind=RevisionKind.RESTORED,
        operation=operation,
        after=newest,
    )
