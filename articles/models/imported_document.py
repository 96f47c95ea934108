"""Where imported articles come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import fields

SOURCE_LENGTH = 100
PATH_LENGTH = 500


class ImportedDocument(models.Model):
    """A document of another system that became an article.

    So an import that is repeated updates the article, unless it was edited here: `digest` is what
    the document said, `state` what was written of it. Without an article, it was deleted here;
    `slug` is the one that it had.
    """

    source = fields.KeyField(_("source"), max_length=SOURCE_LENGTH)
    path = fields.KeyField(_("path"), max_length=PATH_LENGTH)
    slug = models.CharField(_("slug"), max_length=fields.SLUG_LENGTH)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=64)
    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.SET_NULL,
        null=True,
        related_name="imported_documents",
        verbose_name=_("article"),
    )

    class Meta:
        verbose_name = _("imported document")
        verbose_name_plural = _("imported documents")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "path"], name="imported_path_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.path}"
