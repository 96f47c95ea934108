"""How well a word of a query describes an article: BM25F.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, section
3.6: the occurrences of a word in all fields of a document are weighted, normalized by the length
of the field and added up before the sum is saturated.
"""

import math

# Saturation of the weighted frequency, from the range that the authors recommend, 1.2 to 2.
K1 = 2.0
# Weight of length normalization in bodies, within the authors' 0.5 to 0.8, and in titles.
B, B_TITLE = 0.7, 0.3
# What an occurrence in a field counts for, in occurrences in the body. In the order and about the
# proportions of MediaWiki's CirrusSearch (`$wgCirrusSearchWeights`: title 20, redirect 15,
# category 8, heading 5, text 1), whose texts are longer than the ones that 3 does best on.
TITLE_WEIGHT, NAMES_WEIGHT, TAGS_WEIGHT, HEADINGS_WEIGHT = 3.0, 2.25, 1.2, 0.75


def inverse_document_frequency(documents: int, total: int) -> float:
    """Return the information of a word that `documents` of `total` have, never negative.

    The variant of Lucene: Kamphuis and others, "Which BM25 Do You Mean?", ECIR 2020.
    """
    return math.log(1 + max(0.0, total - documents + 0.5) / (documents + 0.5))


def norm(length: float, mean: float, b: float = B) -> float:
    """Return the divisor of the frequencies in a field of `length`, in words; 1 if the mean length
    is 0, that is, unknown."""
    return 1 - b + b * length / mean if mean else 1


def saturate(frequency: float) -> float:
    """Return the impact of a weighted frequency, from 0 to 1."""
    return frequency / (K1 + frequency)
