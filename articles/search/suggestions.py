"""Part of a query → the names that complete it; a misspelled query → a corrected one."""

import re
from collections.abc import Collection, Iterable, Iterator

from rapidfuzz import fuzz, process

from articles.models import Article, Kind, Name, Tag
from articles.search import backends, snippets
from articles.search.analysis import terms_of_word, tokenize
from articles.search.candidates import any_form
from articles.search.compounds import find_compounds
from articles.search.folding import strip_diacritics
from articles.search.forms import load_forms
from articles.search.index import NAME_PREFIX, SOURCE_FIELDS
from articles.search.lexicon import Lexicon, current_lexicon
from articles.search.plan import Clause
from articles.search.query import Query
from articles.search.stop_words import stop_words_in
from articles.text import names
from articles.text.line_breaks import unwrap
from articles.text.tokens import GERSHAYIM

MAX_SUGGESTIONS = 8
# A query of more words is a question, to which no name is similar.
MAX_NAME_WORDS = 8
# The most frequent words of names that a word which is being typed may become.
MAX_COMPLETIONS = 20
# The most frequent words that a correction is chosen from.
MAX_VOCABULARY = 2000
# Articles whose spellings of a corrected word are compared.
MAX_COMPARED = 5
# With more documents than this, one of them is public.
FEW_DOCUMENTS = 1000
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
    without_signs = re.sub(GERSHAYIM, "", text)
    words = list(_spellings_of_words(without_signs, current_lexicon()))
    if not words:
        return []
    last, _terms = words[-1]
    syntax = backends.dialect()
    with backends.planner_settings():
        alternatives = [{NAME_PREFIX + term for term in terms} for _term, terms in words]
        alternatives[-1] |= backends.completions(NAME_PREFIX + last, MAX_COMPLETIONS).keys()
        required = (syntax.any_of(map(syntax.term, sorted(terms))) for terms in alternatives)
        pks = backends.find(syntax.all_of(required), limit)
    titles = Name.objects.public().filter(article__in=pks, kind=Kind.TITLE).select_article()
    return list(titles.order_by("key", "language"))


def _spellings_of_words(text: str, lexicon: Lexicon) -> Iterator[tuple[str, set[str]]]:
    """Yield the words of `text`, each with the terms that it, or a compound that it is part of,
    has in a name."""
    compounds = list(find_compounds(text))
    for word, start, end in tokenize(text):
        sequence = terms_of_word(word, "").sequence
        spellings = [
            joined for c in compounds if c.start <= start and end <= c.end for joined in c.words
        ]
        if len(sequence) == 1:
            spellings.append(word)
        roots = {root for spelling in spellings for root in lexicon.roots_of(spelling)}
        for term in sequence:
            yield term, {term, *roots}


def did_you_mean(query: Query, correct: Collection[str] = ()) -> tuple[str, list[Name]]:
    """Return the query with its misspelled words corrected, and similar names.

    Words that are known to be `correct`, and those of grammar, are left as they are. The text is
    empty if there is nothing to correct.
    """
    is_name = len(query.words) <= MAX_NAME_WORDS
    similar = Name.objects.public().similar_to(query.name or query.text) if is_name else []
    text = query.text
    lexicon = current_lexicon()
    terms = [(token, _term(token.text)) for token in query.words]
    stop_words = stop_words_in([term for _token, term in terms], lexicon.languages)
    with backends.planner_settings():
        for (word, start, end), term in reversed(terms):
            if word in correct or term in stop_words:
                continue
            if correction := _correct(word, term, lexicon):
                text = text[:start] + correction + text[end:]
    return (text if text != query.text else "", similar)


def _term(word: str) -> str:
    """Return a word without case and diacritics; of an unspaced script, its first bigram."""
    return next(iter(terms_of_word(word, "").sequence), "")


def _correct(word: str, term: str, lexicon: Lexicon) -> str:
    """Return the most similar word of a public article, in its surface form; empty if an article
    has `word` or none has a similar one. Of equally similar ones, the most frequent is returned.

    `term` is the word without case and diacritics.
    """
    if len(term) < MIN_WORD_LENGTH or _is_public(_clause(word, lexicon)):
        return ""
    bases = [term, *(root for root in lexicon.roots_of(word) if root != term)]
    for length in PREFIX_LENGTHS:
        for candidate in _similar(bases, length, lexicon):
            form = _surface_form(candidate, term, lexicon)
            if form:
                return _match_case(word, form)
    return ""


def _clause(word: str, lexicon: Lexicon) -> Clause:
    roots = lexicon.roots_of(word)
    return Clause(word, "", roots, lexicon.tags_with(roots))


def _similar(bases: list[str], length: int, lexicon: Lexicon) -> list[str]:
    """Return words and roots similar to one of `bases` that start with its first `length` letters,
    best first."""
    scores: dict[str, tuple[float, int]] = {}
    for base in bases:
        frequencies = _vocabulary(base[:length], lexicon)
        similar = process.extract(
            base, list(frequencies), scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=5
        )
        for term, score, _index in similar:
            scores[term] = max(scores.get(term, (0, 0)), (score, frequencies[term]))
    return sorted(scores, key=lambda term: (*(-n for n in scores[term]), term))


def _vocabulary(prefix: str, lexicon: Lexicon) -> dict[str, int]:
    """Return words of names and of tags, and roots of all words, that start with `prefix`, with
    the number of documents that have them, at least."""
    of_tags = {root: 1 for root in lexicon.tags_by_root if root.startswith(prefix)}
    in_names = backends.completions(NAME_PREFIX + prefix, MAX_VOCABULARY)
    of_names = {term.removeprefix(NAME_PREFIX): number for term, number in in_names.items()}
    return of_tags | of_names | backends.completions(prefix, MAX_VOCABULARY)


def _match_case(word: str, correction: str) -> str:
    """Return the correction in lower case if `word` is, unless that changes its length, as for İ.

    >>> _match_case("peece", "Peace"), _match_case("istambul", "İstanbul")
    ('peace', 'İstanbul')
    """
    lower = correction.lower()
    return lower if word.islower() and len(lower) == len(correction) else correction


def _surface_form(candidate: str, term: str, lexicon: Lexicon) -> str:
    """Return the spelling of a word or root, in a public article or tag, that is most similar to
    `term`; empty if none has it."""
    best = process.extract(term, _spellings(candidate, lexicon), scorer=fuzz.ratio, limit=1)
    return next((str(spelling) for _folded, _score, spelling in best), "")


def _spellings(candidate: str, lexicon: Lexicon) -> dict[str, str]:
    """Return the spellings of a word or root, without case and diacritics, by spelling."""
    syntax = backends.dialect()
    terms = [syntax.term(candidate), syntax.term(NAME_PREFIX + candidate)]
    pks = backends.find(syntax.any_of(terms), MAX_COMPARED)
    stored = load_forms(pks).values()
    forms = {
        form
        for of_article in stored
        for form in of_article.of_roots([candidate]).get(candidate, ())
    }
    spellings = {
        token.text
        for token in tokenize("\n".join(_texts(pks)))
        if token.text.lower() in forms or candidate in terms_of_word(token.text, "").sequence
    }
    tags = Tag.objects.filter(pk__in=lexicon.tags_by_root.get(candidate, ()))
    for name in tags.values_list("name", flat=True):
        words = (token.text for token in tokenize(name))
        spellings.update(word for word in words if candidate in lexicon.roots_of(word))
    return {text: strip_diacritics(names.fold(text)) for text in sorted(spellings)}


def _texts(pks: Iterable[int]) -> list[str]:
    """Return the names, summary and the start of the text of each article."""
    articles = Article.objects.public().filter(pk__in=pks).only(*SOURCE_FIELDS)
    return ["\n".join(_parts(article)) for article in articles]


def _parts(article: Article) -> list[str]:
    visible = [name for kind, name in article.public_names() if kind != Kind.SLUG]
    return [*visible, unwrap(article.summary), article.text[: snippets.MAX_SCANNED]]


def _is_public(clause: Clause) -> bool:
    """Whether a public article has the word."""
    frequencies = backends.document_frequencies(clause.roots)
    if sum(frequencies.values()) > FEW_DOCUMENTS:
        return True
    return bool(backends.find(any_form(clause), 1))
