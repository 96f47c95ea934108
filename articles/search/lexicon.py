"""The vocabulary of the site that queries are resolved with: its languages and its tags.

Small tables, read at most once per content version. The index holds tags as numbers, so that a
tag that is renamed or gets a synonym is found by its new words at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from django.core.cache import cache

from articles.models import ContentVersion, Tagging, TagSynonym
from articles.models.visibility import public_sql
from articles.search import backends
from articles.search.analysis import analyze, terms_of_word
from articles.search.compounds import join_compounds
from articles.search.folding import unify_hamzas
from articles.search.index import LANGUAGE_PREFIX, TAG_PREFIX
from articles.search.lengths import lengths_by_term
from articles.sql import fetch

# A loose index scan: one seek per language, of which there are few, however many the articles.
LANGUAGES = """WITH RECURSIVE distinct_language(language) AS (
    SELECT MIN(language) FROM articles_article WHERE {visible}
    UNION ALL
    SELECT (SELECT MIN(language) FROM articles_article
        WHERE language > distinct_language.language AND {visible})
    FROM distinct_language WHERE distinct_language.language IS NOT NULL)
SELECT language FROM distinct_language WHERE language IS NOT NULL"""
MAX_TAG_CHARACTERS = 200
# Tags with a word that are searched for it, the most used ones. A word of more is likely to be one
# of grammar, such as the "of" of "history of …", and each tag is one more list of articles.
MAX_TAGS_OF_WORD = 32
# Matches no article: no tag has this primary key.
NO_TAG = 0

Key = TypeVar("Key", str, tuple[str, ...])


@dataclass(frozen=True)
class Lexicon:
    """`languages` are the BCP 47 tags of the public articles, `documents` the number of articles
    in the index, `mean_length` that of their bodies, or 0. Of the tags of public articles (their
    primary keys), `tags_by_root` has those with the root of a word, the most used ones,
    `tags_by_name` those by the terms of their name or synonym, and by those with compounds in one
    word: U.S. has ("u", "s") and ("us",).
    """

    languages: tuple[str, ...]
    documents: int
    mean_length: float
    tags_by_root: dict[str, frozenset[int]]
    tags_by_name: dict[tuple[str, ...], frozenset[int]]

    def roots_of(self, word: str) -> tuple[str, ...]:
        """Return the roots that a word has in an article of any language of the site."""
        roots = [terms_of_word(word, language).roots for language in self.languages or ("",)]
        return tuple(sorted(frozenset().union(*roots)))

    def tags_with(self, roots: Iterable[str]) -> frozenset[int]:
        """Return the tags that have one of `roots`."""
        return frozenset().union(*(self.tags_by_root.get(root, ()) for root in roots))

    def find_tags(self, text: str) -> frozenset[int]:
        """Return the tags called `text`, diacritics aside, or else those called so with other
        signs in compounds; `NO_TAG` if there are none."""
        matches = (self.tags_by_name.get(spelling) for spelling in _spellings(text))
        return next(filter(None, matches), frozenset({NO_TAG}))


def current_lexicon() -> Lexicon:
    """Return the lexicon of the current content version, from memory or the cache if possible."""
    version = ContentVersion.objects.current()
    # Without a version there is no content that it could be of.
    return _lexicon_of(version) if version else build_lexicon()


@lru_cache(maxsize=2)
def _lexicon_of(version: str) -> Lexicon:
    # Reading it from the cache takes longer than a search if there are thousands of tags.
    key = f"articles.lexicon.{version}"
    lexicon: Lexicon | None = cache.get(key)
    if lexicon is None:
        lexicon = build_lexicon()
        cache.set(key, lexicon)
    return lexicon


def build_lexicon() -> Lexicon:
    visible, parameters = public_sql()
    rows = fetch(LANGUAGES.format(visible=visible), [*parameters, *parameters])
    languages = tuple(language for (language,) in rows)
    terms = [f"{LANGUAGE_PREFIX}{language.lower()}" for language in languages]
    documents = sum(backends.document_frequencies(terms).values())
    tags = Tagging.objects.public_tags()
    names = [*tags.values_list("pk", "name")]
    synonyms = TagSynonym.objects.filter(tag__in=tags, hidden=False)
    names += synonyms.values_list("tag", "name")
    by_name = [(spelling, pk) for pk, name in names for spelling in _spellings(name)]
    # A tag has no language, so its words are stemmed as in each language.
    analyzed = [
        (analyze(name, code, MAX_TAG_CHARACTERS), pk) for pk, name in names for code in languages
    ]
    by_root = [(root, pk) for text, pk in analyzed for root in text.counts]
    return Lexicon(
        languages,
        max(1, documents),
        _mean_length(),
        _most_used(_group(by_root)),
        _group(by_name),
    )


def _mean_length() -> float:
    """Return the mean length of the bodies of all articles, about: see `lengths`."""
    lengths = lengths_by_term()
    documents = backends.document_frequencies(lengths)
    total = sum(number * lengths[term] for term, number in documents.items())
    return total / max(1, sum(documents.values()))


def _most_used(tags_by_root: dict[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    """Return the tags with each root, where they are too many only those of most articles."""
    many = {pk for pks in tags_by_root.values() if len(pks) > MAX_TAGS_OF_WORD for pk in pks}
    documents = backends.document_frequencies(f"{TAG_PREFIX}{pk}" for pk in many)

    def most_used(pks: frozenset[int]) -> frozenset[int]:
        by_use = sorted(pks, key=lambda pk: (-documents.get(f"{TAG_PREFIX}{pk}", 0), pk))
        return frozenset(by_use[:MAX_TAGS_OF_WORD])

    return {
        root: most_used(pks) if len(pks) > MAX_TAGS_OF_WORD else pks
        for root, pks in tags_by_root.items()
    }


def _spellings(name: str) -> list[tuple[str, ...]]:
    """Return the terms of the name of a tag, those with its compounds in one word, and those with
    one letter for each hamza."""
    texts = (name, join_compounds(name), unify_hamzas(name))
    sequences = (analyze(text, "", MAX_TAG_CHARACTERS).sequence for text in texts)
    return [sequence for sequence in sequences if sequence]


def _group(pairs: Iterable[tuple[Key, int]]) -> dict[Key, frozenset[int]]:
    groups: dict[Key, set[int]] = {}
    for key, tag in pairs:
        groups.setdefault(key, set()).add(tag)
    return {key: frozenset(tags) for key, tags in groups.items()}
