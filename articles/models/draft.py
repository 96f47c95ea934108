"""Drafts: changes of published articles that readers do not see yet."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.revision import Revision
from articles.models.visibility import Status
from articles.sql import CompiledQuery


class DraftQuerySet(models.QuerySet["Draft"]):
    def due(self, at: datetime | None = None) -> Self:
        """The drafts whose scheduled publication has come, the earliest first."""
        due = self.filter(publish_at__lte=at or timezone.now())
        return due.order_by("publish_at", "article")

    def in_review(self) -> Self:
        """The drafts of published articles that wait for an editor to publish them or send them
        back.

        Subqueries instead of joins let databases begin with the drafts, which are few, and not
        with the articles.
        """
        revisions = Revision.objects.filter(pk=OuterRef("revision"))
        articles = Article.objects.filter(pk=OuterRef("pk"))
        return self.alias(
            draft_status=Subquery(revisions.values(value=KT("fields__status"))),
            article_status=Subquery(articles.values("status")),
        ).filter(draft_status=Status.REVIEW, article_status=Status.PUBLISHED)


class DraftManager(models.Manager.from_queryset(DraftQuerySet)):  # type: ignore[misc]
    def next_publication(self) -> datetime | None:
        """Return when the next draft is published, which may be past, or None. One query."""
        for (publish_at,) in _next_query.rows():
            return publish_at  # type: ignore[no-any-return]
        return None


@CompiledQuery
def _next_query(at: datetime) -> models.QuerySet["Draft", Any]:
    drafts: models.QuerySet[Draft, Any] = Draft.objects.filter(publish_at__isnull=False)
    return drafts.order_by("publish_at").values_list("publish_at")[:1]


class Draft(models.Model):
    """The unpublished change of an article: its newest draft revision, and what it changes.

    The article's row stays the state that readers see. A draft is not content, so it is not in
    fixtures; its revisions are.
    """

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="draft"
    )
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    # The number of the live revision that the draft was last compared with.
    base = models.PositiveIntegerField()
    # Who began it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    # When it is published without further action, and who decided that.
    publish_at = models.DateTimeField(_("publish at"), null=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # The terms by which editors find it. Derived by `articles.search`.
    terms = models.TextField(default="")
    # See `articles.fingerprints`.
    derived_by = models.CharField(max_length=16, default="", editable=False)
    # Why it could not be published when that time came.
    failure = models.TextField(blank=True)

    objects = DraftManager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        # Those of articles hold.
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["publish_at"], condition=Q(publish_at__isnull=False), name="draft_due"
            ),
            models.Index(fields=["derived_by"], name="draft_derived_by"),
        ]

    def __str__(self) -> str:
        return str(self.revision)

    @property
    def status(self) -> Status:
        """Whether it is being written or waits for review."""
        return Status(self.revision.fields.get("status", Status.DRAFT))
