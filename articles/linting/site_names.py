"""The names of all articles of a run: what links and mentions lead to.

The rule by which a name resolves is that of the site, `models.link_resolution`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from articles.linting.tag_lists import TagList
from articles.models.link_resolution import Candidate, is_target, rank
from articles.models.name import language_rank
from articles.text import names, tokens

# A word of fewer characters is no mention of an article.
MIN_MENTION = 4


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """What other articles depend on: where an article is, its names, and whether readers see it.

    `mentions` are the names that running text may contain; `keys` are those of all names.
    """

    file: str
    line: int
    slug: str
    title: str
    language: str
    translation_of: str
    is_public: bool
    keys: tuple[str, ...]
    mentions: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def location(self) -> str:
        return f"{self.file}:{self.line}"


class Resolution(NamedTuple):
    """Where a link leads: the index of an article, or None if no article has the name. With
    `rivals`, several articles have it."""

    target: int | None
    rivals: tuple[int, ...] = ()


@dataclass
class SiteNames:
    """The articles of a run by their names. `tags` are those of the file of tags, if there is one;
    `near_tags` names the more common spelling of a tag, by the key of the other."""

    entries: Sequence[ArticleEntry]
    tags: TagList | None = None
    near_tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.indexes = {(item.file, item.line): i for i, item in enumerate(self.entries)}
        self._by_key: dict[str, list[int]] = {}
        self._by_slug: dict[str, list[int]] = {}
        self._translations: dict[str, list[int]] = {}
        for index, item in enumerate(self.entries):
            for key in item.keys:
                self._by_key.setdefault(key, []).append(index)
            self._by_slug.setdefault(item.slug, []).append(index)
            if item.translation_of:
                self._translations.setdefault(item.translation_of, []).append(index)

    def owners(self, key: str, language: str) -> list[int]:
        """Return the articles in `language` that have the name with `key`."""
        owners = self._by_key.get(key, ())
        return [index for index in owners if self.entries[index].language == language]

    def with_slug(self, slug: str) -> list[int]:
        return self._by_slug.get(slug, [])

    def resolve(self, keys: Iterable[str], language: str, source: int) -> Resolution:
        """Resolve a link by one of `keys`, the preferred one first, in an article in `language`
        whose index is `source`."""
        pools = [pool for key in keys if (pool := self._by_key.get(key))]
        visible = (pool for pool in pools if any(self.entries[i].is_public for i in pool))
        pool = next(visible, pools[0] if pools else [])
        candidates = sorted(
            self._candidates(pool, language), key=lambda item: rank(item, language)
        )
        public = [item for item in candidates if self.entries[item.pk].is_public]
        for candidate in public or candidates:
            if is_target(candidate, source):
                return Resolution(candidate.pk, self._rivals(pool, candidate, language))
        return Resolution(pool[0] if pool else None)

    def _candidates(self, pool: Iterable[int], language: str) -> Iterator[Candidate]:
        for index in pool:
            item = self.entries[index]
            yield self._candidate(index, item.language, is_direct=1)
            original = item.translation_of or item.slug
            related = (*self.with_slug(original), *self._translations.get(original, ()))
            for other in related:
                if other != index and self.entries[other].language == language:
                    yield self._candidate(other, item.language, is_direct=0)

    def _candidate(self, index: int, language: str, *, is_direct: int) -> Candidate:
        item = self.entries[index]
        return Candidate(0, "", language, is_direct, index, item.slug, item.language)

    def _rivals(self, pool: Sequence[int], target: Candidate, language: str) -> tuple[int, ...]:
        """Return the articles that have the name in the same language as the one it leads to."""
        if len(pool) < 2 or not target.is_direct:
            return ()
        best = language_rank(target.name_language, language)
        same = [i for i in pool if language_rank(self.entries[i].language, language) == best]
        return tuple(same) if len(same) > 1 else ()

    @cached_property
    def mentions(self) -> dict[str, Any]:
        """The names that running text may contain, as a tree of words. The articles that have a
        name are under an empty word."""
        tree: dict[str, Any] = {}
        for index, item in enumerate(self.entries):
            for name in item.mentions:
                words = mention_words(name)
                if sum(map(len, words)) < MIN_MENTION and not _is_dense(name):
                    continue
                node = tree
                for word in words:
                    node = node.setdefault(word, {})
                node.setdefault("", []).append(index)
        return tree


def mention_words(text: str) -> list[str]:
    """Return the folded words of a name, as they are compared with those of a text.

    >>> mention_words("Peace-keeping (UN)")
    ['peace', 'keeping', 'un']
    """
    return [names.fold(token) for token in tokens.split_tokens(text) if tokens.is_word(token)]


def _is_dense(name: str) -> bool:
    """Whether each character of a name is a word: two Chinese ones say as much as four letters."""
    return len(mention_words(name)) > 1
