"""An unfinished word → the roots of the words that it may become."""

from articles.search import backends
from articles.search.backends import Segment
from articles.search.folding import strip_diacritics
from articles.search.forms import load_forms
from articles.search.plan import MIN_PREFIX_LENGTH, Clause
from articles.text import names

MAX_COMPLETIONS = 50
# Letters that a root has at least if the unfinished word is longer: "cooper" of "cooperat".
MIN_ROOT_LENGTH = 3
# Articles whose spellings are compared with the unfinished word.
MAX_COMPARED = 20


def complete(clause: Clause) -> tuple[str, ...]:
    """Return roots that an unfinished word of a query may belong to, besides its own.

    Call inside `backends.planner_settings`.
    """
    roots: dict[str, None] = {}
    for base in (clause.term, *clause.roots):
        if len(base) >= MIN_PREFIX_LENGTH:
            roots |= dict.fromkeys(backends.completions(base, MAX_COMPLETIONS))
    shorter = [
        clause.term[:length]
        for length in range(max(MIN_ROOT_LENGTH, len(clause.term) // 2), len(clause.term))
    ]
    for root in backends.document_frequencies(shorter):
        if root not in clause.roots and _has_form(root, clause.term):
            roots[root] = None
    return tuple(root for root in roots if root not in clause.roots)


def _has_form(root: str, prefix: str) -> bool:
    """Whether a word that starts with `prefix`, without diacritics, has this root in one of some
    articles."""
    expression = backends.dialect().term(root)
    keys = backends.score([Segment(expression, 1)], MAX_COMPARED)
    forms = load_forms(key.pk for key in keys).values()
    return any(
        starts_with(form, prefix)
        for of_article in forms
        for form in of_article.of_roots([root]).get(root, ())
    )


def starts_with(form: str, prefix: str) -> bool:
    """Whether the word `form` starts with `prefix`, which has no diacritics."""
    return strip_diacritics(names.fold(form)).startswith(prefix)
