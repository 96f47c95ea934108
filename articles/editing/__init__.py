"""The only writer of content: one function for each action of an editor, one transaction each.

Callers check permissions, with Django's own. What is derived from content is written by
`articles.derived`, whose docstring gives the order.
"""

from articles.editing.articles import (
    EditConflict,
    create_stub,
    delete,
    keep_former_names,
    publish,
    remove_former_name,
    save,
    unpublish,
)
from articles.editing.revisions import record_loaded
from articles.editing.slugs import free_slug, free_tag_slug
from articles.editing.tag_merging import merge_equal_tags
from articles.editing.tag_visibility import keep_visibility, mark_all_public, public_keys
from articles.editing.tags import (
    TagEditConflict,
    TagNameTaken,
    build_taggings,
    check_tag_names,
    check_tags,
    delete_tags,
    get_or_create_tags,
    save_tag,
    set_tags,
    tag_names,
    tag_state,
)

__all__ = [
    "EditConflict",
    "TagEditConflict",
    "TagNameTaken",
    "build_taggings",
    "check_tag_names",
    "check_tags",
    "create_stub",
    "delete",
    "delete_tags",
    "free_slug",
    "free_tag_slug",
    "get_or_create_tags",
    "keep_former_names",
    "keep_visibility",
    "mark_all_public",
    "merge_equal_tags",
    "public_keys",
    "publish",
    "record_loaded",
    "remove_former_name",
    "save",
    "save_tag",
    "set_tags",
    "tag_names",
    "tag_state",
    "unpublish",
]
