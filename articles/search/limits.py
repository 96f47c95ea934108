"""How much work one search may cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of one search, in articles.

    `candidates` are ranked at most. If more match, the candidates include `per_field` of those
    that match in a name, in a tag and in a heading; the rest are the newest. If fewer than
    `prefix_below` match, the last word is also searched as a prefix. Phrases are searched for in
    batches, `phrase_batch` articles at first and more than `phrase_scan` never: few queries have
    words that more articles have in common without having the phrase.
    """

    candidates: int = 400
    per_field: int = 80
    prefix_below: int = 20
    phrase_batch: int = 1500
    phrase_scan: int = 22_500


DEFAULT_LIMITS = Limits()
