"""The words of a query with their weights, by how many documents have them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from articles.search import backends, bm25
from articles.search.index import NAME_PREFIX, TAG_PREFIX
from articles.search.lexicon import Lexicon
from articles.search.plan import Clause
from articles.search.stop_words import stop_words_in

# An article without all words is a result if those that it has carry this share of the information
# of the query.
MIN_INFORMATION = 0.6


@dataclass(frozen=True, slots=True)
class WeightedWord:
    """A word of a query. `documents` have it, `names` have it in a name, both at most; `weight` is
    its information, times how often it occurs in the query. `in_text` have it in their texts, at
    most; `tags` are those of the clause, with the number of their articles."""

    clause: Clause
    documents: int
    names: int
    weight: float
    in_text: int
    tags: dict[int, int]

    def without_common_tags(self, limit: int) -> "WeightedWord":
        """Return the word without its tags of more than `limit` articles. They say little about
        an article, and all of them would be read."""
        tags = {tag: documents for tag, documents in self.tags.items() if documents <= limit}
        if len(tags) == len(self.tags):
            return self
        clause = replace(self.clause, tags=frozenset(tags))
        documents = min(self.documents, self.in_text + sum(tags.values()))
        return replace(self, clause=clause, documents=documents, tags=tags)


def weigh(clauses: list[Clause], lexicon: Lexicon) -> list[WeightedWord]:
    """Return the different words among `clauses`, without stop words, in their order."""
    stop_words = stop_words_in([clause.term for clause in clauses], lexicon.languages)
    counts = Counter(clause for clause in clauses if clause.term not in stop_words)
    frequencies = backends.document_frequencies(
        term
        for clause in counts
        for term in (*_terms(clause), *_name_terms(clause), *map(_tag_term, clause.tags))
    )
    words = []
    for clause, count in counts.items():
        tags = {tag: frequencies.get(_tag_term(tag), 0) for tag in clause.tags}
        in_text, names = (
            sum(frequencies.get(term, 0) for term in terms)
            for terms in (_terms(clause), _name_terms(clause))
        )
        documents = min(lexicon.documents, in_text + sum(tags.values()))
        information = bm25.inverse_document_frequency(documents, lexicon.documents)
        names = min(lexicon.documents, names)
        words.append(WeightedWord(clause, documents, names, count * information, in_text, tags))
    return words


def informative_bits(sets: Iterable[int], words: Sequence[WeightedWord]) -> set[int]:
    """Return those of `sets` of words, bit n for word n, that have enough of the query."""
    least = MIN_INFORMATION * sum(word.weight for word in words)
    return {
        bits
        for bits in sets
        if sum([word.weight for n, word in enumerate(words) if bits >> n & 1]) >= least
    }


def _terms(clause: Clause) -> list[str]:
    return [*clause.roots, *clause.completions]


def _name_terms(clause: Clause) -> list[str]:
    return [NAME_PREFIX + root for root in _terms(clause)]


def _tag_term(tag: int) -> str:
    return f"{TAG_PREFIX}{tag}"
