"""Detection of edit conflicts: the form carries the number of the revision it was based on."""

import re

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Revision


def edit_conflict_message(newest: Revision) -> SafeString:
    """Return the error for a save based on an older revision than `newest`, as HTML."""
    message = _(
        "{editor} saved this article at {time}, while you were editing. Nothing is lost: "
        "{compare}, copy what you need, then save again to overwrite."
    )
    url = reverse("admin:articles_article_change", args=[newest.article_id])
    return format_html(
        message,
        editor=newest.editor or _("Another user"),
        time=date_format(timezone.localtime(newest.created), "TIME_FORMAT"),
        compare=format_html(
            '<a href="{}" target="_blank">{}</a>', url, _("open the current version")
        ),
    )


def posted_revision(request: HttpRequest) -> int | None:
    """Return the revision number that the form was based on, None if there is no valid one."""
    number = request.POST.get("revision", "")
    return int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None


def base_revision(request: HttpRequest, latest: Revision | None) -> int | None:
    """Return the revision number for the form to carry.

    A form redisplayed for field errors keeps its number, so that a conflict is still reported.
    After an error on saving, an edit conflict included, the user has seen the latest revision.
    """
    save_failed = bool(getattr(request, "save_errors", None))
    posted = None if save_failed else posted_revision(request)
    if posted is not None:
        return posted
    return latest.number if latest else None
