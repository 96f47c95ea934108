"""Three-way merges of a document with an article that was edited in the database."""

from dataclasses import replace
from typing import Any, NamedTuple

from django.utils import timezone

from articles import editing
from articles.models import Article, Revision
from articles.models.revision import authored_values
from articles.serializers.documents import ParsedDocument, serialize
from articles.syncing.plan import Change
from articles.syncing.tree import Tree, parse_document
from articles.text.merge import Conflict, mark_conflicts, merge, merge_values

FILE, DATABASE = "file", "database"


class FileConflict(NamedTuple):
    """The article of a conflict, and the document with both sides."""

    pk: int
    text: str


class Merger:
    """Merges documents, by name, with what has changed in the database since their base."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.merged: dict[str, ParsedDocument] = {}
        self.conflicts: dict[str, FileConflict] = {}
        # Those that lack what the database has.
        self.behind: set[str] = set()

    def merge(self, change: Change) -> None:
        document = self._tree.document(change.name)
        article = Article.objects.get(pk=change.pk)
        theirs = {**article.authored(), "tags": editing.tag_names(article)}
        mine = _state_of(document, theirs)
        base = _base(change, theirs)
        merged = editing.merge_states(base, mine, theirs)
        status = merge_values(base.get("status"), mine["status"], theirs["status"])
        if merged.conflicts or isinstance(status, Conflict):
            text = _with_both_sides(article, base, mine, theirs)
            self.conflicts[change.name] = FileConflict(article.pk, text)
        else:
            values = {**merged.state, "status": status}
            self.merged[change.name] = _with_values(document, values)
            if values != mine:
                self.behind.add(change.name)


def _state_of(document: ParsedDocument, theirs: dict[str, Any]) -> dict[str, Any]:
    """Return the state that a document describes. It only adds former names, and without a slug it
    doesn't change that: these are as in the database."""
    state = {**document.article.authored(), "tags": editing.present_names(document.tags)}
    unchanged = ("former", "slug") if "slug" in document.omitted else ("former",)
    return state | {name: theirs[name] for name in unchanged}


def _base(change: Change, theirs: dict[str, Any]) -> dict[str, Any]:
    """Return the state that file and database had in common; empty if that is not known."""
    if change.base and change.base.base:
        return _state_of(parse_document(change.name, change.base.base.encode()), theirs)
    key = change.base.revision_pk if change.base else None
    revision = Revision.all_objects.filter(pk=key).first() if key else None
    if revision is None:
        return {}
    values = authored_values(revision.fields, revision.body)
    return {**values, "tags": editing.present_names(revision.tag_names)}


def _with_values(document: ParsedDocument, values: dict[str, Any]) -> ParsedDocument:
    article = Article(**{name: value for name, value in values.items() if name != "tags"})
    article.created, article.updated = document.article.created, timezone.now()
    omitted = document.omitted - {"slug"} | {"updated"}
    return replace(document, article=article, tags=values["tags"], omitted=omitted)


def _with_both_sides(article: Article, *states: dict[str, Any]) -> str:
    """Return a document with the conflicts of `states`: the base, that of the file, and that of
    the database."""
    texts = []
    for state in states:
        values = {name: value for name, value in state.items() if name != "tags"}
        version = Article(**values, created=article.created, updated=article.updated)
        texts.append(serialize(version, state.get("tags", [])) if state else "")
    return mark_conflicts(merge(*texts), FILE, DATABASE)
