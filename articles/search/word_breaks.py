"""Words of a query that articles write as one word, with a space between them in the query."""

from collections.abc import Iterator

from articles.search import backends
from articles.search.analysis import Token, terms_of_word
from articles.search.compounds import Compound, find_compounds, find_pairs
from articles.search.lexicon import Lexicon
from articles.search.stop_words import stop_words_in


def joined_words_of_query(text: str, words: list[Token], lexicon: Lexicon) -> list[Compound]:
    """Return the words of a query that may be one word, besides its compounds.

    Capitals may be typed as small letters. Other words are joined by evidence, as in Koehn and
    Knight, "Empirical Methods for Compound Splitting", EACL 2003: if more articles have them as
    one word than have the parts, by the geometric mean. So "wi fi" is searched as "wifi" too, but
    "us age" is not as "usage".
    """
    return [*_in_capitals(text), *_by_evidence(text, words, lexicon)]


def _in_capitals(text: str) -> Iterator[Compound]:
    upper = text.upper()
    if len(upper) == len(text):
        for compound in find_compounds(upper):
            if " " in text[compound.start : compound.end]:
                yield compound


def _by_evidence(text: str, words: list[Token], lexicon: Lexicon) -> list[Compound]:
    pairs = {pair: text[pair.start : pair.end].lower().split(" ") for pair in find_pairs(text)}
    if not pairs:
        return []
    terms = [term for word in words for term in terms_of_word(word.text, "").sequence]
    stop_words = stop_words_in(terms, lexicon.languages)
    parts = {p: each for p, each in pairs.items() if stop_words.isdisjoint(each)}
    spellings = {word for pair, each in parts.items() for word in (*pair.words, *each)}
    documents = _documents(spellings, lexicon)
    return [
        pair
        for pair, (first, second) in parts.items()
        if documents[pair.words[0]] ** 2 > documents[first] * documents[second]
    ]


def _documents(words: set[str], lexicon: Lexicon) -> dict[str, int]:
    """Return the number of documents with each of `words`, about."""
    roots = {word: lexicon.roots_of(word) for word in words}
    documents = backends.document_frequencies(root for each in roots.values() for root in each)
    return {
        word: max((documents.get(root, 0) for root in each), default=0)
        for word, each in roots.items()
    }
