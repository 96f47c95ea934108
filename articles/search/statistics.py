"""The words of a query with their weights, by how many documents have them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
    its information, times how often it occurs in the query."""

    clause: Clause
    documents: int
    names: int
    weight: float


def weigh(clauses: list[Clause], lexicon: Lexicon) -> list[WeightedWord]:
    """Return the different words among `clauses`, without stop words, in their order."""
    stop_words = stop_words_in([clause.term for clause in clauses], lexicon.languages)
    counts = Counter(clause for clause in clauses if clause.term not in stop_words)
    frequencies = backends.document_frequencies(
        term for clause in counts for term in (*_terms(clause), *_name_terms(clause))
    )
    words = []
    for clause, count in counts.items():
        documents, names = (
            min(lexicon.documents, sum(frequencies.get(term, 0) for term in terms))
            for terms in (_terms(clause), _name_terms(clause))
        )
        information = bm25.inverse_document_frequency(documents, lexicon.documents)
        words.append(WeightedWord(clause, documents, names, count * information))
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
    tags = [f"{TAG_PREFIX}{tag}" for tag in sorted(clause.tags)]
    return [*clause.roots, *clause.completions, *tags]


def _name_terms(clause: Clause) -> list[str]:
    return [NAME_PREFIX + root for root in (*clause.roots, *clause.completions)]
