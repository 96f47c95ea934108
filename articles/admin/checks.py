"""The checks of an article in words: what is missing, and what to do about it."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from articles import derived
from articles.forms import ArticleForm
from articles.models.fields import quote
from articles.queries.checks import Check, Gap, article_checks
from articles.queries.links import document_targets

MAX_PARTS = 5
ADVICE: dict[Gap, Promise] = {
    Gap.SUMMARY: gettext_lazy("Write one or two sentences: they are shown in lists and searches."),
    Gap.TAGS: gettext_lazy("Add a tag, so that readers find the article next to related ones."),
    Gap.ALT_TEXT: gettext_lazy("Describe it for readers who can't see it: ![description](…)."),
    Gap.HEADING_LEVEL: gettext_lazy("Use ## for sections and ### for parts of them."),
    Gap.DROPPED_HTML: gettext_lazy("Write Markdown, or HTML that articles may contain."),
    Gap.SECTION: gettext_lazy("Correct the part after #, or add such a heading to the article."),
}
PROBLEMS: dict[Gap, Promise] = {
    Gap.SUMMARY: gettext_lazy("No summary."),
    Gap.TAGS: gettext_lazy("No tags."),
    Gap.ALT_TEXT: ngettext_lazy(
        "An image has no alternative text: %(parts)s.",
        "%(count)d images have no alternative text: %(parts)s.",
        "count",
    ),
    Gap.HEADING_LEVEL: ngettext_lazy(
        "A heading skips a level: %(parts)s.",
        "%(count)d headings skip a level: %(parts)s.",
        "count",
    ),
    Gap.DROPPED_HTML: ngettext_lazy(
        "An HTML tag is not rendered (line): %(parts)s.",
        "%(count)d HTML tags are not rendered (lines): %(parts)s.",
        "count",
    ),
    Gap.SECTION: ngettext_lazy(
        "A link leads to a section that doesn't exist: %(parts)s.",
        "%(count)d links lead to sections that don't exist: %(parts)s.",
        "count",
    ),
}


class CheckMessage(NamedTuple):
    """A failed check in words."""

    problem: str
    advice: str


def form_checks(form: ArticleForm) -> list[CheckMessage]:
    """Return the failed checks of the article as the form shows it. Five queries at most."""
    article = form.instance
    document = derived.parse(article)
    has_tags = bool(form["tags"].value()) if "tags" in form.fields else True
    targets = document_targets(article, document)
    return check_messages(article_checks(article, document, targets, has_tags=has_tags))


def check_messages(checks: Iterable[Check]) -> list[CheckMessage]:
    """Return the messages of failed checks, which name at most `MAX_PARTS` parts each."""
    return [CheckMessage(_problem(check), str(ADVICE[check.gap])) for check in checks]


def _problem(check: Check) -> str:
    parts = [quote(part) for part in check.parts[:MAX_PARTS]]
    if len(check.parts) > MAX_PARTS:
        parts.append("…")
    values = {"count": len(check.parts), "parts": _(", ").join(parts)}
    return str(PROBLEMS[check.gap] % values) if check.parts else str(PROBLEMS[check.gap])
