"""Which article has which tag."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest, JSONArray
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase

from articles.models import fields
from articles.models.article import Article
from articles.models.tag import Tag
from articles.models.visibility import public
from articles.text import names


class TagsField(models.JSONField):
    """Tags that were selected as rows of JSON: their `COLUMNS`, in the order of the model."""

    COLUMNS = ("id", "name", "slug", "key")

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        rows = super().from_db_value(value, expression, connection) or []
        tags = [Tag.from_db(connection.alias, self.COLUMNS, row) for row in rows]
        return sorted(tags, key=attrgetter("key"))


class JSONGroup(Func):
    """All rows of a subquery as one JSON array.

    Not an `Aggregate`: Django would add a GROUP BY clause for it.
    """

    output_field = TagsField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="json_group_array", **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="jsonb_agg", **context)


def tags_subquery() -> Subquery:
    """Return an annotation for a query of articles: the list of each article's tags, in order."""
    tags = Tag.objects.filter(taggings__content_object=OuterRef("pk")).order_by()
    return Subquery(tags.values(group=JSONGroup(JSONArray(*TagsField.COLUMNS))))


def tags_of(taggings: models.QuerySet["Tagging"]) -> models.QuerySet[Tag]:
    """Return the tags of `taggings`.

    A subquery that ends at the first tagging of each tag: PostgreSQL joins `Exists` with all
    taggings of the first tags, which may be those of most articles.
    """
    of_tag = taggings.filter(tag=OuterRef("pk")).order_by().values("pk")
    tags: models.QuerySet[Tag] = Tag.objects.filter(IsNull(Subquery(of_tag[:1]), False))
    return tags


class TaggingManager(models.Manager["Tagging"]):
    def public_tags(self) -> models.QuerySet[Tag]:
        """The tags that public articles have."""
        return tags_of(self.filter(public("content_object__")))

    def tags_public_since_rename(self) -> models.QuerySet[Tag]:
        """The tags that articles, as they are stored, show readers or have shown them before they
        expired, since the tag was renamed."""
        saved = F("content_object__updated")
        since = Greatest(saved, Coalesce(OuterRef("renamed"), saved))
        return tags_of(self.filter(public("content_object__", since=since)))

    def tags_by_article(self, articles: Collection[int]) -> dict[int, list[Tag]]:
        """Return the tags of each article, in order, by primary key. One query."""
        tags: dict[int, list[Tag]] = {pk: [] for pk in articles}
        taggings = self.filter(content_object__in=articles).select_related("tag")
        for tagging in taggings.order_by("tag__key"):
            tags[tagging.content_object_id].append(tagging.tag)
        return tags

    def tag_keys_by_article(self, articles: Collection[int]) -> dict[int, list[str]]:
        """Return the keys of the tags of each article, in no order, by primary key. One query."""
        keys: dict[int, list[str]] = {pk: [] for pk in articles}
        taggings = self.filter(content_object__in=articles)
        for pk, key in taggings.values_list("content_object", "tag__key"):
            keys[pk].append(key)
        return keys

    def get_by_natural_key(self, slug: str, tag: str) -> "Tagging":
        return self.get(content_object__slug=slug, tag=Tag.objects.get_by_natural_key(tag))


class Tagging(ItemBase):  # type: ignore[misc]
    """An article has a tag.

    `sort_key` is a copy of the article's, so that a tag's page is read in order from one index,
    however many articles have the tag.
    """

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    content_object = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="taggings", db_index=False
    )
    sort_key = fields.KeyField(
        max_length=names.KEY_LENGTH, blank=True, editable=False, serialize=False
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
