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

State = dict[str, Any]


class FileConflict(NamedTuple):
    """The article of a conflict, the document with both sides, and the one with what the sides
    changed elsewhere, which has the text of the file where they overlap."""

    pk: int
    text: str
    merged: str


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
        in_file = _state_of(document, theirs)
        mine = _resolution(change, in_file, theirs)
        base = _base(change, theirs)
        values, is_clean = _merge(base, mine, theirs)
        if is_clean:
            self.merged[change.name] = _with_values(document, values)
            if values != in_file:
                self.behind.add(change.name)
        else:
            text = _with_both_sides(article, base, mine, theirs)
            merged = serialize(*_version(article, values))
            self.conflicts[change.name] = FileConflict(article.pk, text, merged)


def _merge(base: State, mine: State, theirs: State) -> tuple[State, bool]:
    """Return the merged state, which is mine where both sides overlap, and whether none do."""
    merged = editing.merge_states(base, mine, theirs)
    status = merge_values(base.get("status"), mine["status"], theirs["status"])
    if isinstance(status, Conflict):
        return merged.state, False
    return {**merged.state, "status": status}, not merged.conflicts


def _resolution(change: Change, in_file: State, theirs: State) -> State:
    """Return the state that a file describes. After a conflict, only what was edited since counts
    of it: whoever resolves the conflict need not repeat what the database has elsewhere."""
    conflict = change.base.conflict if change.base else None
    is_resolved = conflict and change.base and change.base.digest == conflict["digest"]
    if not conflict or not is_resolved or "merged" not in conflict:  # Of an earlier version.
        return in_file
    before, merged = (
        _state_of(parse_document(change.name, conflict[key].encode()), theirs)
        for key in ("file", "merged")
    )
    return _merge(before, in_file, merged)[0]


def _state_of(document: ParsedDocument, theirs: State) -> State:
    """Return the state that a document describes. It only adds former names, and without a slug it
    doesn't change that: these are as in the database."""
    state = {**document.article.authored(), "tags": editing.present_names(document.tags)}
    unchanged = ("former", "slug") if "slug" in document.omitted else ("former",)
    return state | {name: theirs[name] for name in unchanged}


def _base(change: Change, theirs: State) -> State:
    """Return the state that file and database had in common; empty if that is not known."""
    if change.base and change.base.base:
        return _state_of(parse_document(change.name, change.base.base.encode()), theirs)
    key = change.base.revision_pk if change.base else None
    revision = Revision.all_objects.filter(pk=key).first() if key else None
    if revision is None:
        return {}
    values = authored_values(revision.fields, revision.body)
    return {**values, "tags": editing.present_names(revision.tag_names)}


def _with_values(document: ParsedDocument, values: State) -> ParsedDocument:
    article = Article(**{name: value for name, value in values.items() if name != "tags"})
    article.created, article.updated = document.article.created, timezone.now()
    omitted = document.omitted - {"slug"} | {"updated"}
    return replace(document, article=article, tags=values["tags"], omitted=omitted)


def _with_both_sides(article: Article, *states: State) -> str:
    """Return a document with the conflicts of `states`: the base, that of the file, and that of
    the database."""
    texts = [serialize(*_version(article, state)) if state else "" for state in states]
    return mark_conflicts(merge(*texts), FILE, DATABASE)


def _version(article: Article, state: State) -> tuple[Article, list[str]]:
    """Return an article with the fields of a state, and its tags."""
    values = {name: value for name, value in state.items() if name != "tags"}
    version = Article(**values, created=article.created, updated=article.updated)
    return version, state.get("tags", [])
