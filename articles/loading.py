"""Fixtures that are loaded raw, past `editing`: what follows from them is made true here.

Names are claimed at once, inside the load's transaction, so that a clash rolls everything back.
Links, revisions and sort keys follow in batches when the load has been committed.
"""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import CommandError
from django.core.serializers.base import DeserializationError
from django.db import connections, transaction
from django.db.models import Model
from django.db.models.signals import post_save, pre_save

from articles import editing, indexing, search
from articles.models import Article, ContentVersion, Tag, Tagging, TagSynonym
from articles.text import markdown, names


class FixtureError(CommandError, DeserializationError):
    """What is wrong with a fixture, in one line. `loaddata` prints it without a traceback."""


class RecordError(FixtureError):
    """What is wrong with one record: `field` is where, `problem` is what, and what is allowed."""

    def __init__(self, record: str, field: str, problem: str) -> None:
        super().__init__(f"{record}: {field}: {problem}")
        self.field = field
        self.problem = problem


class Load:
    """What one transaction has loaded, and what is still to be done about it.

    It lives in the transaction's own queue of things to do after the commit, so that it is
    forgotten when the transaction is rolled back. `reading` is where the record at hand comes
    from, `parsed` is the document that it is.
    """

    def __init__(self) -> None:
        self.reading = "another record"
        self.parsed: markdown.Document | None = None
        self.origins: dict[int, str] = {}
        self.touched: set[int] = set()
        self.unlinked: list[tuple[Article, markdown.Document]] = []
        self.tags: dict[str, Tag] = {}

    def __call__(self) -> None:
        with transaction.atomic():
            self.record_links()
        keys = sorted(self.touched)
        for start in range(0, len(keys), indexing.BATCH):
            _finish(keys[start : start + indexing.BATCH])

    @classmethod
    def current(cls, using: str) -> "Load":
        """The load that is under way. Outside a transaction, one that ends at once."""
        for _savepoints, *waiting in connections[using].run_on_commit:
            if isinstance(waiting[0], cls):
                return waiting[0]
        load = cls()
        if connections[using].in_atomic_block:
            ContentVersion.objects.raise_number()
            transaction.on_commit(load, using=using)
        return load

    def stored(self, article: Article) -> None:
        """An article was stored. Its links follow, many articles at a time."""
        self.touched.add(article.pk)
        self.unlinked.append((article, self.parsed or indexing.parse(article)))
        self.parsed = None
        if len(self.unlinked) == indexing.BATCH:
            self.record_links()

    def record_links(self) -> None:
        indexing.record_links(self.unlinked)
        self.unlinked = []

    def tags_named(self, texts: list[str]) -> list[Tag]:
        """`editing.tags_named`, asking only for tags that did not come up before."""
        new = [text for text in texts if names.fold(text) not in self.tags]
        if new:
            self._learn(new)
        return list(dict.fromkeys(self.tags[names.fold(text)] for text in texts))

    def _learn(self, texts: list[str]) -> None:
        try:
            editing.tags_named(texts)
        except ValidationError as error:
            raise RecordError(self.reading, "tags", error.messages[0]) from error
        self.tags |= Tag.objects.meant_by(texts)


@transaction.atomic
def _finish(keys: list[int]) -> None:
    articles = list(Article.objects.filter(pk__in=keys).defer(*indexing.DERIVED))
    indexing.sort_taggings(articles)
    search.refresh(keys)
    editing.record_loaded(articles, "Loaded from a fixture")
    ContentVersion.objects.raise_number()


def connect() -> None:
    """Listen to models that are saved raw. Called once, when the app is ready."""
    pre_save.connect(_derive_article, sender=Article, dispatch_uid="articles.derive")
    pre_save.connect(_derive_tag, sender=Tag, dispatch_uid="articles.tag")
    pre_save.connect(_derive_synonym, sender=TagSynonym, dispatch_uid="articles.synonym")
    post_save.connect(_claim, sender=Article, dispatch_uid="articles.claim")
    post_save.connect(_follow, sender=Tagging, dispatch_uid="articles.follow")


def _derive_article(instance: Article, raw: bool, using: str, **_signal: Any) -> None:
    if raw:
        _check(instance, instance.slug)
        Load.current(using).parsed = indexing.derive(instance)


def _derive_tag(instance: Tag, raw: bool, using: str, **_signal: Any) -> None:
    """A tag that is loaded under a synonym stays what it is called now."""
    if not raw:
        return
    Load.current(using)
    instance.key = names.fold(instance.name)
    synonym = TagSynonym.objects.filter(key=instance.key).select_related("tag").first()
    if synonym:
        tag = synonym.tag
        instance.name, instance.slug, instance.key = tag.name, tag.slug, tag.key
    instance.slug = instance.slug or editing.free_tag_slug(instance.name)
    _check(instance, instance.name)


def _derive_synonym(instance: TagSynonym, raw: bool, using: str, **_signal: Any) -> None:
    if not raw:
        return
    Load.current(using)
    instance.key = names.fold(instance.name)
    _check(instance, instance.name)
    if tag := Tag.objects.filter(key=instance.key).first():
        raise RecordError(instance.name, "name", f"there is a tag “{tag.name}” already.")


def _check(instance: Model, record: str) -> None:
    try:
        instance.clean_fields()
        if isinstance(instance, Article) and instance.publish_at and instance.expire_at:
            instance.validate_constraints()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        field = "expire_at" if field == NON_FIELD_ERRORS else field
        raise RecordError(record, field, messages[0]) from error


def _claim(instance: Article, raw: bool, created: bool, using: str, **_signal: Any) -> None:
    if not raw:
        return
    load = Load.current(using)
    if instance.pk in load.origins:
        problem = f"“{instance.slug}” is the slug of {load.origins[instance.pk]} already."
        raise RecordError(instance.slug, "slug", problem)
    load.origins[instance.pk] = load.reading
    try:
        if created:
            indexing.claim_first_names(instance)
        else:
            indexing.claim_names([instance])
    except indexing.NameTaken as error:
        raise RecordError(instance.slug, error.field, error.messages[0]) from error
    load.stored(instance)
    _end_outside_transaction(load, using)


def _follow(instance: Tagging, raw: bool, using: str, **_signal: Any) -> None:
    if raw:
        load = Load.current(using)
        load.touched.add(instance.content_object_id)
        _end_outside_transaction(load, using)


def _end_outside_transaction(load: Load, using: str) -> None:
    if not connections[using].in_atomic_block:
        load()
