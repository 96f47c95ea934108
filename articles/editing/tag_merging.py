"""Tags whose names have become one, as a new version of `names.fold` may make them."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from articles.editing.tag_visibility import mark_all_public
from articles.editing.tags import keep_former_slug
from articles.models import ContentVersion, Tag, Tagging, TagSynonym
from articles.models.fields import SUMMARY_LENGTH
from articles.text import names
from articles.transactions import retried_atomic


class MergedName(NamedTuple):
    """The name of a former tag or synonym, and the tag that it leads to now.

    `description` is that of the former tag if the tag has no room for it.
    """

    name: str
    tag: Tag
    description: str = ""


@retried_atomic
def merge_equal_tags() -> list[MergedName]:
    """Fold the names of all tags and synonyms again, and merge the tags that have one name now.

    The tag that has the key already is kept, else the oldest one.
    """
    mark_all_public()
    tags = list(Tag.objects.select_for_update().order_by("pk"))
    by_key = {tag.key: tag for tag in tags if tag.key == names.fold(tag.name)}
    merged: list[MergedName] = []
    for tag in tags:
        target = by_key.setdefault(names.fold(tag.name), tag)
        if target != tag:
            merged.append(_merge(tag, target))
        elif tag.key != names.fold(tag.name):
            tag.key = names.fold(tag.name)
            tag.save(update_fields=["key"])
    merged += _refold_synonyms(by_key)
    mark_all_public()
    ContentVersion.objects.bump()
    return merged


def _merge(tag: Tag, target: Tag) -> MergedName:
    """Give articles, synonyms, slug and description of `tag` to `target`, and delete `tag`."""
    tagged = Tagging.objects.filter(tag=target).values("content_object")
    Tagging.objects.filter(tag=tag).exclude(content_object__in=tagged).update(tag=target)
    tag.synonyms.update(tag=target)
    tag.delete()
    _merge_names(tag, target)
    joined = "\n".join(dict.fromkeys(filter(None, (target.description, tag.description))))
    if len(joined) > SUMMARY_LENGTH:
        return MergedName(tag.name, target, tag.description)
    Tag.objects.filter(pk=target.pk).update(description=joined)
    target.description = joined
    return MergedName(tag.name, target)


def _merge_names(tag: Tag, target: Tag) -> None:
    """Make the slug of `tag` a synonym of `target`. Readers have seen what they saw of either."""
    keep_former_slug(target, tag)
    target.name_was_public |= tag.name_was_public
    # The articles that came from `tag` don't tell what readers have seen of `target`.
    target.renamed = timezone.now()
    target.save(update_fields=["name_was_public", "renamed"])


def _refold_synonyms(tags: dict[str, Tag]) -> Iterable[MergedName]:
    """Fold synonyms again. One that equals the name of a tag, or another synonym, is deleted."""
    synonyms = list(TagSynonym.objects.select_related("tag").order_by("pk"))
    owners = {row.key: row.tag for row in synonyms if row.key == names.fold(row.name)} | tags
    current = {
        row.pk for row in synonyms if row.key == names.fold(row.name) and row.key not in tags
    }
    for synonym in synonyms:
        key = names.fold(synonym.name)
        if synonym.pk in current:
            continue
        if key not in owners:
            owners[key] = synonym.tag
            TagSynonym.objects.filter(pk=synonym.pk).update(key=key)
            continue
        synonym.delete()
        if owners[key] == synonym.tag and not synonym.hidden:
            synonym.tag.synonyms.filter(key=key).update(hidden=False)
        if owners[key] != synonym.tag:
            yield MergedName(synonym.name, owners[key])
