"""A parsed query and the lexicon → a plan: which terms an article must and must not have."""

import re
from dataclasses import dataclass, field, replace

from articles.search.analysis import terms_of_word, tokenize
from articles.search.lexicon import Lexicon
from articles.search.query import Query, QueryPart
from articles.text import names

MIN_PREFIX_LENGTH = 2
# Whatever is no letter, digit or hyphen can't be part of a language tag, and has a meaning in the
# query syntax of one of the databases.
INVALID_IN_LANGUAGE = re.compile("[^a-z0-9-]")
MAX_LANGUAGE_LENGTH = 35
NO_LANGUAGE = "-"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """One word of a query. An article matches if it has one of `terms` (the first one is the word
    itself), one of `tags` (primary keys), or a term that starts with `prefix`."""

    terms: tuple[str, ...]
    tags: frozenset[int] = frozenset()
    prefix: str = ""


@dataclass
class Plan:
    """A boolean query, in Lucene's words: an article matches if it has all of `must` and none of
    `must_not`, contains all `phrases` and no `excluded_phrases`, has a tag of each set in `tags`,
    and is in `language`, if there is one."""

    must: list[Clause] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    must_not: list[Clause] = field(default_factory=list)
    excluded_phrases: list[Phrase] = field(default_factory=list)
    tags: list[frozenset[int]] = field(default_factory=list)
    language: str = ""
    # Whether one clause of `must` is enough, as with "minimum should match" 1.
    relaxed: bool = False
    # The primary key of the newest article if many are likely to match, else 0.
    newest_pk: int = 0

    @property
    def is_searchable(self) -> bool:
        """Whether there is something that an article must have."""
        return bool(self.must or self.tags)

    @property
    def terms(self) -> frozenset[str]:
        """All terms that are highlighted in a matching text."""
        return frozenset(term for clause in self.must for term in clause.terms)

    @property
    def prefix(self) -> str:
        return self.must[-1].prefix if self.must else ""

    @property
    def can_be_relaxed(self) -> bool:
        return len(self.must) > 1 and not self.phrases

    def with_prefix(self) -> "Plan":
        """Return the plan with its last word also matching as a prefix, unless it is too short or
        ends a phrase."""
        if not self.must or any(phrase[-1] in self.must[-1].terms for phrase in self.phrases):
            return self
        *others, last = self.must
        prefix = last.terms[0] if len(last.terms[0]) >= MIN_PREFIX_LENGTH else ""
        return replace(self, must=[*others, replace(last, prefix=prefix)])


def build_plan(query: Query, lexicon: Lexicon, tags: dict[str, int], language: str = "") -> Plan:
    """Return the plan of a query.

    `tags` are the primary keys of the tags in the query, by folded name. `language` narrows the
    results; one that is no language tag matches nothing.
    """
    valid_language = language and _valid_language(language)
    plan = Plan(language=valid_language, newest_pk=lexicon.newest_pk)
    for part in query.parts:
        if part.kind == "tag":
            exact = tags.get(names.fold(part.text))
            matching = frozenset({exact}) if exact else lexicon.find_tags(part.text)
            if part.excluded:
                plan.must_not.append(Clause((), matching))
            else:
                plan.tags.append(matching)
        elif part.excluded:
            _exclude(plan, part, lexicon)
        else:
            _require(plan, part, lexicon)
    return plan


def _valid_language(language: str) -> str:
    """Return `language` as a term can contain it, or "-", which is no language, if it can't."""
    lower = language.lower()
    if len(lower) > MAX_LANGUAGE_LENGTH or INVALID_IN_LANGUAGE.search(lower):
        return NO_LANGUAGE
    return lower


def _require(plan: Plan, part: QueryPart, lexicon: Lexicon) -> None:
    words = [token.text for token in tokenize(part.text)]
    if part.kind == "phrase":
        _require_phrase(plan, _sequence(words))
        return
    for word in words:
        sequence = _sequence([word])
        if len(sequence) == 1:
            plan.must.append(_clause(word, lexicon))
        else:
            _require_phrase(plan, sequence)


def _require_phrase(plan: Plan, sequence: Phrase) -> None:
    plan.must += [Clause((term,)) for term in sequence]
    if len(sequence) > 1:
        plan.phrases.append(sequence)


def _exclude(plan: Plan, part: QueryPart, lexicon: Lexicon) -> None:
    words = [token.text for token in tokenize(part.text)]
    sequence = _sequence(words)
    if len(sequence) > 1:
        plan.excluded_phrases.append(sequence)
    elif part.kind == "phrase":
        plan.must_not.append(Clause(sequence))
    elif sequence:
        plan.must_not.append(_clause(words[0], lexicon))


def _sequence(words: list[str]) -> Phrase:
    return tuple(term for word in words for term in terms_of_word(word, "").sequence)


def _clause(word: str, lexicon: Lexicon) -> Clause:
    terms = lexicon.terms_of(word)
    return Clause(terms, lexicon.tags_with(terms))
