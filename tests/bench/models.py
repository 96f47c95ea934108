"""What the site is compared with: bare models without names, links, revisions or stored HTML."""

from django.db import models
from taggit.managers import TaggableManager


class BareArticle(models.Model):
    """A page with django-taggit's own tags: what a save is compared with."""

    slug = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    body = models.TextField()

    tags = TaggableManager()

    def __str__(self) -> str:
        return self.title


class BareTagging(models.Model):
    """The second of two tables: what loading is compared with."""

    article = models.ForeignKey(BareArticle, on_delete=models.CASCADE)
    tag = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.tag
