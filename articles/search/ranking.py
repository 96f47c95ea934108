"""Which of the articles that meet a plan comes first. The same on every database."""

from collections.abc import Iterable
from dataclasses import dataclass

from articles.models import SearchDocument
from articles.search.plan import Plan, Wanted

# Where a word stands. Each place weighs more than all below it together, even where it only has
# another form of the word.
TITLE, NAMES, TAGS, HEADINGS, BODY = 70.0, 30.0, 12.0, 6.0, 4.0
ITSELF, OTHER_FORM, BEGINNING = 1.0, 0.9, 0.8
IN_A_ROW = 1.0
# BM25 (Robertson and Zaragoza, 2009) for a body: how soon a word that comes again says nothing
# new, how much length counts, and the usual length in characters.
K, B, USUAL = 1.2, 0.75, 4000


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that meets the plan, with the words of each of its fields."""

    pk: int
    language: str
    title: str
    names: str
    headings: str
    tags: list[int]
    body: str
    sort_key: str
    slug: str


def candidates(keys: Iterable[int]) -> list[Candidate]:
    fields = ("pk", "language", "title", "names", "headings", "tags", "body")
    rows = SearchDocument.objects.filter(pk__in=list(keys)).values_list(
        *fields, "article__sort_key", "article__slug"
    )
    return [Candidate(*row) for row in rows]


def ranked(
    found: Iterable[Candidate], plan: Plan, exact: frozenset[int] = frozenset()
) -> list[Candidate]:
    """Best first; those that the question is the name of before all others."""
    return sorted(
        found,
        key=lambda each: (each.pk not in exact, -score(each, plan), each.sort_key, each.slug),
    )


def score(candidate: Candidate, plan: Plan) -> float:
    total = sum(_of_word(candidate, wanted) for wanted in plan.wanted)
    if len(plan.wanted) > 1:
        row = f" {' '.join(wanted.terms[0] for wanted in plan.wanted)} "
        total += IN_A_ROW * (row in candidate.title or row in candidate.body)
    return total + 1 / max(1, len(candidate.title.partition("  ")[0].split()))


def _of_word(candidate: Candidate, wanted: Wanted) -> float:
    return (
        TITLE * _strength(candidate.title, wanted)
        + NAMES * _strength(candidate.names, wanted)
        + TAGS * (not wanted.tags.isdisjoint(candidate.tags))
        + HEADINGS * _strength(candidate.headings, wanted)
        + BODY * _frequency(candidate.body, wanted)
    )


def _strength(column: str, wanted: Wanted) -> float:
    """How well a short field answers to a word."""
    if f" {wanted.terms[0]} " in column:
        return ITSELF
    if any(f" {term} " in column for term in wanted.terms[1:]):
        return OTHER_FORM
    return BEGINNING if wanted.beginning and f" {wanted.beginning}" in column else 0


def _frequency(body: str, wanted: Wanted) -> float:
    """How often a body has a word, from 0 to 1; other forms by what they begin with."""
    often = float(body.count(f" {wanted.terms[0]} "))
    if not often:
        often = _strength(body, wanted) * (1 + body.count(f" {wanted.terms[0]}"))
    return often / (often + K * (1 - B + B * len(body) / USUAL))
