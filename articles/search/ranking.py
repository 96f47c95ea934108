"""Which of the articles that meet a plan comes first. The same on every database."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from articles.models import SearchDocument
from articles.search.index import TAGGED
from articles.search.plan import Plan, Wanted

# Where a word stands. Each place weighs more than all below it together, even where it only has
# another form of the word.
TITLE, NAMES, TAGS, HEADINGS, BODY = 70.0, 30.0, 12.0, 6.0, 4.0
ITSELF, OTHER_FORM, BEGINNING = 1.0, 0.9, 0.5
IN_A_ROW = 1.0
# Of so many articles the text is looked at.
READ = 100
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
    tags: str
    sort_key: str
    slug: str
    body: str = ""


def candidates(keys: Iterable[int]) -> list[Candidate]:
    """Those with these keys, without their bodies."""
    fields = ("pk", "language", "title", "names", "headings", "tags")
    rows = SearchDocument.objects.filter(pk__in=list(keys)).values_list(
        *fields, "article__sort_key", "article__slug"
    )
    return [Candidate(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ScoredTerm:
    """One word of a plan as it stands in a column."""

    itself: str
    others: tuple[str, ...]
    beginning: str
    tags: tuple[str, ...]

    @classmethod
    def of(cls, wanted: Wanted) -> "ScoredTerm":
        itself, *others = (f" {term} " for term in wanted.terms)
        beginning = f" {wanted.beginning}" if wanted.beginning else ""
        return cls(
            itself, tuple(others), beginning, tuple(f" {TAGGED}{tag} " for tag in wanted.tags)
        )

    def strength(self, column: str) -> float:
        """How well a short field answers."""
        if self.itself in column:
            return ITSELF
        for other in self.others:
            if other in column:
                return OTHER_FORM
        return BEGINNING if self.beginning and self.beginning in column else 0

    def frequency(self, body: str) -> float:
        """How often a body has it, from 0 to 1; other forms by what they begin with."""
        often = float(body.count(self.itself))
        if not often:
            often = self.strength(body) * (1 + body.count(self.itself[:-1]))
        return often / (often + K * (1 - B + B * len(body) / USUAL))


def ranked(
    found: Iterable[Candidate], plan: Plan, exact: frozenset[int] = frozenset()
) -> list[Candidate]:
    """Best first; those that the question is the name of before all others.

    The first `READ` by what they are called and headed, newer ones before older, are put in
    order by what they say as well.
    """
    sought = [ScoredTerm.of(wanted) for wanted in plan.wanted]
    row = f" {' '.join(wanted.terms[0] for wanted in plan.wanted)} "
    rough = sorted(found, key=lambda each: (-_score(each, sought, row), -each.pk))
    rough.sort(key=lambda each: each.pk not in exact)
    first = sorted(
        with_bodies(rough[:READ]),
        key=lambda each: (
            each.pk not in exact,
            -_score(each, sought, row),
            each.sort_key,
            each.slug,
        ),
    )
    return first + rough[READ:]


def with_bodies(found: list[Candidate]) -> list[Candidate]:
    keys = [each.pk for each in found]
    bodies = dict(SearchDocument.objects.filter(pk__in=keys).values_list("pk", "body"))
    return [replace(each, body=bodies.get(each.pk, "")) for each in found]


def _score(candidate: Candidate, sought: list[ScoredTerm], row: str) -> float:
    score = 0.0
    for word in sought:
        named = word.strength(candidate.title)
        if named:
            # Of two titles that have the word, the shorter one is more about it.
            score += TITLE * named + 1 / len(candidate.title.partition("  ")[0].split())
        score += NAMES * word.strength(candidate.names)
        score += TAGS * any(tag in candidate.tags for tag in word.tags)
        score += HEADINGS * word.strength(candidate.headings)
        if candidate.body:
            score += BODY * word.frequency(candidate.body)
    if len(sought) > 1 and (row in candidate.title or row in candidate.body):
        score += IN_A_ROW
    return score
