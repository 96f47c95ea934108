"""The articles of the database as the documents that an export of them would be."""

from collections.abc import Sequence
from typing import overload

from django.core import serializers as django_serializers

from articles.linting.lint_paths import TAGS
from articles.linting.runner import LintItem
from articles.models import Article, Tag, Tagging, TagSynonym
from articles.serializers import documents
from articles.sql import chunks


class DatabaseItems(Sequence[LintItem]):
    """All articles in the order of their slugs. A slice reads its articles, so that only those are
    in memory."""

    def __init__(self) -> None:
        self._keys = list(Article.objects.order_by("slug").values_list("pk", flat=True))

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> LintItem: ...
    @overload
    def __getitem__(self, index: slice) -> list[LintItem]: ...
    def __getitem__(self, index: int | slice) -> LintItem | list[LintItem]:
        if isinstance(index, slice):
            return [item for keys in chunks(self._keys[index]) for item in _items(keys)]
        return _items([self._keys[index]])[0]


def _items(keys: list[int]) -> list[LintItem]:
    rows = Article.objects.filter(pk__in=keys).defer("html", "text", "toc").order_by("slug")
    tags = Tagging.objects.tags_by_article(keys)
    return [
        LintItem(
            f"articles/{article.slug}.md",
            content=documents.serialize(
                article, [tag.name for tag in tags.get(article.pk, ())]
            ).encode(),
            extra_names=tuple(article.keys()),
        )
        for article in rows
    ]


def tags_item() -> LintItem:
    """Return the tags of the database as the file of fixtures that an export writes."""
    rows = [*Tag.objects.order_by("key"), *TagSynonym.objects.select_related("tag")]
    text = django_serializers.serialize(
        "json", rows, indent=1, use_natural_primary_keys=True, use_natural_foreign_keys=True
    )
    return LintItem(TAGS, content=f"{text}\n".encode())
