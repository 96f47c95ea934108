"""Records of fixtures → articles and tags, with all that `editing` would write about them.

Django's `loaddata` stores records as they are ("raw"), which leaves out HTML, names, links, search
rows and revisions. So its records of articles and tags are stored by a `FixtureLoad` instead.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.serializers.base import DeserializedObject
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.signals import pre_save

from articles import editing
from articles.editing import LoadOptions
from articles.models import (
    Article,
    ContentVersion,
    Link,
    Name,
    Revision,
    SearchDocument,
    Tag,
    Tagging,
    TagSynonym,
)
from articles.models.revision import fingerprint
from articles.serializers import identity
from articles.serializers.article_loading import MANY_ARTICLES, ArticleLoad
from articles.serializers.sources import Fault, Faults, FixtureError, RecordSource
from articles.serializers.validation import check, check_not_null
from articles.text import names
from articles.transactions import compress_faster, lock_tables, update_planner_statistics
from articles.workers import Workers

MODELS = (Article, Tag, TagSynonym, Tagging, Revision)
# What a load writes itself.
DERIVED_MODELS = (Name, Link, SearchDocument, ContentVersion)
# Foreign keys to the rows that records may identify by primary key.
REFERENCES: dict[type[Model], tuple[str, ...]] = {
    TagSynonym: ("tag",),
    Tagging: ("content_object", "tag"),
    Revision: ("article",),
}
TAGS = "are not a field here. Write them as records of articles.tagging."
RAW_SAVE = (
    "Load fixtures with “manage.py loaddata”, which also writes the HTML, names, links, search"
    " rows and revisions of articles."
)


class FixtureLoad:
    """Unit of work: the articles and tags that one `loaddata` stores.

    Create it, call `save` for each record and `finish` after the last one, all in one transaction.
    Until it ends, nothing else can write articles or tags. Articles are written in batches, so
    memory stays bounded. Faults of records are collected, up to `MAX_FAULTS`, and raised by
    `finish`; after the first one, articles are checked but not written. Names are checked in
    `finish` too: they may change hands between records, whatever the order of the records. The
    revisions get comment, user and operation of `options`; `editing.undo_operation` undoes them.
    """

    def __init__(
        self,
        using: str = DEFAULT_DB_ALIAS,
        workers: Workers | None = None,
        report: Callable[[int], object] = int,
        options: LoadOptions | None = None,
    ) -> None:
        # Records are stored in their own order, and what they omit is read before it is written.
        lock_tables(Article, Tag)
        compress_faster()
        editing.mark_all_public()
        self._using = using
        self.faults = Faults()
        self._articles = ArticleLoad(
            workers or Workers(0), report, options or LoadOptions(), self.faults
        )
        # Whether readers may see something of the records that are not articles.
        self._public = False
        # Tags with their stored state, if there is one. All slugs are settled at the end.
        self._former_tags: list[tuple[Tag, Tag | None]] = []
        # Primary keys in records of articles and tags, and those that other records refer to,
        # with the fault of the first of these if no record has it.
        self._primary_keys: set[tuple[str, int]] = set()
        self._references: dict[tuple[str, int], Fault] = {}

    def save(self, instance: Model, source: RecordSource, *, is_checked: bool = False) -> None:
        """Check and store one of `MODELS`, or collect its faults: wrong values, and a record that
        would replace another article or tag. `is_checked` articles are those of which
        `validation.find_faults` has found none.

        Raises `FixtureError` with all faults if these are too many to go on.
        """
        self.faults.add_file(source.file)
        try:
            self._save(instance, source, is_checked)
        except FixtureError as error:
            self.faults.add(error.faults)

    def _save(self, instance: Model, source: RecordSource, is_checked: bool) -> None:
        self._register_keys(instance, source)
        if isinstance(instance, Article):
            self._articles.add(instance, source, is_checked=is_checked)
            return
        self.flush()
        match instance:
            case Tag():
                stored = _prepare_tag(instance, source, self._has_tag)
                self._former_tags.append((instance, stored))
            case TagSynonym():
                _prepare_synonym(instance, source)
            case Tagging():
                identity.match_tagging(instance)
                self._articles.incomplete.add(instance.content_object_id)
            case Revision():
                if _prepare_revision(instance, source):
                    return
                self._articles.incomplete.add(instance.article_id)  # type: ignore[arg-type]
        self._store(instance)
        if isinstance(instance, Revision):
            self._articles.revisions.add(instance.pk)
        self._public = True

    def flush(self) -> None:
        """Write the articles that were saved, before other records refer to them."""
        self._articles.flush()

    def finish(self) -> None:
        """Write everything that depends on the load as a whole.

        Raises `FixtureError` with all faults: those of records, names of other articles,
        translations of translations, and primary keys that no record has.
        """
        self._refuse_unknown_keys()
        self._articles.finish()
        self.faults.raise_all()
        for tag, former in self._former_tags:
            if former and former.slug != tag.slug:
                editing.keep_former_slug(tag, former)
        if self._articles.written >= MANY_ARTICLES:
            update_planner_statistics()
        editing.mark_all_public()
        ContentVersion.objects.bump(public=self._public or self._articles.is_public)

    def _store(self, instance: Model) -> None:
        # Not raw, so that `refuse_raw_save` lets it pass: what a raw save lacks is set by now.
        instance.save_base(using=self._using)

    def _register_keys(self, instance: Model, source: RecordSource) -> None:
        if source.has_primary_key("pk"):
            self._primary_keys.add((instance._meta.label, instance.pk))
        for name in REFERENCES.get(type(instance), ()):
            if source.has_primary_key(name):
                field: Any = instance._meta.get_field(name)
                key = field.related_model._meta.label, getattr(instance, field.attname)
                self._references.setdefault(key, source.fault(name, ""))

    def _refuse_unknown_keys(self) -> None:
        """Collect records that refer to an article or a tag by a primary key that none of the load
        has: in this database, that may be another one's."""
        for key, fault in self._references.items():
            if key not in self._primary_keys:
                problem = f"{key[1]} is the primary key of no record. {identity.NATURAL_KEYS}"
                self.faults.add([replace(fault, message=problem)])

    def _has_tag(self, tag: Tag) -> bool:
        """Whether there was a record of this tag."""
        return any(tag.pk == other.pk for other, _stored in self._former_tags)

    def has_article(self, natural_key: object) -> bool:
        """Whether a record of an article has this natural key, in the form of JSON."""
        match natural_key:
            case [str(slug)]:
                return self._articles.has_slug(slug)
        return False


class LoadedObject(DeserializedObject):
    """A deserialized object that is saved as part of a load."""

    def __init__(
        self, deserialized: DeserializedObject, load: FixtureLoad, source: RecordSource
    ) -> None:
        super().__init__(deserialized.object, deserialized.m2m_data, deserialized.deferred_fields)
        self._load = load
        self._source = source

    def save(self, save_m2m: bool = True, using: str | None = None, **kwargs: Any) -> None:
        if problem := self._problem():
            self.deferred_fields = {}
            self._load.faults.add([self._source.fault(*problem)])
        elif not isinstance(self.object, MODELS):
            super().save(save_m2m, using, **kwargs)
        elif self.deferred_fields:
            # Nothing was stored after the first fault, so nothing more is known of the record.
            self.deferred_fields = {}
        else:
            self._load.save(self.object, self._source)

    def _problem(self) -> tuple[str, str] | None:
        """Return a field that can't be stored, and why."""
        if isinstance(self.object, DERIVED_MODELS):
            return "model", "is derived from articles. Leave the record out."
        if not isinstance(self.object, MODELS):
            return None
        if self.m2m_data:
            return "tags", TAGS
        for field, key in self.deferred_fields.items():
            if not (self._load.faults and self._load.has_article(key)):
                return field.name, f"nothing stored has the natural key {json.dumps(key)}."
        return None


def refuse_raw_save(sender: type[Model], raw: bool, **_kwargs: Any) -> None:
    """Raise FixtureError if one of `MODELS` is deserialized and saved without a `FixtureLoad`.

    A receiver of `pre_save`, because the object of a Django serializer saves its model without
    calling `Model.save`. Without it, `serializers.deserialize("json", …)` would leave articles
    without names and HTML, silently. The same holds for `TestCase.serialized_rollback`, if a
    migration creates articles; `TestCase.fixtures` calls `loaddata`.
    """
    if raw:
        raise FixtureError.of(f"{sender._meta.label} can't be saved raw. {RAW_SAVE}")


def connect() -> None:
    """Connect `refuse_raw_save`. Called once, when the app is ready."""
    for model in MODELS:
        pre_save.connect(refuse_raw_save, model, dispatch_uid=f"raw {model._meta.label}")


def _prepare_tag(tag: Tag, source: RecordSource, is_loaded: Callable[[Tag], bool]) -> Tag | None:
    """Set key and slug; return the stored tag, if there is one. A record whose name is a synonym
    stands for the tag of the synonym, and doesn't describe it.

    The slug may be the name of a tag that `is_loaded`: there, one had that name before the other.
    """
    check_not_null(tag, source)
    stored = identity.match_tag(tag, source)
    tag.key = names.fold(tag.name)
    if stored and stored.key != tag.key:
        tag.name, tag.slug, tag.key = stored.name, stored.slug, stored.key
        tag.description = stored.description
        tag.name_was_public = tag.slug_was_public = False
    elif stored and "description" in source.omitted:
        tag.description = stored.description
    tag.slug = tag.slug or (stored.slug if stored else editing.free_tag_slug(tag.name))
    if stored:
        _keep_tag_visibility(tag, stored)
    check(tag, source)
    if stored and stored.slug == tag.slug:
        return stored
    try:
        editing.check_tag_names(tag, "slug", [tag.slug])
    except editing.TagNameTaken as error:
        if not is_loaded(error.owner):
            raise FixtureError(source.fault("slug", error.messages[0])) from error
    if other := Tag.objects.filter(slug=tag.slug).exclude(pk=tag.pk).first():
        raise FixtureError(
            source.fault("slug", f"“{tag.slug}” is the slug of the tag “{other.name}”.")
        )
    return stored


def _keep_tag_visibility(tag: Tag, stored: Tag) -> None:
    """Keep what readers have seen according to the record, to the `stored` tag, or to both."""
    name_was_public, slug_was_public = tag.name_was_public, tag.slug_was_public
    editing.keep_visibility(tag, stored, editing.public_keys(stored))
    tag.name_was_public |= name_was_public
    tag.slug_was_public |= slug_was_public


def _prepare_synonym(synonym: TagSynonym, source: RecordSource) -> None:
    check_not_null(synonym, source)
    synonym.key = names.fold(synonym.name)
    check(synonym, source)
    if tag := Tag.objects.filter(key=synonym.key).first():
        raise FixtureError(source.fault("name", f"there is a tag “{tag.name}” already."))
    identity.match_synonym(synonym, source)


def _prepare_revision(revision: Revision, source: RecordSource) -> bool:
    """Set number, fingerprint, and the size of the change in dumps of earlier versions. Return
    whether the article has the revision already."""
    if not isinstance(revision.fields, dict):
        raise FixtureError(
            source.fault("fields", "are not an object with the fields of an article.")
        )
    if revision.article_id is None:
        raise FixtureError(source.fault("article", "is null. Name the article of the revision."))
    revision.fingerprint = fingerprint(revision.fields, revision.body)
    check(revision, source)
    is_stored = identity.match_revision(revision)
    if not (is_stored or revision.words_added or revision.words_removed):
        editing.count_words(revision)
    return is_stored
