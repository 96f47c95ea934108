"""Part of a query → the names that complete it; a misspelled query → a corrected one."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from articles.models import Article, Kind, Name, SearchDocument, Tag
from articles.search import backends, snippets
from articles.search.analysis import analyze, terms_of_word, tokenize
from articles.search.index import NAME_PREFIX, SOURCE_FIELDS
from articles.search.lexicon import Lexicon, current_lexicon
from articles.search.plan import Clause, Plan
from articles.search.query import Query
from articles.text import names
from articles.text.line_breaks import unwrap

MAX_SUGGESTIONS = 8
# Articles whose names, and whose bodies, provide the words that a correction is chosen from.
MAX_NAME_MATCHES = 100
MAX_BODY_MATCHES = 20
# The least similarity of a correction, from 0 to 100 (normalized indel similarity).
MIN_SIMILARITY = 75
MIN_WORD_LENGTH = 3
# A correction starts with as many letters of the word as possible: four, two or one.
PREFIX_LENGTHS = (4, 2, 1)


def suggest_names(text: str, limit: int = MAX_SUGGESTIONS) -> list[Name]:
    """Return names of public articles that complete `text`, one per article.

    Names that start with it come first, then titles of articles whose names contain its words.
    """
    typed = text.replace("\0", "")[: Name._meta.get_field("text").max_length]
    if not names.fold(typed):
        return []
    by_article: dict[int, Name] = {}
    for name in Name.objects.public().starting_with(typed).select_article()[: limit * 3]:
        if name.kind == Kind.TITLE or name.article_id not in by_article:
            by_article[name.article_id] = name
    if len(by_article) < limit:
        for name in _titles_with_words(typed, limit):
            by_article.setdefault(name.article_id, name)
    return list(by_article.values())[:limit]


def _titles_with_words(text: str, limit: int) -> list[Name]:
    """Return titles of articles whose names have all words of `text`, the last one as a prefix."""
    sequence = analyze(text, "", len(text)).sequence
    if not sequence:
        return []
    *complete, last = sequence
    clauses = [Clause((NAME_PREFIX + term,)) for term in complete]
    with backends.planner_settings():
        pks = backends.find(Plan([*clauses, _prefix_clause(NAME_PREFIX + last)]), limit).pks
    titles = Name.objects.public().filter(article__in=pks, kind=Kind.TITLE).select_article()
    return list(titles.order_by("key"))


def _prefix_clause(prefix: str) -> Clause:
    return Clause((prefix,), prefix=prefix)


def did_you_mean(query: Query) -> tuple[str, list[Name]]:
    """Return the query with its misspelled words corrected, and similar names.

    The text is empty if there is nothing to correct.
    """
    similar = Name.objects.public().similar_to(query.name or query.text)
    text = query.text
    lexicon = current_lexicon()
    with backends.planner_settings():
        for word, start, end in reversed(query.words):
            if correction := _correct(word, lexicon):
                text = text[:start] + correction + text[end:]
    return (text if text != query.text else "", similar)


def _correct(word: str, lexicon: Lexicon) -> str:
    """Return the most similar word of a public article, in its surface form; empty if an article
    has `word` or none has a similar one."""
    term = next(iter(terms_of_word(word, "").sequence), "")
    if len(term) < MIN_WORD_LENGTH or _has_matches(word, lexicon):
        return ""
    for length in PREFIX_LENGTHS:
        vocabulary = _vocabulary(term[:length], lexicon)
        similar = process.extract(
            term, vocabulary, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=3
        )
        for candidate, _score, _index in similar:
            if _has_matches(candidate, lexicon):
                return _match_case(word, _surface_form(str(candidate), lexicon))
    return ""


def _match_case(word: str, correction: str) -> str:
    """Return the correction in lower case if `word` is, unless that changes its length, as for İ.

    >>> _match_case("peece", "Peace"), _match_case("istambul", "İstanbul")
    ('peace', 'İstanbul')
    """
    lower = correction.lower()
    return lower if word.islower() and len(lower) == len(correction) else correction


def _surface_form(term: str, lexicon: Lexicon) -> str:
    """Return a term as it is spelled in the first article or tag that has it."""
    pks = backends.find(Plan([Clause((term,))], newest_pk=lexicon.newest_pk), 1).pks
    tags = Tag.objects.filter(pk__in=lexicon.tags_by_term.get(term, ()))
    for text in [*_texts(pks), *tags.values_list("name", flat=True)]:
        for token in tokenize(text):
            if terms_of_word(token.text, "").sequence == (term,):
                return token.text
    return term


def _texts(pks: Iterable[int]) -> list[str]:
    """Return the names, summary and the start of the text of each article."""
    articles = Article.objects.public().filter(pk__in=pks).only(*SOURCE_FIELDS)
    return ["\n".join(_parts(article)) for article in articles]


def _parts(article: Article) -> list[str]:
    visible = [name for kind, name in article.public_names() if kind != Kind.SLUG]
    return [*visible, unwrap(article.summary), article.text[: snippets.MAX_SCANNED]]


def _has_matches(word: str, lexicon: Lexicon) -> bool:
    terms = lexicon.terms_of(word)
    plan = Plan([Clause(terms, lexicon.tags_with(terms))], newest_pk=lexicon.newest_pk)
    return bool(backends.find(plan, 1).pks)


def _vocabulary(prefix: str, lexicon: Lexicon) -> list[str]:
    """Return terms that start with `prefix`, of tags and of some articles."""
    terms = {term for term in lexicon.tags_by_term if term.startswith(prefix)}
    with_name = Plan([_prefix_clause(NAME_PREFIX + prefix)])
    in_names = backends.find(with_name, MAX_NAME_MATCHES).pks
    in_bodies = backends.find(Plan([_prefix_clause(prefix)]), MAX_BODY_MATCHES).pks
    for text in _columns(in_names, "title", "names") + _columns(in_bodies, "body"):
        terms.update(term for term in text.split() if term.startswith(prefix))
    return sorted(terms)


def _columns(pks: Iterable[int], *columns: str) -> list[str]:
    rows = SearchDocument.objects.filter(pk__in=pks).values_list(*columns)
    return [" ".join(row) for row in rows]
