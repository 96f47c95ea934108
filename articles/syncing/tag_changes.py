"""The file with the tags → the tags and synonyms of the database."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers import python
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError

from articles import editing
from articles.models import SyncedFile, Tag, TagSynonym
from articles.serializers import json_records
from articles.serializers.json_records import Record
from articles.serializers.loading import FixtureLoad, LoadedObject
from articles.serializers.sources import Fault, Faults, FixtureError
from articles.syncing.layout import TAGS
from articles.syncing.state import content_digest, has_digest
from articles.syncing.strategy import Strategy
from articles.syncing.tags import tags_file
from articles.syncing.tree import Tree
from articles.text import names

MODELS = ("articles.tag", "articles.tagsynonym")


class TagChanges:
    """What a sync does with tags. A folder without the file has nothing to say about tags."""

    def __init__(self, tree: Tree, row: SyncedFile | None, strategy: Strategy | None) -> None:
        self._tree = tree
        self._row = row
        self._digest = tree.tags
        self._stamp = content_digest(tags_file())
        self._records: list[Record] = []
        self.refusals: list[str] = []
        self.is_changed = False
        if self._digest and not self.is_equal:
            self._records = list(_records(tree))
            self._compare(strategy)

    @property
    def is_equal(self) -> bool:
        row = self._row
        return not self._digest or bool(
            row and has_digest(row, self._digest) and row.stamp == self._stamp
        )

    @property
    def lines(self) -> list[str]:
        return [f"changed  {TAGS}"] if self.is_changed else []

    def _compare(self, strategy: Strategy | None) -> None:
        is_file_changed = not has_digest(self._row, self._digest)
        is_edited = self._row is None or self._row.stamp != self._stamp
        if self._is_same():
            return
        if self._row is None:
            is_edited = self._would_overwrite()
        if not is_edited or strategy == Strategy.THEIRS:
            self.is_changed = True
        elif strategy is None or (strategy == Strategy.MERGE and is_file_changed):
            self.refusals.append(f"{TAGS}: tags were edited in the database since.")

    def _fields(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for record in self._records:
            yield record.model, json.loads(record.text)["fields"]

    def _tags(self) -> dict[str, dict[str, Any]]:
        """Return the fields of the tags in the file by key."""
        rows = (fields for model, fields in self._fields() if model == MODELS[0])
        return {names.fold(str(fields.get("name"))): fields for fields in rows}

    def _synonyms(self) -> dict[str, str]:
        """Return the keys of the tags by those of the synonyms in the file."""
        rows = (fields for model, fields in self._fields() if model == MODELS[1])
        return {
            names.fold(str(fields.get("name"))): names.fold(str((fields.get("tag") or [""])[0]))
            for fields in rows
        }

    def _is_same(self) -> bool:
        """Whether the file says what the database has, however it is written."""
        tags = {
            tag.key: (tag.name, tag.slug, tag.description)
            for tag in Tag.objects.only("key", "name", "slug", "description")
        }
        synonyms = TagSynonym.objects.filter(hidden=False).values_list("key", "tag__key")
        in_file = {
            key: (fields["name"], fields.get("slug"), fields.get("description", ""))
            for key, fields in self._tags().items()
        }
        return tags == in_file and dict(synonyms) == self._synonyms()

    def _would_overwrite(self) -> bool:
        """Whether a file that is synced for the first time has other descriptions than tags."""
        in_file = self._tags()
        described = Tag.objects.exclude(description="").values_list("key", "description")
        return any(
            in_file.get(key, {}).get("description") != description
            for key, description in described
        )

    # Writing

    def load(self, load: FixtureLoad) -> None:
        """Store the records. Their faults are collected by `load`."""
        if not self.is_changed:
            return
        self._rename()
        for record in self._records:
            try:
                (deserialized,) = python.Deserializer(
                    [json.loads(record.text)], handle_forward_references=True
                )
                LoadedObject(deserialized, load, record).save()
            except (DeserializationError, DatabaseError, ValidationError) as error:
                load.faults.add(record.explain(error))
                if isinstance(error, DatabaseError):  # The transaction has failed.
                    load.faults.raise_all()

    def _rename(self) -> None:
        """Rename tags: those whose names the file doesn't have, and whose slugs it gives to
        others."""
        in_file = self._tags()
        by_slug = {str(fields.get("slug")): fields for fields in in_file.values()}
        synonyms = self._synonyms()
        stored = {tag.key for tag in Tag.objects.only("key")}
        for tag in Tag.objects.exclude(key__in=in_file.keys()):
            fields = by_slug.get(tag.slug)
            if not fields or names.fold(fields["name"]) in stored or tag.key in synonyms:
                continue
            tag.name = fields["name"]
            try:
                editing.save_tag(tag)
            except ValidationError as error:
                raise FixtureError(Fault(TAGS, 0, "name", " ".join(error.messages))) from error

    def finish(self) -> None:
        """Delete the synonyms and the tags that are not in the file any more, as far as no article
        has them. The first sync of a folder deletes none."""
        if not self.is_changed or self._row is None:
            return
        synonyms = self._synonyms()
        for tag in Tag.objects.prefetch_related("synonyms").order_by("pk"):
            rows = tag.synonyms.all()
            names_left = [row.name for row in rows if row.hidden or row.key in synonyms]
            if len(names_left) < len(rows):
                editing.save_tag(tag, names_left)
        unused = Tag.objects.with_usage().filter(usage=0).exclude(key__in=self._tags().keys())
        if tags := list(unused):
            editing.delete_tags(tags)

    def rows(self) -> dict[str, SyncedFile]:
        """Return what is to be stored of the file."""
        if not self._digest:
            return {}
        stamp = content_digest(tags_file())
        exported = bool(self._row and self._row.exported)
        row = SyncedFile(name=TAGS, digest=self._digest, stamp=stamp, exported=exported)
        return {TAGS: row}


def _records(tree: Tree) -> Iterator[Record]:
    faults = Faults()
    records = json_records.read(TAGS, tree.read(TAGS))
    for record in records:
        faults.add(record.faults)
        if record.model not in MODELS:
            problem = f"is {record.model}. Allowed are {' and '.join(MODELS)}."
            faults.add([record.fault("model", problem)])
        elif "name" not in record.fields:
            faults.add([record.fault("name", "is missing.")])
    faults.raise_all()
    yield from records
