"""The only writer of content: one function for each action of an editor, one transaction each.

Callers check permissions, with Django's own. What is derived from content is written by
`articles.derived`, whose docstring gives the order.
"""

from articles.editing.articles import (
    Authorize,
    EditConflict,
    SaveOptions,
    create_stub,
    keep_former_names,
    remove_former_name,
    save,
)
from articles.editing.batch_writing import ArticleWrite, begin_indexing, record_batch, write_batch
from articles.editing.bulk import add_tags, archive, publish, remove_tags, unpublish
from articles.editing.drafts import (
    DraftConflict,
    OpenedDraft,
    discard_draft,
    field_label,
    index_drafts,
    open_newest,
    publish_changes,
    publish_draft,
    save_draft,
    save_hidden_draft,
    save_row,
)
from articles.editing.link_repair import lock_linking_articles, repair_section_links
from articles.editing.merging import MergedState, merge_states
from articles.editing.operations import UndoneOperation, UndoPermissions, undo_operation
from articles.editing.restoring import PRESERVED, restore
from articles.editing.revisions import LoadOptions, count_words, record_loaded
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
    keep_former_slug,
    save_tag,
    set_tags,
    tag_names,
    tag_state,
)
from articles.editing.trash import (
    RestoredArticle,
    delete,
    empty_trash,
    restore_from_trash,
)
from articles.editing.undoing import UndoConflict, present_names, reverse_change, undo
from articles.editing.workflow import (
    MIN_LEAD,
    cancel_schedule,
    check_schedule,
    publish_due,
    schedule,
    send_back,
    submit,
)
from articles.editing.working_copies import discard_working_copy, store_working_copy

__all__ = [
    "MIN_LEAD",
    "PRESERVED",
    "ArticleWrite",
    "Authorize",
    "DraftConflict",
    "EditConflict",
    "LoadOptions",
    "MergedState",
    "OpenedDraft",
    "RestoredArticle",
    "SaveOptions",
    "TagEditConflict",
    "TagNameTaken",
    "UndoConflict",
    "UndoPermissions",
    "UndoneOperation",
    "add_tags",
    "archive",
    "begin_indexing",
    "build_taggings",
    "cancel_schedule",
    "check_schedule",
    "check_tag_names",
    "check_tags",
    "count_words",
    "create_stub",
    "delete",
    "delete_tags",
    "discard_draft",
    "discard_working_copy",
    "empty_trash",
    "field_label",
    "free_slug",
    "free_tag_slug",
    "get_or_create_tags",
    "index_drafts",
    "keep_former_names",
    "keep_former_slug",
    "keep_visibility",
    "lock_linking_articles",
    "mark_all_public",
    "merge_equal_tags",
    "merge_states",
    "open_newest",
    "present_names",
    "public_keys",
    "publish",
    "publish_changes",
    "publish_draft",
    "publish_due",
    "record_batch",
    "record_loaded",
    "remove_former_name",
    "remove_tags",
    "repair_section_links",
    "restore",
    "restore_from_trash",
    "reverse_change",
    "save",
    "save_draft",
    "save_hidden_draft",
    "save_row",
    "save_tag",
    "schedule",
    "send_back",
    "set_tags",
    "store_working_copy",
    "submit",
    "tag_names",
    "tag_state",
    "undo",
    "undo_operation",
    "unpublish",
    "write_batch",
]
