"""What a user has uploaded for an import, between the dry run and the confirmation."""

from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# After this time, an upload is gone.
LIFETIME = timedelta(hours=24)


class ImportUploadQuerySet(models.QuerySet["ImportUpload"]):
    def of_user(self, user: Any) -> Self:
        """The uploads of a user that have not expired, newest first."""
        recent = self.filter(user=user.pk, created__gt=timezone.now() - LIFETIME)
        return recent.order_by("-created", "-pk")

    def expired(self) -> Self:
        return self.filter(created__lte=timezone.now() - LIFETIME)


class ImportUpload(models.Model):
    """A file that is to be imported, and the report of its dry run; then, of the import.

    It is in the database, so that each process of the site has it, and it is only read as its
    user.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The name of the file, whose extension tells how it is read.
    name = models.CharField(_("name"), max_length=255)
    # Empty after the import.
    content = models.BinaryField(_("content"))
    # Arguments of `ImportOptions`.
    options = models.JSONField(_("options"))
    # `ImportReport.as_json()`
    report = models.JSONField(_("report"))
    created = models.DateTimeField(_("created"), default=timezone.now, db_index=True)
    # That of the import; None before it.
    operation = models.UUIDField(_("operation"), null=True, blank=True)

    objects = ImportUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
