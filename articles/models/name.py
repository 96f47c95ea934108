"""Names: what an article can be called, and which article a name means."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from articles.models import fields
from articles.models.visibility import public
from articles.text import names

NEIGHBOURS = 100
CLOSE_ENOUGH = 60
LAST = "\U0010ffff"


class Kind(models.TextChoices):
    TITLE = "title", _("title")
    SLUG = "slug", _("address")
    ALIAS = "alias", _("alias")
    FORMER = "former", _("former name")


class NameQuerySet(models.QuerySet["Name"]):
    def public(self, at: datetime | None = None) -> Self:
        return self.filter(public("article__", at))

    def starting(self, text: str) -> Self:
        """Not by LIKE, for which SQLite reads every name."""
        key = names.fold(text)
        return self.filter(key__gte=key, key__lt=f"{key}{LAST}").order_by("key")

    def with_article(self) -> Self:
        """Each with its article, large columns excepted."""
        large = ("body", "html", "text", "toc")
        return self.select_related("article").defer(*(f"article__{name}" for name in large))

    def resolve(self, text: str, language: str = "") -> "Name | None":
        """The name that `text` means to a reader of `language`, seen in its article."""
        candidates = self.filter(key=names.fold(text)).select_related("article")
        return min(candidates, key=lambda name: preference(name.language, language), default=None)

    def nearest(self, text: str, limit: int = 5) -> "list[Name]":
        """Names that resemble `text`, best first, one an article.

        Compared are the names that begin like `text` or like one of its words: a bounded
        number, whatever the size of the encyclopedia.
        """
        key = names.fold(text)[: fields.KEY_LENGTH]
        beginnings = {key[:3], *(word[:4] for word in key.split()[:8] if len(word) > 2)} - {""}
        if not beginnings:
            return []
        found: dict[int, Name] = {}
        for beginning in sorted(beginnings):
            for name in self.starting(beginning).with_article()[:NEIGHBOURS]:
                found[name.pk] = name
        return _best(key, list(found.values()), limit)


def preference(language: str, reader: str) -> tuple[int, str]:
    """Sorts languages for a reader: his own first, then the site's, then by tag."""
    if language == reader:
        return (0, "")
    return (1, "") if language == fields.site_language() else (2, language)


def preferred_over(language: str, reader: models.F | models.OuterRef) -> Q:
    """The condition on a name that it goes before one in `language`; `preference` in SQL."""
    theirs = Q(language=reader)
    if language == fields.site_language():
        return theirs
    return theirs | Q(language=fields.site_language()) | Q(language__lt=language)


def _best(key: str, candidates: "list[Name]", limit: int) -> "list[Name]":
    """The closest names: at most one an article, at least `CLOSE_ENOUGH` alike."""
    scored = process.extract(
        key,
        [name.key for name in candidates],
        scorer=fuzz.WRatio,
        score_cutoff=CLOSE_ENOUGH,
        limit=None,
    )
    best: dict[int, Name] = {}
    for _key, _score, index in scored:
        best.setdefault(candidates[index].article_id, candidates[index])
    return list(best.values())[:limit]


class Name(models.Model):
    """One name of one article. Derived from the article's own fields by `indexing`."""

    key = fields.KeyField(max_length=fields.KEY_LENGTH)
    language = models.CharField(max_length=35)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    text = models.CharField(max_length=fields.NAME_LENGTH)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="names")

    objects = NameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        constraints = [
            # The key comes first: links and addresses ask for it without a language.
            models.UniqueConstraint(fields=["key", "language"], name="name_is_unique"),
            models.CheckConstraint(condition=~Q(key=""), name="name_has_key"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="name_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_shared(self) -> bool:
        """Whether another article is called so too, be it one that readers may not see."""
        return Name.objects.filter(key=self.key).exclude(article=self.article_id).exists()
