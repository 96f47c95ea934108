"""Articles → fingerprints of what their derived data was derived from, which say what is stale.

Derived data is current if two columns of the article are: `derived_by`, the versions of the
renderer, of the analyzer and of the rules of names with the settings that matter, and
`derived_from`, the article's own fields. The first is the same for all articles, so an index finds
those of an earlier version. The second tells what was changed without this program.
"""

import hashlib
import json

from django.conf import settings
from django.db.models import Q

from articles import markdown, search
from articles.models import Article, Draft
from articles.models.article import ArticleQuerySet
from articles.models.draft import DraftQuerySet
from articles.text import names

# The fields that something is derived from.
FIELDS = (
    "title",
    "slug",
    "aliases",
    "former",
    "hidden_former",
    "summary",
    "language",
    "translation_of",
    "body",
)
# More stale rows are not counted.
MAX_COUNTED = 1000


def derived_by() -> str:
    """Return the fingerprint of what derives: versions and settings."""
    versions = markdown.RENDERER_VERSION, search.ANALYZER_VERSION, names.NAMES_VERSION
    return _digest([*versions, list(settings.IMAGE_URLS), list(settings.ALLOWED_HOSTS)])


def derived_from(article: Article) -> str:
    """Return the fingerprint of the fields of an article."""
    return _digest([getattr(article, name) for name in FIELDS])


def stamp(article: Article) -> None:
    """Set both fingerprints of an article whose derived columns have just been set."""
    article.derived_by, article.derived_from = derived_by(), derived_from(article)


def is_current(article: Article) -> bool:
    """Whether the data of a stored article was derived from its fields, by this version."""
    return (article.derived_by, article.derived_from) == (derived_by(), derived_from(article))


def stale_articles() -> ArticleQuerySet:
    """The articles that another version derived, or with other settings. An index finds them."""
    return ArticleQuerySet(Article).filter(_is_stale())


def stale_drafts() -> DraftQuerySet:
    """The drafts whose search terms are those of another version."""
    return DraftQuerySet(Draft).filter(_is_stale())


def count_stale() -> tuple[int, int]:
    """Return the numbers of stale articles and drafts, each up to `MAX_COUNTED` + 1. Two queries
    of an index."""
    limit = MAX_COUNTED + 1
    articles, drafts = stale_articles().order_by(), stale_drafts().order_by()
    return articles[:limit].count(), drafts[:limit].count()


def format_count(count: int) -> str:
    """Return a number of `count_stale`.

    >>> format_count(12), format_count(1001)
    ('12', 'more than 1000')
    """
    return str(count) if count <= MAX_COUNTED else f"more than {MAX_COUNTED}"


def _is_stale() -> Q:
    current = derived_by()
    # An index finds what is less or greater, not what is unequal.
    return Q(derived_by__lt=current) | Q(derived_by__gt=current)


def _digest(values: list[object]) -> str:
    text = json.dumps(values)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
