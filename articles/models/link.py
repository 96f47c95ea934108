"""Outgoing links as they are written. Which article a link leads to depends on the names and
translations that exist when it is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.models.article import Article
from articles.models.link_resolution import candidates_of_articles, resolve
from articles.models.name import Name, outranks
from articles.models.visibility import public
from articles.text import names


class OpaqueParameter(Func):
    """A value that PostgreSQL's planner does not see, so that it uses one generic plan.

    It would prefer a plan for each value, since most values are rarer than the mean, and would
    make a new one each time, which takes longer than the query itself.
    """

    template = "(SELECT %(expressions)s LIMIT 1)"
    arity = 1


# Which of the two rows of a link by a path counts: `name_of_path` is a name with the whole path.
READERS_FOLLOW = Q(path=F("key"), name_of_path__isnull=False) | (
    ~Q(path=F("key")) & Q(name_of_path__isnull=True)
)


def _first(names: models.QuerySet[Name]) -> Subquery:
    # Not Exists: PostgreSQL would collect the names of all articles before the first row.
    return Subquery(names.values("pk")[:1])


class LinkTarget(NamedTuple):
    """What decides whether a link leads to an article: its names' keys, its language, and the
    slugs of its public translations by language."""

    pk: int
    language: str
    keys: Sequence[str]
    translations: Mapping[str, str]

    @classmethod
    def from_article(cls, article: Article) -> Self:
        """Read the translations of `article`. One query."""
        candidates = candidates_of_articles([article.pk], public=True)
        resolved = resolve(candidates, article.pk, article.language)
        return cls(article.pk, article.language, article.keys(), resolved.slugs)


class LinkQuerySet(models.QuerySet["Link"]):
    def public(self, at: datetime | None = None) -> Self:
        """Links in articles that readers may see."""
        return self.filter(public("source__", at))

    def effective(self, at: datetime | None = None) -> Self:
        """Links without the row of each link by a path that readers don't follow: the one by the
        whole path counts if a public article has it as a name, else the one by its last part."""
        names_of_path = Name.objects.of_public_articles(at).filter(key=OuterRef("path"))
        return self.alias(name_of_path=_first(names_of_path)).filter(Q(path="") | READERS_FOLLOW)

    def without_superseded(self, at: datetime | None = None) -> Self:
        """The same as `effective`, for queries over all links: the few rows that readers don't
        follow are read first, by an index. PostgreSQL takes a subquery for each row, even if it
        is not executed, for so expensive that it plans all else for it."""
        names_of_path = Name.objects.of_public_articles(at).filter(key=OuterRef("path"))
        return self._without_superseded(names_of_path)

    def wanted(self) -> Self:
        """Links to a name that no article has."""
        links = self._without_superseded(Name.objects.filter(key=OuterRef("path")))
        return links.filter(~Exists(Name.objects.filter(key=OuterRef("key"))))

    def _without_superseded(self, names_of_path: models.QuerySet[Name]) -> Self:
        by_path = Link.objects.filter(path__gt="").alias(name_of_path=_first(names_of_path))
        return self.exclude(pk__in=by_path.exclude(READERS_FOLLOW).values("pk"))

    def to(self, article: Article) -> Self:
        """Links from other articles that lead readers to `article`.

        If articles in several languages share a name, a link leads to the one that
        `language_rank` puts first for the language of the link's source; and if that article has
        a translation into the language of the source, to the translation. One query to read the
        translations of `article`, before the queryset is evaluated.
        """
        return self.to_target(LinkTarget.from_article(article))

    def to_target(self, target: LinkTarget, at: datetime | None = None) -> Self:
        """The same links as `to`, without a query."""
        by_own_name = self._by_own_name(target, target.keys, at)
        if not target.translations:
            return by_own_name
        by_translation = self._by_name_of_translation(target, at)
        return self.filter(pk__in=by_own_name.values("pk").union(by_translation.values("pk")))

    def first_to(self, target: LinkTarget, limit: int, at: datetime | None = None) -> Self:
        """The first `limit` links to `target`, by source; see `to`.

        The first links by each name are read separately, in the order of the index, so that the
        time does not depend on the number of links. The number of keys is limited by the number
        of parts that the databases accept in a compound query: a caller splits longer lists.
        """
        limited = [part.order_by("source")[:limit] for part in self._parts(target, at)]
        if len(limited) == 1:
            return limited[0]
        # SQLite does not accept LIMIT in a part of a UNION, but in a subquery of it.
        first, *rest = (Link.objects.filter(pk__in=part.values("pk")) for part in limited)
        union = first.values("pk").union(*(part.values("pk") for part in rest), all=True)
        # Not of `self`: without statistics, SQLite would begin with the conditions on the source.
        links = type(self)(self.model, using=self.db)
        return links.filter(pk__in=union).order_by("source")[:limit]

    def first_sources(
        self, target: LinkTarget, limit: int, at: datetime, *, backwards: bool = False
    ) -> models.QuerySet[Article, Any]:
        """The primary keys of the articles that the first `limit` sources of links to `target` by
        each name are, or the last ones if `backwards`. They are read as in `first_to`."""
        order = "-source" if backwards else "source"
        limited = [
            part.order_by(order).values("source").distinct()[:limit]
            for part in self._parts(target, at)
        ]
        articles: models.QuerySet[Article] = Article.objects.all()
        first, *rest = (articles.filter(pk__in=part).values("pk") for part in limited)
        return first.union(*rest) if rest else first

    def _parts(self, target: LinkTarget, at: datetime | None) -> "list[Self]":
        """The links to `target` by each of its names, and those by names of translations."""
        parts = [self._by_own_name(target, [key], at) for key in target.keys]
        if target.translations:
            parts.append(self._by_name_of_translation(target, at))
        return parts

    def _by_own_name(self, target: LinkTarget, keys: Sequence[str], at: datetime | None) -> Self:
        """Links by one of `keys`, without those in languages of translations of `target`: they
        lead to the translation. A link in the translation itself does lead to `target`."""
        links = self._by_name(target, keys, at)
        if not target.translations:
            return links
        translated = Q(source__language__in=list(target.translations))
        return links.filter(~translated | Q(source__slug__in=list(target.translations.values())))

    def _by_name_of_translation(self, target: LinkTarget, at: datetime | None) -> Self:
        """Links by a name of a translation of `target` in articles in the language of `target`."""
        keys = Name.objects.filter(article__slug__in=list(target.translations.values()))
        same = Name.objects.of_public_articles(at).filter(
            language=target.language, key=OuterRef("key")
        )
        return (
            self.effective(at)
            .filter(~Exists(same), source__language=target.language, key__in=keys.values("key"))
            .exclude(source=target.pk)
        )

    def _by_name(self, target: LinkTarget, keys: Sequence[str], at: datetime | None) -> Self:
        """Links from other articles by one of `keys`, unless another article with the same name
        takes precedence for the language of the source."""
        rivals = Name.objects.of_public_articles(at).filter(
            outranks(target.language, OuterRef("source__language")), key=OuterRef("key")
        )
        parameters = [OpaqueParameter(Value(key)) for key in keys]
        # `IN` with a single SELECT means the rows of it, for which PostgreSQL does not use the
        # index.
        by_key = Q(key__in=parameters) if len(parameters) > 1 else Q(key=parameters[0])
        return (
            self.effective(at)
            .filter(by_key)
            .exclude(source=target.pk)
            # Not Exists: PostgreSQL would collect all names of all rivals before the first row.
            .alias(rival=Subquery(rivals.values("pk")[:1]))
            .filter(Q(source__language=target.language) | Q(rival=None))
        )


class Link(models.Model):
    """One link in one article. Derived from the article's body by `articles.derived`.

    A link by a path, such as ``[[Folder/Note]]``, is two rows, by the key of the whole and by that
    of the last part; `path` is the key of the whole in both. One of them is effective.

    `label_key` is the folded label if it differs from `key` and is not longer than a name.
    """

    source = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="links", db_index=False
    )
    position = models.PositiveIntegerField()
    key = fields.KeyField(max_length=names.KEY_LENGTH)
    path = fields.KeyField(max_length=names.KEY_LENGTH, blank=True)
    name = models.CharField(max_length=names.NAME_LENGTH)
    fragment = models.TextField(blank=True)
    label = models.TextField(blank=True)
    label_key = fields.KeyField(max_length=names.KEY_LENGTH, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["source", "position"], name="link_position_is_unique"),
        ]
        indexes = [
            models.Index(fields=["key", "source", "path"], name="link_target"),
            models.Index(condition=Q(path__gt=""), fields=["path"], name="link_by_path"),
            models.Index(
                condition=Q(label_key__gt=""), fields=["label_key", "source"], name="link_label"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} → {self.name}"
