"""Whether readers have seen the name and the slug of a tag, and so may be shown them later.

The articles that have a tag tell it, until they change or the tag does. So whatever changes them
calls `mark_public` before, and after it has shown tags to readers. Articles also become public as
time passes, which needs no mark: they still tell it when something changes.
"""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Tag, Tagging
from articles.text import names


def mark_public(tags: Iterable[Tag]) -> None:
    """Remember which of `tags` readers have seen. No query if all are marked already.

    Sets it on `tags` too. Call inside atomic(), after articles were locked and before the content
    version is.
    """
    unmarked = {tag.pk: tag for tag in tags if not (tag.name_was_public and tag.slug_was_public)}
    if unmarked:
        for pk in _mark(Tagging.objects.tags_public_since_rename().filter(pk__in=unmarked)):
            unmarked[pk].name_was_public = unmarked[pk].slug_was_public = True


def mark_all_public() -> None:
    """Remember of all tags which readers have seen. Call inside atomic()."""
    _mark(
        Tagging.objects.tags_public_since_rename().exclude(
            name_was_public=True, slug_was_public=True
        )
    )


def _mark(tags: QuerySet[Tag]) -> list[int]:
    # In the order of their keys, and without the lock that a new tagging would wait for.
    ordered = tags.select_for_update(no_key=True).order_by("pk")
    keys = list(ordered.values_list("pk", flat=True))
    if keys:
        Tag.objects.filter(pk__in=keys).update(name_was_public=True, slug_was_public=True)
    return keys


def public_keys(tag: Tag) -> set[str]:
    """Return the keys of those names of a stored tag that readers may be shown."""
    mark_public([tag])
    keys = set(tag.synonyms.filter(hidden=False).values_list("key", flat=True))
    own = ((tag.name, tag.name_was_public), (tag.slug, tag.slug_was_public))
    return keys | {names.fold(name) for name, was_public in own if was_public}


def keep_visibility(tag: Tag, stored: Tag, keys: set[str]) -> None:
    """Set whether readers have seen the name and the slug that `tag` gets instead of the `stored`
    ones; `keys` are the `public_keys` of `stored`."""
    tag.name_was_public = names.fold(tag.name) in keys
    tag.slug_was_public = names.fold(tag.slug) in keys
    is_renamed = (tag.name, tag.slug) != (stored.name, stored.slug)
    tag.renamed = timezone.now() if is_renamed else stored.renamed
