"""A plan → the articles to rank: those that are likely to come first.

Words with much information are searched first, and where they weigh most, as with impact-ordered
indexes (Lin and Trotman, "Anytime Ranking for Impact-Ordered Indexes", 2015); the other words only
in the articles that have one of these, as with MaxScore (Turtle and Flood, "Query Evaluation:
Strategies and Optimizations", 1995), or not at all if their information is the least.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from articles.models import SearchDocument
from articles.search import backends
from articles.search.backends import Expression, ScoredKey, Segment
from articles.search.index import LANGUAGE_PREFIX, LEVEL_PREFIX, LEVELS, NAME_PREFIX, TAG_PREFIX
from articles.search.limits import Limits
from articles.search.plan import Clause, Phrase, Plan
from articles.search.ranking import MAX_EXACT, Candidate, load_candidates
from articles.search.statistics import WeightedWord, informative_bits
from articles.sql import chunks

COLUMNS = ("title", "names", "headings", "body")
# Weights are integers, so that their sums are the same on each database.
PRECISION = 1000
# The least impact of a root at each level, level 1 being that of all articles with the root, and
# about which share of these reaches it.
IMPACTS = {1: 0.4, **LEVELS}
SHARES = {1: 1.0, 2: 0.4, 3: 0.15, 4: 0.05}
# Of so many words, the articles are told apart by their number, so that one more level is enough.
MANY_WORDS, MIDDLE_LEVEL = 5, 3
# Bits that the sum of a column has room for.
MAX_BITS = 60


@dataclass(frozen=True)
class Candidates:
    """The articles to rank, best first, with their scores by the index.

    `searched` are the words that were searched in all of them, bit n stands for word n. `more`
    articles may match. `complete` is false if some were not searched for the phrases.
    """

    articles: list[Candidate] = field(default_factory=list)
    searched: int = 0
    more: bool = False
    complete: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether no article matches for certain."""
        return not self.articles and self.complete


def find_candidates(plan: Plan, words: Sequence[WeightedWord], limits: Limits) -> Candidates:
    """Return the articles to rank. Call inside `backends.planner_settings`."""
    size, postings = limits.candidates + 1, limits.postings
    while True:
        segments, exhaustive = build_segments(plan, words, postings)
        if plan.has_phrases:
            return _with_phrases(segments, plan, limits)
        keys = backends.score(segments, size)
        visible, has_tail = _visible_results(keys, words)
        more = len(visible) > limits.candidates
        # As many as are scored. Others are less likely to rank high.
        enough = len(visible) >= MAX_EXACT and (has_tail or not exhaustive)
        if more or enough or (exhaustive and len(keys) < size):
            more = more or (enough and not has_tail)
            return Candidates(visible[: limits.candidates], _bits(segments), more)
        if len(keys) < size:
            # Fewer articles than usual have the words so often.
            postings *= 4
        else:
            # Most of the best matches are not public.
            size *= 4


def _visible_results(
    keys: list[ScoredKey], words: Sequence[WeightedWord]
) -> tuple[list[Candidate], bool]:
    """Return the candidates that are public, and whether some were left out: those that are not
    scored, and have too little of the query to be results otherwise."""
    best, others = keys[:MAX_EXACT], keys[MAX_EXACT:]
    informative = informative_bits({key.bits for key in others}, words)
    results = [key for key in others if key.bits in informative]
    if len(results) < len(others):
        visible = _visible([*best, *results])
        if {key.pk for key in best} <= {candidate.pk for candidate in visible}:
            return visible, True
        # Others take the places of those that are not public.
    return _visible(keys), False


def _visible(keys: list[ScoredKey]) -> list[Candidate]:
    public = load_candidates([key.pk for key in keys])
    for key in keys:
        if candidate := public.get(key.pk):
            candidate.score, candidate.words = key.score, key.bits
    return [public[key.pk] for key in keys if key.pk in public]


def _with_phrases(segments: list[Segment], plan: Plan, limits: Limits) -> Candidates:
    """Return the articles with the phrases of the plan, which the index does not hold.

    The stored texts of the articles with all words are searched in batches of growing size, the
    best first, until there are enough, no articles are left, or `limits.phrase_scan` were read,
    which takes half a second on SQLite and a second on PostgreSQL.
    """
    keys = backends.score(segments, limits.phrase_scan + 1)
    matches: list[Candidate] = []
    size, start = limits.phrase_batch, 0
    while start < min(len(keys), limits.phrase_scan) and len(matches) <= limits.candidates:
        batch = _visible(keys[start : min(start + size, limits.phrase_scan)])
        pks = _filter_by_phrases([candidate.pk for candidate in batch], plan)
        matches += [candidate for candidate in batch if candidate.pk in pks]
        start, size = start + size, 2 * size
    more = len(matches) > limits.candidates
    complete = more or len(keys) <= limits.phrase_scan
    visible = matches[: limits.candidates]
    return Candidates(visible, _bits(segments), more or not complete, complete)


def _bits(segments: Iterable[Segment]) -> int:
    return reduce(or_, (segment.bit for segment in segments), 0)


def _filter_by_phrases(pks: list[int], plan: Plan) -> set[int]:
    matches: set[int] = set()
    for part in chunks(pks):
        documents = SearchDocument.objects.filter(pk__in=part).filter(phrase_condition(plan))
        matches.update(documents.values_list("pk", flat=True))
    return matches


def phrase_condition(plan: Plan) -> Q:
    """Return the condition that a document contains the phrases of a plan and no excluded one."""
    condition = Q()
    for phrase in plan.phrases:
        condition &= _contains(phrase)
    for phrase in plan.excluded_phrases:
        condition &= ~_contains(phrase)
    return condition


def _contains(phrase: Phrase) -> Q:
    """Return the condition that one of the columns contains the phrase."""
    text = Value(f" {' '.join(phrase)} ")
    condition = Q()
    for column in COLUMNS:
        condition |= Q(GreaterThan(StrIndex(F(column), text), 0))
    return condition


def build_segments(
    plan: Plan, words: Sequence[WeightedWord], postings: int
) -> tuple[list[Segment], bool]:
    """Return what to search for, and whether all articles are among its matches that have the word
    with the most information. About `postings` matches are read, at most twice as many."""
    syntax = backends.dialect()
    searched = list(words) if plan.has_phrases else _without_common_tags(words, postings)
    required, excluded = constraints(plan), [any_form(clause) for clause in plan.must_not]
    levels = _first_levels(plan, searched, postings)
    segments = [
        *_word_segments(searched, levels),
        *_name_segments(words, postings),
    ]
    if not segments or plan.must:
        # Whatever meets the conditions, such as a tag.
        segments.append(Segment("", 0))
    restricted = [
        segment._replace(
            expression=syntax.none_of(
                syntax.all_of(dict.fromkeys([segment.expression, *required])), excluded
            )
        )
        for segment in segments
    ]
    first = next(iter(levels.values()), 1)
    exhaustive = first == 1 and searched == list(words)
    return [segment for segment in restricted if segment.expression], exhaustive


def _without_common_tags(words: Iterable[WeightedWord], postings: int) -> list[WeightedWord]:
    """Return the words without tags of more than `postings` articles, if the texts say enough."""
    return [
        word.without_common_tags(postings) if word.in_text >= MAX_EXACT else word for word in words
    ]


def _first_levels(plan: Plan, words: Sequence[WeightedWord], postings: int) -> dict[int, int]:
    """Return the words that are searched in all articles, by position, those with the most
    information first; each with the level from which on this costs at most `postings`."""
    ceiling = min((word.documents for word in words if word.clause in plan.must), default=None)
    levels: dict[int, int] = {}
    for position in sorted(range(len(words)), key=lambda n: (-words[n].weight, n)):
        word = words[position]
        size = word.documents if ceiling is None else min(ceiling, word.documents)
        if not size:
            continue
        for level in SHARES:
            cost = size * sum(share for n, share in SHARES.items() if n >= level)
            if cost <= postings or (not levels and level == max(SHARES)):
                levels[position] = level
                postings -= int(cost)
                break
    return levels


def _word_segments(words: Sequence[WeightedWord], levels: dict[int, int]) -> Iterator[Segment]:
    """Yield the segments of the words with a first level. Whether an article has one of the other
    words is looked up in the best articles only: these words hardly change which are the best."""
    syntax = backends.dialect()
    union = syntax.any_of(_at_level(words[n].clause, level) for n, level in levels.items())
    size = sum(int(words[n].documents * SHARES[level]) for n, level in levels.items())
    for position, first in levels.items():
        word = words[position]
        if first == 1 or len(levels) == 1:
            yield _segment(word, _at_level(word.clause, first), first, position)
        else:
            yield _segment(word, syntax.all_of([any_form(word.clause), union]), 1, position)
        if size > MAX_EXACT:
            start = first if first > 1 and len(levels) > 1 else first + 1
            below = max(1, start - 1)
            for level in range(start, max(SHARES) + 1):
                if len(levels) < MANY_WORDS or level == MIDDLE_LEVEL:
                    yield _increment(word, level, below)
                    below = level


def _segment(word: WeightedWord, expression: Expression, level: int, position: int) -> Segment:
    bit = 1 << position if position < MAX_BITS else 0
    return Segment(expression, _weight(word, IMPACTS[level]), bit)


def _increment(word: WeightedWord, level: int, below: int) -> Segment:
    """Return the segment of the articles that reach a level, which had the weight of `below`."""
    weight = _weight(word, IMPACTS[level] - IMPACTS[below])
    return Segment(_at_level(word.clause, level), weight)


def _weight(word: WeightedWord, impact: float) -> int:
    return max(1, round(PRECISION * word.weight * impact))


def _at_level(clause: Clause, level: int) -> Expression:
    """Return the expression of articles in which the word reaches a level; tags reach each."""
    if level == 1:
        return any_form(clause)
    syntax = backends.dialect()
    roots = [syntax.term(f"{root}{LEVEL_PREFIX}{level}") for root in clause.roots]
    return syntax.any_of([*roots, *_tag_terms(clause.tags)] or [syntax.term(LANGUAGE_PREFIX)])


def _name_segments(words: Sequence[WeightedWord], postings: int) -> Iterator[Segment]:
    """Yield the segment of the articles that have all words in their names, if they are not too
    many: they come first."""
    syntax = backends.dialect()
    size = min((word.names for word in words), default=0)
    if 0 < size <= postings // 4:
        expression = syntax.all_of(
            syntax.any_of(
                syntax.term(NAME_PREFIX + root)
                for root in (*word.clause.roots, *word.clause.completions)
            )
            for word in words
        )
        yield Segment(expression, sum(_weight(word, 1) for word in words))


def constraints(plan: Plan) -> list[Expression]:
    """Return what an article must have: words of phrases, tags, a language."""
    syntax = backends.dialect()
    parts = [any_form(clause) for clause in plan.must]
    parts += [syntax.any_of(_tag_terms(tags)) for tags in plan.tags]
    if plan.language:
        parts.append(syntax.term(f"{LANGUAGE_PREFIX}{plan.language}"))
    return list(dict.fromkeys(parts))


def any_form(clause: Clause) -> Expression:
    """Return the expression of articles that have the word in any form, or a tag with it."""
    syntax = backends.dialect()
    roots = [syntax.term(root) for root in (*clause.roots, *clause.completions)]
    # The language of no article: a word without letters matches nothing.
    return syntax.any_of([*roots, *_tag_terms(clause.tags)] or [syntax.term(LANGUAGE_PREFIX)])


def _tag_terms(tags: Iterable[int]) -> list[Expression]:
    return [backends.dialect().term(f"{TAG_PREFIX}{tag}") for tag in sorted(tags)]
