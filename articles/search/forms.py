"""The spellings of a root in an article, as the index stores them."""

from collections.abc import Iterable
from dataclasses import dataclass

from articles.search.fields import fetch_documents, find_roots


@dataclass(frozen=True, slots=True)
class Forms:
    """The roots of an article, and the words in its text that have each, in lower case."""

    roots: str
    forms: list[str]

    def of_roots(self, roots: Iterable[str]) -> dict[str, list[str]]:
        """Return the words of the article that have each of `roots`, which is one of them if it
        may be a word itself; of those roots that it has."""
        sorted_roots = sorted({f" {root} " for root in roots})
        return {
            root.strip(): [root.strip(), *filter(None, self.forms[number].split("|"))]
            for root, number in find_roots(self.roots, sorted_roots)
        }


def load_forms(pks: Iterable[int]) -> dict[int, Forms]:
    """Return the forms of articles by primary key."""
    rows = fetch_documents(("article_id", "roots", "forms"), list(pks))
    return {pk: Forms(roots, forms.split(" ")) for pk, roots, forms in rows}
