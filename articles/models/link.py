"""Outgoing links as they are written. Where one goes is asked of `Name` when it is read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.models.link_resolution import NameResolver, ResolvedLinks, Target, leads
from articles.models.name import Name, preferred_over
from articles.models.visibility import public

if TYPE_CHECKING:
    from articles.models.article import Article


class OpaqueParameter(Func):
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
        keys = article.keys()
        if not translations:
            return self._named(article, keys, at)
        own = self._by_own_name(article, keys, at, translations)
        named = self._by_name_of_translation(article, at, translations)
        return self.filter(pk__in=own.values("pk").union(named.values("pk")))

    def first_to(
        self,
        count: int,
        article: "Article",
        at: datetime | None = None,
        translations: Mapping[str, str] | None = None,
    ) -> Self:
        """The first `count` links of `to`, by source.

        For each name the first are looked up alone, in the order of the index, so that it takes
        no longer where many link here. An article may have more names than a database takes parts
        of a query: ask for some of them at a time.
        """
        keys = article.keys()
        found = [self._by_own_name(article, [key], at, translations or {}) for key in keys]
        if translations:
            found.append(self._by_name_of_translation(article, at, translations))
        links = [each.order_by("source")[:count] for each in found]
        if len(links) == 1:
            return links[0]
        # SQLite takes no LIMIT in a part of a UNION, but in a subquery of each.
        first, *others = (Link.objects.filter(pk__in=each.values("pk")) for each in links)
        together = first.values("pk").union(*(part.values("pk") for part in others), all=True)
        return self.filter(pk__in=together).order_by("source")[:count]

    def _by_own_name(
        self,
        article: "Article",
        keys: Sequence[str],
        at: datetime | None,
        translations: Mapping[str, str],
    ) -> Self:
        """Who writes in the language of a translation means that one; but not the translation."""
        named = self._named(article, keys, at)
        if not translations:
            return named
        elsewhere = Q(source__language__in=list(translations))
        return named.filter(~elsewhere | Q(source__slug__in=list(translations.values())))

    def _by_name_of_translation(
        self, article: "Article", at: datetime | None, translations: Mapping[str, str]
    ) -> Self:
        """Who writes in the language of `article` means it."""
        others = Name.objects.filter(article__slug__in=list(translations.values()))
        same = Name.objects.public(at).filter(language=article.language, key=OuterRef("key"))
        return self.filter(
            ~Exists(same), source__language=article.language, key__in=others.values("key")
        ).exclude(source=article)

    def _named(self, article: "Article", keys: Sequence[str], at: datetime | None) -> Self:
        """Links from other articles by one of `keys`, where no article that has the same name
        goes before `article`."""
        rivals = Name.objects.public(at).filter(
            preferred_over(article.language, OuterRef("source__language")), key=OuterRef("key")
        )
        wanted = [OpaqueParameter(Value(key)) for key in keys]
        # `IN` with one SELECT would mean its rows, for which PostgreSQL has no use of the index.
        named = Q(key__in=wanted) if len(wanted) > 1 else Q(key=wanted[0])
        return (
            self.filter(named)
            .exclude(source=article)
            # Not Exists: PostgreSQL would collect all names of all rivals before the first row.
            .alias(rival=Subquery(rivals.values("pk")[:1]))
            .filter(Q(source__language=article.language) | Q(rival=None))
        )

    def targets(self, article: "Article") -> dict[str, Target]:
        """For each name that `article` links to: the public article it means. One query."""
        return self.resolve(article).targets

    def resolve(self, article: "Article") -> ResolvedLinks:
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
        meanings = NameResolver(set().union(*sources.values()), language)
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
