"""Bare models to compare the site with: no names, links, revisions or stored HTML."""

from django.db import models
from taggit.managers import TaggableManager


class BareArticleManager(models.Manager["BareArticle"]):
    def get_by_natural_key(self, slug: str) -> "BareArticle":
        return self.get(slug=slug)


class BareArticle(models.Model):
    """An article with django-taggit's own tags, to compare a save with."""

    slug = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    body = models.TextField()

    tags = TaggableManager()

    objects = BareArticleManager()

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class BarePage(models.Model):
    """The stored response of an article page, to compare a cached page with."""

    slug = models.CharField(max_length=120, unique=True)
    html = models.TextField()

    def __str__(self) -> str:
        return self.slug


class BareTaggingManager(models.Manager["BareTagging"]):
    def get_by_natural_key(self, slug: str, tag: str) -> "BareTagging":
        return self.get(article__slug=slug, tag=tag)


class BareTagging(models.Model):
    """A tag of an article in a second table, to compare loading with."""

    article = models.ForeignKey(BareArticle, on_delete=models.CASCADE)
    tag = models.CharField(max_length=100)

    objects = BareTaggingManager()

    def __str__(self) -> str:
        return self.tag

    def natural_key(self) -> tuple[str, str]:
        return (self.article.slug, self.tag)
