"""What an article from the trash has to change: names that other articles have taken meanwhile,
tags that were deleted, and the article that it translates."""

from collections.abc import Collection, Iterator
from itertools import count

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from articles.editing.slugs import free_slug
from articles.models import Article, Name, Tag
from articles.models.fields import truncate
from articles.text import names

# The number of titles that one query checks, and characters that a title leaves for its number.
CANDIDATES = 20
SUFFIX_LENGTH = 8


def adapt(article: Article, viewable: QuerySet[Article]) -> list[str]:
    """Change `article`, which is not stored, so that it can be. Return sentences about it, which
    name only `viewable` articles."""
    return [
        *_adapt_title(article),
        *_adapt_slug(article),
        *_release_names(article),
        *_adapt_translation(article, viewable),
    ]


def existing_tags(texts: Collection[str]) -> tuple[list[Tag], list[str]]:
    """Return the tags with the names `texts`, and a sentence about those that don't exist.

    A tag that was renamed or merged meanwhile has its old name as a synonym.
    """
    resolved = Tag.objects.resolve(texts)
    missing = [text for text in texts if names.fold(text) not in resolved]
    tags = [resolved[names.fold(text)] for text in texts if text not in missing]
    if not missing:
        return list(dict.fromkeys(tags)), []
    message = _("These tags were deleted meanwhile and were left out: %(names)s.")
    return list(dict.fromkeys(tags)), [message % {"names": _quoted(missing)}]


def _adapt_title(article: Article) -> Iterator[str]:
    title = article.title
    if not _taken_keys(article.language, [title]):
        return
    article.title = _free_title(title, article.language)
    yield _("“%(old)s” is a name of another article now, so the title is “%(new)s”.") % {
        "old": truncate(title),
        "new": truncate(article.title),
    }


def _free_title(title: str, language: str) -> str:
    """Return `title` with the first number for which no article has the name."""
    stem = title[: names.NAME_LENGTH - SUFFIX_LENGTH].strip()
    for first in count(2, CANDIDATES):
        candidates = [f"{stem} ({number})" for number in range(first, first + CANDIDATES)]
        taken = _taken_keys(language, candidates)
        for candidate in candidates:
            if names.fold(candidate) not in taken:
                return candidate
    raise AssertionError("count() is infinite")


def _adapt_slug(article: Article) -> Iterator[str]:
    slug = article.slug
    article.slug = free_slug(slug, article.language)
    if article.slug != slug:
        yield _("The slug “%(old)s” is taken, so the slug is “%(new)s”.") % {
            "old": slug,
            "new": article.slug,
        }


def _release_names(article: Article) -> Iterator[str]:
    """Leave out aliases and former names that other articles have."""
    taken = _taken_keys(article.language, [*article.aliases, *article.former])
    if not taken:
        return
    released = [name for name in (*article.aliases, *article.former) if names.fold(name) in taken]
    for field in ("aliases", "former", "hidden_former"):
        values = getattr(article, field)
        setattr(article, field, [name for name in values if names.fold(name) not in taken])
    yield _("These names belong to other articles now and were left out: %(names)s.") % {
        "names": _quoted(released)
    }


def _adapt_translation(article: Article, viewable: QuerySet[Article]) -> Iterator[str]:
    """Make `article` no translation if there is another one in its language, or if its source is
    a translation itself by now."""
    slug = article.translation_of
    if not slug:
        return
    siblings = Article.objects.filter(translation_of=slug, language=article.language)
    sources = Article.objects.filter(slug=slug)
    same_language = sources.filter(language=article.language)
    chained = sources.exclude(translation_of="")
    other = siblings.first() or same_language.first() or chained.first()
    if other:
        article.translation_of = ""
        yield _disconnected(slug, other if viewable.filter(pk=other.pk).exists() else None)


def _disconnected(source: str, other: Article | None) -> str:
    """Return the sentence that an article is no translation of `source` because of `other`, which
    is None if the user may not know of it."""
    if other is None:
        message = _("It is no translation of “%(source)s” any more, because of another article.")
        return message % {"source": source}
    message = _("It is no translation of “%(source)s” any more, because of “%(other)s”.")
    return message % {"source": source, "other": truncate(other.title)}


def _taken_keys(language: str, texts: Collection[str]) -> set[str]:
    """Return the keys of those `texts` that are names of stored articles in `language`."""
    keys = set(map(names.fold, texts))
    stored = Name.objects.filter(key__in=keys, language=language)
    return set(stored.values_list("key", flat=True))


def _quoted(texts: Collection[str]) -> str:
    return _(", ").join(f"“{truncate(text)}”" for text in texts)
