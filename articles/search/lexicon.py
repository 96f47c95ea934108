"""What the encyclopedia's own words are: its languages, and the words of its tags.

Small tables, read at most once for each content version. Tags stand in the index as numbers, so
that a tag that is renamed or gets a synonym is found by its new words at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.core.cache import cache

from articles.models import ContentVersion, SearchDocument, Tag, TagSynonym
from articles.search import analysis
from articles.sql import fetch

# Each language after the other from the index: there are few, whatever the number of articles.
LANGUAGES = """WITH RECURSIVE found(language) AS (
    SELECT MIN(language) FROM articles_searchdocument
    UNION ALL
    SELECT (SELECT MIN(language) FROM articles_searchdocument WHERE language > found.language)
    FROM found WHERE found.language IS NOT NULL)
SELECT language FROM found WHERE language IS NOT NULL"""
TAG_LENGTH = 200

Key = TypeVar("Key", str, tuple[str, ...])


@dataclass(frozen=True)
class Lexicon:
    """`languages` (BCP 47) in which there are articles; for each term, the tags that have it;
    the words of each tag and synonym without their marks, and the tags that are called so; the
    key of the newest article."""

    languages: tuple[str, ...]
    tags: dict[str, frozenset[int]]
    bare: dict[tuple[str, ...], frozenset[int]]
    newest: int

    def terms(self, word: str) -> tuple[str, ...]:
        """All terms under which articles of any language are found that have a written word:
        itself, its stems, and the words that are the same as one of its stems."""
        found: dict[str, None] = {}
        for language in self.languages or ("",):
            each = analysis.forms(word, language)
            found |= dict.fromkeys(each.words)
            stems = [*each.words, *sorted(x[1:] for x in each.others if x.startswith("_"))]
            found |= dict.fromkeys(form for stem in stems for form in (stem, f"_{stem}"))
        return tuple(found)

    def tagged(self, terms: Iterable[str]) -> frozenset[int]:
        """The tags that have one of `terms`."""
        return frozenset().union(*(self.tags.get(term, ()) for term in terms))

    def called(self, text: str) -> frozenset[int]:
        """The tags that `text` means but for its marks; one that is none, if there are none."""
        return self.bare.get(analysis.terms(text, "", TAG_LENGTH).words, frozenset({0}))


def current() -> Lexicon:
    key = f"articles.lexicon.{ContentVersion.objects.current()}"
    known: Lexicon | None = cache.get(key)
    if known is None:
        known = read()
        cache.set(key, known)
    return known


def read() -> Lexicon:
    languages = tuple(language for (language,) in fetch(LANGUAGES, []))
    newest = SearchDocument.objects.order_by("-pk").values_list("pk", flat=True).first()
    called = [*Tag.objects.values_list("pk", "name")]
    called += TagSynonym.objects.values_list("tag", "name")
    bare = [(analysis.terms(name, "", TAG_LENGTH).words, pk) for pk, name in called]
    # A tag has no language of its own, so its words are stemmed as all languages do.
    each = [
        (analysis.terms(name, code, TAG_LENGTH), pk) for pk, name in called for code in languages
    ]
    terms = [(term, pk) for found, pk in each for term in (*found.words, *found.others)]
    return Lexicon(languages, _gathered(terms), _gathered(bare), newest or 0)


def _gathered(pairs: Iterable[tuple[Key, int]]) -> dict[Key, frozenset[int]]:
    found: dict[Key, set[int]] = {}
    for key, tag in pairs:
        found.setdefault(key, set()).add(tag)
    return {key: frozenset(tags) for key, tags in found.items()}
