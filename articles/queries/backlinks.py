"""The articles that link to an article, each with the sentence around its first link."""

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from articles.models import Article, Link
from articles.models.fields import site_language
from articles.models.link_resolution import Translation
from articles.sql import CompiledQuery

# Links that are read for each batch of keys. An article may link several times, so that these
# make up fewer articles.
MAX_LINKS = 24
# Keys of an article's names per query.
BATCH_SIZE = 50


@dataclass(frozen=True)
class Backlink:
    """A sentence in another article that links to an article."""

    slug: str
    title: str
    language: str
    before: str
    label: str
    after: str


def first_backlinks(
    article: Article, translations: list[Translation], limit: int
) -> list[Backlink]:
    """Return at most `limit` articles that link to `article`, the oldest first, each once."""
    slugs = [translation.slug for translation in translations]
    languages = (article.language, *(translation.language for translation in translations))
    site = site_language()
    keys = article.keys()
    rows = []
    for start in range(0, len(keys), BATCH_SIZE):
        batch = keys[start : start + BATCH_SIZE]
        rows += _first_links.rows(article.pk, batch, slugs, languages=languages, site=site)
    backlinks: dict[int, Backlink] = {}
    for source, *columns in sorted(rows, key=itemgetter(0)):
        backlinks.setdefault(source, Backlink(*columns))
    return list(backlinks.values())[:limit]


@CompiledQuery
def _first_links(
    pk: int, keys: list[str], slugs: list[str], at: datetime, languages: tuple[str, ...], site: str
) -> QuerySet[Link, Any]:
    language, *others = languages
    target = Article(pk=pk, language=language, title=keys[0], slug=keys[0], aliases=keys[1:])
    translations = dict(zip(others, slugs, strict=True))
    links = Link.objects.public(at).first_to(MAX_LINKS, target, at, translations)
    return links.values_list(
        "source", "source__slug", "source__title", "source__language", "before", "label", "after"
    )
