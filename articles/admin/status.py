"""What the desk says: the state of an article, and the sentences of its JavaScript."""

from datetime import datetime
from typing import TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article, Status

# {names} are filled in by the browser.
SENTENCES = {
    "address_of": gettext_lazy("address of {title}"),
    "alias_of": gettext_lazy("alias of {title}"),
    "former_of": gettext_lazy("former name of {title}"),
    "section": gettext_lazy("section"),
    "names": gettext_lazy("Names of articles"),
    "found": gettext_lazy("Choices: {count}. Arrow keys move, Enter takes one, Escape closes."),
    "none_found": gettext_lazy("Nothing found."),
    "stub": gettext_lazy("Create a stub “{title}”"),
    "stub_made": gettext_lazy("Draft “{title}” begun and linked."),
    "rendering": gettext_lazy("Rendering …"),
    "unreachable": gettext_lazy("The server can't be reached. What you typed is still here."),
    "signed_out": gettext_lazy(
        "You are signed out, or may not do this. What you typed is still here: "
        "sign in again in another window."
    ),
    "failed": gettext_lazy("The server could not do it. What you typed is still here."),
    "saved": gettext_lazy("Saved"),
    "saving": gettext_lazy("Saving …"),
    "unsaved": gettext_lazy("Not saved"),
    "not_yet": gettext_lazy("New, not saved yet"),
    "tags": gettext_lazy("Tags"),
    "tags_chosen": gettext_lazy("Tags of this article"),
    "tag_added": gettext_lazy("Tag “{tag}” added"),
    "tag_removed": gettext_lazy("Tag “{tag}” removed"),
    "tag_remove": gettext_lazy("Remove the tag “{tag}”"),
    "tag_there": gettext_lazy("The tag “{tag}” is there already"),
    "tag_unknown": gettext_lazy("There is no tag “{tag}”, and you may not make new tags."),
    "bold": gettext_lazy("bold"),
    "italic": gettext_lazy("italic"),
    "link": gettext_lazy("link"),
    "note": gettext_lazy("Note"),
    "column": gettext_lazy("Column"),
    "table": gettext_lazy("| Column | Column |\n| --- | --- |\n| Cell | Cell |"),
}


class FormConfig(TypedDict):
    """What the page of a form tells its JavaScript."""

    addresses: dict[str, str]
    words: dict[str, str]
    may: dict[str, bool]


def state(article: Article) -> str:
    """The status in a word or two, the schedule included."""
    now = timezone.now()
    if article.status == Status.PUBLISHED:
        if article.expire_at and article.expire_at <= now:
            return _("Expired")
        if article.publish_at and article.publish_at > now:
            return _("Scheduled")
    return str(article.get_status_display())


def visibility(article: Article) -> str:
    """What the state means for readers, in a sentence."""
    now, opens, closes = timezone.now(), article.publish_at, article.expire_at
    if article.status == Status.DRAFT:
        return _("Readers don't see it.")
    if article.status == Status.REVIEW:
        return _("It waits for an editor; readers don't see it.")
    if article.status == Status.ARCHIVED:
        return _("It is kept; readers don't see it any more.")
    if closes and closes <= now:
        return _("Readers saw it until %(moment)s.") % {"moment": _moment(closes)}
    if opens and opens > now:
        return _("Readers see it from %(moment)s on.") % {"moment": _moment(opens)}
    if closes:
        return _("Readers see it until %(moment)s.") % {"moment": _moment(closes)}
    return _("Readers see it.")


def _moment(value: datetime) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")
