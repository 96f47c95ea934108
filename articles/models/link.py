"""Outgoing links as they are written. Where one goes is asked of `Name` when it is read."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.models.name import Name, NameQuerySet, preference, preferred_over
from articles.models.prepared import Prepared
from articles.models.visibility import public

if TYPE_CHECKING:
    from articles.models.article import Article


class Target(NamedTuple):
    """The article that a link leads to."""

    pk: int
    slug: str


class LinkQuerySet(models.QuerySet["Link"]):
    def public(self, at: datetime | None = None) -> Self:
        return self.filter(public("source__", at))

    def wanted(self) -> Self:
        """Links to a name that no article has."""
        return self.filter(~Exists(Name.objects.filter(key=OuterRef("key"))))

    def to(self, article: "Article", at: datetime | None = None) -> Self:
        """Links from other articles that lead readers to `article`.

        Where articles in several languages share a name, a link leads to the one that
        `preference` puts first for the language it is written in.
        """
        rivals = Name.objects.public(at).filter(
            preferred_over(article.language, OuterRef("source__language")), key=OuterRef("key")
        )
        return (
            self.filter(key__in=article.keys())
            .exclude(source=article)
            # Not Exists: PostgreSQL would collect all names of all rivals before the first row.
            .alias(rival=Subquery(rivals.values("pk")[:1]))
            .filter(Q(source__language=article.language) | Q(rival=None))
        )

    def targets(self, article: "Article") -> dict[str, Target]:
        """For each name that `article` links to: the public article it means. One query."""
        return _preferred(_linked.rows(article.pk), article.language)


def targets_of(keys: Iterable[str], language: str) -> dict[str, Target]:
    """For each of `keys` that names one: the public article that a link in `language` leads to."""
    return _preferred(_named(Name.objects.public(), keys), language)


def targets_from(articles: "Iterable[Article]") -> dict[str, dict[str, Target]]:
    """For each language of `articles`, where the names lead that they link to. One query."""
    keys = Link.objects.filter(source__in=[article.pk for article in articles]).values("key")
    found = list(_named(Name.objects.public(), keys))
    return {article.language: _preferred(found, article.language) for article in articles}


def _named(names: NameQuerySet, keys: Any) -> models.QuerySet[Name, tuple[str, str, int, str]]:
    found = names.filter(key__in=keys)
    return found.values_list("key", "language", "article", "article__slug")


def _preferred(found: Iterable[tuple[Any, ...]], language: str) -> dict[str, Target]:
    worst_first = sorted(found, key=lambda row: preference(row[1], language), reverse=True)
    return {key: Target(pk, slug) for key, _language, pk, slug in worst_first}


@Prepared
def _linked(source: int, at: datetime) -> models.QuerySet[Name, tuple[str, str, int, str]]:
    keys = Link.objects.filter(source=source).values("key")
    return _named(Name.objects.public(at), keys)


class Link(models.Model):
    """One link in one article. Derived from the article's body by `indexing`."""

    source = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="links", db_index=False
    )
    position = models.PositiveIntegerField()
    key = fields.KeyField(max_length=fields.KEY_LENGTH)
    name = models.CharField(max_length=fields.NAME_LENGTH)
    fragment = models.TextField(blank=True)
    label = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["source", "position"], name="link_position_is_unique"),
        ]
        indexes = [models.Index(fields=["key", "source"], name="link_target")]

    def __str__(self) -> str:
        return f"{self.label} → {self.name}"
