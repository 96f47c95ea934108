"""Words → their stems, with the stemmers and the words of each thread in memory."""

import threading
from collections.abc import Collection, Mapping, Sequence

import Stemmer

# fmt: off
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}
# fmt: on
# Characters of a word that are indexed.
MAX_WORD_LENGTH = 60
MIN_STEMMED_LENGTH = 3
# Plain words that are kept in memory, 250 bytes each.
MAX_PLAIN_WORDS = 1 << 15
# The term of a plain word as a sequence, and its root.
PlainWord = tuple[tuple[str], str]


class Stemmers(threading.local):
    """The stemmers of one thread: a Snowball stemmer holds the word that it works on."""

    def __init__(self) -> None:
        self._by_language: dict[str, Stemmer.Stemmer] = {}

    def stemmer(self, language: str) -> Stemmer.Stemmer:
        if language not in self._by_language:
            # Without its cache, since `terms_of_word` has one and stemming is faster than both.
            self._by_language[language] = Stemmer.Stemmer(STEMMERS[language], 0)
        return self._by_language[language]

    def stem(self, word: str, language: str) -> str:
        stem: str = self.stemmer(language).stemWord(word)
        return singular(stem)

    def stem_all(self, words: Sequence[str], language: str) -> list[str]:
        """Stem many words by one call, which takes less time than one for each."""
        return [singular(stem) for stem in self.stemmer(language).stemWords(words)]


def singular(stem: str) -> str:
    """Return the stem of a designation that ends in a digit without the plural after it, which the
    stemmers leave there. A number alone is no designation: the 1990s are not 1990.

    >>> singular("b52s"), singular("1990s")
    ('b52', '1990s')
    """
    is_plural = stem[-1:] == "s" and stem[-2:-1].isdecimal() and not stem[:-1].isdecimal()
    return stem[:-1] if is_plural else stem


STEMMERS_OF_THREAD = Stemmers()


def primary_subtag(language: str) -> str:
    """Return the primary subtag of a BCP 47 language tag.

    >>> primary_subtag("pt-BR")
    'pt'
    """
    return language.lower().partition("-")[0]


class PlainWords(threading.local):
    """The plain words that one thread has indexed, by language: most words of a text occur in
    others too, and stemming one takes ten times as long as looking it up."""

    def __init__(self) -> None:
        self._by_language: dict[str, dict[str, PlainWord]] = {}

    def look_up(self, words: Collection[str], language: str) -> Mapping[str, PlainWord]:
        """Return the terms of those of `words` that are plain, and of others. In Arabic no word
        is plain: see `analysis.stems`."""
        code = primary_subtag(language)
        if code == "ar":
            return {}
        code = code if code in STEMMERS else ""
        cached = self._by_language.get(code, {})
        new = [word for word in words if word not in cached and is_plain(word)]
        if new and sum(map(len, self._by_language.values())) + len(new) > MAX_PLAIN_WORDS:
            self._by_language.clear()
            cached, new = {}, list(filter(is_plain, words))
        if new:
            terms = [word.lower() for word in new]
            roots = _roots(terms, code)
            pairs = zip(terms, roots, strict=True)
            cached.update(zip(new, (((term,), root) for term, root in pairs), strict=True))
            self._by_language[code] = cached
        return cached


PLAIN_WORDS_OF_THREAD = PlainWords()


def is_plain(word: str) -> bool:
    """Return whether a word has nothing but ASCII letters and digits, and isn't too long: it is
    one term, in lower case."""
    return word.isascii() and word.isalnum() and len(word) <= MAX_WORD_LENGTH


def _roots(words: Sequence[str], code: str) -> Sequence[str]:
    """Return the root of each of these plain words in lower case, as `analysis.stems` does."""
    if not code:
        return words
    stemmed = STEMMERS_OF_THREAD.stem_all(words, code)
    return [
        stem
        if len(stem) > 1 and len(word) >= MIN_STEMMED_LENGTH and not word.isdecimal()
        else word
        for word, stem in zip(words, stemmed, strict=True)
    ]
