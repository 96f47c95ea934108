"""Fixtures that are loaded raw, past `editing`: what follows from them is made true here.

All of it happens inside the load's own transaction, many articles at a time: whatever is wrong
takes everything back. Names are judged by what the whole load says, not by the order in which
its records stand.
"""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import CommandError
from django.core.serializers.base import DeserializationError
from django.db import connections, transaction
from django.db.models import Field, Model, OuterRef, Subquery
from django.db.models.signals import post_save, pre_save

from articles import derived, editing, markdown, search
from articles.models import Article, ContentVersion, Name, Tag, Tagging, TagSynonym
from articles.models.fields import validate_names
from articles.text import names

LISTS = ("aliases", "former")


class FixtureError(CommandError, DeserializationError):
    """What is wrong with a fixture, in one line. `loaddata` prints it without a traceback."""


class RecordSource(Protocol):
    """Where a record comes from: `place` names it, `error` says what is wrong with a field.

    `mentions` are the fields that it has, or None if what it leaves out was seen to already.
    """

    @property
    def place(self) -> str: ...

    @property
    def mentions(self) -> Collection[str] | None: ...

    def error(self, field: str, problem: str) -> FixtureError: ...


class UnknownSource:
    """The origin of records that come from no file."""

    place = "another record"
    mentions = None

    def error(self, field: str, problem: str) -> FixtureError:
        return FixtureError(f"{field}: {problem}")


class Load:
    """What one transaction has loaded, and what is still to be done about it.

    It lives in the transaction's own queue of things to do after the commit, so that it is
    forgotten when the transaction is rolled back. `loaddata` finishes it before that; what is
    loaded without the command is finished from the queue. `origin` is where the record at hand
    comes from, `parsed` is the document that it is.
    """

    def __init__(self) -> None:
        self.origin: RecordSource = UnknownSource()
        self.parsed: markdown.Document | None = None
        self.places: dict[int, str] = {}
        self.touched: set[int] = set()
        self.stored: list[tuple[Article, markdown.Document, RecordSource]] = []
        self.taggings: list[Tagging] = []
        self.kept: set[tuple[int, str]] = set()
        self.postponed: list[tuple[Name, RecordSource]] = []
        self.tags: dict[str, Tag] = {}
        self.translations: dict[str, str] = {}
        self.finished = False

    def __call__(self) -> None:
        if not self.finished:
            with transaction.atomic():
                self.finish()

    @classmethod
    def current(cls, using: str) -> "Load":
        """The load that is under way. Outside a transaction, one that ends at once."""
        for _savepoints, *waiting in connections[using].run_on_commit:
            if isinstance(waiting[0], cls) and not waiting[0].finished:
                return waiting[0]
        load = cls()
        if connections[using].in_atomic_block:
            transaction.on_commit(load, using=using)
        return load

    def store(self, article: Article) -> None:
        """An article was stored: what follows from its own fields will, in batches."""
        if place := self.places.get(article.pk):
            raise self.origin.error("slug", f"“{article.slug}” is the slug of {place} already.")
        self.places[article.pk] = self.origin.place
        self.touched.add(article.pk)
        if article.translation_of:
            # The place alone: a load may be larger than memory.
            self.translations[article.slug] = str(self.origin.error("translation_of", ""))
        document = self.parsed or derived.parse(article)
        self.stored.append((article, document, self.origin))
        self.parsed = None
        if len(self.stored) == derived.BATCH:
            self.follow()

    def follow(self) -> None:
        """Write down the names, links and tags of the articles that were stored last."""
        articles = [article for article, _document, _origin in self.stored]
        origins = {article.pk: origin for article, _document, origin in self.stored}
        taken = derived.claim_free_names(articles)
        self.postponed += [(name, origins[name.article_id]) for name in taken]
        derived.record_links([(article, document) for article, document, _ in self.stored])
        Tagging.objects.bulk_create(self.taggings, ignore_conflicts=True)
        self.stored, self.taggings = [], []

    def finish(self) -> None:
        """Make all that follows from the load true. Call inside atomic()."""
        self.finished = True
        self.follow()
        self._settle_names()
        self._refuse_chains()
        keys = sorted(self.touched)
        for start in range(0, len(keys), derived.BATCH):
            _record(keys[start : start + derived.BATCH])
        ContentVersion.objects.bump()

    def keep(self, article: Article, former: Iterable[str]) -> None:
        """Names that `article` keeps although its document does not mention them, as long as
        nobody else is called so."""
        self.kept |= {(article.pk, names.fold(name)) for name in former}

    def _settle_names(self) -> None:
        """Claim what somebody else had when it was wanted. A name that is only kept gives way."""
        self.postponed.sort(key=lambda wanted: self._is_kept(wanted[0]))
        for name, origin in self.postponed:
            try:
                self._claim(name)
            except derived.NameTaken as error:
                raise origin.error(error.field, error.messages[0]) from error

    def _claim(self, name: Name) -> None:
        try:
            derived.insert_names([name])
        except derived.NameTaken as error:
            if self._is_kept(name):
                editing.remove_former_name(name.article, name.key)
            elif (error.owner.pk, name.key) in self.kept:
                editing.remove_former_name(error.owner, name.key)
                derived.insert_names([name])
            else:
                raise

    def _is_kept(self, name: Name) -> bool:
        return (name.article_id, name.key) in self.kept

    def _refuse_chains(self) -> None:
        """A translation is tied to the original, which is none itself."""
        slugs = sorted(self.translations)
        for start in range(0, len(slugs), derived.BATCH):
            some = slugs[start : start + derived.BATCH]
            sources = Article.objects.filter(slug=OuterRef("translation_of"))
            further = sources.exclude(translation_of="").values("translation_of")
            tied = Article.objects.filter(slug__in=some).annotate(further=Subquery(further))
            for article in tied.exclude(further=None).order_by("slug"):
                raise FixtureError(
                    f"{self.translations[article.slug]}“{article.translation_of}” is a translation"
                    f" itself, of “{article.further}”: name the original."
                )
            beyond = Article.objects.filter(source_key__in=map(names.fold, some))
            for article in beyond.filter(translation_of__in=some).order_by("slug"):
                raise FixtureError(
                    f"{self.translations[article.translation_of]}“{article.slug}” is a translation"
                    f" of “{article.translation_of}”, which therefore is none itself."
                )

    def get_or_create_tags(self, texts: list[str]) -> list[Tag]:
        """`editing.tags_named`, asking only for tags that did not come up before."""
        new = [text for text in texts if names.fold(text) not in self.tags]
        if new:
            self._learn(new)
        return list(dict.fromkeys(self.tags[names.fold(text)] for text in texts))

    def _learn(self, texts: list[str]) -> None:
        try:
            editing.get_or_create_tags(texts)
        except ValidationError as error:
            raise self.origin.error("tags", error.messages[0]) from error
        self.tags |= Tag.objects.resolve(texts)


def _record(keys: list[int]) -> None:
    articles = list(Article.objects.filter(pk__in=keys).defer(*derived.DERIVED))
    derived.sort_taggings(articles)
    search.index_articles_by_pk(keys)
    editing.record_loaded(articles, "Loaded from a fixture")


def connect() -> None:
    """Listen to models that are saved raw. Called once, when the app is ready."""
    pre_save.connect(_derive_article, sender=Article, dispatch_uid="articles.derive")
    pre_save.connect(_derive_tag, sender=Tag, dispatch_uid="articles.tag")
    pre_save.connect(_derive_synonym, sender=TagSynonym, dispatch_uid="articles.synonym")
    post_save.connect(_store, sender=Article, dispatch_uid="articles.store")
    post_save.connect(_follow, sender=Tagging, dispatch_uid="articles.follow")


def _derive_article(instance: Article, raw: bool, using: str, **_signal: Any) -> None:
    if raw:
        load = Load.current(using)
        _check(instance, load.origin)
        if instance.pk and load.origin.mentions is not None:
            _keep_what_is_left_out(instance, load, load.origin.mentions)
        load.parsed = derived.derive(instance)


def _keep_what_is_left_out(article: Article, load: Load, mentions: Collection[str]) -> None:
    """Dates and former names of the stored article that a record says nothing of."""
    left_out = {"created", "updated", "former"}.difference(mentions)
    stored = Article.objects.filter(pk=article.pk).first() if left_out else None
    if not stored:
        return
    if "former" in left_out:
        article.former = editing.former_names(article, [*stored.former, stored.title])
        load.keep(article, article.former)
    if "created" in left_out:
        article.created = stored.created
    if "updated" in left_out and stored.authored() == article.authored():
        article.updated = stored.updated


def _derive_tag(instance: Tag, raw: bool, using: str, **_signal: Any) -> None:
    """A tag that is loaded under a synonym stays what it is called now."""
    if not raw:
        return
    origin = Load.current(using).origin
    _check_text(instance, origin)
    instance.key = names.fold(instance.name)
    synonym = TagSynonym.objects.filter(key=instance.key).select_related("tag").first()
    if synonym:
        tag = synonym.tag
        instance.name, instance.slug, instance.key = tag.name, tag.slug, tag.key
    instance.slug = instance.slug or editing.free_tag_slug(instance.name)
    _check(instance, origin)


def _derive_synonym(instance: TagSynonym, raw: bool, using: str, **_signal: Any) -> None:
    if not raw:
        return
    origin = Load.current(using).origin
    _check_text(instance, origin)
    instance.key = names.fold(instance.name)
    _check(instance, origin)
    if tag := Tag.objects.filter(key=instance.key).first():
        raise origin.error("name", f"there is a tag “{tag.name}” already.")


def _check(instance: Model, origin: RecordSource) -> None:
    _check_text(instance, origin)
    try:
        instance.clean_fields()
        if isinstance(instance, Article):
            for field in LISTS:
                _check_list(instance, field)
            if instance.publish_at and instance.expire_at:
                instance.validate_constraints()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        field = "expire_at" if field == NON_FIELD_ERRORS else field
        raise origin.error(field, messages[0]) from error


def _check_list(article: Article, field: str) -> None:
    """`clean_fields` takes whatever is empty for an empty list."""
    try:
        validate_names(getattr(article, field))
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error


def _check_text(instance: Model, origin: RecordSource) -> None:
    """`clean_fields` passes over nulls where a field may be left empty."""
    for field in instance._meta.concrete_fields:
        if _needs_value(field) and getattr(instance, field.attname) is None:
            raise origin.error(field.name, "is null. Leave it out, or give it a value.")


def _needs_value(field: "Field[Any, Any]") -> bool:
    return not field.null and not field.primary_key and not field.is_relation


def _store(instance: Article, raw: bool, using: str, **_signal: Any) -> None:
    if raw:
        load = Load.current(using)
        load.store(instance)
        _end_outside_transaction(load, using)


def _follow(instance: Tagging, raw: bool, using: str, **_signal: Any) -> None:
    if raw:
        load = Load.current(using)
        load.touched.add(instance.content_object_id)
        _end_outside_transaction(load, using)


def _end_outside_transaction(load: Load, using: str) -> None:
    if not connections[using].in_atomic_block:
        load()
