"""The spellings of a root in an article, as the index stores them."""

from collections.abc import Iterable
from dataclasses import dataclass

from articles.search.fields import fetch_documents


@dataclass(frozen=True, slots=True)
class Forms:
    """The roots of an article, and the words in its text that have each, in lower case."""

    roots: str
    forms: list[str]

    def of_root(self, root: str) -> list[str]:
        """Return the words that have a root, which is one of them if it may be a word itself."""
        position = self.roots.find(f" {root} ")
        if position < 0:
            return []
        other_forms = self.forms[self.roots.count(" ", 0, position)]
        return [root, *filter(None, other_forms.split("|"))]


def load_forms(pks: Iterable[int]) -> dict[int, Forms]:
    """Return the forms of articles by primary key."""
    rows = fetch_documents(("article_id", "roots", "forms"), list(pks))
    return {pk: Forms(roots, forms.split(" ")) for pk, roots, forms in rows}
