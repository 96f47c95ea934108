"""How much work one search may cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of one search, in articles.

    `candidates` are ranked at most; to find them, about `postings` entries of the index are read.
    Of the names that start with the query, `names` are results. If fewer than `prefix_below`
    articles have the last word, it is also searched as a prefix. Phrases are searched for in
    batches, `phrase_batch` articles at first and more than `phrase_scan` never: few queries have
    words that more articles have in common without having the phrase.
    """

    candidates: int = 300
    postings: int = 4_000
    names: int = 80
    prefix_below: int = 20
    phrase_batch: int = 1500
    phrase_scan: int = 22_500


DEFAULT_LIMITS = Limits()
