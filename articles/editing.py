"""The only writer of content: one function for each thing an editor can do, one transaction each.

Whether somebody may do it is decided by the callers, with Django's permissions.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import count

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import derived, search
from articles.models import (
    Article,
    ContentVersion,
    Kind,
    Name,
    Revision,
    Status,
    Tag,
    Tagging,
    TagSynonym,
)
from articles.models.article import AUTHORED
from articles.models.fields import shortened
from articles.models.revision import fingerprint, snapshot
from articles.models.tag import TAG_LENGTH
from articles.sql import CompiledQuery
from articles.text import names

_stored = CompiledQuery(
    lambda article, at: (
        Article.objects.select_for_update().filter(pk=article).only(*AUTHORED, "sort_key")
    )
)
_newest = CompiledQuery(lambda article, at: Revision.objects.newest(article))
_tags_of = CompiledQuery(
    lambda article, at: Tag.objects.filter(taggings__content_object=article).order_by("key")
)

# So many slugs are looked at in one query.
NUMBERS = 50


class EditConflict(ValidationError):
    """Somebody saved the article after the writer had begun from revision `base`."""

    def __init__(self, newest: Revision) -> None:
        super().__init__(
            _("Somebody saved this article while it was being written."), code="overtaken"
        )
        self.newest = newest


@transaction.atomic
def save(
    article: Article,
    tags: Iterable[str] | None = None,
    user: AbstractBaseUser | None = None,
    comment: str = "",
    *,
    base: int | None = None,
) -> Revision | None:
    """Save `article` with exactly these tags, or those that it has, and all that follows from it.

    A former title or slug stays a name of the article. Unknown tags are made. Returns the new
    revision, or None if nothing was changed, in which case nothing is written.
    Raises ValidationError for a field that is wrong, `derived.NameTaken` for a name that is
    another article's, `Overtaken` if there is a newer revision than `base`, where that is given.
    """
    before = next(iter(_stored.objects(article.pk)), None) if article.pk else None
    newest = next(iter(_newest.objects(article.pk)), None) if before else None
    if base is not None and newest and newest.number > base:
        raise EditConflict(newest)
    article.former = former(article, [before.title, before.slug] if before else [])
    article.clean_fields()
    had = _tags_of.objects(article.pk) if before else []
    chosen = _chosen(had, tags)
    state = snapshot(article, [tag.name for tag in chosen])
    if before and _unchanged(before, article, had, state):
        return None
    article.updated = timezone.now()
    document = derived.derive(article)
    article.save()
    if not before or _names(before) != _names(article):
        derived.claim_names([article])
    derived.record_links([(article, document)])
    set_tags(article, chosen, had)
    if before and before.sort_key != article.sort_key:
        Tagging.objects.filter(content_object=article).update(sort_key=article.sort_key)
    search.index_article(article, chosen)
    ContentVersion.objects.bump()
    return record(article, state, user, comment, after=newest)


def _chosen(had: list[Tag], words: Iterable[str] | None) -> list[Tag]:
    """The tags that `words` mean, without asking for them if they are those there were."""
    wanted = None if words is None else list(words)
    if wanted is None or {*map(names.fold, wanted)} - {""} == {tag.key for tag in had}:
        return had
    return get_or_create_tags(wanted)


def _names(article: Article) -> tuple[str, list[tuple[Kind, str]]]:
    return article.language, article.all_names()


def former(article: Article, had: Iterable[str]) -> list[str]:
    """The former names of `article` and those that it `had`, but for the names that it has."""
    current = {names.fold(name) for name in (article.title, article.slug, *article.aliases)}
    all_former = {names.fold(name): name for name in reversed([*article.former, *had])}
    return [name for key, name in reversed(all_former.items()) if key not in current]


def forget_name(article: Article, key: str) -> None:
    """Let another article have a former name of `article`. Call inside atomic()."""
    stored = Article.objects.only("former").get(pk=article.pk)
    stored.former = [name for name in stored.former if names.fold(name) != key]
    stored.save(update_fields=["former"])
    Name.objects.filter(article=article, key=key).delete()


def _unchanged(
    before: Article, article: Article, had: list[Tag], state: dict[str, object]
) -> bool:
    same_body = before.body == article.body
    return same_body and state == snapshot(before, [tag.name for tag in had])


def tag_names(article: Article) -> list[str]:
    taggings = Tagging.objects.filter(content_object=article)
    return list(taggings.order_by("tag__key").values_list("tag__name", flat=True))


def record(
    article: Article,
    state: dict[str, object],
    user: AbstractBaseUser | None,
    comment: str,
    *,
    after: Revision | None,
) -> Revision:
    """Write down the state of `article` as the revision that follows another one."""
    return Revision.objects.create(
        article=article,
        number=after.number + 1 if after else 1,
        fields=state,
        body=article.body,
        fingerprint=fingerprint(state, article.body),
        editor=user.get_username() if user else "",
        comment=comment,
    )


def record_loaded(articles: Sequence[Article], comment: str) -> None:
    """Write a revision of each article that is not in the state of its newest one.

    Call inside atomic(), after content was written past `save`.
    """
    rows = Revision.objects.filter(article__in=articles).order_by("article", "number")
    newest = {
        pk: (number, mark)
        for pk, number, mark in rows.values_list("article", "number", "fingerprint")
    }
    tags: dict[int, list[str]] = {}
    taggings = Tagging.objects.filter(content_object__in=articles)
    for pk, name in taggings.values_list("content_object", "tag__name"):
        tags.setdefault(pk, []).append(name)
    new = []
    for article in articles:
        state = snapshot(article, tags.get(article.pk, []))
        mark = fingerprint(state, article.body)
        number, known = newest.get(article.pk, (0, ""))
        if mark != known:
            new.append(
                Revision(
                    article=article,
                    number=number + 1,
                    fields=state,
                    body=article.body,
                    fingerprint=mark,
                    comment=comment,
                )
            )
    Revision.objects.bulk_create(new)


def rename(
    article: Article, user: AbstractBaseUser | None, *, title: str = "", slug: str = ""
) -> Revision | None:
    """Give `article` another title or slug. The one it had leads to it ever after."""
    article.title = title or article.title
    article.slug = slug or article.slug
    comment = _("Renamed to “%(title)s”") % {"title": shortened(article.title)}
    return save(article, user=user, comment=comment)


@transaction.atomic
def publish(articles: Iterable[Article], user: AbstractBaseUser | None) -> int:
    """Let readers see `articles`, as far as their schedule allows. Returns how many changed."""
    return _move(articles, Status.PUBLISHED, user, _("Published"))


@transaction.atomic
def unpublish(articles: Iterable[Article], user: AbstractBaseUser | None) -> int:
    """Take `articles` back to drafts. Returns how many changed."""
    return _move(articles, Status.DRAFT, user, _("Unpublished"))


def _move(
    articles: Iterable[Article], status: Status, user: AbstractBaseUser | None, comment: str
) -> int:
    changed = 0
    for article in articles:
        article.status = status
        changed += save(article, user=user, comment=comment) is not None
    return changed


@transaction.atomic
def create_stub(title: str, language: str, user: AbstractBaseUser | None) -> Article:
    """Begin an article that so far has nothing but a title. Readers don't see it."""
    language = names.language_tag(language)
    article = Article(title=title, slug=free_slug(title, language), language=language)
    save(article, user=user, comment=_("Begun as a stub"))
    return article


@transaction.atomic
def delete(articles: Iterable[Article]) -> None:
    """Remove `articles` with their names, links, tags and history."""
    for article in articles:
        article.delete()
    ContentVersion.objects.bump()


def free_slug(title: str, language: str = "", article: Article | None = None) -> str:
    """The slug that `title` gives, or the first of it with a number that is still free.

    Free is what is neither the slug of another article than `article` nor its name in `language`.
    """
    own = article.pk if article else None

    def taken(slugs: list[str]) -> set[str]:
        keys = {names.fold(slug): slug for slug in slugs}
        used = Article.objects.filter(slug__in=slugs).exclude(pk=own)
        named = Name.objects.filter(key__in=keys, language=language).exclude(article=own)
        named_keys = named.values_list("key", flat=True)
        return {*used.values_list("slug", flat=True), *(keys[key] for key in named_keys)}

    return _free(names.slug(title), taken)


def _free(slug: str, taken: Callable[[list[str]], set[str]]) -> str:
    """`slug`, or the first of it with a number, that is not among those `taken`."""
    if not taken([slug]):
        return slug
    for first in count(2, NUMBERS):
        candidates = [f"{slug}-{number}" for number in range(first, first + NUMBERS)]
        used = taken(candidates)
        for candidate in candidates:
            if candidate not in used:
                return candidate
    raise AssertionError("numbers do not end")


def get_or_create_tags(texts: Iterable[str]) -> list[Tag]:
    """The tags that `texts` mean, each once, in that order; unknown ones are made."""
    wanted = {names.fold(text): " ".join(text.split()) for text in texts}
    wanted.pop("", None)
    if not wanted:
        return []
    found = Tag.objects.resolve(wanted.values())
    for key in wanted.keys() - found.keys():
        found[key] = _create_tag(key, wanted[key])
    return list(dict.fromkeys(found[key] for key in wanted))


def _create_tag(key: str, name: str) -> Tag:
    slug = free_tag_slug(name)
    Tag(name=name, slug=slug).clean_fields(exclude=["key"])
    tag: Tag = Tag.objects.get_or_create(key=key, defaults={"name": name, "slug": slug})[0]
    return tag


def check_tags(texts: Iterable[str]) -> None:
    """Raise ValidationError for the first of `texts` that could not be a tag."""
    for text in texts:
        name = " ".join(text.split())
        Tag(name=name, slug=names.slug(name, length=TAG_LENGTH)).clean_fields(exclude=["key"])


def free_tag_slug(name: str) -> str:
    """The slug that the name of a tag gives, numbered if it is another tag's slug or word."""
    key = names.fold(name)

    def taken(slugs: list[str]) -> set[str]:
        used = set(Tag.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        meant = Tag.objects.resolve(slugs)
        return used | {slug for slug in slugs if names.fold(slug) in meant.keys() - {key}}

    return _free(names.slug(name, length=TAG_LENGTH - 4), taken)


def set_tags(article: Article, tags: Sequence[Tag], had: Sequence[Tag] | None = None) -> None:
    """Let `article` have exactly these tags instead of those that it `had`.

    Call inside atomic(), after it was saved.
    """
    had = _tags_of.objects(article.pk) if had is None else had
    add_tags(article, [tag for tag in tags if tag not in had])
    if stale := [tag for tag in had if tag not in tags]:
        Tagging.objects.filter(content_object=article, tag__in=stale).delete()


def add_tags(article: Article, tags: Iterable[Tag]) -> None:
    """Give `article` tags that it has not got. Call inside atomic(), after it was saved."""
    Tagging.objects.bulk_create(taggings(article, tags))


def taggings(article: Article, tags: Iterable[Tag]) -> list[Tagging]:
    return [Tagging(content_object=article, tag=tag, sort_key=article.sort_key) for tag in tags]


@transaction.atomic
def save_tag(tag: Tag, synonyms: Iterable[str] | None = None) -> None:
    """Save `tag` with exactly these synonyms, or with those that it has.

    A former name or slug becomes a synonym, so that old addresses and habits lead to the tag,
    unless it means another one. Raises ValidationError, with the field, if one of the words
    belongs to another tag.
    """
    before = Tag.objects.select_for_update().filter(pk=tag.pk).first()
    words = [s.name for s in tag.synonyms.all()] if synonyms is None and tag.pk else synonyms or []
    tag.key = names.fold(tag.name)
    tag.slug = tag.slug or free_tag_slug(tag.name)
    tag.clean_fields()
    check_words(tag, "name", [tag.name])
    check_words(tag, "slug", [tag.slug] if not before or tag.slug != before.slug else [])
    check_words(tag, "synonyms", words)
    words = [*_former_words(before, tag), *words]
    wanted = {names.fold(word): word for word in reversed(words)}
    for own in (tag.key, ""):
        wanted.pop(own, None)
    tag.save()
    _set_synonyms(tag, wanted)
    ContentVersion.objects.bump()


def _former_words(before: Tag | None, tag: Tag) -> list[str]:
    """The name and the slug that `tag` had and has no more, but for what means another tag."""
    if not before:
        return []
    both = ((before.name, tag.name), (before.slug, tag.slug))
    words = [old for old, new in both if old != new]
    meant = Tag.objects.resolve(words)
    return [word for word in words if meant.get(names.fold(word), before).pk == before.pk]


class WordTaken(ValidationError):
    """A word that a tag wants means another one, the `owner`, already."""

    def __init__(self, field: str, word: str, owner: Tag) -> None:
        message = _("“%(word)s” belongs to the tag “%(tag)s” already.")
        params = {"word": shortened(word), "tag": owner.name}
        super().__init__({field: ValidationError(message, code="tag_taken", params=params)})
        self.field = field
        self.word = word
        self.owner = owner


def check_words(tag: Tag, field: str, words: Iterable[str]) -> None:
    """Raise `WordTaken` for the first of `words` that means another tag than `tag`."""
    words = list(words)
    meant = Tag.objects.resolve(words)
    for word in words:
        owner = meant.get(names.fold(word))
        if owner and owner.pk != tag.pk:
            raise WordTaken(field, word, owner)


def _set_synonyms(tag: Tag, wanted: dict[str, str]) -> None:
    existing = set(tag.synonyms.values_list("key", flat=True))
    tag.synonyms.exclude(key__in=wanted).delete()
    TagSynonym.objects.bulk_create(
        TagSynonym(tag=tag, key=key, name=name)
        for key, name in wanted.items()
        if key not in existing
    )


@transaction.atomic
def delete_tags(tags: Iterable[Tag]) -> None:
    """Remove `tags` with their synonyms. Articles stay, without them."""
    for tag in tags:
        tag.delete()
    ContentVersion.objects.bump()
