"""What deleting articles and tags would also delete or break, for the confirmation pages."""

from collections.abc import Mapping, Sequence

from django.db.models import Count
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from articles.models import Article, Revision, Tag
from articles.queries.maintenance import link_counts


def article_deletion_list(articles: Sequence[Article]) -> list[SafeString]:
    """Return each title with its `deletion_summaries`, as HTML."""
    return [_item(*pair) for pair in zip(articles, deletion_summaries(articles), strict=True)]


def deletion_summaries(articles: Sequence[Article]) -> list[str]:
    """Return for each article its number of revisions and of incoming links. Two queries."""
    keys = [article.pk for article in articles]
    links = link_counts(keys)
    counted = Revision.objects.filter(article__in=keys).order_by().values_list("article")
    revisions = dict(counted.annotate(Count("pk")))
    return [f"{_revisions(revisions.get(key, 0))} {_links(links[key].incoming)}" for key in keys]


def tag_deletion_list(tags: Sequence[Tag], usage: Mapping[int, int]) -> list[SafeString]:
    """Return each tag with the number of articles that lose it, as HTML.

    `usage` maps the primary key of a tag to that number.
    """
    return [_item(tag, _articles(usage[tag.pk])) for tag in tags]


def _item(deleted: Article | Tag, summary: str) -> SafeString:
    return format_html('<span dir="auto">{}</span> – {}', deleted, summary)


def _revisions(count: int) -> str:
    return ngettext(
        "Its %(count)d revision goes with it.", "Its %(count)d revisions go with it.", count
    ) % {"count": count}


def _links(count: int) -> str:
    if not count:
        return gettext("No article links here.")
    return ngettext(
        "%(count)d article links here; those links will be broken.",
        "%(count)d articles link here; those links will be broken.",
        count,
    ) % {"count": count}


def _articles(count: int) -> str:
    return ngettext(
        "%(count)d article will lose this tag.",
        "%(count)d articles will lose this tag.",
        count,
    ) % {"count": count}
