"""Tags, their synonyms, and which article has which tag."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from articles import search
from articles.editing.slugs import free_tag_slug, new_tag_slugs
from articles.editing.tag_visibility import keep_visibility, mark_public, public_keys
from articles.models import Article, ContentVersion, Tag, Tagging, TagSynonym
from articles.models.fields import truncate
from articles.models.tag import TAG_LENGTH
from articles.sql import CompiledQuery, chunks
from articles.text import names
from articles.transactions import retried_atomic


class TagNameTaken(ValidationError):
    """`name`, from `field` of a tag, is a name or synonym of another tag, the `owner`."""

    def __init__(self, field: str, name: str, owner: Tag) -> None:
        message = _("“%(word)s” belongs to the tag “%(tag)s” already.")
        params = {"word": truncate(name), "tag": owner.name}
        super().__init__({field: ValidationError(message, code="tag_taken", params=params)})
        self.field = field
        self.name = name
        self.owner = owner


def tags_of(article: Article) -> list[Tag]:
    return _tags_of.objects(article.pk)


@CompiledQuery
def _tags_of(article: int, at: datetime) -> QuerySet[Tag]:
    tags: QuerySet[Tag] = Tag.objects.filter(taggings__content_object=article)
    return tags.order_by("key")


def tag_names(article: Article) -> list[str]:
    taggings = Tagging.objects.filter(content_object=article)
    return list(taggings.order_by("tag__key").values_list("tag__name", flat=True))


def get_or_create_tags(texts: Iterable[str], *, create: bool = True) -> list[Tag]:
    """Return the tags that have `texts` as name or synonym, without duplicates, in that order.

    Creates a tag for a text that no tag has. Raises ValidationError if it can't be a tag's name,
    or if tags must not be created.
    """
    texts_by_key = {names.fold(text): " ".join(text.split()) for text in texts}
    texts_by_key.pop("", None)
    if not texts_by_key:
        return []
    tags = Tag.objects.resolve(texts_by_key.values())
    if missing := {key: texts_by_key[key] for key in sorted(texts_by_key.keys() - tags.keys())}:
        if not create:
            raise ValidationError(_("A tag was deleted while you were editing."), "unknown_tag")
        tags |= _create_tags(missing)
    return list(dict.fromkeys(tags[key] for key in texts_by_key))


def _create_tags(texts: dict[str, str]) -> dict[str, Tag]:
    """Create tags with these names by key, and return them by key.

    In the order of `texts`, so that two transactions that create the same tags can't deadlock.
    Raises ValidationError, before any is created, for a text that can't be a name.
    """
    check_tags(texts.values())
    tags: dict[str, Tag] = {}
    if len(texts) > 1:
        slugs = new_tag_slugs(texts)
        rows = [Tag(key=key, name=texts[key], slug=slug) for key, slug in slugs.items()]
        # Other transactions may have created some of them, or others with the same slugs.
        Tag.objects.bulk_create(rows, ignore_conflicts=True)
        tags = {tag.key: tag for tag in Tag.objects.filter(key__in=slugs)}
    return tags | {key: _create_tag(key, texts[key]) for key in texts if key not in tags}


def _create_tag(key: str, name: str) -> Tag:
    defaults = {"name": name, "slug": free_tag_slug(name)}
    tag: Tag = Tag.objects.get_or_create(key=key, defaults=defaults)[0]
    return tag


def check_tags(texts: Iterable[str]) -> None:
    """Raise ValidationError for the first of `texts` that can't be the name of a tag."""
    for text in texts:
        name = " ".join(text.split())
        Tag(name=name, slug=names.slug(name, length=TAG_LENGTH)).clean_fields(exclude=["key"])


def set_tags(article: Article, tags: Sequence[Tag], current: Sequence[Tag] | None = None) -> None:
    """Replace the `current` tags of `article` by `tags`.

    `current` is read from the database if it is not given. Call inside atomic(), after the
    article was saved.
    """
    current = tags_of(article) if current is None else current
    # Foreign keys lock the tags, here as in `delete_tags` in the order of their primary keys.
    if added := sorted((tag for tag in tags if tag not in current), key=attrgetter("pk")):
        Tagging.objects.bulk_create(build_taggings(article, added))
    if removed := [tag for tag in current if tag not in tags]:
        Tagging.objects.filter(content_object=article, tag__in=removed).delete()


def build_taggings(article: Article, tags: Iterable[Tag]) -> list[Tagging]:
    """Return rows, not saved yet, that give `article` these tags."""
    return [Tagging(content_object=article, tag=tag, sort_key=article.sort_key) for tag in tags]


class TagEditConflict(ValidationError):
    """`tag` is stored with other values than those on which an edit is based."""

    def __init__(self, tag: Tag) -> None:
        message = _("Another editor saved this tag while you were editing.")
        super().__init__(message, code="edit_conflict")
        self.tag = tag


def tag_state(tag: Tag) -> dict[str, Any]:
    """Return what editors write about a stored tag: its fields, and its synonyms in order."""
    synonyms = list(tag.synonyms.order_by("key").values_list("name", flat=True))
    fields = {"name": tag.name, "slug": tag.slug, "description": tag.description}
    return {**fields, "synonyms": synonyms}


@transaction.atomic
def save_tag(
    tag: Tag, synonyms: Iterable[str] | None = None, *, base: dict[str, Any] | None = None
) -> None:
    """Save `tag` with exactly these synonyms, or with those that it has.

    A former name or slug becomes a synonym, so that old URLs and links keep leading to the tag,
    unless it belongs to another one. Raises ValidationError for a field that is wrong,
    `TagNameTaken` for a name, slug or synonym that belongs to another tag, `TagEditConflict` if
    `base` is not the `tag_state` that is stored, and `Tag.DoesNotExist` for a deleted tag.
    """
    stored = _stored(tag)
    if stored and base is not None and base != tag_state(stored):
        raise TagEditConflict(stored)
    if synonyms is None:
        synonyms = [synonym.name for synonym in tag.synonyms.all()] if tag.pk else []
    synonyms = list(synonyms)
    _check(tag, stored, synonyms)
    former = _former_names(stored, tag)
    public = {*map(names.fold, synonyms)}
    if stored:
        old_public = public_keys(stored)
        keep_visibility(tag, stored, old_public)
        tag.synonyms.filter(key__in=old_public).update(hidden=False)
        public |= old_public
    tag.save()
    mark_public([tag])
    _set_synonyms(tag, [*former, *synonyms], public)
    public_tags = Tagging.objects.public_tags()
    ContentVersion.objects.bump(public=public_tags.filter(pk=tag.pk).exists(), articles=())


def _check(tag: Tag, stored: Tag | None, synonyms: list[str]) -> None:
    """Set key and slug of `tag`; raise ValidationError if a value is wrong or taken."""
    tag.key = names.fold(tag.name)
    tag.slug = tag.slug or free_tag_slug(tag.name)
    tag.clean_fields()
    check_tag_names(tag, "name", [tag.name])
    check_tag_names(tag, "slug", [tag.slug] if not stored or tag.slug != stored.slug else [])
    check_tag_names(tag, "synonyms", synonyms)


def _stored(tag: Tag) -> Tag | None:
    """Return the tag as it is in the database, locked, or None for a new one."""
    if tag._state.adding:
        return None
    return Tag.objects.select_for_update().get(pk=tag.pk)  # type: ignore[no-any-return]


def _former_names(stored: Tag | None, tag: Tag) -> list[str]:
    """Return name and slug of the `stored` tag that `tag` changes, if no other tag has them."""
    if not stored:
        return []
    pairs = ((stored.name, tag.name), (stored.slug, tag.slug))
    former = [old for old, new in pairs if old != new]
    owners = Tag.objects.resolve(former)
    return [name for name in former if owners.get(names.fold(name), stored).pk == stored.pk]


def check_tag_names(tag: Tag, field: str, texts: Iterable[str]) -> None:
    """Raise `TagNameTaken` for the first of `texts` that belongs to another tag than `tag`."""
    texts = list(texts)
    owners = Tag.objects.resolve(texts)
    for text in texts:
        owner = owners.get(names.fold(text))
        if owner and owner.pk != tag.pk:
            raise TagNameTaken(field, text, owner)


def _set_synonyms(tag: Tag, synonyms: Sequence[str], public: set[str]) -> None:
    """Store the synonyms of `tag`, of equal ones the first. New ones whose keys are not in
    `public` are hidden; those that it has already stay hidden or not."""
    by_key = {names.fold(synonym): synonym for synonym in reversed(synonyms)}
    for own_key in (tag.key, ""):
        by_key.pop(own_key, None)
    existing = set(tag.synonyms.values_list("key", flat=True))
    tag.synonyms.exclude(key__in=by_key).delete()
    TagSynonym.objects.bulk_create(
        TagSynonym(tag=tag, key=key, name=name, hidden=key not in public)
        for key, name in by_key.items()
        if key not in existing
    )


def keep_former_slug(tag: Tag, former: Tag) -> None:
    """Make the slug of `former` a synonym of `tag`, unless it is a slug, name or synonym already.

    `former` is the tag as it was, or one that was merged into it. The synonym is hidden if readers
    have not seen that slug.
    """
    slug, key, hidden = former.slug, names.fold(former.slug), not former.slug_was_public
    if not hidden:
        tag.synonyms.filter(key=key).update(hidden=False)
    if not (Tag.objects.resolve([slug]) or Tag.objects.filter(slug=slug).exists()):
        TagSynonym.objects.create(tag=tag, name=slug, key=key, hidden=hidden)


@retried_atomic
def delete_tags(tags: Iterable[Tag]) -> None:
    """Delete `tags` with their synonyms, but not the articles that have them."""
    keys = [tag.pk for tag in tags]
    taggings = Tagging.objects.filter(tag__in=keys)
    tagged = sorted(set(taggings.values_list("content_object", flat=True)))
    for batch in chunks(tagged):
        list(Article.objects.locked(batch).only("pk"))
    public = Tagging.objects.public_tags().filter(pk__in=keys).exists()
    for tag in list(Tag.objects.select_for_update().filter(pk__in=keys).order_by("pk")):
        tag.delete()
    search.index_tags(tagged)
    ContentVersion.objects.bump(public=public, articles=tagged)
