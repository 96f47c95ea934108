"""Titles and tag names → slugs that are still free."""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import count

from articles.models import Article, Name, Tag
from articles.models.tag import TAG_LENGTH
from articles.text import names

# The number of numbered slugs that one query checks.
CANDIDATES = 50
# Characters that a slug leaves for a hyphen and a number.
SUFFIX_LENGTH = 4


def free_slug(
    title: str,
    language: str = "",
    article: Article | None = None,
    is_reserved: Callable[[str], bool] = lambda _slug: False,
) -> str:
    """Return the slug of `title`, with a number appended if it is taken.

    A slug is taken if it is the slug of an article other than `article`, or the name of one in
    `language`. `is_reserved` tells it of articles that are not stored yet.
    """
    pk = article.pk if article else None

    def taken(slugs: list[str]) -> set[str]:
        keys = {names.fold(slug): slug for slug in slugs}
        used = Article.objects.filter(slug__in=slugs).exclude(pk=pk)
        used_names = Name.objects.filter(key__in=keys, language=language).exclude(article=pk)
        used_keys = used_names.values_list("key", flat=True)
        reserved = filter(is_reserved, slugs)
        return {*used.values_list("slug", flat=True), *(keys[key] for key in used_keys), *reserved}

    return _first_free(names.slug(title), taken)


def free_tag_slug(name: str) -> str:
    """Return the slug of a tag's name, with a number appended if another tag has that slug, or
    has it as its name or synonym."""
    key = names.fold(name)

    def taken(slugs: list[str]) -> set[str]:
        used = set(Tag.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        owners = Tag.objects.resolve(slugs)
        return used | {slug for slug in slugs if names.fold(slug) in owners.keys() - {key}}

    return _first_free(names.slug(name, length=TAG_LENGTH - SUFFIX_LENGTH), taken)


def new_tag_slugs(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the slugs of new tags, whose names are given by key, in two or three queries. Those
    that would get a number, for which `free_tag_slug` looks, are left out."""
    slugs = {
        key: names.slug(text, length=TAG_LENGTH - SUFFIX_LENGTH) for key, text in texts.items()
    }
    used = set(Tag.objects.filter(slug__in=slugs.values()).values_list("slug", flat=True))
    owners = Tag.objects.resolve(slugs.values()).keys() | texts.keys()
    counts = Counter(slugs.values())
    return {
        key: slug
        for key, slug in slugs.items()
        if slug not in used and counts[slug] == 1 and names.fold(slug) not in owners - {key}
    }


def _first_free(slug: str, taken: Callable[[list[str]], set[str]]) -> str:
    """Return `slug`, or the first numbered one that `taken` does not return."""
    if not taken([slug]):
        return slug
    for first in count(2, CANDIDATES):
        candidates = [f"{slug}-{number}" for number in range(first, first + CANDIDATES)]
        used = taken(candidates)
        for candidate in candidates:
            if candidate not in used:
                return candidate
    raise AssertionError("count() is infinite")
