"""The only writer of content: one function for each thing an editor can do, one transaction each.

Whether somebody may do it is decided by the callers, with Django's permissions.
"""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import indexing, search
from articles.models import Article, ContentVersion, Revision, Status, Tag, Tagging, TagSynonym
from articles.models.revision import fingerprint, snapshot
from articles.models.tag import TAG_LENGTH
from articles.text import names


@transaction.atomic
def save(
    article: Article, tags: Iterable[str], user: AbstractBaseUser | None = None, comment: str = ""
) -> Revision | None:
    """Save `article` with exactly these tags, and all that follows from it.

    A former title or slug stays a name of the article. Unknown tags are made. Returns the new
    revision, or None if nothing was changed, in which case nothing is written.
    Raises ValidationError for a field that is wrong, `indexing.NameTaken` for a name that is
    another article's.
    """
    before = Article.objects.select_for_update().filter(pk=article.pk).first()
    article.former = _former(article, before)
    article.clean_fields()
    chosen = tags_named(tags)
    state = snapshot(article, [tag.name for tag in chosen])
    if before and _unchanged(before, article, state):
        return None
    article.updated = timezone.now()
    document = indexing.derive(article)
    article.save()
    indexing.claim_names([article])
    indexing.record_links([(article, document)])
    set_tags(article, chosen)
    search.index([article])
    ContentVersion.objects.raise_number()
    return record(article, state, user, comment)


def _former(article: Article, before: Article | None) -> list[str]:
    """All names that the article had, but for those that it has."""
    had = [*article.former, *([before.title, before.slug] if before else [])]
    current = {names.fold(name) for name in (article.title, article.slug, *article.aliases)}
    former = {names.fold(name): name for name in reversed(had)}
    return [name for key, name in reversed(former.items()) if key not in current]


def _unchanged(before: Article, article: Article, state: dict[str, object]) -> bool:
    return before.body == article.body and state == snapshot(before, tag_names(before))


def tag_names(article: Article) -> list[str]:
    taggings = Tagging.objects.filter(content_object=article)
    return list(taggings.order_by("tag__key").values_list("tag__name", flat=True))


def record(
    article: Article, state: dict[str, object], user: AbstractBaseUser | None, comment: str
) -> Revision:
    """Write down the state of `article` as its next revision. Call inside atomic()."""
    newest = Revision.objects.filter(article=article).order_by("-number")
    number = newest.values_list("number", flat=True).first() or 0
    return Revision.objects.create(
        article=article,
        number=number + 1,
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
    comment = _("Renamed to “%(title)s”") % {"title": article.title}
    return save(article, tag_names(article), user, comment)


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
        changed += save(article, tag_names(article), user, comment) is not None
    return changed


@transaction.atomic
def create_stub(title: str, language: str, user: AbstractBaseUser | None) -> Article:
    """Begin an article that so far has nothing but a title. Readers don't see it."""
    article = Article(title=title, slug=free_slug(title), language=language)
    save(article, [], user, _("Begun as a stub"))
    return article


@transaction.atomic
def delete(articles: Iterable[Article]) -> None:
    """Remove `articles` with their names, links, tags and history."""
    for article in articles:
        article.delete()
    ContentVersion.objects.raise_number()


def free_slug(title: str) -> str:
    """The slug that `title` gives, or the first of it with a number that no article has."""
    return _free(
        names.slug(title),
        set(
            Article.objects.filter(slug__startswith=names.slug(title)).values_list(
                "slug", flat=True
            )
        ),
    )


def _free(slug: str, taken: set[str]) -> str:
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


def tags_named(texts: Iterable[str]) -> list[Tag]:
    """The tags that `texts` mean, each once, in that order; unknown ones are made."""
    wanted = {names.fold(text): " ".join(text.split()) for text in texts}
    wanted.pop("", None)
    if not wanted:
        return []
    found = Tag.objects.meant_by(wanted.values())
    for key in wanted.keys() - found.keys():
        found[key] = _create_tag(key, wanted[key])
    return list(dict.fromkeys(found[key] for key in wanted))


def _create_tag(key: str, name: str) -> Tag:
    slug = free_tag_slug(name)
    Tag(name=name, key=key, slug=slug).clean_fields()
    tag: Tag = Tag.objects.get_or_create(key=key, defaults={"name": name, "slug": slug})[0]
    return tag


def check_tags(texts: Iterable[str]) -> None:
    """Raise ValidationError for the first of `texts` that could not be a tag."""
    for text in texts:
        name = " ".join(text.split())
        Tag(
            name=name, key=names.fold(name), slug=names.slug(name, length=TAG_LENGTH)
        ).clean_fields()


def free_tag_slug(name: str) -> str:
    slug = names.slug(name, length=TAG_LENGTH - 4)
    taken = Tag.objects.filter(slug__startswith=slug).values_list("slug", flat=True)
    return _free(slug, set(taken))


def set_tags(article: Article, tags: Sequence[Tag]) -> None:
    """Let `article` have exactly these tags. Call inside atomic(), after it was saved."""
    wanted = {tag.pk for tag in tags}
    taggings = Tagging.objects.filter(content_object=article)
    rows = {tag: (pk, key) for pk, tag, key in taggings.values_list("pk", "tag", "sort_key")}
    add_tags(article, [tag for tag in tags if tag.pk not in rows])
    stale = [pk for tag, (pk, _key) in rows.items() if tag not in wanted]
    if stale:
        taggings.filter(pk__in=stale).delete()
    if any(key != article.sort_key for tag, (_pk, key) in rows.items() if tag in wanted):
        taggings.update(sort_key=article.sort_key)


def add_tags(article: Article, tags: Iterable[Tag]) -> None:
    """Give `article` tags that it has not got. Call inside atomic(), after it was saved."""
    Tagging.objects.bulk_create(
        Tagging(content_object=article, tag=tag, sort_key=article.sort_key) for tag in tags
    )


@transaction.atomic
def save_tag(tag: Tag, synonyms: Iterable[str] | None = None) -> None:
    """Save `tag` with exactly these synonyms, or with those that it has.

    A former name or slug becomes a synonym, so that old addresses and habits lead to the tag.
    Raises ValidationError if one of the words belongs to another tag.
    """
    before = Tag.objects.select_for_update().filter(pk=tag.pk).first()
    words = [s.name for s in tag.synonyms.all()] if synonyms is None and tag.pk else synonyms or []
    former = [before.name, before.slug] if before else []
    tag.key = names.fold(tag.name)
    tag.slug = tag.slug or free_tag_slug(tag.name)
    wanted = {names.fold(word): word for word in reversed([*former, *words])}
    for own in (tag.key, names.fold(tag.slug), ""):
        wanted.pop(own, None)
    tag.clean_fields()
    _refuse_taken_words(tag, [tag.key, *wanted])
    tag.save()
    _set_synonyms(tag, wanted)
    ContentVersion.objects.raise_number()


def _refuse_taken_words(tag: Tag, keys: list[str]) -> None:
    for key, other in Tag.objects.meant_by(keys).items():
        if other.pk != tag.pk:
            raise ValidationError(
                _("“%(word)s” belongs to the tag “%(tag)s” already."),
                code="tag_taken",
                params={"word": key, "tag": other.name},
            )


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
    ContentVersion.objects.raise_number()
