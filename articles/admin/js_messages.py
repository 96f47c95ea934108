"""The messages and settings that forms pass to their JavaScript."""

from typing import TypedDict

from django.utils.translation import gettext_lazy as _

# JavaScript replaces the {placeholders}.
JS_MESSAGES = {
    "slug_of": _("slug of {title}"),
    "alias_of": _("alias of {title}"),
    "former_name_of": _("former name of {title}"),
    "section": _("section"),
    "article_names": _("Article names"),
    "result_count": _(
        "Results: {count}. Use the arrow keys to move, Enter to select, Escape to close."
    ),
    "no_results": _("No results."),
    "create_stub": _("Create stub “{title}”"),
    "stub_created": _("Stub “{title}” created and linked."),
    "rendering": _("Rendering…"),
    "network_error": _("The server can't be reached. Your changes are still here."),
    "permission_denied": _("You don't have permission for this. Your changes are still here."),
    "logged_out": _("You are logged out. Your changes are still here: log in, then save."),
    "other_user": _(
        "{name} is logged in in this browser now. Your changes are still here: "
        "log in with your own account, then save."
    ),
    "timeout": _(
        "The server did not respond in time. Your changes are still here: save them again."
    ),
    "log_in": _("Log in"),
    "incomplete_date": _("A date is incomplete. Enter a date and a time, or neither."),
    "draft_found": _("Unsaved changes from {time}"),
    "draft_restored": _("Your unsaved changes from {time} were restored."),
    "server_error": _("Server error. Your changes are still here."),
    "save_both": _("Save both"),
    "compare": _("Compare"),
    "resolve": _("Compare and choose"),
    "create_again": _("Create it again"),
    "saved": _("Saved"),
    "saved_at": _("Saved {time}"),
    "saving": _("Saving…"),
    "unsaved_changes": _("Not saved"),
    "offline": _("Offline, kept in this browser"),
    "offline_unsaved": _("Offline, not saved"),
    "signed_out": _("Signed out"),
    "not_saved_yet": _("Not saved yet"),
    "tags": _("Tags"),
    "selected_tags": _("Selected tags"),
    "tag_added": _("Tag “{tag}” added."),
    "tag_removed": _("Tag “{tag}” removed."),
    "remove_tag": _("Remove tag “{tag}”"),
    "duplicate_tag": _("Tag “{tag}” is already selected."),
    "unknown_tag": _("There is no tag “{tag}”, and you don't have permission to create tags."),
    "bold": _("bold"),
    "italic": _("italic"),
    "link": _("link"),
    "note": _("Note"),
    "column": _("Column"),
    "image": _("description"),
    "callout": _("> [!note] Title\n> Text"),
    "callout_title": _("Title"),
    "definition": _("Term\n: Definition"),
    "term": _("Term"),
    "table": _("| Column | Column |\n| --- | --- |\n| Cell | Cell |"),
}


class FormConfig(TypedDict):
    """The data that a form embeds in its page as JSON.

    `saved` are the ids of the forms that this user saved last, `time_zone` is the IANA name of the
    zone in which times are shown.
    """

    urls: dict[str, str]
    messages: dict[str, str]
    permissions: dict[str, bool]
    user: str
    saved: list[str]
    time_zone: str
