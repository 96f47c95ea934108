"""Letters of words that spellings differ in → the same letters."""

import re
import unicodedata

# fmt: off
# Letters that writers use interchangeably and that no Unicode normalization form unifies.
LETTER_VARIANTS = str.maketrans({
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ک": "ك", "ء": "",
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
    "þ": "th",
})
# fmt: on
# The marks that turn か into が are part of the letter, unlike other combining marks.
VOICING_MARKS = "\u3099\u309a"
# The letters of a hamza inside a word, where spellings differ: مسئول and مسؤول, but not that of an
# alef at the beginning, nor after the article.
HAMZA = re.compile("(?<=\\w)(?:[ؤئء]|[ىی]\u0654)(?=\\w)|(?<=\\w\\w)(?<!ال)أ(?=\\w)")
HARAKAT = re.compile("[\u064b-\u0652\u0670]")
# No language has this letter, so that neither stemmers nor Unicode change it.
SOME_HAMZA = "\u0774"


def strip_diacritics(folded: str) -> str:
    """Return a folded text without diacritics, with letter variants and digits unified.

    >>> strip_diacritics("élan"), strip_diacritics("ıĸ"), strip_diacritics("٢٠")
    ('elan', 'iĸ', '20')
    """
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    letters = (c for c in decomposed if c in VOICING_MARKS or unicodedata.category(c) != "Mn")
    text = unicodedata.normalize("NFC", "".join(letters).translate(LETTER_VARIANTS))
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def unify_hamzas(word: str) -> str:
    """Return a word with the same letter for each hamza inside it, whatever carries it; the word
    itself if it has none.

    >>> unify_hamzas("مسئول") == unify_hamzas("مسؤول")
    True
    """
    plain = HARAKAT.sub("", word) if HARAKAT.search(word) else word
    return HAMZA.sub(SOME_HAMZA, plain) if HAMZA.search(plain) else word
