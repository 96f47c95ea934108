"""Bare models to compare the site with: no names, links, revisions or stored HTML."""

from django.db import models
from taggit.managers import TaggableManager


class BareArticle(models.Model):
    """An article with django-taggit's own tags, to compare a save with."""

    slug = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    body = models.TextField()

    tags = TaggableManager()

    def __str__(self) -> str:
        return self.title


class BarePage(models.Model):
    """The stored response of an article page, to compare a cached page with."""

    slug = models.CharField(max_length=120, unique=True)
    html = models.TextField()

    def __str__(self) -> str:
        return self.slug
