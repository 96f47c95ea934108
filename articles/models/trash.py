"""The trash: deleted articles that can be restored, and the names that readers know of them."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.models.visibility import Status
from articles.text import names


class TrashedArticle(models.Model):
    """A deleted article. It is no row of `Article`, so no query of articles returns it, and other
    articles may take its names.

    Its history comes along. The last revision, of the kind `deleted`, has the content; here is
    what a revision does not store, and what the list of the trash shows. An article of the same
    primary key may have been loaded meanwhile, so `article_pk` is not unique.
    """

    article_pk = models.PositiveBigIntegerField(editable=False)
    title = models.CharField(_("title"), max_length=names.NAME_LENGTH)
    slug = models.CharField(_("slug"), max_length=fields.SLUG_LENGTH)
    language = models.CharField(_("language"), max_length=35)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created = models.DateTimeField(_("created"))
    updated = models.DateTimeField(_("updated"))
    hidden_former = models.JSONField(default=list)
    # The columns of its draft, but for the article, if it had one.
    draft = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    # The primary keys of its working copies.
    working_copies = models.JSONField(default=list)
    deleted = models.DateTimeField(_("deleted"), default=timezone.now, db_index=True)
    # A username, as in revisions.
    editor = models.CharField(_("deleted by"), max_length=150, blank=True)
    operation = models.UUIDField(default=uuid.uuid4, db_index=True)

    objects: models.Manager["TrashedArticle"] = models.Manager()

    class Meta:
        verbose_name = _("deleted article")
        verbose_name_plural = _("deleted articles")
        ordering = ["-deleted", "-pk"]
        default_permissions = ()
        permissions = [("empty_trash", "Can delete articles permanently")]

    def __str__(self) -> str:
        return self.title

    @property
    def direction(self) -> str:
        return names.direction(self.language)


class TrashedNameManager(models.Manager["TrashedName"]):
    def first_match(self, texts: Iterable[str]) -> str:
        """Return the first of `texts` that is a name here, or an empty string. One query."""
        by_key: dict[str, str] = {}
        for text in texts:
            by_key.setdefault(names.fold(text), text)
        stored = set(self.filter(key__in=by_key).values_list("key", flat=True))
        return next((text for key, text in by_key.items() if key in stored), "")


class TrashedName(models.Model):
    """A name of a deleted article that readers knew. Its URL answers 410 instead of 404, unless a
    public article has the name."""

    key = fields.KeyField(max_length=names.KEY_LENGTH)
    trashed = models.ForeignKey(TrashedArticle, on_delete=models.CASCADE, related_name="names")

    objects = TrashedNameManager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["key", "trashed"], name="trashed_name_is_unique"),
        ]

    def __str__(self) -> str:
        return str(self.key)
