"""The order of the articles that match a plan. The same on every database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from articles.models.visibility import public_sql
from articles.search import bm25
from articles.search.backends import key_list
from articles.search.fields import COMPLETION, Fields, Needle, load_bodies, load_fields
from articles.search.index import TAG_PREFIX
from articles.search.plan import Clause
from articles.search.statistics import WeightedWord
from articles.sql import fetch

# Candidates whose terms are compared with the query, and those of them whose texts are searched
# for words of the query side by side.
MAX_EXACT, MAX_PAIRED = 80, 30
# What such a pair counts for, in the information of its words.
PAIR_WEIGHT = 0.2


class NameMatch(IntEnum):
    """How well the names of an article match a query as a whole, the best first: all words are in
    the title, or in the other names; or a name starts with the query."""

    TITLE, OTHER_NAMES, PREFIX, NONE = range(4)


class Pair(NamedTuple):
    """Two words as they are side by side in the columns of a document, their bits and weight."""

    text: str
    bits: int
    weight: float


@dataclass(slots=True)
class Candidate:
    """An article to rank, with its score: at first an estimate.

    `words` are those of the query that it may have: bit n stands for word n. Of those `searched`,
    it lacks all others. `group` is the number of the group that it is in, `match` how well a name
    matches as a whole.
    """

    pk: int
    language: str
    tags: str
    sort_key: str
    slug: str
    words: int = -1
    searched: int = -1
    score: float = 0.0
    group: int = 0
    match: NameMatch = NameMatch.NONE

    @property
    def tag_pks(self) -> list[int]:
        return [int(term[len(TAG_PREFIX) :]) for term in self.tags.split()]

    @property
    def order(self) -> tuple[int, NameMatch, float, str, str]:
        """The sort key: the best first, and by title where the score is the same."""
        return self.group, self.match, -self.score, self.sort_key, self.slug


def load_candidates(pks: Collection[int]) -> dict[int, Candidate]:
    """Return those of the articles that are public, by primary key."""
    visible, parameters = public_sql()
    keys, in_keys = key_list(pks)
    rows = fetch(
        f"""SELECT articles_article.id, document.language, document.tags, sort_key, slug
        FROM articles_article JOIN articles_searchdocument AS document
            ON document.article_id = articles_article.id
        WHERE articles_article.id {in_keys} AND {visible}""",
        [keys, *parameters],
    )
    return {row[0]: Candidate(*row) for row in rows}


def rank(
    candidates: Iterable[Candidate],
    clauses: Sequence[Clause],
    words: Sequence[WeightedWord],
    groups: Sequence[Collection[int]] = (),
    starting: Collection[int] = (),
    searched: int = 0,
    mean_length: float = 0,
) -> list[Candidate]:
    """Return the candidates, best first.

    The articles of each of `groups` come before all others, the first group first. Then those
    follow that match by their names (`NameMatch`), among them those of `starting`, of which a name
    starts with the query, then all others. Within each they are in the order of their scores. Only
    the `MAX_EXACT` best by their estimates are scored.

    `clauses` are the words of the query as often as they occur, `words` the same with weights. It
    is known already of the words `searched`, a set of bits, whether a candidate has them.
    `mean_length` is that of the bodies of all articles.
    """
    best, others = _split_by_estimate(candidates, groups, starting)
    fields = load_fields([candidate.pk for candidate in best], mean_length)
    # An article may have been deleted since it matched.
    best = [candidate for candidate in best if candidate.pk in fields]
    needles = [Needle.from_clause(word.clause) for word in words]
    roots = _sorted_roots(needles)
    for candidate in best:
        # It may have the words that were not searched.
        candidate.words |= ~searched
        _score(candidate, fields[candidate.pk], words, needles, roots)
    best.sort(key=lambda candidate: candidate.order)
    if pairs := _pairs(clauses, words):
        _score_pairs(best[:MAX_PAIRED], pairs, fields)
        best[:MAX_PAIRED] = sorted(best[:MAX_PAIRED], key=lambda candidate: candidate.order)
    for candidate in others:
        candidate.searched = searched
    return best + others


def _split_by_estimate(
    candidates: Iterable[Candidate],
    groups: Sequence[Collection[int]],
    starting: Collection[int],
) -> tuple[list[Candidate], list[Candidate]]:
    """Set the group and the name match of each candidate. Return the `MAX_EXACT` best by their
    estimates, and the others in the order of theirs."""
    numbers = {pk: n for n, group in reversed(list(enumerate(groups))) for pk in group}
    by_estimate = list(candidates)
    for candidate in by_estimate:
        candidate.group = numbers.get(candidate.pk, len(groups))
        candidate.match = NameMatch.PREFIX if candidate.pk in starting else NameMatch.NONE
    by_estimate.sort(key=lambda c: (c.group, c.match, -c.score, c.pk))
    return by_estimate[:MAX_EXACT], by_estimate[MAX_EXACT:]


def _sorted_roots(needles: Sequence[Needle]) -> list[tuple[str, int]]:
    """Return the roots of the words in the order of the index, each with the bit of its word."""
    return sorted(
        (root, 1 << position)
        for position, needle in enumerate(needles)
        for root in (*needle.roots, *needle.completions)
    )


def _score(
    candidate: Candidate,
    fields: Fields,
    words: Sequence[WeightedWord],
    needles: Sequence[Needle],
    roots: Iterable[tuple[str, int]],
) -> None:
    """Set the score of a candidate, and which of the words that it may have it does have."""
    possible, candidate.words, candidate.score = candidate.words, 0, 0.0
    counts = fields.count([root for root, bit in roots if possible & bit])
    for position, (word, needle) in enumerate(zip(words, needles, strict=True)):
        if possible >> position & 1 and (frequency := fields.frequency(needle, counts)):
            candidate.score += word.weight * bm25.saturate(frequency)
            candidate.words |= 1 << position
    if candidate.words == (1 << len(words)) - 1:
        candidate.match = min(candidate.match, _name_match(needles, fields))


def _name_match(needles: Sequence[Needle], fields: Fields) -> NameMatch:
    for match, column in (
        (NameMatch.TITLE, fields.title),
        (NameMatch.OTHER_NAMES, fields.names),
    ):
        if needles and all(needle.strength(column) > COMPLETION for needle in needles):
            return match
    return NameMatch.NONE


def _pairs(clauses: Sequence[Clause], words: Sequence[WeightedWord]) -> list[Pair]:
    """Return the words of the query that are side by side, each two with the lesser weight."""
    positions = {word.clause: position for position, word in enumerate(words)}
    clauses = [clause for clause in clauses if clause in positions]
    return list(
        dict.fromkeys(
            Pair(
                f" {first.term} {second.term} ",
                1 << positions[first] | 1 << positions[second],
                min(words[positions[first]].weight, words[positions[second]].weight),
            )
            for first, second in pairwise(clauses)
            if first.term and second.term
        )
    )


def _score_pairs(
    candidates: Sequence[Candidate], pairs: Sequence[Pair], fields: dict[int, Fields]
) -> None:
    """Add to the scores for pairs of words in titles and bodies."""
    bodies = load_bodies([candidate.pk for candidate in candidates])
    for candidate in candidates:
        of_article = fields[candidate.pk]
        for pair in pairs:
            if candidate.words & pair.bits == pair.bits:
                frequency = (
                    bm25.TITLE_WEIGHT * (pair.text in of_article.title)
                    + bodies.get(candidate.pk, "").count(pair.text) / of_article.body_norm
                )
                candidate.score += PAIR_WEIGHT * pair.weight * bm25.saturate(frequency)
