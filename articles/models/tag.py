"""Tags, the other words for them, and which article has which: django-taggit on our own models."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Func, OuterRef, Q, Subquery
from django.db.models.functions import JSONArray
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from articles import url_for
from articles.models import fields
from articles.models.article import Article
from articles.models.visibility import public
from articles.text import names

TAG_LENGTH = 100
SAMPLE = 50


class TagQuerySet(models.QuerySet["Tag"]):
    def resolve(self, texts: Iterable[str]) -> "dict[str, Tag]":
        """The tags that `texts` mean, by name or synonym, under their folded keys.

        One query, or two if some are not the name of a tag.
        """
        keys = {names.fold(text) for text in texts}
        found = {tag.key: tag for tag in self.filter(key__in=keys)} if keys else {}
        if missing := keys - found.keys():
            synonyms = TagSynonym.objects.filter(key__in=missing).select_related("tag")
            found |= {synonym.key: synonym.tag for synonym in synonyms}
        return found

    def with_usage(self) -> Self:
        """With `usage`, the number of all articles that have the tag."""
        return self.annotate(usage=Count("taggings"))

    def beside(self, tag: "Tag", limit: int = 12) -> Self:
        """Tags of the articles that have `tag`, most frequent first, with `together`.

        Counted over the newest articles of the tag, so that a large tag costs no more.
        """
        newest = Tagging.objects.filter(public("content_object__"), tag=tag)
        sample = newest.order_by("-content_object").values("content_object")[:SAMPLE]
        return (
            self.filter(taggings__content_object__in=sample)
            .exclude(pk=tag.pk)
            .annotate(together=Count("taggings"))
            .order_by("-together", "key")[:limit]
        )


class TagManager(models.Manager.from_queryset(TagQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, name: str) -> "Tag":
        """The tag of that name in any spelling; a synonym leads to its tag."""
        found = self.resolve([name])
        if not found:
            raise self.model.DoesNotExist(f"There is no tag “{name}”.")
        tag: Tag = found[names.fold(name)]
        return tag


class Tag(TagBase):  # type: ignore[misc]
    """A word that articles are gathered under. `key` makes spellings of one word one tag."""

    name = models.CharField(
        _("name"), max_length=TAG_LENGTH, unique=True, validators=[fields.validate_name]
    )
    slug = models.CharField(
        _("slug"), max_length=TAG_LENGTH, unique=True, validators=[fields.validate_slug]
    )
    key = fields.KeyField(
        max_length=fields.KEY_LENGTH, unique=True, editable=False, serialize=False
    )
    description = models.TextField(
        _("description"),
        max_length=fields.SUMMARY_LENGTH,
        blank=True,
        validators=[fields.validate_plain],
    )

    objects = TagManager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug="") & ~Q(key=""), name="tag_has_slug_and_key"
            ),
        ]

    def natural_key(self) -> tuple[str]:
        return (self.name,)

    def get_absolute_url(self) -> str:
        return url_for.tag(self.slug)


class TagsField(models.JSONField):
    """Tags that were read as rows of JSON: their `COLUMNS`, in the order of the model."""

    COLUMNS = ("id", "name", "slug", "key")

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        rows = super().from_db_value(value, expression, connection) or []
        tags = [Tag.from_db(connection.alias, self.COLUMNS, row) for row in rows]
        return sorted(tags, key=attrgetter("key"))


class JSONGroup(Func):
    """All rows of a query in one. Not an `Aggregate`, with which Django would group them."""

    output_field = TagsField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="json_group_array", **more)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="jsonb_agg", **more)


def tags_subquery() -> Subquery:
    """To annotate a query of articles with: the tags of each, in order, as a list."""
    tags = Tag.objects.filter(taggings__content_object=OuterRef("pk")).order_by()
    return Subquery(tags.values(gathered=JSONGroup(JSONArray(*TagsField.COLUMNS))))


class TagSynonymManager(models.Manager["TagSynonym"]):
    def get_by_natural_key(self, name: str) -> "TagSynonym":
        return self.get(key=names.fold(name))


class TagSynonym(models.Model):
    """Another word for a tag. Typed, loaded or asked for by address, it leads to the tag."""

    name = models.CharField(_("name"), max_length=TAG_LENGTH, validators=[fields.validate_name])
    key = fields.KeyField(
        max_length=fields.KEY_LENGTH, unique=True, editable=False, serialize=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="synonyms")

    objects = TagSynonymManager()

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class TaggingManager(models.Manager["Tagging"]):
    def tags_of(self, articles: Iterable[Article]) -> dict[int, list[Tag]]:
        """The tags of each of `articles`, in order. One query."""
        found: dict[int, list[Tag]] = {article.pk: [] for article in articles}
        taggings = self.filter(content_object__in=found).select_related("tag")
        for tagging in taggings.order_by("tag__key"):
            found[tagging.content_object_id].append(tagging.tag)
        return found

    def get_by_natural_key(self, slug: str, tag: str) -> "Tagging":
        return self.get(content_object__slug=slug, tag=Tag.objects.get_by_natural_key(tag))


class Tagging(ItemBase):  # type: ignore[misc]
    """An article has a tag.

    `sort_key` repeats the article's, so that a tag's page is read in order from one index,
    however large the tag is.
    """

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    content_object = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="taggings", db_index=False
    )
    sort_key = fields.KeyField(
        max_length=fields.KEY_LENGTH, blank=True, editable=False, serialize=False
    )

    objects = TaggingManager()

    class Meta:
        verbose_name = _("tagging")
        verbose_name_plural = _("taggings")
        ordering = ["content_object", "tag"]
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="tagging_is_unique"),
        ]
        indexes = [
            models.Index(fields=["tag", "sort_key", "content_object"], name="tagging_a_to_z"),
            models.Index(fields=["tag", "content_object"], name="tagging_newest"),
        ]

    def natural_key(self) -> tuple[str, str]:
        return (self.content_object.slug, self.tag.name)

    natural_key.dependencies = ["articles.article", "articles.tag"]  # type: ignore[attr-defined]
