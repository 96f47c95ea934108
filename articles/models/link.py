"""Outgoing links as they are written. Where one goes is asked of `Name` when it is read."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.models.name import Name, preferred_over
from articles.models.translation import Leads, Meanings, Target, leads
from articles.models.visibility import public

if TYPE_CHECKING:
    from articles.models.article import Article


class Unseen(Func):
    """A value that PostgreSQL does not look at when it makes a plan, so that one plan serves all.

    It thinks that a plan for just this value were better, where most values are rarer than the
    mean, and would make a new one each time: for longer than the query takes.
    """

    template = "(SELECT %(expressions)s LIMIT 1)"
    arity = 1


class LinkQuerySet(models.QuerySet["Link"]):
    def public(self, at: datetime | None = None) -> Self:
        return self.filter(public("source__", at))

    def wanted(self) -> Self:
        """Links to a name that no article has."""
        return self.filter(~Exists(Name.objects.filter(key=OuterRef("key"))))

    def to(
        self,
        article: "Article",
        at: datetime | None = None,
        translations: Mapping[str, str] | None = None,
    ) -> Self:
        """Links from other articles that lead readers to `article`.

        Where articles in several languages share a name, a link leads to the one that
        `preference` puts first for the language it is written in. `translations` are the slugs
        of the article's public translations by language: a link in the language of one leads to
        that one.
        """
        if translations:
            return self._to_translated(article, at, translations)
        return self._named(article, at)

    def _to_translated(
        self, article: "Article", at: datetime | None, translations: Mapping[str, str]
    ) -> Self:
        """By the article's own names, and, in its language, by those of its translations."""
        others = Name.objects.filter(article__slug__in=list(translations.values()))
        same = Name.objects.public(at).filter(language=article.language, key=OuterRef("key"))
        named = self._named(article, at)
        meant = self.filter(
            ~Exists(same), source__language=article.language, key__in=others.values("key")
        )
        elsewhere = Q(source__language__in=list(translations))
        own = named.filter(~elsewhere | Q(source__slug__in=list(translations.values())))
        found = own.values("pk").union(meant.exclude(source=article).values("pk"))
        return self.filter(pk__in=found)

    def _named(self, article: "Article", at: datetime | None) -> Self:
        """Links from other articles whose name no article has that goes before `article`."""
        rivals = Name.objects.public(at).filter(
            preferred_over(article.language, OuterRef("source__language")), key=OuterRef("key")
        )
        keys = [("key", Unseen(Value(key))) for key in article.keys()]  # noqa: SIM118
        return (
            self.filter(Q(*keys, _connector=Q.OR))
            .exclude(source=article)
            # Not Exists: PostgreSQL would collect all names of all rivals before the first row.
            .alias(rival=Subquery(rivals.values("pk")[:1]))
            .filter(Q(source__language=article.language) | Q(rival=None))
        )

    def targets(self, article: "Article") -> dict[str, Target]:
        """For each name that `article` links to: the public article it means. One query."""
        return self.leads(article).targets

    def leads(self, article: "Article") -> Leads:
        """`targets`, and the public translations of `article`. One query."""
        return leads(article.pk, article.language)


def targets_from(articles: "Iterable[Article]") -> dict[int, dict[str, Target]]:
    """For each of `articles`, where the names lead that it links to. One query, and one for each
    of their languages."""
    keys = [article.pk for article in articles]
    links = Link.objects.filter(source__in=keys)
    found = targets_of(links.values_list("source", "source__language", "key"))
    return {pk: found.get(pk, {}) for pk in keys}


def targets_of(links: Iterable[tuple[int, str, str]]) -> dict[int, dict[str, Target]]:
    """For links, which are given as their source, its language and the key of a name: where they
    lead, by source and key. One query for each language."""
    written: dict[str, dict[int, set[str]]] = {}
    for source, language, key in links:
        written.setdefault(language, {}).setdefault(source, set()).add(key)
    found: dict[int, dict[str, Target]] = {}
    for language, sources in written.items():
        meanings = Meanings(set().union(*sources.values()), language)
        found |= {source: meanings.targets(keys, source) for source, keys in sources.items()}
    return found


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
