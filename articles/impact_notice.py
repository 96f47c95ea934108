"""What the form of an article says about links that saving would break, and what users answer.

The notice is an error of the form, with controls. Posted with it, the form is saved.
"""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles import url_for
from articles.markdown import Heading
from articles.models import Article
from articles.permissions import AnyUser, viewable_articles
from articles.queries.impact import Impact, impact

# The names of the controls.
DIGEST, RETAINED_NAME, SECTION = "impact", "keep_name", "section-"


def confirmed_repairs(
    changed: Article, data: QueryDict | Mapping[str, str], user: AnyUser
) -> dict[str, Heading]:
    """Add to `changed`, which is not saved yet, the names that the user keeps.

    Returns the headings to which links in other articles are to lead, by the fragment that they
    have. Raises ValidationError with the notice if the user has not seen it yet.
    """
    consequences = impact_of(changed, user)
    if consequences is None or not consequences.breaks_links:
        return {}
    if data.get(DIGEST) != consequences.digest:
        raise ValidationError(notice(consequences, changed, confirm=True), code="impact")
    retained = data.getlist(RETAINED_NAME) if isinstance(data, QueryDict) else []
    changed.former = [
        *changed.former,
        *(loss.text for loss in consequences.names if loss.key in retained),
    ]
    headings = {heading.anchor: heading for heading in consequences.headings}
    return {
        fragment: headings[answer]
        for loss in consequences.sections
        if (answer := data.get(f"{SECTION}{loss.key}", "")) in headings
        for fragment in loss.fragments
    }


def impact_of(changed: Article, user: AnyUser) -> Impact | None:
    """Return what saving `changed` would do to links, if it is stored already."""
    stored = Article.objects.defer("html", "text").filter(pk=changed.pk).first()
    return impact(stored, changed, viewable_articles(user)) if stored else None


def notice(consequences: Impact, changed: Article, *, confirm: bool = False) -> SafeString:
    """Return the notice as HTML; with `confirm`, it asks to save again."""
    context = {
        "impact": consequences,
        "article": changed,
        "url": url_for.article(consequences.slug),
        "confirm": confirm,
        "DIGEST": DIGEST,
        "RETAINED_NAME": RETAINED_NAME,
        "SECTION": SECTION,
    }
    return render_to_string("admin/articles/impact/notice.html", context)
