"""Three-way merges of tags: what changed in a file and in the database since both were equal."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from articles.syncing.tags import SynonymFields, TagFields, TagSet
from articles.text import names
from articles.text.merge import Conflict, merge, merge_values


class Versions(NamedTuple):
    """The tags of three versions, by the keys that they have in the base."""

    base: TagSet
    mine: TagSet
    theirs: TagSet


class MergedTags(NamedTuple):
    """Tags with the changes of both sides, and what overlaps: texts about it."""

    tags: TagSet
    conflicts: list[str]


def merge_tags(base: TagSet, mine: TagSet, theirs: TagSet) -> MergedTags:
    """Merge tags by tag and field, descriptions by words, and synonyms.

    A tag with another name is the same one if it has the slug, or the former name as a synonym.
    """
    versions = Versions(base, _by_base(base, mine), _by_base(base, theirs))
    conflicts: list[str] = []
    merged = _merged_fields(versions, conflicts)
    synonyms = _merged_synonyms(versions, conflicts)
    _check_owners(base, merged, synonyms, conflicts)
    keys = {key: names.fold(fields.name) for key, fields in merged.items()}
    result = TagSet(
        {keys[key]: fields for key, fields in merged.items()},
        {
            key: fields._replace(tag=keys[fields.tag])
            for key, fields in synonyms.items()
            if fields.tag in keys
        },
    )
    conflicts += _names_of_two(merged, result)
    return MergedTags(result, conflicts)


def _by_base(base: TagSet, side: TagSet) -> TagSet:
    """Return the tags of a side by the keys that they have in the base."""
    by_slug = {fields.slug: key for key, fields in base.tags.items() if key not in side.tags}
    former = {
        fields.tag: key
        for key, fields in side.synonyms.items()
        if key in base.tags and key not in side.tags
    }
    base_keys: dict[str, str] = {}
    for key, fields in side.tags.items():
        renamed = by_slug.get(fields.slug) or former.get(key)
        is_free = key not in base.tags and renamed not in base_keys.values()
        base_keys[key] = renamed if renamed and is_free else key
    synonyms = {
        key: fields._replace(tag=base_keys.get(fields.tag, fields.tag))
        for key, fields in side.synonyms.items()
    }
    return TagSet({base_keys[key]: fields for key, fields in side.tags.items()}, synonyms)


def _merged_fields(versions: Versions, conflicts: list[str]) -> dict[str, TagFields]:
    """Return the fields of the tags of both sides by their keys in the base."""
    merged: dict[str, TagFields] = {}
    for key in dict.fromkeys((*versions.theirs.tags, *versions.mine.tags)):
        base, mine, theirs = (version.tags.get(key) for version in versions)
        if mine and theirs:
            merged[key] = _merged_tag(base, mine, theirs, conflicts)
        elif remaining := mine or theirs:
            if not base:
                merged[key] = remaining
            elif remaining != base:
                conflicts.append(f"{base.name}: changed on one side, deleted on the other")
    return merged


def _merged_tag(
    base: TagFields | None, mine: TagFields, theirs: TagFields, conflicts: list[str]
) -> TagFields:
    mine = mine if mine.slug else mine._replace(slug=theirs.slug)
    # Of a new tag with the same name on both sides, the spelling may still differ.
    base_name, base_slug, base_description = base or (None, None, "")
    name = merge_values(base_name, mine.name, theirs.name)
    slug = merge_values(base_slug, mine.slug, theirs.slug)
    description = merge(base_description, mine.description, theirs.description)
    if isinstance(name, Conflict) or isinstance(slug, Conflict) or not description.is_clean:
        overlaps = {
            "name": isinstance(name, Conflict),
            "slug": isinstance(slug, Conflict),
            "description": not description.is_clean,
        }
        fields = ", ".join(field for field, is_conflict in overlaps.items() if is_conflict)
        conflicts.append(f"{theirs.name}: {fields}")
        return theirs
    return TagFields(name or "", slug or "", description.resolve())


def _merged_synonyms(versions: Versions, conflicts: list[str]) -> dict[str, SynonymFields]:
    merged: dict[str, SynonymFields] = {}
    for key in dict.fromkeys((*versions.theirs.synonyms, *versions.mine.synonyms)):
        value = merge_values(*(version.synonyms.get(key) for version in versions))
        if isinstance(value, Conflict):
            conflicts.append(f"{key}: the synonym was changed on both sides")
        elif value:
            merged[key] = value
    return merged


def _check_owners(
    base: TagSet,
    merged: dict[str, TagFields],
    synonyms: dict[str, SynonymFields],
    conflicts: list[str],
) -> None:
    """Add synonyms that one side gave to a tag which the other deleted."""
    for key, fields in synonyms.items():
        if fields.tag not in merged and base.synonyms.get(key) != fields:
            conflicts.append(f"{fields.name}: the tag of the synonym was deleted")


def _names_of_two(merged: dict[str, TagFields], result: TagSet) -> Iterator[str]:
    """Yield the names and slugs that two tags would have."""
    of_tags = Counter(names.fold(fields.name) for fields in merged.values())
    slugs = Counter(fields.slug for fields in merged.values() if fields.slug)
    for text, count in (of_tags + Counter(result.synonyms.keys())).items():
        if count > 1:
            yield f"{text}: two tags would have this name"
    yield from (f"{slug}: two tags would have this slug" for slug in slugs if slugs[slug] > 1)
