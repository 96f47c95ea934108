"""Every state that an article was saved in."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.text import names


def snapshot(article: Article, tags: Iterable[str]) -> dict[str, Any]:
    """All authored fields but the body, and the tags, as JSON can hold them."""
    fields = {**article.authored(), "tags": sorted(tags)}
    del fields["body"]
    plain: dict[str, Any] = json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
    return plain


def fingerprint(fields: dict[str, Any], body: str) -> str:
    """Tells whether two states of an article are the same. SHA-256 in hex."""
    canonical = json.dumps([fields, body], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


class RevisionManager(models.Manager["Revision"]):
    def first_slugs(self, articles: Iterable[Article]) -> dict[int, str]:
        """For each of `articles` the first slug that is still its name.

        It stays when the article is renamed, and no other one in the same language has it. An
        article that came with former names, out of a document, had those before.
        """
        articles = list(articles)
        rows = self.filter(article__in=[article.pk for article in articles], number=1)
        first = dict(rows.values_list("article", "fields"))
        found = {}
        for article in articles:
            fields, own = first.get(article.pk, {}), article.keys()
            had = [*fields.get("former", []), fields.get("slug", ""), *article.former]
            kept = [name for name in had if names.slug(name) == name and names.fold(name) in own]
            found[article.pk] = [*kept, article.slug][0]
        return found

    def get_by_natural_key(self, slug: str, number: int) -> "Revision":
        return self.get(article__slug=slug, number=number)

    def newest(self, article: int) -> "models.QuerySet[Revision]":
        """The last revision of an article, without the large columns."""
        revisions = self.filter(article=article).order_by("-number")
        return revisions.defer("body", "fields")[:1]


class Revision(models.Model):
    """The whole of an article as it was saved once. Never changed afterwards.

    The editor is a name, not a foreign key: history loads into any database and
    outlives the accounts of those who made it.
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    fields = models.JSONField(_("fields"))
    editor = models.CharField(_("editor"), max_length=150, blank=True)
    comment = models.CharField(_("comment"), max_length=200, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now)
    fingerprint = models.CharField(max_length=64, editable=False)
    body = models.TextField(_("body"), blank=True)

    objects = RevisionManager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["article", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="revision_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fields.get('title', '')} · {self.number}"

    def natural_key(self) -> tuple[str, int]:
        return (*self.article.natural_key(), self.number)

    natural_key.dependencies = ["articles.article"]  # type: ignore[attr-defined]
