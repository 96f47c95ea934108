"""The states in which an article was saved."""

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models.article import AUTHORED, Article
from articles.models.visibility import Status
from articles.text import names

# The fields whose change makes a revision one of a kind, if no other field has changed.
STATUS_FIELDS = frozenset(("status", "publish_at", "expire_at"))
TAG_FIELDS = frozenset(("tags",))
COMMENT_LENGTH = 200


class RevisionKind(models.TextChoices):
    """What an editor, or a command, did to an article."""

    CREATED = "created", pgettext_lazy("kind of change", "created")
    EDIT = "edit", pgettext_lazy("kind of change", "edit")
    RENAME = "rename", pgettext_lazy("kind of change", "rename")
    STATUS = "status", pgettext_lazy("kind of change", "status")
    SUBMITTED = "submitted", pgettext_lazy("kind of change", "submitted for review")
    RETURNED = "returned", pgettext_lazy("kind of change", "sent back")
    TAGS = "tags", pgettext_lazy("kind of change", "tags")
    BULK = "bulk", pgettext_lazy("kind of change", "bulk")
    RESTORED = "restored", pgettext_lazy("kind of change", "restored")
    UNDONE = "undone", pgettext_lazy("kind of change", "undone")
    DELETED = "deleted", pgettext_lazy("kind of change", "deleted")
    LOADED = "loaded", pgettext_lazy("kind of change", "loaded")


def kind_of_change(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> RevisionKind:
    """Return the kind of a change from the fields `old` to `new`, both with the body.

    `old` is None for a new article.
    """
    if old is None:
        return RevisionKind.CREATED
    changed = {name for name in new.keys() | old.keys() if new.get(name) != old.get(name)}
    if "title" in changed or "slug" in changed:
        return RevisionKind.RENAME
    if changed and changed <= STATUS_FIELDS:
        return RevisionKind.STATUS
    return RevisionKind.TAGS if changed == TAG_FIELDS else RevisionKind.EDIT


def snapshot(article: Article, tags: Iterable[str]) -> dict[str, Any]:
    """Return the authored fields except the body, and the tags, as JSON-serialisable values."""
    fields = {**article.authored(), "tags": sorted(tags)}
    del fields["body"]
    values: dict[str, Any] = json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
    return values


def complete(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a snapshot that an earlier version may have made: those that articles
    have now, with the default of a field that they did not have then."""
    defaults = snapshot(Article(), [])
    return {name: fields.get(name, default) for name, default in defaults.items()}


def authored_values(fields: dict[str, Any], body: str) -> dict[str, Any]:
    """Return the values of an article's attributes from a snapshot and a body: the inverse of
    `snapshot`, without the tags."""
    values = {**complete(fields), "body": body}
    columns: dict[str, Any] = {name: Article._meta.get_field(name) for name in AUTHORED}
    return {name: field.to_python(values[name]) for name, field in columns.items()}


def fingerprint(fields: dict[str, Any], body: str) -> str:
    """Return a hash that is equal for equal states of an article: SHA-256 in hexadecimal.

    Empty fields are left out, so that it stays the same when articles get a new optional field.
    """
    filled = {name: value for name, value in fields.items() if value}
    canonical = json.dumps([filled, body], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _was_public(fields: dict[str, Any], start: datetime, end: datetime) -> bool:
    """Whether readers could see an article that had `fields` from `start` to `end`."""
    publish_at, expire_at = (
        parse_datetime(fields.get(name) or "") for name in ("publish_at", "expire_at")
    )
    return (
        fields.get("status") == Status.PUBLISHED
        and (publish_at is None or publish_at < end)
        and (expire_at is None or expire_at > start)
    )


def _first_slug(article: Article, slugs: Iterable[str]) -> str:
    """Return the first of `slugs` that is a name of the article which readers may know.

    A slug stays in `hidden_former` if the article takes it again: it was not the first.
    """
    public = {names.fold(name) for _kind, name in article.public_names()}
    public -= {names.fold(name) for name in article.hidden_former}
    candidates = filter(names.is_slug, slugs)
    return next((slug for slug in candidates if names.fold(slug) in public), article.slug)


class RevisionManager(models.Manager["Revision"]):
    """The revisions of articles, without those of articles in the trash."""

    def get_queryset(self) -> "models.QuerySet[Revision]":
        return super().get_queryset().filter(trashed=None)

    def first_slugs(self, articles: Iterable[Article]) -> dict[int, str]:
        """Return by primary key the first slug under which readers could see each article and
        that is still one of its names.

        It stays the same when the article is renamed, and is unique in the article's language. If
        the first revision, loaded from a document, already has former names, these come first.
        """
        articles = list(articles)
        slugs: dict[int, list[str]] = {article.pk: [] for article in articles}
        # Only if the first slug is hidden, a later revision can have the first public one.
        with_hidden = [article.pk for article in articles if article.hidden_former]
        is_read = models.Q(number=1) | models.Q(article__in=with_hidden)
        rows = self.filter(is_read, article__in=slugs, is_draft=False).order_by("number")
        for pk, number, former, slug in rows.values_list(
            "article", "number", "fields__former", "fields__slug"
        ):
            slugs[pk] += [*(former or [] if number == 1 else []), slug or ""]
        return {
            article.pk: _first_slug(article, [*slugs[article.pk], *article.former])
            for article in articles
        }

    def public_states(self, articles: Any) -> Iterator[dict[str, Any]]:
        """Yield the fields of all revisions in whose time readers could see their article.

        `articles` are primary keys, or a query for them. A revision tells the state of its article
        until the next one that is no draft. Readers see no article in the trash, where it is from
        a revision of the kind `deleted` until the next one.
        """
        live = self.filter(article__in=articles, is_draft=False)
        revisions = live.order_by("article", "number")
        rows = list(revisions.values_list("article", "created", "fields", "kind"))
        now = timezone.now()
        for (pk, start, fields, kind), following in zip_longest(rows, rows[1:]):
            end = following[1] if following and following[0] == pk else now
            if kind != RevisionKind.DELETED and _was_public(fields, start, end):
                yield fields

    def public_keys(self, article: int, hidden: Collection[str]) -> set[str]:
        """Return the keys of all names that an article has had while readers could see it.

        `hidden` are keys of former names that readers could not see, though revisions list them.
        """
        keys: set[str] = set()
        for fields in self.public_states([article]):
            own = (fields.get("title", ""), fields.get("slug", ""), *fields.get("aliases", []))
            keys |= set(map(names.fold, own))
            keys |= set(map(names.fold, fields.get("former", []))).difference(hidden)
        return keys

    def get_by_natural_key(self, slug: str, number: int) -> "Revision":
        return self.get(article__slug=slug, number=number)

    def newest_live(self, article: int) -> "models.QuerySet[Revision]":
        """The last revision of an article that its row had: no draft."""
        return self.filter(article=article, is_draft=False).order_by("-number")[:1]

    def newest(self, article: int) -> "models.QuerySet[Revision]":
        """The last revision of an article, without the large columns."""
        revisions = self.filter(article=article).order_by("-number")
        return revisions.defer("body", "fields")[:1]


class Revision(models.Model):
    """A saved state of an article. Never changed afterwards.

    The editor is a username, not a foreign key: revisions can be loaded into any database and
    outlive user accounts.

    A draft (`is_draft`) is a state that the article itself did not have at that time: a change of
    a published article that was not published with it.

    It belongs to an article, or to one in the trash (`trashed`).
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="revisions", db_index=False, null=True
    )
    trashed = models.ForeignKey(
        "articles.TrashedArticle",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        editable=False,
        serialize=False,
    )
    number = models.PositiveIntegerField(_("number"))
    fields = models.JSONField(_("fields"))
    editor = models.CharField(_("editor"), max_length=150, blank=True)
    comment = models.CharField(_("comment"), max_length=COMMENT_LENGTH, blank=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=RevisionKind.choices, default=RevisionKind.EDIT
    )
    # Equal for all revisions that one action has made, maybe of many articles.
    operation = models.UUIDField(_("operation"), default=uuid.uuid4, editable=False)
    is_draft = models.BooleanField(_("draft"), default=False, editable=False)
    # The size of the change of the body, in words: all of them in the first revision.
    words_added = models.PositiveIntegerField(default=0, editable=False)
    words_removed = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now)
    fingerprint = models.CharField(max_length=64, editable=False)
    body = models.TextField(_("body"), blank=True)

    objects = RevisionManager()
    all_objects: models.Manager["Revision"] = models.Manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["article", "number"]
        indexes = [
            # With the operation, so that recent changes are grouped without reading rows.
            models.Index(fields=["-created", "-id", "operation"], name="revision_recent"),
            models.Index(fields=["editor", "-created", "-id"], name="revision_by_editor"),
            models.Index(fields=["editor", "article"], name="revision_articles_of_editor"),
            models.Index(fields=["kind", "-created", "-id"], name="revision_by_kind"),
            models.Index(fields=["operation"], name="revision_operation"),
            models.Index(
                fields=["trashed"],
                condition=models.Q(trashed__isnull=False),
                name="revision_trashed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="revision_number_is_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(article=None, trashed__isnull=False)
                | models.Q(article__isnull=False, trashed=None),
                name="revision_has_article",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fields.get('title', '')} · {self.number}"

    def natural_key(self) -> tuple[str, int]:
        return (*self.article.natural_key(), self.number)  # type: ignore[union-attr]

    @property
    def tag_names(self) -> list[str]:
        names: list[str] = self.fields.get("tags", [])
        return names

    def as_article(self) -> Article:
        """Return the article as it was, which must not be saved."""
        values = authored_values(self.fields, self.body)
        return Article(pk=self.article_id, updated=self.created, **values)

    def has_state(self, fields: dict[str, Any], body: str) -> bool:
        """Whether it stores this state of an article. The forms of the snapshots may differ."""
        return self.body == body and complete(self.fields) == complete(fields)

    natural_key.dependencies = ["articles.article"]  # type: ignore[attr-defined]
