"""Records of fixtures → articles and tags, with all that `editing` would write about them.

Django's `loaddata` stores records as they are ("raw"), which leaves out HTML, names, links, search
rows and revisions. So its records of articles and tags are stored by a `FixtureLoad` instead.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.base import DeserializedObject
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, OuterRef, Subquery
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _

from articles import derived, editing, markdown, search
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
from articles.serializers.sources import FixtureError, RecordSource
from articles.serializers.validation import check, check_not_null
from articles.sql import chunks
from articles.text import names
from articles.transactions import lock_tables

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
    Until it ends, nothing else can write articles or tags. Articles are completed in batches, so
    memory stays bounded. Names are checked in `finish`: they may change hands between records,
    whatever the order of the records.
    """

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        # Records are stored in their own order, and what they omit is read before it is written.
        lock_tables(Article, Tag)
        editing.mark_all_public()
        self._using = using
        # The articles of this load, by primary key, with the location of their records.
        self._locations: dict[int, str] = {}
        # Primary keys of articles whose own record or whose taggings were loaded.
        self._changed: set[int] = set()
        # Whether readers may see something of the load, or could see what it replaces.
        self._public = False
        self._batch: list[tuple[Article, markdown.Document, RecordSource]] = []
        self._taggings: list[Tagging] = []
        # Former names, by article and key, that records omit. Other articles may claim them.
        self._retained: set[tuple[int, str]] = set()
        self._conflicts: list[tuple[Name, RecordSource]] = []
        self._tags: dict[str, Tag] = {}
        # Tags with their stored state, if there is one. All slugs are settled at the end.
        self._former_tags: list[tuple[Tag, Tag | None]] = []
        # By slug of a translation, the beginning of an error about it: sources hold whole
        # documents, which would not fit into memory.
        self._translations: dict[str, str] = {}
        # Primary keys in records of articles and tags, and those that other records refer to,
        # with the beginning of an error about the first of these.
        self._primary_keys: set[tuple[str, int]] = set()
        self._references: dict[tuple[str, int], str] = {}

    def save(self, instance: Model, source: RecordSource) -> None:
        """Check and store one of `MODELS`.

        Raises `FixtureError` for a value that is wrong, and for a record that would replace
        another article or tag.
        """
        self._register_keys(instance, source)
        match instance:
            case Article():
                self._save_article(instance, source)
                return
            case Tag():
                self._former_tags.append((instance, _prepare_tag(instance, source)))
            case TagSynonym():
                _prepare_synonym(instance, source)
            case Tagging():
                identity.match_tagging(instance)
                self._changed.add(instance.content_object_id)
            case Revision():
                if _prepare_revision(instance, source):
                    return
                self._changed.add(instance.article_id)  # type: ignore[arg-type]
        self._store(instance)
        self._public = True

    def finish(self) -> None:
        """Write everything that depends on the load as a whole.

        Raises `FixtureError` for a name of another article, for a translation of a translation,
        and for a primary key that no record has.
        """
        self._refuse_unknown_keys()
        self._write_batch()
        self._settle_names()
        self._refuse_chains()
        for keys in chunks(sorted(self._changed), derived.BATCH):
            _complete(keys)
        for tag, former in self._former_tags:
            if former and former.slug != tag.slug:
                editing.keep_former_slug(tag, former)
        editing.mark_all_public()
        ContentVersion.objects.bump(public=self._public)

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
                self._references.setdefault(key, str(source.error(name, "")))

    def _refuse_unknown_keys(self) -> None:
        """Raise FixtureError if a record refers to an article or a tag by a primary key that none
        of the load has: in this database, that may be another one's."""
        for key, error in self._references.items():
            if key not in self._primary_keys:
                raise FixtureError(
                    f"{error}{key[1]} is the primary key of no record. {identity.NATURAL_KEYS}"
                )

    def _save_article(self, article: Article, source: RecordSource) -> None:
        tags = None if source.tags is None else self._get_or_create_tags(source.tags, source)
        check(article, source)
        # A record of all fields without a primary key has no stored article: see `build_instance`
        # of Django.
        stored = identity.match_article(article, source) if source.omitted or article.pk else None
        if location := self._locations.get(article.pk):
            raise source.error("slug", f"“{article.slug}” is the slug of {location} already.")
        if stored:
            article.owner_id = stored.owner_id
            self._keep_omitted(article, stored, tags, source.omitted)
        self._public |= article.is_public or bool(stored and stored.is_public)
        document = derived.derive(article)
        self._store(article)
        if tags is not None and stored:
            editing.set_tags(article, tags)
        elif tags is not None:
            self._taggings += editing.build_taggings(article, tags)
        self._register(article, document, source)

    def _keep_omitted(
        self, article: Article, stored: Article, tags: list[Tag] | None, omitted: frozenset[str]
    ) -> None:
        """Copy what a record leaves out from the stored article: dates and former names.

        All other fields that it leaves out have their default. A changed title becomes a former
        name. `updated` stays if nothing changes.
        """
        if "former" in omitted:
            listed = {names.fold(name) for name in article.former}
            editing.keep_former_names(article, stored, stored.former)
            retained = {names.fold(name) for name in article.former} - listed
            self._retained |= {(article.pk, key) for key in retained}
        elif "hidden_former" in omitted:
            keys = article.keys()
            hidden = [name for name in stored.hidden_former if names.fold(name) in keys]
            article.hidden_former = hidden
        if "created" in omitted:
            article.created = stored.created
        if "updated" in omitted and _is_unchanged(article, stored, tags):
            article.updated = stored.updated

    def _register(
        self, article: Article, document: markdown.Document, source: RecordSource
    ) -> None:
        self._locations[article.pk] = source.location
        self._changed.add(article.pk)
        if article.translation_of:
            self._translations[article.slug] = str(source.error("translation_of", ""))
        self._batch.append((article, document, source))
        if len(self._batch) == derived.BATCH:
            self._write_batch()

    def _write_batch(self) -> None:
        sources = {article.pk: source for article, _document, source in self._batch}

        def claim(articles: Sequence[Article]) -> None:
            conflicts = derived.claim_free_names(articles)
            self._conflicts += [(name, sources[name.article_id]) for name in conflicts]

        def tag(_articles: Sequence[Article]) -> None:
            Tagging.objects.bulk_create(self._taggings, ignore_conflicts=True)

        parsed = [(article, document) for article, document, _source in self._batch]
        derived.write_relations(parsed, claim=claim, tag=tag)
        self._batch, self._taggings = [], []

    def _settle_names(self) -> None:
        """Claim the names that were not free when their batch was written.

        Names in records come first, so that retained ones give way to them.
        """
        self._conflicts.sort(key=lambda conflict: self._is_retained(conflict[0]))
        for name, source in self._conflicts:
            try:
                self._claim(name)
            except derived.NameTaken as error:
                raise source.error(error.field, error.messages[0]) from error

    def _claim(self, name: Name) -> None:
        try:
            derived.insert_names([name])
        except derived.NameTaken as error:
            if self._is_retained(name):
                editing.remove_former_name(name.article, name.key)
            elif (error.owner.pk, name.key) in self._retained:
                editing.remove_former_name(error.owner, name.key)
                derived.insert_names([name])
            else:
                raise

    def _is_retained(self, name: Name) -> bool:
        return (name.article_id, name.key) in self._retained

    def _refuse_chains(self) -> None:
        """Raise FixtureError if a translation refers to another one instead of the original."""
        for batch in chunks(sorted(self._translations), derived.BATCH):
            sources = Article.objects.filter(slug=OuterRef("translation_of"))
            originals = sources.exclude(translation_of="").values("translation_of")
            chained = Article.objects.filter(slug__in=batch).annotate(original=Subquery(originals))
            for article in chained.exclude(original=None).order_by("slug"):
                raise FixtureError(
                    f"{self._translations[article.slug]}“{article.translation_of}” is a"
                    f" translation itself, of “{article.original}”: name the original."
                )
            translations = Article.objects.filter(source_key__in=map(names.fold, batch))
            for article in translations.filter(translation_of__in=batch).order_by("slug"):
                raise FixtureError(
                    f"{self._translations[article.translation_of]}“{article.slug}” is a"
                    f" translation of “{article.translation_of}”, so that can't be a translation."
                )

    def _get_or_create_tags(self, texts: list[str], source: RecordSource) -> list[Tag]:
        """Like `editing.get_or_create_tags`, with the tags of earlier records in memory."""
        if unknown := [text for text in texts if names.fold(text) not in self._tags]:
            try:
                editing.get_or_create_tags(unknown)
            except ValidationError as error:
                raise source.error("tags", error.messages[0]) from error
            self._tags |= Tag.objects.resolve(unknown)
        return list(dict.fromkeys(self._tags[names.fold(text)] for text in texts))


class LoadedObject(DeserializedObject):
    """A deserialized object that is saved as part of a load."""

    def __init__(
        self, deserialized: DeserializedObject, load: FixtureLoad, source: RecordSource
    ) -> None:
        super().__init__(deserialized.object, deserialized.m2m_data, deserialized.deferred_fields)
        self._load = load
        self._source = source

    def save(self, save_m2m: bool = True, using: str | None = None, **kwargs: Any) -> None:
        if isinstance(self.object, DERIVED_MODELS):
            raise self._source.error("model", "is derived from articles. Leave the record out.")
        if not isinstance(self.object, MODELS):
            super().save(save_m2m, using, **kwargs)
        elif self.m2m_data:
            raise self._source.error("tags", TAGS)
        else:
            self._load.save(self.object, self._source)


def refuse_raw_save(sender: type[Model], raw: bool, **_kwargs: Any) -> None:
    """Raise FixtureError if one of `MODELS` is deserialized and saved without a `FixtureLoad`.

    A receiver of `pre_save`, because the object of a Django serializer saves its model without
    calling `Model.save`. Without it, `serializers.deserialize("json", …)` would leave articles
    without names and HTML, silently. The same holds for `TestCase.serialized_rollback`, if a
    migration creates articles; `TestCase.fixtures` calls `loaddata`.
    """
    if raw:
        raise FixtureError(f"{sender._meta.label} can't be saved raw. {RAW_SAVE}")


def connect() -> None:
    """Connect `refuse_raw_save`. Called once, when the app is ready."""
    for model in MODELS:
        pre_save.connect(refuse_raw_save, model, dispatch_uid=f"raw {model._meta.label}")


def _is_unchanged(article: Article, stored: Article, tags: list[Tag] | None) -> bool:
    if stored.authored() != article.authored():
        return False
    return tags is None or {tag.name for tag in tags} == set(editing.tag_names(stored))


def _complete(keys: list[int]) -> None:
    unread = [name for name in derived.DERIVED if name != "word_count"]
    articles = list(Article.objects.filter(pk__in=keys).defer(*unread))
    derived.copy_sort_keys(articles)
    derived.complete_write(
        articles,
        index=lambda _articles: search.index_articles_by_pk(keys),
        record=lambda _articles: editing.record_loaded(articles, _("Loaded from a fixture")),
    )


def _prepare_tag(tag: Tag, source: RecordSource) -> Tag | None:
    """Set key and slug; return the stored tag, if there is one. A record whose name is a synonym
    stands for the tag of the synonym, and doesn't describe it."""
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
        raise source.error("slug", error.messages[0]) from error
    if other := Tag.objects.filter(slug=tag.slug).exclude(pk=tag.pk).first():
        raise source.error("slug", f"“{tag.slug}” is the slug of the tag “{other.name}”.")
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
        raise source.error("name", f"there is a tag “{tag.name}” already.")
    identity.match_synonym(synonym, source)


def _prepare_revision(revision: Revision, source: RecordSource) -> bool:
    """Set number, fingerprint, and the size of the change in dumps of earlier versions. Return
    whether the article has the revision already."""
    if not isinstance(revision.fields, dict):
        raise source.error("fields", "are not an object with the fields of an article.")
    if revision.article_id is None:
        raise source.error("article", "is null. Name the article of the revision.")
    revision.fingerprint = fingerprint(revision.fields, revision.body)
    check(revision, source)
    is_stored = identity.match_revision(revision)
    if not (is_stored or revision.words_added or revision.words_removed):
        editing.count_words(revision)
    return is_stored
