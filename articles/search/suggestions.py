"""What somebody may be about to type, and what they may have meant."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from articles.models import Article, Kind, Name, SearchDocument, Tag
from articles.search import analysis, backends, lexicon, snippets
from articles.search.index import NAMED
from articles.search.plan import Plan, Wanted
from articles.search.query import Query
from articles.text import names

SUGGESTED = 8
LOOKED_AT = 100
TEXTS = 20
ALIKE = 75
SHORTEST = 3
# So many letters have to be right, if possible, for a word to be looked up.
BEGINNINGS = (4, 2, 1)


def suggest_names(text: str, limit: int = SUGGESTED) -> list[Name]:
    """Names of public articles, one each: those that begin so, then those that have a word that
    does."""
    typed = text.replace("\0", "")[: Name._meta.get_field("text").max_length]
    if not names.fold(typed):
        return []
    found: dict[int, Name] = {}
    for name in Name.objects.public().starting(typed).with_article()[: limit * 3]:
        if name.kind == Kind.TITLE or name.article_id not in found:
            found[name.article_id] = name
    if len(found) < limit:
        for name in _with_words(typed, limit):
            found.setdefault(name.article_id, name)
    return list(found.values())[:limit]


def _with_words(text: str, limit: int) -> list[Name]:
    """Titles of articles that have all words of `text` in their names, the last one begun."""
    asked = analysis.terms(text, "", len(text)).words
    if not asked:
        return []
    *whole, last = asked
    wanted = [Wanted((NAMED + word,)) for word in whole]
    with backends.ready():
        keys = backends.find(Plan([*wanted, _begun(NAMED + last)]), limit)
    titles = Name.objects.public().filter(article__in=keys, kind=Kind.TITLE).with_article()
    return list(titles.order_by("key"))


def _begun(term: str) -> Wanted:
    return Wanted((term,), beginning=term)


def did_you_mean(query: Query) -> tuple[str, list[Name]]:
    """The question with words that exist, if it has one that does not; and names like it."""
    nearest = Name.objects.public().nearest(query.name or query.text)
    text = query.text
    known = lexicon.current()
    with backends.ready():
        for written, start, end in reversed(query.words):
            if better := _corrected(written, known):
                text = text[:start] + better + text[end:]
    return (text if text != query.text else "", nearest)


def _corrected(written: str, known: lexicon.Lexicon) -> str:
    """The word of public articles that is most like `written`, which none of them has, as it is
    spelt there."""
    word = next(iter(analysis.forms(written, "").words), "")
    if len(word) < SHORTEST or _is_found(written, known):
        return ""
    for length in BEGINNINGS:
        vocabulary = _beginning(word[:length], known)
        alike = process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3)
        for better, _score, _index in alike:
            if _is_found(better, known):
                return _in_case_of(written, _spelt(str(better), known))
    return ""


def _in_case_of(written: str, spelt: str) -> str:
    """In small letters if `written` is; İ has none that is one character.

    >>> _in_case_of("peece", "Peace"), _in_case_of("istambul", "İstanbul")
    ('peace', 'İstanbul')
    """
    small = spelt.lower()
    return small if written.islower() and len(small) == len(spelt) else spelt


def _spelt(term: str, known: lexicon.Lexicon) -> str:
    """A term with the marks and letters that the first article or tag which has it writes."""
    keys = backends.find(Plan([Wanted((term,))], newest=known.newest), 1)
    texts = Tag.objects.filter(pk__in=known.tags.get(term, ())).values_list("name", flat=True)
    for text in [*_texts(keys), *texts]:
        for written, _start, _end in analysis.split(text):
            if analysis.forms(written, "").words == (term,):
                return written
    return term


def _texts(keys: Iterable[int]) -> list[str]:
    """What is read of articles, the beginning of their text included."""
    columns = ("title", "aliases", "former", "summary", "text")
    rows = Article.objects.public().filter(pk__in=keys).values_list(*columns)
    return [
        "\n".join([title, *aliases, *former, summary, text[: snippets.LOOKED_AT]])
        for title, aliases, former, summary, text in rows
    ]


def _is_found(word: str, known: lexicon.Lexicon) -> bool:
    terms = known.terms(word)
    asked = Plan([Wanted(terms, known.tagged(terms))], newest=known.newest)
    return bool(backends.find(asked, 1))


def _beginning(start: str, known: lexicon.Lexicon) -> list[str]:
    """Words that begin so: those of tags, and of some articles that have them in their names or
    in their text."""
    found = {term for term in known.tags if term.startswith(start)}
    named = backends.find(Plan([_begun(NAMED + start)]), LOOKED_AT)
    written = backends.find(Plan([_begun(start)]), TEXTS)
    for columns in _columns({*named}, "title", "names") + _columns({*written}, "body"):
        found.update(word for word in columns.split() if word.startswith(start))
    return sorted(found)


def _columns(keys: Iterable[int], *columns: str) -> list[str]:
    rows = SearchDocument.objects.filter(pk__in=keys).values_list(*columns)
    return [" ".join(row) for row in rows]
