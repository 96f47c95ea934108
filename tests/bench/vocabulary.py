"""A seeded vocabulary with the frequencies of a natural language, to make texts from.

The frequency of the word of rank r is proportional to 1 / (r + 2.7), the Zipf–Mandelbrot law with
the parameters that Piantadosi, "Zipf's word frequency law in natural language: a critical review
and future directions", Psychonomic Bulletin & Review 21, 2014, gives for texts. The most frequent
words are English function words; the others are made up of syllables, with English inflections,
so that stemming has something to do. Names are capitalized, and there are numbers.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

LEMMAS, NAMES, NUMBERS = 48_000, 24_000, 4_000
ZIPF_OFFSET = 2.7
# fmt: off
FUNCTION_WORDS = (
    "the", "of", "and", "in", "to", "a", "was", "is", "for", "as", "on", "with", "by", "that",
    "it", "from", "at", "his", "an", "were", "are", "which", "this", "be", "or", "had", "has",
    "also", "not", "its", "have", "first", "one", "their", "after", "he", "two", "new", "who",
    "been", "but", "other", "all", "they", "more", "during", "into", "when", "her", "there",
    "she", "most", "only", "time", "over", "some", "such", "many", "between", "years", "can",
    "may", "used", "than", "then", "about", "where", "made", "these", "city", "however",
    "under", "no", "up", "would", "him", "war", "while", "later", "three", "will", "any",
    "each", "well", "before", "through", "became", "both", "same", "known", "part", "being",
    "against", "if", "so",
)
SUFFIXES = (
    ("", "s"),
    ("", "s", "ed", "ing"),
    ("", "ly", "ness"),
    ("", "s", "ing", "ed", "er", "ers"),
)
ONSETS = (
    "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "bl", "br",
    "cl", "cr", "dr", "fl", "gr", "pl", "pr", "sc", "sh", "sp", "st", "str", "th", "tr",
)
VOWELS = (
    "a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ea", "io", "ou",
)
CODAS = ("", "", "", "n", "r", "l", "s", "t", "m", "nt", "rt", "ck")
# fmt: on


@dataclass(frozen=True)
class Vocabulary:
    """`words` by descending frequency, with the `weights` of all words up to each."""

    words: list[str]
    weights: list[float]
    names: list[str]
    # The same without the function words.
    content: list[str]
    content_weights: list[float]

    def draw(self, rng: random.Random, count: int) -> list[str]:
        """Return `count` random words, each as often as its frequency says."""
        return rng.choices(self.words, cum_weights=self.weights, k=count)

    def draw_content(self, rng: random.Random, count: int) -> list[str]:
        """Return `count` random words that are no function words."""
        return rng.choices(self.content, cum_weights=self.content_weights, k=count)


def build_vocabulary(rng: random.Random) -> Vocabulary:
    """Return a vocabulary of some 200,000 word forms, the same for the same `rng`."""
    names = _distinct(rng, NAMES, syllables=(2, 3), taken=set(FUNCTION_WORDS))
    lemmas = _distinct(rng, LEMMAS, syllables=(1, 4), taken={*FUNCTION_WORDS, *names})
    # The rank that each word would have without the others, and some chance.
    ranked = [
        (rank * 2 ** rng.gauss(0, 1.5) * (1 + position), form)
        for rank, lemma in enumerate(sorted(lemmas, key=len), 1)
        for position, form in enumerate(_forms(rng, lemma))
    ]
    names = [name.capitalize() for name in names]
    for others in (names, _numbers(rng)):
        step = LEMMAS / len(others)
        ranked += [
            (rank * step * 2 ** rng.gauss(0, 1.5), word) for rank, word in enumerate(others)
        ]
    words = list(dict.fromkeys([*FUNCTION_WORDS, *(word for _rank, word in sorted(ranked))]))
    frequencies = [1 / (rank + ZIPF_OFFSET) for rank in range(1, len(words) + 1)]
    first = len(FUNCTION_WORDS)
    return Vocabulary(
        words=words,
        weights=list(accumulate(frequencies)),
        names=names,
        content=words[first:],
        content_weights=list(accumulate(frequencies[first:])),
    )


def _distinct(
    rng: random.Random, count: int, *, syllables: tuple[int, int], taken: set[str]
) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < count:
        parts = (
            rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)
            for _ in range(rng.randint(*syllables))
        )
        word = "".join(parts)
        if len(word) > 2 and word not in taken:
            words[word] = None
    return list(words)


def _forms(rng: random.Random, lemma: str) -> list[str]:
    return [lemma + suffix for suffix in rng.choice(SUFFIXES)]


def _numbers(rng: random.Random) -> list[str]:
    """Return years, small numbers, and large and decimal ones with separators."""
    years = rng.sample(range(1000, 2030), 800)
    large = (f"{int(10 ** rng.uniform(3, 8)):,}" for _ in range(NUMBERS))
    decimal = (f"{rng.uniform(0, 100):.1f}" for _ in range(NUMBERS))
    numbers = dict.fromkeys([*map(str, years), *map(str, range(2, 200)), *large, *decimal])
    return rng.sample(list(numbers), NUMBERS)
