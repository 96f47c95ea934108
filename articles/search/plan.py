"""A parsed query and the lexicon → a plan: what articles must have and must not have, and the
words that they are ranked by."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from articles.search.analysis import IN_UNSPACED, terms_of_word, tokenize
from articles.search.compounds import Compound, find_compounds
from articles.search.lexicon import Lexicon
from articles.search.query import Query, QueryPart
from articles.search.word_breaks import joined_words_of_query
from articles.text import names
from articles.text.tokens import GERSHAYIM

MIN_PREFIX_LENGTH = 2
# Whatever is no letter, digit or hyphen can't be part of a language tag, and has a meaning in the
# query syntax of one of the databases.
INVALID_IN_LANGUAGE = re.compile("[^a-z0-9-]")
MAX_LANGUAGE_LENGTH = 35
ACRONYM = re.compile(r"(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)")
NO_LANGUAGE = "-"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """One word of a query. An article matches if it has one of its `roots`, one of `tags` (primary
    keys), or, if the word `may_be_prefix` of another, one of `completions`, which are roots too.

    `text` is the word as it stands in the query, `term` the same without case and diacritics.
    """

    text: str
    term: str
    roots: tuple[str, ...]
    tags: frozenset[int] = frozenset()
    completions: tuple[str, ...] = ()
    may_be_prefix: bool = False


@dataclass
class Plan:
    """A query in Lucene's words: an article matches if it has some of `should`, all of `must` and
    none of `must_not`, contains all `phrases` and no `excluded_phrases`, has a tag of each set in
    `tags`, and is in `language`, if there is one. It is ranked by `should` and `must`."""

    should: list[Clause] = field(default_factory=list)
    must: list[Clause] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    must_not: list[Clause] = field(default_factory=list)
    excluded_phrases: list[Phrase] = field(default_factory=list)
    tags: list[frozenset[int]] = field(default_factory=list)
    language: str = ""

    @property
    def is_searchable(self) -> bool:
        """Whether there is something that an article must have."""
        return bool(self.should or self.must or self.tags)

    @property
    def has_phrases(self) -> bool:
        return bool(self.phrases or self.excluded_phrases)

    @property
    def clauses(self) -> list[Clause]:
        """The words that articles are ranked by, in the order of the query; a word as often as it
        occurs."""
        return [*self.must, *self.should]

    def with_completions(self, completions: tuple[str, ...]) -> "Plan":
        """Return the plan with the last word also matching by other roots that complete it."""
        *others, last = self.should
        return replace(self, should=[*others, replace(last, completions=completions)])


def build_plan(
    query: Query,
    lexicon: Lexicon,
    tags: dict[str, int],
    language: str = "",
    *,
    split_unspaced: bool = False,
) -> Plan:
    """Return the plan of a query.

    `tags` are the primary keys of the tags in the query, by folded name. `language` narrows the
    results; one that is no language tag matches nothing. A word of a script without spaces is a
    phrase of its bigrams; with `split_unspaced`, they are words of their own.
    """
    plan = Plan(language=language and _valid_language(language))
    compounds = [
        *find_compounds(query.text),
        *joined_words_of_query(query.text, query.words, lexicon),
    ]
    for part in query.parts:
        if part.kind == "tag":
            _require_tag(plan, part, lexicon, tags)
        elif part.excluded:
            _exclude(plan, part, lexicon)
        elif part.kind == "phrase":
            _require_phrase(plan, _sequence(part.text), part.text, lexicon)
        else:
            _add_words(plan, part, lexicon, compounds, split_unspaced)
    last = plan.should[-1] if plan.should else None
    if query.may_be_prefix and last and last.text == query.words[-1].text:
        plan.should[-1] = replace(last, may_be_prefix=len(last.term) >= MIN_PREFIX_LENGTH)
    return plan


def _valid_language(language: str) -> str:
    """Return `language` as a term can contain it, or "-", which is no language, if it can't."""
    lower = language.lower()
    if len(lower) > MAX_LANGUAGE_LENGTH or INVALID_IN_LANGUAGE.search(lower):
        return NO_LANGUAGE
    return lower


def _require_tag(plan: Plan, part: QueryPart, lexicon: Lexicon, tags: dict[str, int]) -> None:
    exact = tags.get(names.fold(part.text))
    matching = frozenset({exact}) if exact else lexicon.find_tags(part.text)
    if part.excluded:
        plan.must_not.append(Clause(part.text, "", (), matching))
    else:
        plan.tags.append(matching)


def _add_words(
    plan: Plan,
    part: QueryPart,
    lexicon: Lexicon,
    compounds: Sequence[Compound],
    split_unspaced: bool,
) -> None:
    end_of_acronym = 0
    for word, start, end in tokenize(part.text):
        sequence = _sequence(word)
        span = part.start + start, part.start + end
        if span[0] < end_of_acronym:
            continue
        if acronym := _acronym_at(start, part, compounds):
            plan.should.append(_acronym_clause(acronym, lexicon))
            end_of_acronym = acronym.end
        elif len(sequence) == 1:
            clause = _clause(word, sequence[0], lexicon)
            plan.should.append(_with_compounds(clause, span, lexicon, compounds))
        elif (plain := re.sub(GERSHAYIM, "", word)) != word:
            # An abbreviation, whose sign others omit.
            plan.should.append(_clause(plain, "".join(sequence), lexicon))
        elif split_unspaced:
            plan.should += [_clause(term, term, lexicon) for term in sequence]
        else:
            _require_phrase(plan, sequence, word, lexicon)


def _acronym_at(start: int, part: QueryPart, compounds: Iterable[Compound]) -> Compound | None:
    """Return the compound at a position of a part that consists of letters with dots."""
    match = ACRONYM.match(part.text, start)
    span = match and (part.start + match.start(), part.start + match.end())
    return next((c for c in compounds if (c.start, c.end) == span), None)


def _acronym_clause(acronym: Compound, lexicon: Lexicon) -> Clause:
    """Return the clause of an acronym with dots: its letters say nothing by themselves. One that
    begins with it matches too: U.S. for U.S.A."""
    word = acronym.words[0]
    spellings = [spelling for spelling in acronym.words if word.startswith(spelling)]
    roots = sorted({root for spelling in spellings for root in lexicon.roots_of(spelling)})
    return Clause(word, "".join(_sequence(word)), tuple(roots), lexicon.tags_with(roots))


def _with_compounds(
    clause: Clause, span: tuple[int, int], lexicon: Lexicon, compounds: Iterable[Compound]
) -> Clause:
    """Return the clause for a part of a compound, at a span of the query: the compound in one word
    matches as well."""
    joined = [
        word
        for start, end, words in compounds
        if start <= span[0] and span[1] <= end
        for word in words
    ]
    if not joined:
        return clause
    roots = sorted({*clause.roots, *(root for word in joined for root in lexicon.roots_of(word))})
    return replace(clause, roots=tuple(roots), tags=lexicon.tags_with(roots))


def _require_phrase(plan: Plan, sequence: Phrase, text: str, lexicon: Lexicon) -> None:
    """Require the exact words of a phrase. One word is a phrase too, since the index has only the
    root that it shares with other forms."""
    plan.must += [Clause(text, term, _roots(term, term, lexicon)) for term in sequence]
    if sequence:
        plan.phrases.append(sequence)


def _exclude(plan: Plan, part: QueryPart, lexicon: Lexicon) -> None:
    sequence = _sequence(part.text)
    if len(sequence) > 1 or part.kind == "phrase":
        plan.excluded_phrases.append(sequence)
        if part.kind == "word":
            plan.must_not += [
                _clause(words[0], words[0], lexicon)
                for start, end, words in find_compounds(part.text)
                if len(_sequence(part.text[start:end])) == len(sequence)
            ]
    elif sequence:
        word = next(tokenize(part.text)).text
        plan.must_not.append(_clause(word, sequence[0], lexicon))


def _sequence(text: str) -> Phrase:
    return tuple(
        term for token in tokenize(text) for term in terms_of_word(token.text, "").sequence
    )


def _clause(word: str, term: str, lexicon: Lexicon) -> Clause:
    roots = _roots(word, term, lexicon)
    return Clause(word, term, roots, lexicon.tags_with(roots))


def _roots(word: str, term: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the roots of a word; of a bigram only itself, not its characters."""
    return (term,) if IN_UNSPACED.match(term) else lexicon.roots_of(word)
