"""What users have typed into the form of an article and not saved yet."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article

# A user is editing an article while the working copy was stored within this time.
PRESENCE = timedelta(seconds=60)


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    def for_lists(self) -> Self:
        """Defer what was typed, and load the user: for notices."""
        return self.select_related("user").defer("fields").order_by("-updated", "-pk")

    def of_form(self, user: int, article: int | None) -> Self:
        """The working copies of a user for one article, or for new articles, newest first."""
        return self.for_lists().filter(user=user, article=article)

    def editing_now(self, article: int) -> Self:
        """Those of an article that users are typing now."""
        return self.for_lists().filter(article=article, updated__gt=timezone.now() - PRESENCE)

    def of_form_or_editing_now(self, user: int, article: int) -> Self:
        """`of_form` and `editing_now` in one query."""
        recent = Q(updated__gt=timezone.now() - PRESENCE)
        return self.for_lists().filter(Q(user=user) | recent, article=article)


class WorkingCopy(models.Model):
    """The values of an open form, stored while its user types. Neither a revision nor content.

    Only its user may read it: others learn that the user is editing the article. If the article
    is deleted, the working copy becomes that of a new article, until the article is restored.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    article = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Of the form in one window: two windows of a user don't overwrite each other.
    form_id = models.CharField(max_length=64)
    # The number of the revision that the form was filled in on; 0 for a new article.
    base = models.PositiveIntegerField(_("revision"), default=0)
    # The values as a browser submits them, by field.
    fields = models.JSONField(_("fields"))
    updated = models.DateTimeField(_("updated"), default=timezone.now, db_index=True)

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form_id"], name="working_copy_of_form_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.article or _('new article')}"
