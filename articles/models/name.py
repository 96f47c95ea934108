"""Names of articles: titles, slugs, aliases and former names."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from articles.models import fields
from articles.models.visibility import public
from articles.text import names

MAX_CANDIDATES_PER_PREFIX = 100
# Of 100, by rapidfuzz.
MIN_SIMILARITY = 60
MAX_CODE_POINT = "\U0010ffff"


class Kind(models.TextChoices):
    TITLE = "title", _("title")
    SLUG = "slug", _("slug")
    ALIAS = "alias", _("alias")
    FORMER = "former", _("former name")
    # A former name that readers never saw: links by it work, but nothing public shows it.
    HIDDEN = "hidden", _("former name")


class NameQuerySet(models.QuerySet["Name"]):
    def public(self, at: datetime | None = None) -> Self:
        """The names that readers may see, of articles that they may see."""
        # Not a join, for which SQLite reads all public articles before it looks at their names.
        articles = self.model._meta.get_field("article").related_model._default_manager
        visible = articles.filter(public(at=at), pk=OuterRef("article_id"))
        return self.filter(Exists(visible.values("pk"))).exclude(kind=Kind.HIDDEN)

    def of_public_articles(self, at: datetime | None = None) -> Self:
        """All names by which links lead to articles that readers may see."""
        return self.filter(public("article__", at))

    def starting_with(self, text: str) -> Self:
        """Names that start with `text`, in alphabetical order."""
        # Not LIKE, for which SQLite reads every name.
        key = names.fold(text)
        starting = self.filter(key__gte=key, key__lt=f"{key}{MAX_CODE_POINT}")
        return starting.order_by("key", "language")

    def select_article(self) -> Self:
        """Select the article of each name too, without its large columns."""
        large = ("body", "html", "text", "toc", "hidden_former")
        return self.select_related("article").defer(*(f"article__{name}" for name in large))

    def resolve(self, text: str, language: str = "") -> "Name | None":
        """Return the name `text` with its article, in the language that `language_rank` puts first
        for a reader of `language`; None if there is no such name."""
        candidates = self.filter(key=names.fold(text)).select_related("article")
        return min(
            candidates, key=lambda name: language_rank(name.language, language), default=None
        )

    def similar_to(self, text: str, limit: int = 5) -> "list[Name]":
        """Return the names most similar to `text`, best first, at most one for an article.

        Candidates are names with the same prefix as `text` or as one of its words. Their number is
        limited, so the cost does not grow with the number of articles.
        """
        key = names.fold(text)[: names.KEY_LENGTH]
        prefixes = {key[:3], *(word[:4] for word in key.split()[:8] if len(word) > 2)} - {""}
        if not prefixes:
            return []
        candidates: dict[int, Name] = {}
        for prefix in sorted(prefixes):
            for name in self.starting_with(prefix).select_article()[:MAX_CANDIDATES_PER_PREFIX]:
                candidates[name.pk] = name
        return _most_similar(key, list(candidates.values()), limit)


def language_rank(language: str, reader: str) -> tuple[int, str]:
    """Sort key of languages for a reader of the language `reader`: that language first, then the
    site's, then all others by tag."""
    if language == reader:
        return (0, "")
    return (1, "") if language == fields.site_language() else (2, language)


def outranks(language: str, reader: models.F | models.OuterRef) -> Q:
    """Return the condition that a name comes before one in `language`: `language_rank` in SQL."""
    same_as_reader = Q(language=reader)
    if language == fields.site_language():
        return same_as_reader
    return same_as_reader | Q(language=fields.site_language()) | Q(language__lt=language)


def _most_similar(key: str, candidates: "list[Name]", limit: int) -> "list[Name]":
    """Return the candidates of at least `MIN_SIMILARITY`, best first, one for each article."""
    scored = process.extract(
        key,
        [name.key for name in candidates],
        scorer=fuzz.WRatio,
        score_cutoff=MIN_SIMILARITY,
        limit=None,
    )
    best: dict[int, Name] = {}
    for _key, _score, index in scored:
        best.setdefault(candidates[index].article_id, candidates[index])
    return list(best.values())[:limit]


class Name(models.Model):
    """One name of one article. Derived from the article's fields by `articles.derived`."""

    key = fields.KeyField(max_length=names.KEY_LENGTH)
    language = models.CharField(max_length=35)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    text = models.CharField(max_length=names.NAME_LENGTH)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="names")

    objects = NameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        constraints = [
            # The key comes first: links and URLs are looked up by key without a language.
            models.UniqueConstraint(fields=["key", "language"], name="name_is_unique"),
            models.CheckConstraint(condition=~Q(key=""), name="name_has_key"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="name_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.text
