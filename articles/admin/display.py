"""An article as somebody sees it who may not write, and what would be lost with it."""

from collections.abc import Sequence

from django.db.models import Count
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.link_rendering import render_links
from articles.models import Article, Link, Revision

STYLES = ("articles/css/tokens.css", "articles/css/prose.css")


def read(article: Article) -> SafeString:
    """The text as readers see it. In a shadow root: neither ids nor looks mix with the desk's."""
    html = render_links(article.html, Link.objects.targets(article))
    styles = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(path),) for path in STYLES)
    )
    return format_html(
        '<div class="rendered-body"><template shadowrootmode="open">{}'
        '<div class="prose" lang="{}" dir="{}">{}</div></template></div>',
        styles,
        article.language,
        article.direction,
        html,
    )


def lines(texts: Sequence[str]) -> SafeString:
    shown = ((text,) for text in texts or ["–"])
    return format_html_join(mark_safe("<br>"), '<span dir="auto">{}</span>', shown)


def overtaken(newest: Revision) -> SafeString:
    """What to say to somebody who would save over a revision that he has not seen."""
    message = _(
        "{who} saved this article at {time}, after you had begun. Your text is below, nothing is "
        "lost: {link}, take over what you need, and save again to put yours in its place."
    )
    address = reverse("admin:articles_article_change", args=[newest.article_id])
    theirs = _("look at what is there now")
    return format_html(
        message,
        who=newest.editor or _("Somebody"),
        time=date_format(timezone.localtime(newest.created), "TIME_FORMAT"),
        link=format_html('<a href="{}" target="_blank">{}</a>', address, theirs),
    )


def losses(articles: Sequence[Article]) -> list[SafeString]:
    """Each of `articles`, and in numbers what is lost with it."""
    lost = zip(articles, consequences(articles), strict=True)
    return [format_html('<span dir="auto">{}</span> – {}', *pair) for pair in lost]


def consequences(articles: Sequence[Article]) -> list[str]:
    """What deleting each of `articles` means. Two queries."""
    keys = [article.pk for article in articles]
    linked = Article.objects.filter(pk__in=keys).with_link_counts()
    links = dict(linked.values_list("pk", "links_in"))
    counted = Revision.objects.filter(article__in=keys).order_by().values_list("article")
    revisions = dict(counted.annotate(Count("pk")))
    return [f"{_revisions(revisions.get(key, 0))} {_links(links[key])}" for key in keys]


def _revisions(number: int) -> str:
    return ngettext(
        "%(count)d saved version goes with it.", "%(count)d saved versions go with it.", number
    ) % {"count": number}


def _links(number: int) -> str:
    if not number:
        return _("No article links here.")
    return ngettext(
        "%(count)d article links here; its links become wanted.",
        "%(count)d articles link here; their links become wanted.",
        number,
    ) % {"count": number}
