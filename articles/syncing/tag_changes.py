"""The file with the tags → the tags and synonyms of the database."""

import json
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.core.serializers import python
from django.db import DatabaseError

from articles import editing
from articles.models import SyncedFile, Tag, TagSynonym
from articles.serializers import json_records
from articles.serializers.json_records import Record
from articles.serializers.loading import FixtureLoad, LoadedObject
from articles.serializers.sources import Fault, Faults, FixtureError
from articles.syncing.conflicts import DATABASE, FILE
from articles.syncing.layout import TAGS
from articles.syncing.merged_tags import MergedTags, merge_tags
from articles.syncing.state import content_digest, has_digest
from articles.syncing.strategy import Strategy
from articles.syncing.tags import SYNONYM, TAG, TagSet
from articles.syncing.tree import Tree
from articles.text import names
from articles.text.merge import mark_conflicts, merge

MODELS = (TAG, SYNONYM)


class TagChanges:
    """What a sync does with tags. A folder without the file has nothing to say about tags.

    `refusals` and `conflicts` are texts, `conflict_text` is the file with both sides.
    """

    def __init__(self, tree: Tree, row: SyncedFile | None, strategy: Strategy | None) -> None:
        self._tree = tree
        self._digest = tree.tags
        self._row = _resolved(row, tree) if row else None
        self._stored = TagSet.stored()
        self._stamp = content_digest(self._stored.as_file().encode())
        self._text = ""
        self._records: list[Record] = []
        self._in_file = TagSet()
        self._is_behind = False
        self.refusals: list[str] = []
        self.conflicts: list[str] = []
        self.conflict_text = ""
        self.is_changed = False
        if self._digest and not self.is_equal:
            content = tree.read(TAGS)
            self._records = _records(content)
            self._text = content.decode("utf-8-sig")
            self._in_file = TagSet.of_file(self._text)
            self._compare(strategy)

    @property
    def is_equal(self) -> bool:
        row = self._row
        return not self._digest or bool(
            row and has_digest(row, self._digest) and row.stamp == self._stamp
        )

    @property
    def lines(self) -> list[str]:
        return [f"{'merged  ' if self._is_behind else 'changed '} {TAGS}"] * self.is_changed

    def _compare(self, strategy: Strategy | None) -> None:
        if self._in_file == self._stored:
            return
        row = self._row
        is_edited = row.stamp != self._stamp or row.is_behind if row else self._would_overwrite()
        if not is_edited or strategy == Strategy.THEIRS:
            self.is_changed = True
        elif strategy is None:
            self.refusals.append(f"{TAGS}: tags were edited in the database since.")
        else:
            self._is_behind = True
            if strategy == Strategy.MERGE and not has_digest(row, self._digest):
                self._merge(TagSet.of_file(row.base if row else ""))

    def _merge(self, base: TagSet) -> None:
        merged = merge_tags(base, self._in_file, self._stored)
        if merged.conflicts:
            self._set_conflict(base, merged)
        elif merged.tags != self._stored:
            self._in_file = merged.tags
            self._records = _records(merged.tags.as_file().encode())
            self.is_changed = True

    def _set_conflict(self, base: TagSet, merged: MergedTags) -> None:
        texts = (tags.as_file() for tags in (base, self._in_file, self._stored))
        self.conflict_text = mark_conflicts(merge(*texts), FILE, DATABASE)
        self.conflicts = merged.conflicts

    def conflict_row(self) -> SyncedFile | None:
        """Return what is to be stored after a conflict: both sides, the base of the next merge;
        None if that was stored before and is not settled yet."""
        row = self._row or SyncedFile(name=TAGS)
        if self._tree.is_unsettled(row, self._stamp):
            return None
        row.conflict = {
            "digest": self._digest,
            "stamp": self._stamp,
            "base": self._stored.as_file(),
        }
        return row

    def _would_overwrite(self) -> bool:
        """Whether a file that is synced for the first time has other descriptions than tags."""
        in_file = self._in_file.tags
        return any(
            tag.description and (key not in in_file or in_file[key].description != tag.description)
            for key, tag in self._stored.tags.items()
        )

    # Writing

    def load(self, load: FixtureLoad) -> None:
        """Store the records. Their faults are collected by `load`."""
        if not self.is_changed:
            return
        self._release(self._is_tag)
        self._rename()
        self._release(self._is_of_other)
        for record in self._records:
            try:
                (deserialized,) = python.Deserializer(
                    [json.loads(record.text)], handle_forward_references=True
                )
                LoadedObject(deserialized, load, record).save()
            except FixtureError:
                raise
            except Exception as error:  # Django's serializers raise any, as for a wrong type.
                load.faults.add(record.explain(error))
                if isinstance(error, DatabaseError):  # The transaction has failed.
                    load.faults.raise_all()

    def _release(self, is_other: Callable[[TagSynonym], bool]) -> None:
        """Delete the synonyms that are something else in the file. The first sync of a folder
        deletes none."""
        if self._row is None:
            return
        for tag in _tags_with_synonyms():
            _delete_synonyms(tag, is_other)

    def _is_tag(self, synonym: TagSynonym) -> bool:
        return synonym.key in self._in_file.tags

    def _is_of_other(self, synonym: TagSynonym) -> bool:
        in_file = self._in_file.synonyms.get(synonym.key)
        return in_file is not None and in_file.tag != synonym.tag.key

    def _rename(self) -> None:
        """Rename tags: those whose names the file doesn't have, and whose slugs it gives to
        others. Their former names become synonyms, so that documents that have them keep the
        tag."""
        in_file, synonyms = self._in_file.tags, self._in_file.synonyms
        by_slug = {fields.slug: fields for fields in in_file.values()}
        stored = {tag.key for tag in Tag.objects.only("key")}
        for tag in Tag.objects.exclude(key__in=in_file.keys()):
            fields = by_slug.get(tag.slug)
            if not fields or names.fold(fields.name) in stored:
                continue
            if tag.key in synonyms and synonyms[tag.key].tag != names.fold(fields.name):
                continue
            tag.name = fields.name
            try:
                editing.save_tag(tag)
            except ValidationError as error:
                raise FixtureError(Fault(TAGS, 0, "name", " ".join(error.messages))) from error

    def finish(self) -> None:
        """Delete the synonyms and the tags that are not in the file any more, as far as no article
        has them. The first sync of a folder deletes none."""
        if not self.is_changed or self._row is None:
            return
        dropped = self._dropped_synonyms(self._row)
        for tag in _tags_with_synonyms():
            _delete_synonyms(tag, lambda row: not row.hidden and row.key in dropped)
        unused = (
            Tag.objects.with_usage().filter(usage=0).exclude(key__in=self._in_file.tags.keys())
        )
        if tags := list(unused):
            editing.delete_tags(tags)

    def _dropped_synonyms(self, row: SyncedFile) -> set[str]:
        """Return the keys of synonyms that are not in the file any more. It never had those that
        syncs make of former names: they stay, unless the tags were edited in the database since.
        """
        is_edited = row.stamp != self._stamp
        before = self._stored if is_edited else TagSet.of_file(row.base)
        return before.synonyms.keys() - self._in_file.synonyms.keys()

    def rows(self) -> dict[str, SyncedFile]:
        """Return what is to be stored of the file."""
        if not self._digest:
            return {}
        stamp = content_digest(TagSet.stored().as_file().encode())
        row = SyncedFile(name=TAGS, digest=self._digest, stamp=stamp)
        row.base, row.is_behind = self._text, self._is_behind
        if stored := self._row:
            row.exported = stored.exported
            if self.is_equal:
                row.base, row.is_behind = stored.base, stored.is_behind
        return {TAGS: row}


def _tags_with_synonyms() -> Iterable[Tag]:
    tags: Iterable[Tag] = Tag.objects.prefetch_related("synonyms").order_by("pk")
    return tags


def _delete_synonyms(tag: Tag, is_deleted: Callable[[TagSynonym], bool]) -> None:
    synonyms = list(tag.synonyms.all())
    remaining = [synonym.name for synonym in synonyms if not is_deleted(synonym)]
    if len(remaining) < len(synonyms):
        editing.save_tag(tag, remaining)


def _resolved(row: SyncedFile, tree: Tree) -> SyncedFile:
    """Return the row, or after a conflict, once the file was edited and the one with both sides is
    gone, the row whose base is what the database had."""
    conflict = row.conflict
    if not conflict or conflict["digest"] == tree.tags or tree.has_conflict(TAGS):
        return row
    return SyncedFile(name=TAGS, exported=row.exported, **conflict)


def _records(content: bytes) -> list[Record]:
    """Return the records of a file. Raises `FixtureError` with all that is wrong with them."""
    faults = Faults()
    records = list(json_records.read(TAGS, content))
    for record in records:
        faults.add(record.faults)
        if record.model not in MODELS:
            problem = f"is {record.model}. Allowed are {' and '.join(MODELS)}."
            faults.add([record.fault("model", problem)])
        elif "name" not in record.fields:
            faults.add([record.fault("name", "is missing.")])
    faults.raise_all()
    return records
