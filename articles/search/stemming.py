"""Words → their stems, with the stemmers of each thread."""

import threading
from collections.abc import Iterable, Sequence

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
        stems = self.stemmer(language).stemWords(words)
        return [singular(stem) if stem[-1:] == "s" else stem for stem in stems]


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


def is_plain(word: str) -> bool:
    """Return whether a word has nothing but ASCII letters and digits, and isn't too long: it is
    one term, in lower case."""
    # Faster than a pattern.
    return word.isascii() and word.isalnum() and len(word) <= MAX_WORD_LENGTH


def plain_words(words: Iterable[str], language: str) -> list[str]:
    """Return the words that are plain. In Arabic none is: see `analysis.stems`."""
    return [] if primary_subtag(language) == "ar" else list(filter(is_plain, words))


def plain_roots(words: Sequence[str], language: str) -> Sequence[str]:
    """Return the root of each of these plain words in lower case, as `analysis.stems` does."""
    code = primary_subtag(language)
    if code not in STEMMERS:
        return words
    stemmed = STEMMERS_OF_THREAD.stem_all(words, code)
    return [
        stem if len(stem) > 1 and len(word) >= MIN_STEMMED_LENGTH else word
        for word, stem in zip(words, stemmed, strict=True)
    ]
