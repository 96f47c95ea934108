"""Tags and their synonyms: django-taggit's base class on our own models."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from articles import url_for
from articles.models import fields
from articles.text import names

TAG_LENGTH = 100


class TagQuerySet(models.QuerySet["Tag"]):
    def resolve(self, texts: Iterable[str], *, public: bool = False) -> "dict[str, Tag]":
        """Return the tags that have one of `texts` as name or synonym, by folded key; with
        `public` only by synonyms that readers may see.

        One query, or two if some of `texts` are not the name of a tag.
        """
        keys = {names.fold(text) for text in texts}
        tags = {tag.key: tag for tag in self.filter(key__in=keys)} if keys else {}
        if missing := keys - tags.keys():
            synonyms = TagSynonym.objects.filter(key__in=missing).select_related("tag")
            synonyms = synonyms.filter(hidden=False) if public else synonyms
            tags |= {synonym.key: synonym.tag for synonym in synonyms}
        return tags

    def with_usage(self) -> Self:
        """Annotate `usage`: the number of all articles that have the tag, public or not."""
        return self.annotate(usage=Count("taggings"))


class TagManager(models.Manager.from_queryset(TagQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, name: str) -> "Tag":
        """Return the tag with this name or synonym, whatever its case and spelling."""
        tags = self.resolve([name])
        if not tags:
            raise self.model.DoesNotExist(f"There is no tag “{name}”.")
        tag: Tag = tags[names.fold(name)]
        return tag


class Tag(TagBase):  # type: ignore[misc]
    """A label of articles. `key` is the folded name: spellings of one name are one tag."""

    name = models.CharField(
        _("name"), max_length=TAG_LENGTH, unique=True, validators=[fields.validate_name]
    )
    slug = models.CharField(
        _("slug"), max_length=TAG_LENGTH, unique=True, validators=[fields.validate_slug]
    )
    key = fields.KeyField(
        max_length=names.KEY_LENGTH, unique=True, editable=False, serialize=False
    )
    description = models.TextField(
        _("description"),
        max_length=fields.SUMMARY_LENGTH,
        blank=True,
        validators=[fields.validate_no_control_characters],
    )
    # Whether readers have seen the name, and the slug. `editing` sets both before what tells it
    # changes; until then, the articles that have the tag tell it, too.
    name_was_public = models.BooleanField(default=False, editable=False)
    slug_was_public = models.BooleanField(default=False, editable=False)
    # When the name or the slug last changed: what was public before, was so under earlier ones.
    renamed = models.DateTimeField(
        null=True, blank=True, editable=False, validators=[fields.validate_datetime]
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


class TagSynonymManager(models.Manager["TagSynonym"]):
    def get_by_natural_key(self, name: str) -> "TagSynonym":
        return self.get(key=names.fold(name))


class TagSynonym(models.Model):
    """Another term for a tag. In forms, fixtures and URLs it resolves to the tag."""

    name = models.CharField(_("name"), max_length=TAG_LENGTH, validators=[fields.validate_name])
    key = fields.KeyField(
        max_length=names.KEY_LENGTH, unique=True, editable=False, serialize=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="synonyms")
    # A former name or slug that readers never saw: documents and forms may use it.
    hidden = models.BooleanField(default=False, editable=False)

    objects = TagSynonymManager()

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)
