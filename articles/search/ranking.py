"""The order of the articles that match a plan. The same on every database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from articles.models import SearchDocument
from articles.search.index import TAG_PREFIX
from articles.search.plan import Clause, Plan

# Boosts of the fields. Each exceeds the sum of all below it, even for a word that matches only
# in another form.
TITLE_BOOST, NAMES_BOOST, TAGS_BOOST, HEADINGS_BOOST, BODY_BOOST = 70.0, 30.0, 12.0, 6.0, 4.0
EXACT_MATCH, VARIANT_MATCH, PREFIX_MATCH = 1.0, 0.9, 0.5
PHRASE_BONUS = 1.0
# Candidates whose body is read and scored.
MAX_BODIES = 100
# Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) for bodies:
# K1 is the saturation of term frequency, B the weight of length normalization. The average length
# is a constant, in characters, so that a score does not depend on the other articles.
K1, B, AVERAGE_LENGTH = 1.2, 0.75, 4000


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that matches the plan, with the terms of its fields."""

    pk: int
    language: str
    title: str
    names: str
    headings: str
    tags: str
    sort_key: str
    slug: str
    body: str = ""


def load_candidates(pks: Iterable[int]) -> list[Candidate]:
    """Return the candidates with these primary keys, without their bodies."""
    fields = ("pk", "language", "title", "names", "headings", "tags")
    rows = SearchDocument.objects.filter(pk__in=list(pks)).values_list(
        *fields, "article__sort_key", "article__slug"
    )
    return [Candidate(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ScoredTerm:
    """One clause of a plan as the substrings of a column that match it."""

    exact: str
    variants: tuple[str, ...]
    prefix: str
    tags: tuple[str, ...]

    @classmethod
    def from_clause(cls, clause: Clause) -> "ScoredTerm":
        exact, *variants = (f" {term} " for term in clause.terms)
        prefix = f" {clause.prefix}" if clause.prefix else ""
        tags = tuple(f" {TAG_PREFIX}{tag} " for tag in clause.tags)
        return cls(exact, tuple(variants), prefix, tags)

    def strength(self, column: str) -> float:
        """Return how well a short field matches, from 0 to 1."""
        if self.exact in column:
            return EXACT_MATCH
        for variant in self.variants:
            if variant in column:
                return VARIANT_MATCH
        return PREFIX_MATCH if self.prefix and self.prefix in column else 0

    def frequency(self, body: str) -> float:
        """Return the saturated, length-normalized term frequency in a body, from 0 to 1.

        If only other forms of the word occur, those that start like it are counted.
        """
        count = float(body.count(self.exact))
        if not count:
            count = self.strength(body) * (1 + body.count(self.exact[:-1]))
        return count / (count + K1 * (1 - B + B * len(body) / AVERAGE_LENGTH))


def rank(
    candidates: Iterable[Candidate], plan: Plan, groups: Sequence[Collection[int]] = ()
) -> list[Candidate]:
    """Return the candidates, best first. The articles of each of `groups` come before all others,
    the first group first.

    Two phases: all are ordered by their names, tags and headings, then the first `MAX_BODIES`
    are reordered with the score of their bodies.
    """
    group_of = {pk: n for n, group in reversed(list(enumerate(groups))) for pk in group}
    terms = [ScoredTerm.from_clause(clause) for clause in plan.must]
    phrase = f" {' '.join(clause.terms[0] for clause in plan.must)} "
    first_phase = sorted(
        candidates,
        key=lambda candidate: (
            group_of.get(candidate.pk, len(groups)),
            -_score(candidate, terms, phrase),
            -candidate.pk,
        ),
    )
    second_phase = sorted(
        load_bodies(first_phase[:MAX_BODIES]),
        key=lambda candidate: (
            group_of.get(candidate.pk, len(groups)),
            -_score(candidate, terms, phrase),
            candidate.sort_key,
            candidate.slug,
        ),
    )
    return second_phase + first_phase[MAX_BODIES:]


def load_bodies(candidates: list[Candidate]) -> list[Candidate]:
    pks = [candidate.pk for candidate in candidates]
    bodies = dict(SearchDocument.objects.filter(pk__in=pks).values_list("pk", "body"))
    return [replace(candidate, body=bodies.get(candidate.pk, "")) for candidate in candidates]


def _score(candidate: Candidate, terms: list[ScoredTerm], phrase: str) -> float:
    score = 0.0
    for term in terms:
        in_title = term.strength(candidate.title)
        if in_title:
            # Of two titles with the word, the shorter one is more about it.
            score += TITLE_BOOST * in_title + 1 / len(candidate.title.partition("  ")[0].split())
        score += NAMES_BOOST * term.strength(candidate.names)
        score += TAGS_BOOST * any(tag in candidate.tags for tag in term.tags)
        score += HEADINGS_BOOST * term.strength(candidate.headings)
        if candidate.body:
            score += BODY_BOOST * term.frequency(candidate.body)
    if len(terms) > 1 and (phrase in candidate.title or phrase in candidate.body):
        score += PHRASE_BONUS
    return score
