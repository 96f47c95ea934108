"""The states in which an article was saved."""

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
    """Return the authored fields except the body, and the tags, as JSON-serialisable values."""
    fields = {**article.authored(), "tags": sorted(tags)}
    del fields["body"]
    values: dict[str, Any] = json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
    return values


def fingerprint(fields: dict[str, Any], body: str) -> str:
    """Return a hash that is equal for equal states of an article: SHA-256 in hexadecimal."""
    canonical = json.dumps([fields, body], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _first_slug(article: Article, first: dict[str, Any]) -> str:
    """`first` are the fields of the article's first revision."""
    keys = article.keys()
    candidates = [*first.get("former", []), first.get("slug", ""), *article.former]
    slugs = (name for name in candidates if names.is_slug(name) and names.fold(name) in keys)
    return next(slugs, article.slug)


class RevisionManager(models.Manager["Revision"]):
    def first_slugs(self, articles: Iterable[Article]) -> dict[int, str]:
        """Return the first slug of each article that is still one of its names, by primary key.

        It stays the same when the article is renamed, and is unique in the article's language. If
        the first revision, loaded from a document, already has former names, these come first.
        """
        articles = list(articles)
        rows = self.filter(article__in=[article.pk for article in articles], number=1)
        first = dict(rows.values_list("article", "fields"))
        return {
            article.pk: _first_slug(article, first.get(article.pk, {})) for article in articles
        }

    def get_by_natural_key(self, slug: str, number: int) -> "Revision":
        return self.get(article__slug=slug, number=number)

    def newest(self, article: int) -> "models.QuerySet[Revision]":
        """The last revision of an article, without the large columns."""
        revisions = self.filter(article=article).order_by("-number")
        return revisions.defer("body", "fields")[:1]


class Revision(models.Model):
    """A saved state of an article. Never changed afterwards.

    The editor is a username, not a foreign key: revisions can be loaded into any database and
    outlive user accounts.
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
